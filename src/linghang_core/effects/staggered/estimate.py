"""The result of a staggered adoption, said in full."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import stats

from linghang_core.effects.differences import drop_constant, keep_units
from linghang_core.effects.panel import Panel
from linghang_core.effects.results import LEVEL, Direction, EffectsError, Result, judge
from linghang_core.effects.staggered.aggregates import Average, average
from linghang_core.effects.staggered.bands import ROUNDS, bootstrap_bands, bound
from linghang_core.effects.staggered.cells import list_groups
from linghang_core.effects.staggered.diagnostics import diagnose
from linghang_core.effects.staggered.group_time import Control
from linghang_core.effects.staggered.plan import Estimator, Missing, Plan, fill_cells

FEW = 5  # units of a group below which its error is little more than a guess
INFERENCES = ("analytic", "bootstrap")
DEFAULT = Plan()


def estimate_staggered(
    panel: Panel,
    plan: Plan = DEFAULT,
    *,
    inference: str = "analytic",
    direction: Direction = Direction.ANY,
    level: float = LEVEL,
    margin: float | None = None,
    rounds: int = ROUNDS,
    seed: int = 1,
) -> Result:
    """Return the effect of a treatment that begins at different times in different units.

    The estimate is the average that `plan.aggregate` names, in units of the outcome; `effects` are
    its rows with pointwise intervals and a simultaneous band (band_low, band_high). Inference
    `analytic` uses influence functions and normal quantiles, `bootstrap` the multiplier bootstrap
    with `rounds` draws from `seed`, from which the band comes in any case. Where `plan.control` is
    None, units never treated are the comparison if there are any, else those not treated yet.
    Raises EffectsError where there is no period before treatment, nobody to compare with, or one
    unit alone on either side.
    """
    panel, plan, notes = _prepare(panel, plan)
    found = fill_cells(panel, plan)
    averaged = average(found, panel, plan.aggregate, balance=plan.balance)
    value = averaged.overall.estimate
    errors, critical = _measure(averaged, inference, level, rounds, seed)
    error = errors[0]
    p_value = float(2 * stats.norm.sf(abs(value) / error)) if error > 0 else None
    low, high = bound(value, error, float(stats.norm.ppf(0.5 + level / 2)))
    shown = diagnose(panel, plan, found, critical, level)
    drawn = f"multiplier bootstrap, {rounds} draws, seed {seed}; "
    return Result(
        method=f"staggered adoption, {plan.estimator.value}, {plan.aggregate.value}",
        estimate=value,
        se=error,
        se_recipe=(drawn if inference == "bootstrap" else "") + found.recipe,
        ci_low=low,
        ci_high=high,
        p_value=p_value,
        p_kind="two-sided normal",
        verdict=judge(
            value, p_value, direction=direction, level=level, interval=(low, high), margin=margin
        ),
        level=level,
        effects=_list_rows(averaged, errors[1:], critical, level),
        comparison_units=_name_comparison(panel, plan),
        assumptions=_assume(panel, plan),
        diagnostics=shown,
        notes=(*notes, *found.notes, *_judge_before(shown["pre_trends"], level)),
        quality=panel.findings,
    )


def _prepare(panel: Panel, plan: Plan) -> tuple[Panel, Plan, tuple[str, ...]]:
    """Return the panel without units that tell nothing, the plan with its control, what to say."""
    notes: list[str] = []
    if plan.missing is Missing.COMPLETE and not panel.find_complete().all():
        lost = int((~panel.find_complete()).sum())
        notes.append(f"{lost} of {len(panel.units)} units with gaps left out (--missing complete)")
        panel = keep_units(panel, panel.find_complete())
    throughout = panel.treated & (panel.starts - plan.anticipation <= 0)
    if not (panel.treated & ~throughout).any():
        raise EffectsError(
            "no period before treatment: no treated unit is observed untreated; if the column marks "
            "treated units in all periods, name their first treated period with --treated-from"
        )
    if throughout.any():
        names = ", ".join(np.array(panel.units)[throughout])
        notes.append(f"left out, no period before treatment: {names}")
        panel = keep_units(panel, ~throughout)
    treated, never = int(panel.treated.sum()), int((~panel.treated).sum())
    if treated < 2 or never == 1 or len(panel.units) < 4:
        raise EffectsError(
            f"errors clustered by unit need two treated and two comparison units at least, here are "
            f"{treated} and {never}; use effects did --inference permutation, a synthetic control "
            "(effects sc, sdid) or an interrupted time series (effects its)"
        )
    if plan.control is None:
        plan = replace(plan, control=Control.NEVER if never else Control.NOT_YET)
    if plan.estimator is not Estimator.CALLAWAY_SANTANNA:
        panel, said = drop_constant(panel)
        notes += said
    few = [g for g in list_groups(panel) if (panel.starts == g).sum() < FEW]
    if few:
        names = ", ".join(panel.times[group] for group in few)
        notes.append(f"groups of fewer than {FEW} units, their errors are uncertain: {names}")
    return panel, plan, tuple(notes)


def _measure(
    averaged: Average, inference: str, level: float, rounds: int, seed: int
) -> tuple[list[float], float]:
    """Return the errors of the one number and of its rows, and the factor of the rows' band."""
    parts = [averaged.overall, *(part for _, part in averaged.rows)]
    stacked = np.column_stack([part.parts for part in parts])
    critical = bootstrap_bands(stacked[:, 1:], level=level, rounds=rounds, seed=seed).critical
    if inference != "bootstrap":
        return [part.error for part in parts], critical
    drawn = bootstrap_bands(stacked, level=level, rounds=rounds, seed=seed)
    return drawn.errors.tolist(), critical


def _list_rows(
    averaged: Average, errors: list[float], critical: float, level: float
) -> list[dict[str, Any]]:
    """Return the rows with their intervals and bands."""
    single = float(stats.norm.ppf(0.5 + level / 2))
    found = []
    for (label, part), error in zip(averaged.rows, errors, strict=True):
        if error == 0:  # the period compared with, none by definition
            empty = dict.fromkeys(("se", "ci_low", "ci_high", "band_low", "band_high"))
            found.append({**label, "estimate": part.estimate, **empty})
            continue
        low, high = bound(part.estimate, error, single)
        band = bound(part.estimate, error, critical)
        row = {"estimate": part.estimate, "se": error, "ci_low": low, "ci_high": high}
        found.append({**label, **row, "band_low": band[0], "band_high": band[1]})
    return found


def _name_comparison(panel: Panel, plan: Plan) -> list[str]:
    """Return the units never treated, or all where those not treated yet serve too."""
    never = [name for name, own in zip(panel.units, panel.treated, strict=True) if not own]
    if plan.estimator is Estimator.CALLAWAY_SANTANNA and plan.control is Control.NEVER:
        return never
    if plan.estimator is Estimator.SUN_ABRAHAM and never:
        return never
    return list(panel.units)


def _assume(panel: Panel, plan: Plan) -> tuple[str, ...]:
    given = f" given {', '.join(panel.covariates)}" if panel.covariates else ""
    like = "units not treated yet" if plan.control is Control.NOT_YET else "units never treated"
    if plan.estimator is Estimator.IMPUTATION:
        like = "untreated rows of all units"
    ahead = f"more than {plan.anticipation} periods ahead" if plan.anticipation else "ahead"
    return (
        f"Without treatment, each group would have changed like {like}{given} (parallel trends).",
        f"Nobody acted on the treatment {ahead} (no anticipation).",
        "Treatment stays once begun, and does not touch units not treated (no spill-over).",
    )


def _judge_before(test: dict[str, Any] | None, level: float) -> tuple[str, ...]:
    """Return what the test before treatment says; no rejection is no proof."""
    if test is None or test["p_value"] is None:
        return ("too few periods or units to test whether trends were parallel before treatment",)
    if test["p_value"] <= 1 - level:
        return ("groups moved apart before treatment already: parallel trends are doubtful",)
    return ()
