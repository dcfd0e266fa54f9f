"""What synthetic difference in differences estimates, and what it would without this or that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from linghang_core.effects.results import EffectsError
from linghang_core.effects.synthetic.did_errors import estimate_all, weigh_cohorts
from linghang_core.effects.synthetic.did_weights import (
    Cohort,
    Draws,
    Estimator,
    Solver,
    measure_noise,
)
from linghang_core.effects.synthetic.samples import Sample, find_fake_start

HEAVIEST = 10  # controls left out one at a time


@dataclass(frozen=True)
class Point:
    """The estimate itself and what it was made of."""

    sample: Sample
    cohorts: list[Cohort]
    draws: list[Draws]
    shares: np.ndarray
    estimate: float

    @property
    def weights(self) -> np.ndarray:
        """Return the weights of the controls, averaged over cohorts."""
        units = np.stack([draws.units[0] for draws in self.draws])
        averaged: np.ndarray = self.shares @ units
        return averaged


def estimate_point(sample: Sample, estimator: Estimator, solver: Solver) -> Point:
    """Return the estimate of a sample over all its cohorts."""
    cohorts = find_cohorts(sample, estimator, solver)
    counts = np.ones((1, len(sample.controls)))
    groups = []
    for cohort in cohorts:
        group = np.zeros((1, len(sample.units)))
        group[:, cohort.treated] = 1.0
        groups.append(group)
    effects, draws = estimate_all(cohorts, counts, groups)
    shares = weigh_cohorts(np.array([len(cohort.treated) for cohort in cohorts]), cohorts)
    return Point(sample, cohorts, draws, shares, float(effects[0]))


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


def leave_one_out(point: Point) -> dict[str, float]:
    """Return the estimate without each of the ten heaviest controls."""
    controls = point.sample.controls
    weights = point.weights
    heaviest = np.argsort(-weights, kind="stable")[:HEAVIEST]
    heaviest = heaviest[weights[heaviest] > 0]
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


def try_earlier(point: Point) -> dict[str, Any] | None:
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
    found = estimate_point(earlier, first.estimator, first.solver)
    return {"from": sample.times[fake], "estimate": found.estimate}
