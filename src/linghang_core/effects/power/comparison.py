"""Power of a comparison of units before and after: difference in differences."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy import stats

from linghang_core.effects.power.history import History
from linghang_core.effects.power.prospect import (
    POWER,
    Hurdles,
    Prospect,
    check_wishes,
    say_smallest,
    share_of,
)
from linghang_core.effects.results import LEVEL, EffectsError

AR1, EXCHANGEABLE = "ar1", "exchangeable"
ROUNDS = 4000


def variance_of_change(
    sd: float, before: int, after: int, correlation: float, pattern: str = EXCHANGEABLE
) -> float:
    """Return the variance of one unit's mean after less its mean before.

    c'Σc with c = (−1/m … −1/m, 1/r … 1/r): σ²/m + σ²/r + (m−1)/m·ψB + (r−1)/r·ψA − 2ψX in the words
    of Burlig, Preonas & Woerman (2020), who let covariances within and across the two stretches
    differ; one correlation for all pairs (`exchangeable`) gives σ²(1−ρ)(1/m + 1/r), the change
    scores of Frison & Pocock (1992); `ar1` lets it fade with distance.
    """
    length = before + after
    contrast = np.concatenate([np.full(before, -1 / before), np.full(after, 1 / after)])
    apart = np.abs(np.arange(length)[:, None] - np.arange(length)[None, :])
    pairs = correlation**apart if pattern == AR1 else np.where(apart == 0, 1.0, correlation)
    return float(sd**2 * contrast @ pairs @ contrast)


def plan_comparison(
    history: History,
    *,
    treated: int,
    after: int,
    before: int | None = None,
    effect: float | None = None,
    power: float = POWER,
    level: float = LEVEL,
    rounds: int = ROUNDS,
    seed: int = 1,
) -> Prospect:
    """Return what a comparison of `treated` units with the others could show.

    Stretches of `before` + `after` periods are drawn from the past, and units at random called
    treated: the differences found there are what chance makes of nothing, with whatever
    correlation in time the indicator has. An effect is found where it exceeds a share `level` of
    them in size (randomisation inference, so that one treated unit will do). `inputs` has the
    closed formula beside it. Raises EffectsError for too few units or periods.
    """
    check_wishes(power, level, rounds)
    changes, before = _list_changes(history, after, before)
    number = changes.shape[1]
    if not 1 <= treated <= number - 2:
        raise EffectsError(
            f"{treated} of {number} units with complete past treated: at least 1 must be, and 2 not"
        )
    if changes.std() < 1e-12 * max(float(np.nanmax(np.abs(history.outcomes))), 1e-300):
        raise EffectsError(
            "no unit changes otherwise than the others in the past: any effect shows"
        )
    noise = _draw(changes, treated, rounds, seed)
    hurdles = Hurdles.of(noise, float(np.quantile(np.abs(noise), level, method="higher")))
    mde = hurdles.find_effect(power)
    spread = math.sqrt(float(changes.var(axis=1, ddof=1).mean()))
    mean = float(np.nanmean(history.outcomes))
    found = Prospect(
        method="did",
        mde=mde,
        mde_relative=share_of(mde, mean),
        power=power,
        level=level,
        recipe=(
            f"{rounds} placebo projects of {treated} units and {before} + {after} periods in the "
            "past, randomisation test"
        ),
        curve=hurdles.draw_curve(mde),
        inputs={
            "units": number,
            "treated": treated,
            "before": before,
            "after": after,
            "windows": len(changes),
            "mean": mean,
            "sd_of_change": spread,
            "mde_formula": find_mde(spread, treated, number - treated, power, level),
        },
        quality=history.findings,
    )
    found = replace(found, notes=_note(found, len(history.units), len(changes)))
    if effect is None:
        return found
    return replace(
        found,
        needed=_find_needed(history, spread, number, before, treated, abs(effect), power, level)
        | {"effect": abs(effect), "power": hurdles.find_power(effect)},
    )


def find_mde(spread: float, treated: int, compared: int, power: float, level: float) -> float:
    """Return (t₁₋α⁄₂ + t₁₋β)·s·√(1/treated + 1/compared), with units − 2 degrees of freedom.

    `spread` is the standard deviation of the units' changes: the formula of Burlig, Preonas &
    Woerman (2020) with the variance of a change taken from the past instead of put together.
    """
    law = stats.t(treated + compared - 2)
    reach = float(law.ppf(0.5 + level / 2) + law.ppf(power))
    return reach * spread * math.sqrt(1 / treated + 1 / compared)


def _list_changes(history: History, after: int, before: int | None) -> tuple[np.ndarray, int]:
    """Return each complete unit's change in each stretch of the past (W × N)."""
    complete = ~np.isnan(history.outcomes).any(axis=1)
    outcomes = history.outcomes[complete]
    length = outcomes.shape[1]
    if after < 1:
        raise EffectsError("at least 1 period after the start is needed (--after)")
    if before is None:
        before = max(1, min(length - after, 2 * after))
    if before < 1 or before + after > length:
        raise EffectsError(
            f"{length} periods in the past; {before} before and {after} after need at least "
            f"{before + after}: plan a shorter time or bring a longer past"
        )
    if len(outcomes) < 3:
        raise EffectsError(
            f"{len(outcomes)} units with a complete past; a comparison needs at least 3: use "
            "--method its for one"
        )
    sums = np.concatenate([np.zeros((len(outcomes), 1)), outcomes.cumsum(axis=1)], axis=1)
    begins = np.arange(length - before - after + 1)
    first = (sums[:, begins + before] - sums[:, begins]) / before
    last = (sums[:, begins + before + after] - sums[:, begins + before]) / after
    return (last - first).T, before


def _draw(changes: np.ndarray, treated: int, rounds: int, seed: int) -> np.ndarray:
    """Return the differences of placebo projects."""
    random = np.random.default_rng(seed)
    windows = random.integers(0, len(changes), rounds)
    order = random.permuted(np.tile(np.arange(changes.shape[1]), (rounds, 1)), axis=1)
    drawn = np.take_along_axis(changes[windows], order, axis=1)
    noise: np.ndarray = drawn[:, :treated].mean(axis=1) - drawn[:, treated:].mean(axis=1)
    return noise


def _find_needed(
    history: History,
    spread: float,
    number: int,
    before: int,
    treated: int,
    effect: float,
    power: float,
    level: float,
) -> dict[str, int | None]:
    """Return how many units, or periods after, the wanted effect takes, by the formula."""
    units = range(1, number - 1)
    enough = (n for n in units if find_mde(spread, n, number - n, power, level) <= effect)
    most = history.outcomes.shape[1] - before
    spreads = (
        (
            after,
            math.sqrt(float(_list_changes(history, after, before)[0].var(axis=1, ddof=1).mean())),
        )
        for after in range(1, most + 1)
    )
    lasting = (
        after
        for after, each in spreads
        if find_mde(each, treated, number - treated, power, level) <= effect
    )
    return {"treated_units": next(enough, None), "periods_after": next(lasting, None)}


def _note(found: Prospect, units: int, windows: int) -> list[str]:
    notes = [
        say_smallest(found),
        "This holds if the future is as restless as the past was.",
    ]
    number = int(found.inputs["units"])
    if number < units:
        notes.append(f"{units - number} of {units} units have gaps in the past and are left out.")
    possible = math.comb(number, int(found.inputs["treated"]))
    if possible < 1 / (1 - found.level):
        notes.append(
            f"Only {possible} choices of treated units exist: no randomisation test within one "
            f"period can reach p = {1 - found.level:.2g}."
        )
    if windows < 5:
        notes.append(f"The past holds only {windows} stretches of this length, which overlap.")
    return notes
