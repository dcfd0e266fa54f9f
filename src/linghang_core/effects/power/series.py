"""Power of an interrupted time series, by simulating its like."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

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
from linghang_core.effects.series.design import LEVEL as STEP
from linghang_core.effects.series.design import SLOPE, Impact, Season, build_design
from linghang_core.effects.series.fitting import Robust
from linghang_core.effects.series.moments import count_elapsed

ROUNDS = 2000
LONGEST = 120  # periods after the start that are tried for a wanted effect
MOST_RHO = 0.95
FEWEST = 8


@dataclass(frozen=True)
class Noise:
    """AR(1) errors: standard deviation of one error, correlation of neighbours."""

    sd: float
    rho: float

    def draw(self, rounds: int, length: int, seed: int) -> np.ndarray:
        """Return errors (rounds × length), stationary from the first on."""
        shocks = np.random.default_rng(seed).standard_normal((rounds, length))
        shocks[:, 1:] *= math.sqrt(1 - self.rho**2)
        for place in range(1, length):
            shocks[:, place] += self.rho * shocks[:, place - 1]
        return self.sd * shocks


def plan_series(
    history: History,
    *,
    after: int,
    unit: str | None = None,
    impact: Impact = Impact.BOTH,
    season: Season | None = None,
    effect: float | None = None,
    power: float = POWER,
    level: float = LEVEL,
    rounds: int = ROUNDS,
    seed: int = 1,
) -> Prospect:
    """Return what an interrupted series of one unit could show `after` periods from the start.

    The unit's past gives trend, season and AR(1) errors, ρ corrected for the first-order bias of
    −(2 + 4ρ)/T that a fitted line brings, and taken as 0 where it is negative. As many series as
    `rounds` are drawn and fitted with Newey-West errors. The hurdle is set so that a change is
    reported in a share 1 − `level` of the series in which nothing happened; `false_alarms` is that
    share for the usual t test, larger than it should be in short series. The effect is the change of level (of slope, for an impact
    of slope alone). Raises EffectsError for fewer than 8 periods of the past.
    """
    check_wishes(power, level, rounds)
    if after < 1:
        raise EffectsError("at least 1 period after the start is needed (--after)")
    past = _pick(history, unit)
    elapsed, _ = count_elapsed(history.times)
    seen = ~np.isnan(past)
    noise, mean = _measure(past[seen], elapsed[seen], season), float(past[seen].mean())
    plan = _Plan(elapsed[seen], noise, impact, season, level, rounds, seed)
    hurdles, alarms = plan.face(after)
    mde = hurdles.find_effect(power)
    found = Prospect(
        method="its",
        mde=mde,
        mde_relative=share_of(mde, mean),
        power=power,
        level=level,
        recipe=f"{rounds} simulated series, Newey-West errors, hurdle set to the wanted level",
        curve=hurdles.draw_curve(mde),
        inputs={
            "before": int(seen.sum()),
            "after": after,
            "impact": impact.value,
            "mean": mean,
            "sd": noise.sd,
            "rho": noise.rho,
        },
        false_alarms=alarms,
        quality=history.findings,
    )
    found = replace(found, notes=_note(found))
    if effect is None:
        return found
    needed = {"effect": abs(effect), "power": hurdles.find_power(effect)}
    return replace(found, needed=needed | {"periods_after": plan.search(abs(effect), power)})


def _pick(history: History, unit: str | None) -> np.ndarray:
    if unit is None and len(history.units) > 1:
        raise EffectsError("several units: say which one is planned for (--treated-unit)")
    if unit is not None and unit not in history.units:
        raise EffectsError(f"unit {unit} is not in the file")
    past: np.ndarray = history.outcomes[0 if unit is None else history.units.index(unit)]
    if (number := int((~np.isnan(past)).sum())) < FEWEST:
        raise EffectsError(
            f"{number} periods in the past; at least {FEWEST} are needed to see how restless it is"
        )
    return past


def _measure(past: np.ndarray, elapsed: np.ndarray, season: Season | None) -> Noise:
    """Return the errors around trend and season of the past."""
    columns = [np.ones(len(past)), elapsed.astype(float)]
    columns += list(season.build(elapsed).values()) if season else []
    design = np.column_stack(columns)
    number, width = design.shape
    if number < width + 3:
        raise EffectsError(f"{number} periods in the past; at least {width + 3} for this season")
    left = past - design @ np.linalg.lstsq(design, past, rcond=None)[0]
    follows = (np.diff(elapsed) == 1).nonzero()[0]
    size = float(left[follows] @ left[follows])
    if math.sqrt(float(left @ left) / number) < 1e-9 * max(float(np.abs(past).max()), 1e-300):
        raise EffectsError("the past is a straight line without any noise: any effect would show")
    rho = float(left[follows + 1] @ left[follows]) / size if size else 0.0
    rho = min(max((number * rho + 2) / (number - 4), 0.0), MOST_RHO)  # cautious: never below 0
    return Noise(math.sqrt(float(left @ left) / (number - width)), rho)


@dataclass(frozen=True)
class _Plan:
    """A past, its errors, and the regression that will be run on it."""

    elapsed: np.ndarray
    noise: Noise
    impact: Impact
    season: Season | None
    level: float
    rounds: int
    seed: int

    def face(self, after: int) -> tuple[Hurdles, float]:
        """Return the hurdles of a series with so many periods after, and its false alarms."""
        last = int(self.elapsed[-1])
        full = np.concatenate([self.elapsed, last + 1 + np.arange(after)])
        design = build_design(
            full,
            len(self.elapsed),
            np.ones(len(full), bool),
            impact=self.impact,
            season=self.season,
        )
        target = design.place(SLOPE if self.impact is Impact.SLOPE else STEP)
        errors = self._draw(int(full[-1]) + 1)[:, full]
        estimates, spreads = _fit_all(design.columns, errors, full, target)
        ratios = np.abs(estimates) / spreads
        number, width = design.columns.shape
        usual = float(stats.t(number - width).ppf(0.5 + self.level / 2))
        bar = float(np.quantile(ratios, self.level, method="higher"))
        return Hurdles.of(estimates, bar * spreads), float((ratios > usual).mean())

    def _draw(self, length: int) -> np.ndarray:
        """Return errors of that length or more; the same ones for every length up to `_errors`."""
        if length <= self._errors.shape[1]:
            return self._errors
        return self.noise.draw(self.rounds, length, self.seed)

    @cached_property
    def _errors(self) -> np.ndarray:
        return self.noise.draw(self.rounds, int(self.elapsed[-1]) + 1 + LONGEST, self.seed)

    def search(self, effect: float, power: float) -> int | None:
        """Return the fewest periods after the start in which the effect would be found."""
        fewest = 3 if self.impact is Impact.BOTH else 2
        tried = range(fewest, LONGEST + 1)
        return next((n for n in tried if self.face(n)[0].find_power(effect) >= power), None)


def _fit_all(
    columns: np.ndarray, errors: np.ndarray, elapsed: np.ndarray, target: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return estimate and Newey-West error of one coefficient for each row of errors."""
    number, width = columns.shape
    inverse = np.linalg.pinv(columns)
    estimates = errors @ inverse[target]
    parts = (errors - errors @ inverse.T @ columns.T) * inverse[target]
    spread = np.zeros((len(errors), int(elapsed[-1]) + 1))
    spread[:, elapsed] = parts
    lags = Robust().choose_lags(number)
    total = (spread**2).sum(axis=1)
    for lag in range(1, lags + 1):
        total += 2 * (1 - lag / (lags + 1)) * (spread[:, lag:] * spread[:, :-lag]).sum(axis=1)
    return estimates, np.sqrt(np.maximum(total, 0) * number / (number - width))


def _note(found: Prospect) -> list[str]:
    notes = [
        say_smallest(found),
        "This holds if the series goes on as restless, and as straight, as it was.",
    ]
    if found.false_alarms is not None and found.false_alarms > 1.5 * (1 - found.level):
        notes.append(
            f"The usual test with Newey-West errors reports a change in {found.false_alarms:.0%} of "
            "series like this in which nothing happened; the effect above allows for it."
        )
    return notes
