"""Whether the effect of a synthetic control is more than chance: tests by units and by periods."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from linghang_core.effects.results import EffectsError
from linghang_core.effects.synthetic.conformal import invert_constant, rank_constant
from linghang_core.effects.synthetic.fits import Fit, Task
from linghang_core.effects.synthetic.placebos import SpacePlacebos, place_in_space

NO_INTERVAL = "No constant effect is compatible with the gaps: there is no interval."


class ControlInference(StrEnum):
    """How the effect is tested: by placebos in space, by shifts in time, or not."""

    PLACEBO = "placebo"
    CONFORMAL = "conformal"
    NONE = "none"


@dataclass(frozen=True)
class Tested:
    """What a test found: numbers it cannot give are None; `space` holds the placebos tried."""

    se: float | None = None
    se_recipe: str = "none asked for"
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    p_kind: str = "none"
    assumptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    space: SpacePlacebos | None = field(default=None, repr=False)


def check_effect(
    task: Task,
    units: tuple[str, ...],
    fit: Fit,
    unit: int,
    kind: ControlInference,
    most: int | None,
    seed: int,
    level: float,
) -> Tested:
    """Return the test of the kind asked for; `most` donors at most take the placebo."""
    if kind is ControlInference.PLACEBO:
        return _check_units(fit, place_in_space(task, units, fit.donors, most, seed), level)
    if kind is ControlInference.CONFORMAL:
        return _check_periods(task, fit, unit, level)
    return Tested()


def _check_units(fit: Fit, space: SpacePlacebos, level: float) -> Tested:
    bounds = space.invert(fit, level)
    low, high = _bound(bounds)
    count = len(space.fits)
    return Tested(
        se=space.spread(),
        se_recipe=(
            f"standard deviation of the effects on {count} donors (Arkhangelsky and others 2021, "
            "algorithm 4); the interval inverts the placebo test for a constant effect "
            "(Firpo and Possebom 2018)"
        ),
        low=low,
        high=high,
        p_value=space.rank(fit.ratio),
        p_kind=(
            "two-sided, placebo in space: rank of the ratio of root mean square gaps after to "
            f"before among {count + 1} units"
        ),
        assumptions=(
            "Had nobody been treated, any unit could as well have had the largest ratio (p-value).",
        ),
        notes=(
            *_note_least(f"With {count} placebos", 1 / (count + 1), level),
            *_advise(count, len(fit.actual), level),
            *([NO_INTERVAL] if bounds is None else []),
            *_note_exact(space),
        ),
        space=space,
    )


def _check_periods(task: Task, fit: Fit, unit: int, level: float) -> Tested:
    if task.plan:
        raise EffectsError("conformal inference fits outcomes only; leave the predictors out")
    bounds = invert_constant(task, unit, fit.donors, fit.effect, level)
    low, high = _bound(bounds)
    periods = task.outcomes.shape[1]
    return Tested(
        se_recipe="none; the interval inverts the conformal test for a constant effect",
        low=low,
        high=high,
        p_value=rank_constant(task, unit, fit.donors),
        p_kind=(
            "two-sided, conformal: rank of the mean absolute gap after treatment among "
            f"{periods} shifts in time (Chernozhukov, Wüthrich and Zhu 2021)"
        ),
        assumptions=(
            "Without treatment the gaps would have had the same spread after as before (p-value).",
        ),
        notes=(
            *_note_least(f"With {periods} periods", 1 / periods, level),
            *([NO_INTERVAL] if bounds is None else []),
        ),
    )


def _bound(bounds: tuple[float, float] | None) -> tuple[float | None, float | None]:
    """Return an interval, without bounds where it has none."""
    if bounds is None or not np.isfinite(bounds).all():
        return None, None
    return bounds


def _note_least(said: str, least: float, level: float) -> list[str]:
    notes = [f"{said} the smallest possible p-value is {least:.3g}."]
    if least > 1 - level:
        notes.append(f"That is more than {1 - level:.3g}: no effect can be shown at this level.")
    return notes


def _advise(placebos: int, periods: int, level: float) -> list[str]:
    """Return the other test, where only that one could show an effect."""
    if 1 / (placebos + 1) <= 1 - level or 1 / periods > 1 - level:
        return []
    return [f"A test over the {periods} periods could: --inference conformal."]


def _note_exact(space: SpacePlacebos) -> list[str]:
    exact = sum(each.is_exact for each in space.fits)
    if not exact:
        return []
    said = (
        f"{exact} of {len(space.fits)} placebos fit exactly before treatment, so their ratio has no "
        "bound and the p-value says little: the periods before treatment are too few for so many "
        "donors."
    )
    return [said]
