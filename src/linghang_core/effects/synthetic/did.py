"""Synthetic difference in differences of a panel, with cohorts where treatment is staggered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import norm

from linghang_core.effects.panel import Panel
from linghang_core.effects.results import LEVEL, Direction, Result, judge
from linghang_core.effects.synthetic.did_errors import Inference, Spread, find_spread
from linghang_core.effects.synthetic.did_points import (
    Point,
    adjust_outcomes,
    estimate_point,
    leave_one_out,
    try_earlier,
)
from linghang_core.effects.synthetic.did_weights import (
    TIME_RIDGE,
    Cohort,
    Draws,
    Estimator,
    Solver,
)
from linghang_core.effects.synthetic.samples import choose_units

DRAWS = 200
FEW = 10  # placebos below which a note warns

ASSUMPTIONS = (
    "Without treatment the treated units would have run parallel to the weighted controls.",
    "Treatment of one unit does not reach the controls.",
    "Nobody acted on the treatment before it began.",
)
SPREAD_ASSUMPTIONS = {
    Inference.PLACEBO: "The treated units vary as much as the controls do (placebo).",
    Inference.BOOTSTRAP: "There are many treated units (bootstrap).",
    Inference.JACKKNIFE: "There are many treated units (jackknife; tends to be too wide).",
    Inference.NONE: "",
}


def compute_did(
    panel: Panel,
    *,
    estimator: Estimator = Estimator.SDID,
    solver: Solver = Solver.FRANK_WOLFE,
    inference: Inference = Inference.PLACEBO,
    draws: int = DRAWS,
    seed: int = 1,
    level: float = LEVEL,
    direction: Direction = Direction.ANY,
    margin: float | None = None,
) -> Result:
    """Return the average effect on the treated by synthetic difference in differences.

    Arkhangelsky, Athey, Hirshberg, Imbens and Wager, American Economic Review 111 (2021); ridges,
    steps and stopping rule are those of their R package synthdid, so that its figures come out.
    Cohorts of different first periods are estimated apart against units never treated and averaged
    by treated unit and period (Clarke, Pailañir, Athey and Imbens, 2023). Covariates are taken out
    first by a two-way regression over the controls (Kranz, 2022) and kept in every draw.
    Raises EffectsError for what cannot be computed.
    """
    sample = choose_units(panel)
    sample, slopes = adjust_outcomes(sample)
    point = estimate_point(sample, estimator, solver)
    spread = find_spread(point.cohorts, point.draws, inference, draws, seed)
    return _say(point, spread, slopes, inference, level, direction, margin)


def _say(
    point: Point,
    spread: Spread,
    slopes: dict[str, float],
    inference: Inference,
    level: float,
    direction: Direction,
    margin: float | None,
) -> Result:
    sample, estimate, se = point.sample, point.estimate, spread.se
    low = high = p_value = None
    if se is not None:
        reach = float(norm.ppf((1 + level) / 2)) * se
        low, high = estimate - reach, estimate + reach
        p_value = float(2 * norm.sf(abs(estimate) / se)) if se > 0 else float(estimate == 0)
    is_rough = _is_rough(spread)
    weights = {
        sample.units[place]: float(weight)
        for place, weight in zip(sample.controls, point.weights, strict=True)
    }
    return Result(
        method=f"synthetic difference in differences ({point.cohorts[0].estimator})",
        estimate=estimate,
        se=se,
        se_recipe=spread.recipe,
        ci_low=low,
        ci_high=high,
        p_value=p_value,
        p_kind="two-sided, normal" if se is not None else "none",
        verdict=judge(
            estimate,
            None if is_rough else p_value,
            direction=direction,
            level=level,
            interval=(None, None) if is_rough else (low, high),
            margin=margin,
        ),
        level=level,
        weights=weights,
        time_weights=_average_times(point),
        effects=_list_effects(point),
        comparison_units=[name for name, weight in weights.items() if weight > 0],
        assumptions=[*ASSUMPTIONS, *filter(None, [SPREAD_ASSUMPTIONS[inference]])],
        diagnostics=_diagnose(point, spread, slopes),
        notes=_note(point, spread, slopes),
        quality=sample.quality,
    )


def _average_times(point: Point) -> dict[str, float]:
    """Return the time weights, averaged over cohorts."""
    times = np.zeros(len(point.sample.times))
    for share, cohort, draws in zip(point.shares, point.cohorts, point.draws, strict=True):
        times[: cohort.before] += share * draws.times[0]
    last = max(cohort.before for cohort in point.cohorts)
    return dict(zip(point.sample.times[:last], times[:last].tolist(), strict=True))


def _trace(cohort: Cohort, draws: Draws) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of the treated and the synthetic path (T each), shifted to meet before."""
    actual = cohort.outcomes[cohort.treated].mean(axis=0)
    synthetic = draws.units[0] @ cohort.outcomes[cohort.controls]
    gap = (actual - synthetic)[: cohort.before]
    plain = cohort.estimator is Estimator.SC
    return actual, synthetic + (0.0 if plain else gap @ draws.times[0])


def _list_effects(point: Point) -> list[dict[str, Any]]:
    several = len(point.cohorts) > 1
    rows = []
    for cohort, draws in zip(point.cohorts, point.draws, strict=True):
        actual, synthetic = _trace(cohort, draws)
        for place, time in enumerate(point.sample.times):
            row = {"cohort": point.sample.times[cohort.before]} if several else {}
            rows.append(
                row
                | {
                    "time": time,
                    "actual": float(actual[place]),
                    "synthetic": float(synthetic[place]),
                    "effect": float(actual[place] - synthetic[place]),
                    "treated": place >= cohort.before,
                }
            )
    return rows


def _diagnose(point: Point, spread: Spread, slopes: dict[str, float]) -> dict[str, Any]:
    first = point.cohorts[0]
    squares = [_measure_misfit(*pair) for pair in zip(point.cohorts, point.draws, strict=True)]
    found: dict[str, Any] = {
        "estimator": first.estimator.value,
        "solver": first.solver.value,
        "controls": len(first.controls),
        "treated": int(sum(len(cohort.treated) for cohort in point.cohorts)),
        "pre_rmspe": float(np.sqrt(np.average(squares, weights=point.shares))),
        "zeta_omega": [cohort.unit_ridge for cohort in point.cohorts],
        "zeta_lambda": [TIME_RIDGE * cohort.noise for cohort in point.cohorts],
        "cohorts": [
            {
                "first_treated": point.sample.times[cohort.before],
                "treated": len(cohort.treated),
                "share": float(share),
                "estimate": float(draws.effects[0]),
            }
            for cohort, share, draws in zip(point.cohorts, point.shares, point.draws, strict=True)
        ],
        "leave_one_out": leave_one_out(point),
        "placebo_in_time": try_earlier(point),
    }
    if slopes:
        found["covariates"] = slopes
    if spread.is_placebo:
        as_large = int((np.abs(spread.estimates) >= abs(point.estimate)).sum())
        found["placebo_p_value"] = (1 + as_large) / (1 + len(spread.estimates))
    return found


def _measure_misfit(cohort: Cohort, draws: Draws) -> float:
    """Return the mean square of the gap before treatment, its mean taken out unless it is SC."""
    actual, synthetic = _trace(cohort, draws)
    gap = (actual - synthetic)[: cohort.before]
    level = 0.0 if cohort.estimator is Estimator.SC else gap.mean()
    return float(((gap - level) ** 2).mean())


def _is_rough(spread: Spread) -> bool:
    """Return whether the error rests on too few placebos."""
    return spread.is_placebo and spread.estimates.size < FEW


def _note(point: Point, spread: Spread, slopes: dict[str, float]) -> Sequence[str]:
    notes = []
    if len(point.cohorts) > 1:
        notes.append(
            f"{len(point.cohorts)} cohorts, averaged by treated units and periods; "
            "controls are units never treated within the table."
        )
    if _is_rough(spread):
        notes.append(
            f"Only {spread.estimates.size} placebos: standard error and p-value are too rough for a "
            "verdict; see placebo_p_value in diagnostics."
        )
    if any(slope == 0 for slope in slopes.values()):
        names = ", ".join(name for name, slope in slopes.items() if slope == 0)
        notes.append(f"{names} has no part of its own over time and changes nothing.")
    return notes
