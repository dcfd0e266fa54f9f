"""One estimate with its uncertainty, by the recipe asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from linghang_core.effects.differences import permutation, wild
from linghang_core.effects.differences.design import Fit, Kind, demean, fit, lay_out
from linghang_core.effects.differences.errors import CLUSTERED, WILD, measure, measure_clusters
from linghang_core.effects.panel import Panel
from linghang_core.effects.results import EffectsError

CHUNK = 50  # assignments reckoned at a time
FEW = 10  # treated or untreated units below which CR1 is known to say too much
INSTEAD = (
    "use --inference permutation, a synthetic control (effects sc, sdid) "
    "or an interrupted time series (effects its)"
)


@dataclass(frozen=True)
class Estimate:
    """An effect, its uncertainty, and the regression it came from."""

    value: float
    se: float | None
    recipe: str
    low: float | None
    high: float | None
    p_value: float | None
    p_kind: str
    fit: Fit
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What was asked for: estimator, recipe, level, draws, seed."""

    kind: Kind
    inference: str
    level: float
    rounds: int
    seed: int


def choose_recipe(panel: Panel, inference: str) -> tuple[str, tuple[str, ...]]:
    """Return the recipe for a panel, and what to say about it.

    `auto` is CR1 clustered by unit, and permutation where one side is a single unit. Raises
    EffectsError for clustered errors there: they would be far too small whatever their recipe
    (Conley and Taber 2011; MacKinnon and Webb 2018).
    """
    treated = int(panel.treated.sum())
    others = len(panel.units) - treated or int((panel.starts > panel.starts.min()).sum())
    single = min(treated, others) < 2
    if inference == "auto" and single:
        said = f"{treated} treated and {others} comparison units: errors clustered by unit cannot "
        return "permutation", (said + "be had, p-value and interval are by permutation",)
    recipe = "cluster" if inference == "auto" else inference
    if recipe in CLUSTERED and single:
        raise EffectsError(
            f"clustered errors need two treated and two comparison units at least, here are "
            f"{treated} and {others}; {INSTEAD}"
        )
    if recipe in CLUSTERED and min(treated, others) < FEW:
        said = f"{treated} treated and {others} comparison units are few for clustered errors"
        return recipe, (f"{said}: compare --inference cr2, jackknife, wild and permutation",)
    return recipe, ()


def estimate_effect(panel: Panel, asked: Asked) -> Estimate:
    """Return the effect of treatment and its uncertainty."""
    found = fit(lay_out(panel, asked.kind, panel.status[:, :, None].astype(float)))
    if asked.inference == "permutation":
        return _permute(panel, asked, found)
    spread = measure_clusters(found) if asked.inference in WILD else measure(found, asked.inference)
    p_value, low, high = spread.test(found.estimate, asked.level)
    if asked.inference not in WILD:
        name = "normal" if np.isinf(spread.freedom) else f"t({spread.freedom:.4g})"
        kind = f"two-sided {name}"
        return Estimate(
            found.estimate, spread.error, spread.recipe, low, high, p_value, kind, found
        )
    weights = "webb" if asked.inference == "wild-webb" else "rademacher"
    test = wild.bootstrap_wild(
        found,
        weights=weights,
        rounds=asked.rounds,
        seed=asked.seed,
        level=asked.level,
        strict=asked.inference == "wild-boottest",
    )
    return Estimate(
        found.estimate,
        spread.error,
        f"{spread.recipe}; p-value and interval by wild bootstrap",
        test.low,
        test.high,
        test.p_value,
        test.kind,
        found,
    )


def estimate_assigned(
    panel: Panel, kind: Kind, assignments: np.ndarray, outcomes: Sequence[np.ndarray]
) -> list[np.ndarray]:
    """Return for each of the outcomes (N × T) the estimates (B) had the starts (B × N) been those."""
    if kind == "means":
        return [
            np.array([_estimate_means(panel, starts, values) for starts in assignments])
            for values in outcomes
        ]
    places = np.arange(len(panel.times))
    columns = [
        (places >= assignments[start : start + CHUNK, :, None]).astype(float)
        for start in range(0, len(assignments), CHUNK)
    ]
    return estimate_columns(panel, columns, outcomes)


def estimate_columns(
    panel: Panel, columns: Iterable[np.ndarray], outcomes: Sequence[np.ndarray]
) -> list[np.ndarray]:
    """Return the coefficients of columns (stacks of N × T) beside unit and period effects.

    The outcomes are missing in the same places; one array of coefficients for each of them.
    """
    seen = ~np.isnan(outcomes[0])
    left = []
    for values in outcomes:
        bare = lay_out(replace(panel, outcomes=values), "twfe", np.zeros((*values.shape, 0)))
        basis = np.linalg.qr(bare.x)[0]
        left.append(bare.y - basis @ (basis.T @ bare.y))
    both = np.column_stack(left)
    found = []
    for stack in columns:
        own = demean(stack[:, seen].T, bare.clusters, len(panel.units))
        whole = (own**2).sum(axis=0)
        sizes = whole - ((basis.T @ own) ** 2).sum(axis=0)
        sizes[sizes <= 1e-9 * np.maximum(whole, 1e-12)] = np.nan
        found.append(own.T @ both / sizes[:, None])
    return list(np.vstack(found).T)


def _estimate_means(panel: Panel, starts: np.ndarray, outcomes: np.ndarray) -> float:
    moved = replace(panel, starts=starts, outcomes=outcomes)
    try:
        return fit(lay_out(moved, "means", moved.status[:, :, None].astype(float))).estimate
    except EffectsError:
        return np.nan


def _permute(panel: Panel, asked: Asked, found: Fit) -> Estimate:
    """Return the estimate with p-value, interval and spread over assignments of the treated."""
    assignments = permutation.list_assignments(panel.starts, rounds=asked.rounds, seed=asked.seed)
    effect = np.where(np.isnan(panel.outcomes), np.nan, panel.status.astype(float))

    values = estimate_assigned(panel, asked.kind, assignments.starts, (panel.outcomes, effect))
    shifts = permutation.Shifts(*values).drop_missing()
    low, high = shifts.invert(asked.level)
    said = permutation.check_enough(assignments, asked.level)
    return Estimate(
        found.estimate,
        shifts.spread,
        "standard deviation over permutations of the treated units, the effect taken off",
        low,
        high,
        permutation.share_beyond(shifts.estimates),
        assignments.kind + ("" if assignments.exact else f", seed {asked.seed}"),
        found,
        (said,) if said else (),
    )
