"""Synthetic control of a panel with one treated unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from linghang_core.effects.panel import Panel
from linghang_core.effects.results import LEVEL, Direction, EffectsError, Result, judge
from linghang_core.effects.synthetic.control_tests import ControlInference, check_effect
from linghang_core.effects.synthetic.fits import Fit, Task, Variant, fit_unit
from linghang_core.effects.synthetic.placebos import SpacePlacebos, leave_out, place_in_time
from linghang_core.effects.synthetic.predictors import (
    Grids,
    Plan,
    build_predictors,
    find_time,
)
from linghang_core.effects.synthetic.samples import Sample, choose_units
from linghang_core.findings import Finding

POOR_FIT = 0.8  # share of the path before treatment explained, below which a note says so
ASSUMPTIONS = (
    "Without treatment the unit would have gone on like the weighted donors, as before.",
    "Treatment of the unit does not reach the donors, and none of them was treated.",
    "Nobody acted on the treatment before it began.",
)


@dataclass(frozen=True)
class Options:
    """What may be asked for besides the panel.

    `fit_first` and `fit_last` are the periods over which the gap is made small (all before
    treatment unless named), `placebo_time` the period of the placebo in time, `most` how many
    donors at most take the placebo, drawn with `seed`.
    """

    variant: Variant = Variant.CLASSIC
    test: ControlInference = ControlInference.PLACEBO
    fit_first: str | None = None
    fit_last: str | None = None
    placebo_time: str | None = None
    most: int | None = None
    seed: int = 1


def compute_control(
    panel: Panel,
    *,
    plan: Plan | None = None,
    grids: Grids | None = None,
    options: Options | None = None,
    level: float = LEVEL,
    direction: Direction = Direction.ANY,
    margin: float | None = None,
) -> Result:
    """Return the mean effect after treatment by a synthetic control, tested as `options.test` says.

    Abadie, Diamond and Hainmueller, JASA 105 (2010) and AJPS 59 (2015). Without a plan the weights
    fit the outcomes before treatment directly (V even over periods); with one they fit predictors,
    whose weights V are found by nested optimisation. Raises EffectsError for several treated
    units, fewer than two donors or two periods before treatment.
    """
    options = options or Options()
    sample = choose_units(panel)
    unit, before = _find_treated(sample)
    task = _set_task(sample, before, plan, _order_grids(grids, panel, sample), options)
    donors, unseen = _choose_donors(sample, task, unit)
    fit = fit_unit(task, unit, donors)
    tested = check_effect(
        task, sample.units, fit, unit, options.test, options.most, options.seed, level
    )
    fake = _find_time(sample, options.placebo_time, before)
    time = place_in_time(task, unit, donors, fake)
    dropped = leave_out(task, unit, fit)
    return Result(
        method=f"synthetic control ({options.variant})",
        estimate=fit.effect,
        se=tested.se,
        se_recipe=tested.se_recipe,
        ci_low=tested.low,
        ci_high=tested.high,
        p_value=tested.p_value,
        p_kind=tested.p_kind,
        verdict=judge(
            fit.effect,
            tested.p_value,
            direction=direction,
            level=level,
            interval=(tested.low, tested.high),
            margin=margin,
        ),
        level=level,
        weights={
            sample.units[donor]: float(weight)
            for donor, weight in zip(donors, fit.weights, strict=True)
        },
        effects=_list_effects(sample, fit),
        comparison_units=[sample.units[donor] for donor in donors[fit.weights > 0]],
        assumptions=[*ASSUMPTIONS, *tested.assumptions],
        diagnostics=_diagnose(sample, task, fit, tested.space)
        | {
            "leave_one_out": {sample.units[place]: effect for place, effect in dropped.items()},
            "placebo_in_time": _say_time(sample, time),
        },
        notes=[*_note(sample, unit, fit, options.variant), *tested.notes],
        quality=(*sample.quality, *unseen, *(grids.findings if grids else ())),
    )


def _find_treated(sample: Sample) -> tuple[int, int]:
    """Return the place of the treated unit and the number of periods before its treatment."""
    treated = sample.treated
    if len(treated) > 1:
        names = ", ".join(sample.units[place] for place in treated[:5])
        raise EffectsError(
            f"{len(treated)} treated units ({names}{', …' if len(treated) > 5 else ''}); a synthetic "
            "control is of one unit: name it with --treated-unit in a table without the other "
            "treated units, or use effects sdid"
        )
    if len(sample.controls) < 2:
        raise EffectsError(
            f"{sample.units[sample.controls[0]]} is the only donor: there is nothing to weigh; "
            "add units never treated, or use effects did"
        )
    before = int(sample.starts[treated[0]])
    if before < 2:
        raise EffectsError(
            f"one period before {sample.times[before]} cannot show which donors move like "
            f"{sample.units[treated[0]]}; add earlier periods, or use effects did"
        )
    return int(treated[0]), before


def _set_task(
    sample: Sample, before: int, plan: Plan | None, grids: Grids | None, options: Options
) -> Task:
    if plan and grids is None:
        raise EffectsError("a plan of predictors needs the columns it names")
    if plan and options.variant is Variant.DEMEANED:
        raise EffectsError("the demeaned variant fits outcomes only; leave the predictors out")
    first = _find_time(sample, options.fit_first, before) or 0
    last = _find_time(sample, options.fit_last, before)
    fit = np.arange(first, before if last is None else last + 1)
    if len(fit) < 2:
        raise EffectsError("the gap needs two periods before treatment to be made small over")
    return Task(sample.outcomes, before, fit, options.variant, plan or None, grids)


def _choose_donors(sample: Sample, task: Task, unit: int) -> tuple[np.ndarray, tuple[Finding, ...]]:
    """Return the donors with all predictors; those without are left out and listed."""
    donors = sample.controls
    if not task.plan or task.grids is None:
        return donors, ()
    names, values = build_predictors(task.grids, task.plan, task.before)
    lacking = np.isnan(values[donors])
    seen = ~lacking.any(axis=1)
    if np.isnan(values[unit]).any() or seen.sum() < 2:
        return donors, ()  # no fit: refused with the name of the predictor
    findings = tuple(
        Finding(
            0,
            "incomplete_unit",
            f"{sample.units[donor]} is left out: {', '.join(np.array(names)[gaps])} "
            "is not observed before treatment",
        )
        for donor, gaps in zip(donors[~seen], lacking[~seen], strict=True)
    )
    return donors[seen], findings


def _order_grids(grids: Grids | None, panel: Panel, sample: Sample) -> Grids | None:
    """Return the grids with the units and times of the sample."""
    if grids is None:
        return None
    places = [panel.units.index(name) for name in sample.units]
    times = [panel.times.index(name) for name in sample.times]
    values = {name: grid[np.ix_(places, times)] for name, grid in grids.columns.items()}
    return Grids(grids.outcome, sample.times, values, grids.findings)


def _find_time(sample: Sample, named: str | None, before: int) -> int | None:
    """Return the place of a period named, which must lie before treatment."""
    if named is None:
        return None
    place = find_time(sample.times[:before], named)
    if place is None:
        raise EffectsError(f"period {named} is not among those before treatment")
    return place


def _list_effects(sample: Sample, fit: Fit) -> list[dict[str, Any]]:
    return [
        {
            "time": time,
            "actual": float(fit.actual[place]),
            "synthetic": float(fit.synthetic[place]),
            "effect": float(fit.gaps[place]),
            "treated": place >= fit.before,
        }
        for place, time in enumerate(sample.times)
    ]


def _diagnose(sample: Sample, task: Task, fit: Fit, space: SpacePlacebos | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "donors": len(fit.donors),
        "pre_rmspe": fit.misfit,
        "post_pre_ratio": fit.ratio,
        "pre_fit_share": _explain(fit),
        "optimality_gap": fit.slack,
        "v": fit.v or {sample.times[place]: 1 / len(task.fit) for place in task.fit},
        "predictors": [
            {"name": name, "treated": own, "synthetic": like, "donors": mean}
            for name, own, like, mean in fit.balance
        ],
    }
    if space:
        found["placebos"] = [
            {"unit": name, "effect": each.effect, "pre_rmspe": each.misfit, "ratio": each.ratio}
            for name, each in zip(space.units, space.fits, strict=True)
        ]
    return found


def _explain(fit: Fit) -> float | None:
    """Return 1 − Σ gap² / Σ (actual − mean)² before treatment (Ferman, Pinto and Possebom 2020)."""
    own = fit.actual[: fit.before]
    spread = float(((own - own.mean()) ** 2).sum())
    return 1 - float((fit.gaps[: fit.before] ** 2).sum()) / spread if spread > 0 else None


def _say_time(sample: Sample, fit: Fit | None) -> dict[str, Any] | None:
    if fit is None:
        return None
    return {
        "from": sample.times[fit.before],
        "estimate": fit.effect,
        "pre_rmspe": fit.misfit,
        "ratio": fit.ratio,
    }


def _note(sample: Sample, unit: int, fit: Fit, variant: Variant) -> list[str]:
    notes = []
    paths = sample.outcomes[fit.donors][:, : fit.before]
    own = sample.outcomes[unit, : fit.before]
    outside = [
        sample.times[place]
        for place in np.flatnonzero((own > paths.max(axis=0)) | (own < paths.min(axis=0)))
    ]
    if outside and variant is Variant.CLASSIC:
        notes.append(
            f"In {len(outside)} of {fit.before} periods before treatment ({', '.join(outside[:5])}"
            f"{', …' if len(outside) > 5 else ''}) {sample.units[unit]} lies outside the donors: "
            "no weights can reach it (convex hull)."
        )
    share = _explain(fit)
    if share is not None and share < POOR_FIT and fit.misfit > 1e-9 * np.abs(own).max():
        notes.append(
            f"Poor fit before treatment: the synthetic control explains {max(share, 0):.1%} of the path "
            f"(less than {POOR_FIT:.0%}); the effect should not be believed on this ground alone."
        )
    return notes
