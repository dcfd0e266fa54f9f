"""Synthetic difference in differences of a panel, with cohorts where treatment is staggered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm

from linghang_core.effects.panel import Panel
from linghang_core.effects.results import LEVEL, Direction, EffectsError, Result, judge
from linghang_core.effects.synthetic.did_errors import (
    Inference,
    Spread,
    estimate_all,
    find_spread,
    weigh_cohorts,
)
from linghang_core.effects.synthetic.did_weights import (
    TIME_RIDGE,
    Cohort,
    Draws,
    Estimator,
    Solver,
    measure_noise,
)
from linghang_core.effects.synthetic.samples import Sample, choose_units, find_fake_start

DRAWS = 200
HEAVIEST = 10  # controls left out one at a time

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


@dataclass(frozen=True)
class _Point:
    """The estimate itself and what it was made of."""

    sample: Sample
    cohorts: list[Cohort]
    draws: list[Draws]
    shares: np.ndarray
    estimate: float


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
    point = _estimate(sample, estimator, solver)
    spread = find_spread(point.cohorts, point.draws, inference, draws, seed)
    return _say(point, spread, slopes, inference, level, direction, margin)


def adjust_outcomes(sample: Sample) -> tuple[Sample, dict[str, float]]:
    """Return the sample with covariates taken out of the outcomes, and their coefficients.

    The coefficients are those of a regression over the controls with an effect for each unit and
    each period (Kranz 2022: "projected").
    """
    if not sample.covariates:
        return sample, {}
    controls = sample.controls
    columns = np.column_stack(
        [_centre(values[controls]).ravel() for values in sample.covariates.values()]
    )
    scale = np.linalg.norm(columns, axis=0)
    scale[scale < 1e-9 * (1 + np.abs(columns).max())] = np.inf  # nothing left: coefficient zero
    slopes = np.linalg.lstsq(columns / scale, _centre(sample.outcomes[controls]).ravel())[0] / scale
    taken = sum(
        slope * values for slope, values in zip(slopes, sample.covariates.values(), strict=True)
    )
    return sample.replace(outcomes=sample.outcomes - taken), {
        name: float(slope) for name, slope in zip(sample.covariates, slopes, strict=True)
    }


def _centre(values: np.ndarray) -> np.ndarray:
    """Return values without the effects of units and periods."""
    centred: np.ndarray = (
        values
        - values.mean(axis=0, keepdims=True)
        - values.mean(axis=1, keepdims=True)
        + values.mean()
    )
    return centred


def _estimate(sample: Sample, estimator: Estimator, solver: Solver) -> _Point:
    cohorts = find_cohorts(sample, estimator, solver)
    counts = np.ones((1, len(sample.controls)))
    groups = []
    for cohort in cohorts:
        group = np.zeros((1, len(sample.units)))
        group[:, cohort.treated] = 1.0
        groups.append(group)
    effects, draws = estimate_all(cohorts, counts, groups)
    shares = weigh_cohorts(np.array([len(cohort.treated) for cohort in cohorts]), cohorts)
    return _Point(sample, cohorts, draws, shares, float(effects[0]))


def find_cohorts(sample: Sample, estimator: Estimator, solver: Solver) -> list[Cohort]:
    """Return the cohorts of a sample in order of time; raises EffectsError where one is too short."""
    controls = sample.controls
    if len(controls) < 2:
        raise EffectsError(
            f"{sample.units[controls[0]]} is the only control: there is nothing to weigh; "
            "use effects did, or add controls"
        )
    cohorts = []
    for before in sorted(set(sample.starts[sample.treated].tolist())):
        if before < 2 and estimator is not Estimator.DID:
            raise EffectsError(
                f"one period before {sample.times[before]} cannot show which controls move like "
                "the treated units; add earlier periods, or use effects did"
            )
        cohorts.append(
            Cohort(
                outcomes=sample.outcomes,
                before=before,
                controls=controls,
                treated=np.flatnonzero(sample.starts == before),
                noise=measure_noise(sample.outcomes[controls][:, :before]),
                estimator=estimator,
                solver=solver,
            )
        )
    return cohorts


def _say(
    point: _Point,
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
    units = sum(
        share * draws.units[0] for share, draws in zip(point.shares, point.draws, strict=True)
    )
    weights = {
        sample.units[place]: float(weight)
        for place, weight in zip(sample.controls, np.atleast_1d(units), strict=True)
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
            estimate, p_value, direction=direction, level=level, interval=(low, high), margin=margin
        ),
        level=level,
        weights=weights,
        time_weights=_average_times(point),
        effects=_list_effects(point),
        comparison_units=[name for name, weight in weights.items() if weight > 0],
        assumptions=[*ASSUMPTIONS, *filter(None, [SPREAD_ASSUMPTIONS[inference]])],
        diagnostics=_diagnose(point, spread, slopes),
        notes=[*sample.notes, *_note(point, slopes)],
        quality=sample.quality,
    )


def _average_times(point: _Point) -> dict[str, float]:
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


def _list_effects(point: _Point) -> list[dict[str, Any]]:
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


def _diagnose(point: _Point, spread: Spread, slopes: dict[str, float]) -> dict[str, Any]:
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
        "leave_one_out": _leave_one_out(point),
        "placebo_in_time": _try_earlier(point),
    }
    if slopes:
        found["covariates"] = slopes
    if spread.estimates.size and "placebo" in spread.recipe:
        as_large = int((np.abs(spread.estimates) >= abs(point.estimate)).sum())
        found["placebo_p_value"] = (1 + as_large) / (1 + len(spread.estimates))
    return found


def _measure_misfit(cohort: Cohort, draws: Draws) -> float:
    """Return the mean square of the gap before treatment, its mean taken out unless it is SC."""
    actual, synthetic = _trace(cohort, draws)
    gap = (actual - synthetic)[: cohort.before]
    level = 0.0 if cohort.estimator is Estimator.SC else gap.mean()
    return float(((gap - level) ** 2).mean())


def _leave_one_out(point: _Point) -> dict[str, float]:
    """Return the estimate without each of the ten heaviest controls."""
    controls = point.sample.controls
    weights = sum(
        share * draws.units[0] for share, draws in zip(point.shares, point.draws, strict=True)
    )
    heaviest = np.argsort(-np.atleast_1d(weights), kind="stable")[:HEAVIEST]
    heaviest = heaviest[np.atleast_1d(weights)[heaviest] > 0]
    counts = np.ones((len(heaviest), len(controls)))
    counts[np.arange(len(heaviest)), heaviest] = 0.0
    groups = []
    for cohort in point.cohorts:
        group = np.zeros((len(heaviest), len(point.sample.units)))
        group[:, cohort.treated] = 1.0
        groups.append(group)
    effects, _ = estimate_all(point.cohorts, counts, groups)
    return {
        point.sample.units[controls[place]]: float(effect)
        for place, effect in zip(heaviest, effects, strict=True)
    }


def _try_earlier(point: _Point) -> dict[str, Any] | None:
    """Return the estimate of a treatment that never was, within the periods before the first one."""
    first = point.cohorts[0]
    fake = find_fake_start(first.before, len(point.sample.times))
    if len(point.cohorts) > 1 or fake is None:
        return None
    sample = point.sample
    starts = np.where(sample.starts == first.before, fake, first.before)
    earlier = sample.replace(
        outcomes=sample.outcomes[:, : first.before],
        times=sample.times[: first.before],
        starts=starts,
    )
    found = _estimate(earlier, first.estimator, first.solver)
    return {"from": sample.times[fake], "estimate": found.estimate}


def _note(point: _Point, slopes: dict[str, float]) -> Sequence[str]:
    notes = []
    if len(point.cohorts) > 1:
        notes.append(
            f"{len(point.cohorts)} cohorts, averaged by treated units and periods; "
            "controls are units never treated within the table."
        )
    if any(slope == 0 for slope in slopes.values()):
        names = ", ".join(name for name, slope in slopes.items() if slope == 0)
        notes.append(f"{names} has no part of its own over time and changes nothing.")
    return notes
