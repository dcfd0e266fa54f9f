"""The result of a difference in differences, said in full."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np

from linghang_core.effects.differences import pretrends
from linghang_core.effects.differences.decomposition import decompose
from linghang_core.effects.differences.errors import RECIPES, WILD, drop_each
from linghang_core.effects.differences.inference import (
    Asked,
    Estimate,
    choose_recipe,
    estimate_effect,
)
from linghang_core.effects.differences.selection import drop_constant, keep_units
from linghang_core.effects.panel import Panel
from linghang_core.effects.results import LEVEL, Direction, EffectsError, Result, judge

INFERENCES = ("auto", *RECIPES, *WILD, "permutation")
ROUNDS = 1999
ASSUMPTIONS = (
    "Without treatment, treated and comparison units would have changed alike (parallel trends).",
    "Nobody acted on the treatment before it began (no anticipation).",
    "Comparison units were not touched by the treatment of others (no spill-over).",
)


class Estimator(StrEnum):
    """Which difference in differences.

    `twfe`: least squares with an effect of each unit and each period. `means`: the difference of
    four means of rows, treated or not, before or after; on a balanced panel both agree.
    """

    TWFE = "twfe"
    MEANS = "means"


def estimate_differences(
    panel: Panel,
    *,
    estimator: Estimator = Estimator.TWFE,
    inference: str = "auto",
    direction: Direction = Direction.ANY,
    level: float = LEVEL,
    margin: float | None = None,
    rounds: int = ROUNDS,
    seed: int = 1,
) -> Result:
    """Return the effect of a treatment by difference in differences (Card and Krueger 1994).

    The estimate is in units of the outcome. `inference` is one of INFERENCES; `rounds` and `seed`
    are those of bootstrap and permutation. Units treated in their first period are left out, rows
    that are missing are simply not there. Raises EffectsError where there is no period before
    treatment, no comparison, or no basis for the errors asked for.
    """
    panel, notes = _check_panel(panel, estimator)
    if estimator is Estimator.TWFE:
        panel, constant = drop_constant(panel)
        notes += tuple(constant)
    recipe, said = choose_recipe(panel, inference)
    asked = Asked(estimator.value, recipe, level, rounds, seed)
    found = estimate_effect(panel, asked)
    events, joint = pretrends.study_events(panel, asked)
    diagnostics = _diagnose(panel, asked, found, joint)
    weights, time_weights = _weigh(panel, found)
    comparison = [name for name, own in zip(panel.units, panel.treated, strict=True) if not own]
    return Result(
        method=f"difference in differences, {estimator.value}",
        estimate=found.value,
        se=found.se,
        se_recipe=found.recipe,
        ci_low=found.low,
        ci_high=found.high,
        p_value=found.p_value,
        p_kind=found.p_kind,
        verdict=judge(
            found.value,
            found.p_value,
            direction=direction,
            level=level,
            interval=(found.low, found.high),
            margin=margin,
        ),
        level=level,
        weights=weights,
        time_weights=time_weights,
        effects=events,
        comparison_units=comparison,
        assumptions=ASSUMPTIONS,
        diagnostics=diagnostics,
        notes=(*notes, *said, *found.notes, *_warn(diagnostics, level)),
        quality=panel.findings,
    )


def _diagnose(
    panel: Panel, asked: Asked, found: Estimate, joint: dict[str, Any] | None
) -> dict[str, Any]:
    """Return tests before treatment, what single units do to the estimate, and counts."""
    shown = {
        "pre_trends": {"joint": joint, "slope": pretrends.test_slope(panel, asked)},
        "placebo": pretrends.place_placebo(panel, asked),
        "leave_one_out": _leave_out(panel, found),
        **_count(panel),
    }
    if len(np.unique(panel.starts[panel.treated])) > 1:
        shown["negative_weight_share"] = _share_negative(panel, found)
        shown["decomposition"] = decompose(panel)
    return shown


def _check_panel(panel: Panel, estimator: Estimator) -> tuple[Panel, tuple[str, ...]]:
    """Return the panel without units treated throughout, or refuse."""
    notes: tuple[str, ...] = ()
    # means of rows take a unit seen only after, too; unit effects make nothing of it
    first = np.array([_find_first(row) for row in panel.outcomes])
    throughout = panel.treated & (panel.starts <= (first if estimator is Estimator.TWFE else 0))
    if throughout[panel.treated].all():
        raise EffectsError(
            "no period before treatment: no treated unit is observed untreated; if the column marks "
            "treated units in all periods, name their first treated period with --treated-from"
        )
    if throughout.any():
        names = ", ".join(np.array(panel.units)[throughout])
        notes = (f"left out, treated whenever observed: {names}",)
        panel = keep_units(panel, ~throughout)
    starts = np.unique(panel.starts[panel.treated])
    if panel.treated.all() and len(starts) == 1:
        raise EffectsError(
            "every unit is treated from the same period: nothing to compare with; "
            "use an interrupted time series (effects its)"
        )
    if estimator is Estimator.MEANS and len(starts) > 1:
        raise EffectsError(
            "treatment starts at different times: four means cannot tell; use effects staggered"
        )
    return panel, notes


def _find_first(row: np.ndarray) -> int:
    seen = np.flatnonzero(~np.isnan(row))
    return int(seen[0]) if len(seen) else len(row)


def _leave_out(panel: Panel, found: Estimate) -> dict[str, Any]:
    """Return the estimates without each unit in turn."""
    values = drop_each(found.fit)[:, 0]
    places = np.unique(found.fit.design.clusters)
    named = {panel.units[place]: float(v) for place, v in zip(places, values, strict=True)}
    known = {name: value for name, value in named.items() if not np.isnan(value)}
    if not known:
        return {"estimates": named}
    furthest = max(known, key=lambda name: abs(known[name] - found.value))
    return {
        "low": min(known.values()),
        "high": max(known.values()),
        "most_influential": furthest,
        "estimates": named,
    }


def _count(panel: Panel) -> dict[str, Any]:
    seen = ~np.isnan(panel.outcomes)
    return {
        "rows": int(seen.sum()),
        "units": len(panel.units),
        "treated_units": int(panel.treated.sum()),
        "periods": len(panel.times),
        "missing_cells": int((~seen).sum()),
        "starts": sorted({c for c, own in zip(panel.cohorts, panel.treated, strict=True) if own}),
    }


def _own_part(found: Estimate) -> np.ndarray:
    """Return the weight (R) of each row's outcome in the estimate."""
    weights: np.ndarray = found.fit.design.x @ found.fit.bread[:, 0]
    return weights


def _weigh(panel: Panel, found: Estimate) -> tuple[dict[str, float], dict[str, float]]:
    """Return the weights of comparison units after, and of periods before, where one start is.

    The estimate is a weighted sum of outcomes; each of the two adds up to 1. Covariates and gaps
    can make a weight negative.
    """
    starts = np.unique(panel.starts[panel.treated])
    if len(starts) > 1:
        return {}, {}
    cells = np.zeros_like(panel.outcomes)
    cells[~np.isnan(panel.outcomes)] = _own_part(found)
    units = -cells[:, starts[0] :].sum(axis=1)
    times = -cells[panel.treated].sum(axis=0)
    return (
        {panel.units[place]: float(units[place]) for place in np.flatnonzero(~panel.treated)},
        {panel.times[place]: float(times[place]) for place in range(starts[0])},
    )


def _share_negative(panel: Panel, found: Estimate) -> float:
    """Return how much of the weight on treated rows is negative (de Chaisemartin, D'Haultfœuille)."""
    cells = np.zeros_like(panel.outcomes)
    cells[~np.isnan(panel.outcomes)] = _own_part(found)
    weights = cells[panel.status]
    return float(np.abs(weights[weights < 0]).sum() / np.abs(weights).sum())


def _warn(diagnostics: dict[str, Any], level: float) -> tuple[str, ...]:
    """Return what tests and weights say against the estimate; no rejection is no proof."""
    notes = []
    if "negative_weight_share" in diagnostics:
        notes.append(
            "treatment starts at different times: units treated earlier serve as comparison, "
            f"{diagnostics['negative_weight_share']:.0%} of the weight on treated rows is negative "
            "(Goodman-Bacon 2021); use effects staggered"
        )
    tests = [test for test in diagnostics["pre_trends"].values() if test]
    values = [test["p_value"] for test in tests if test["p_value"] is not None]
    if not values:
        notes.append("too few periods before treatment to test whether trends were parallel")
    elif min(values) <= 1 - level:
        notes.append(
            "the two sides moved apart before treatment already: parallel trends are doubtful; "
            "compare effects sdid"
        )
    return tuple(notes)
