"""What a reader is told about an interrupted series in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linghang_core.effects.results import Verdict
from linghang_core.effects.series.design import Impact
from linghang_core.effects.series.model import Model
from linghang_core.effects.series.reading import Series

FEW = 8  # periods on one side below which a trend is hardly known (Penfold & Zhang 2013)
DISPERSED = 1.5


def name_test(freedom: float | None) -> str:
    """Return which test the p-value comes from."""
    if freedom is None:
        return "two-sided, normal distribution"
    return f"two-sided, t distribution with {freedom:g} degrees of freedom"


def name_scale(target: str, counts: bool) -> str:
    """Return in what the estimate is counted."""
    if counts and target in {"level", "slope"}:
        return "logarithm of a rate ratio" + (" per period" if target == "slope" else "")
    unit = "events" if counts else "units of the outcome"
    return unit + {"slope": " per period", "average": " per period"}.get(target, "")


def list_assumptions(series: Series, *, counts: bool) -> list[str]:
    """Return what must hold for the estimate to be the effect."""
    line = "on a logarithmic scale " if counts else ""
    found = [
        f"Without the change the series would have kept its straight line {line}and its season.",
        "Nothing else that moves the indicator happened at the same time.",
        "The indicator was counted the same way before and after.",
        "The time of the change was not chosen because of the series.",
    ]
    if series.comparison is not None:
        found[0] = (
            "Without the change the distance to the comparison units would have gone on along its "
            "straight line."
        )
        found.append("The comparison units were not touched by the change.")
    return found


def list_notes(
    series: Series, model: Model, diagnostics: Mapping[str, Any], verdict: Verdict
) -> list[str]:
    """Return what a careful reader should know about this result."""
    notes = []
    for side in ("before", "after"):
        number = diagnostics[f"periods_{side}"]
        if number < FEW:
            notes.append(
                f"Only {number} periods {side} the change: the line there is hardly known; "
                f"{FEW} or more are wanted."
            )
    if verdict is Verdict.NOT_ENOUGH and diagnostics["detectable"] is not None:
        notes.append(
            f"A change smaller than {diagnostics['detectable']:.3g} would probably not have been "
            "seen here: finding none shows nothing about one."
        )
    if model.shape is Impact.BOTH:
        notes.append(
            "Level and slope may both change: the estimate is the change at the start; see "
            "slope_change and joint_test in diagnostics."
        )
    notes += _note_residuals(diagnostics, model.recipe)
    if series.comparison is None:
        notes.append(
            "One series cannot tell the change from anything else at the same time; an untreated "
            "comparison (--comparison) can."
        )
    if missing := diagnostics["periods_missing"]:
        notes.append(
            f"{missing} periods in the file are left out because a unit of the series or of the "
            "comparison has no usable value there."
        )
    if placebo := diagnostics.get("placebo"):
        notes.append(_note_placebo(placebo))
    if not series.evenly_spaced:
        notes.append("The times are unevenly spaced or no dates: they were numbered in order.")
    if len(series.units) > 1:
        way = "added up" if series.counts else "averaged"
        notes.append(f"{len(series.units)} treated units were {way} into one series.")
    return notes


def _note_residuals(diagnostics: Mapping[str, Any], inference: str) -> list[str]:
    notes = []
    box = diagnostics.get("ljung_box")
    if box is None:
        notes.append("The line fits without any error: nothing can be said about chance.")
    elif box["p_value"] < 0.05:
        if inference in {"ols", "poisson", "quasi-poisson", "negative-binomial"}:
            notes.append(
                "Residuals follow those before (Ljung-Box), which these errors do not allow for: "
                "compare with newey-west."
            )
        elif inference == "newey-west":
            notes.append(
                "Residuals follow those before (Ljung-Box); Newey-West errors allow for it but are "
                "too small in short series: compare with prais-winsten or arma."
            )
        else:
            notes.append(
                "Residuals still follow those before (Ljung-Box): something is missing, such as a "
                "season."
            )
    if inference == "poisson" and diagnostics.get("dispersion", 1.0) > DISPERSED:
        notes.append(
            f"The counts vary {diagnostics['dispersion']:.1f} times as much as Poisson counts: "
            "these errors are too small; use quasi-poisson or negative-binomial."
        )
    return notes


def _note_placebo(placebo: Mapping[str, Any]) -> str:
    if not placebo["starts"] or placebo["rank"] is None:
        return "The periods before are too few to look for changes that were none."
    return (
        f"Of {placebo['starts']} starts before the change, when nothing happened, "
        f"{placebo['significant']} look like a change: where that is more than a few, the line "
        "bends by itself."
    )
