"""Synthetic control of a panel with one treated unit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from linghang_core.effects.panel import Panel
from linghang_core.effects.results import LEVEL, Direction, EffectsError, Result, judge
from linghang_core.effects.synthetic.fits import Fit, Task, Variant, fit_unit
from linghang_core.effects.synthetic.placebos import (
    SpacePlacebos,
    leave_out,
    place_in_space,
    place_in_time,
)
from linghang_core.effects.synthetic.predictors import Grids, Plan
from linghang_core.effects.synthetic.samples import Sample, choose_units

POOR_FIT = 0.8  # share of the path before treatment explained, below which a note says so
ASSUMPTIONS = (
    "Without treatment the unit would have gone on like the weighted donors, as before.",
    "Treatment of the unit does not reach the donors, and none of them was treated.",
    "Nobody acted on the treatment before it began.",
)
EXCHANGEABLE = (
    "Had nobody been treated, any unit could as well have had the largest ratio (p-value)."
)


class ControlInference(StrEnum):
    """How the effect is tested."""

    PLACEBO = "placebo"
    NONE = "none"


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
    """Return the mean effect after treatment by a synthetic control, tested by placebos in space.

    Abadie, Diamond and Hainmueller, JASA 105 (2010) and AJPS 59 (2015). Without a plan the weights
    fit the outcomes before treatment directly (V even over periods); with one they fit predictors,
    whose weights V are found by nested optimisation. Raises EffectsError for several treated
    units, fewer than two donors or two periods before treatment.
    """
    options = options or Options()
    sample = choose_units(panel)
    unit, before = _find_treated(sample)
    donors = sample.controls
    task = _set_task(sample, before, plan, _order_grids(grids, panel, sample), options)
    fit = fit_unit(task, unit, donors)
    space = None
    if options.test is ControlInference.PLACEBO:
        space = place_in_space(task, sample.units, donors, options.most, options.seed)
    fake = _find_time(sample, options.placebo_time, before)
    time = place_in_time(task, unit, donors, fake)
    dropped = leave_out(task, unit, fit)
    low, high, p_value = _test(fit, space, level)
    return Result(
        method=f"synthetic control ({options.variant})",
        estimate=fit.effect,
        se=space.spread() if space else None,
        se_recipe=_name_recipe(space),
        ci_low=low,
        ci_high=high,
        p_value=p_value,
        p_kind=_name_test(space),
        verdict=judge(
            fit.effect,
            p_value,
            direction=direction,
            level=level,
            interval=(low, high),
            margin=margin,
        ),
        level=level,
        weights={
            sample.units[donor]: float(weight)
            for donor, weight in zip(donors, fit.weights, strict=True)
        },
        effects=_list_effects(sample, fit),
        comparison_units=[sample.units[donor] for donor in donors[fit.weights > 0]],
        assumptions=[*ASSUMPTIONS, *([EXCHANGEABLE] if space else [])],
        diagnostics=_diagnose(sample, fit, space)
        | {
            "leave_one_out": {sample.units[place]: effect for place, effect in dropped.items()},
            "placebo_in_time": _say_time(sample, time),
        },
        notes=[*sample.notes, *_note(sample, unit, fit, space, level)],
        quality=(*sample.quality, *(grids.findings if grids else ())),
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


def _order_grids(grids: Grids | None, panel: Panel, sample: Sample) -> Grids | None:
    """Return the grids with the units of the sample."""
    if grids is None:
        return None
    places = [panel.units.index(name) for name in sample.units]
    values = {name: grid[places] for name, grid in grids.columns.items()}
    return Grids(grids.outcome, grids.times, values, grids.findings)


def _find_time(sample: Sample, named: str | None, before: int) -> int | None:
    """Return the place of a period named, which must lie before treatment."""
    if named is None:
        return None
    if named not in sample.times[:before]:
        raise EffectsError(f"period {named} is not among those before treatment")
    return sample.times.index(named)


def _test(
    fit: Fit, space: SpacePlacebos | None, level: float
) -> tuple[float | None, float | None, float | None]:
    if space is None:
        return None, None, None
    bounds = space.invert(fit, level)
    low, high = bounds if bounds and np.isfinite(bounds).all() else (None, None)
    return low, high, space.rank(fit.ratio)


def _name_recipe(space: SpacePlacebos | None) -> str:
    if space is None:
        return "none asked for"
    return (
        f"standard deviation of the effects on {len(space.fits)} donors "
        "(Arkhangelsky and others 2021, algorithm 4); the interval inverts the placebo test "
        "for a constant effect (Firpo and Possebom 2018)"
    )


def _name_test(space: SpacePlacebos | None) -> str:
    if space is None:
        return "none"
    return (
        "two-sided, placebo in space: rank of the ratio of root mean square gaps after to before "
        f"among {len(space.fits) + 1} units"
    )


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


def _diagnose(sample: Sample, fit: Fit, space: SpacePlacebos | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "donors": len(fit.donors),
        "pre_rmspe": fit.misfit,
        "post_pre_ratio": fit.ratio,
        "pre_fit_share": _explain(fit),
        "optimality_gap": fit.slack,
        "v": fit.v or dict.fromkeys(sample.times[: fit.before], 1 / fit.before),
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


def _note(
    sample: Sample, unit: int, fit: Fit, space: SpacePlacebos | None, level: float
) -> list[str]:
    notes = []
    paths = sample.outcomes[fit.donors][:, : fit.before]
    own = sample.outcomes[unit, : fit.before]
    outside = [
        sample.times[place]
        for place in np.flatnonzero((own > paths.max(axis=0)) | (own < paths.min(axis=0)))
    ]
    if outside:
        notes.append(
            f"In {len(outside)} of {fit.before} periods before treatment ({', '.join(outside[:5])}"
            f"{', …' if len(outside) > 5 else ''}) {sample.units[unit]} lies outside the donors: "
            "no weights can reach it (convex hull)."
        )
    share = _explain(fit)
    if share is not None and share < POOR_FIT and fit.misfit > 1e-9 * np.abs(own).max():
        notes.append(
            f"Poor fit before treatment: the synthetic control explains {share:.0%} of the path "
            f"(less than {POOR_FIT:.0%}); the effect should not be believed on this ground alone."
        )
    if space:
        least = 1 / (len(space.fits) + 1)
        notes.append(
            f"With {len(space.fits)} placebos the smallest possible p-value is {least:.3g}."
        )
        if least > 1 - level:
            notes.append(
                f"That is more than {1 - level:.3g}: no effect can be shown at this level."
            )
        elif space.invert(fit, level) is None:
            notes.append("No constant effect is compatible with the gaps: there is no interval.")
    return notes
