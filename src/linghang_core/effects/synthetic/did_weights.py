"""Unit and time weights of synthetic difference in differences, of one cohort, many draws at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from linghang_core.effects.synthetic.descent import Problems, descend_sparsely
from linghang_core.effects.synthetic.simplex import solve_simplex

LEAST = 1e-5  # of the noise: gain at which the package's steps end
TIME_RIDGE = 1e-6  # η of the time weights, and of the unit weights of the plain synthetic control
CHUNK = 20_000_000  # numbers held at a time


class Estimator(StrEnum):
    """Which weights are estimated and which are even, as in the R package synthdid."""

    SDID = "sdid"
    SC = "sc"
    DID = "did"


class Solver(StrEnum):
    """How weights are found: the package's steps, or the exact optimum."""

    FRANK_WOLFE = "frank-wolfe"
    EXACT = "exact"


@dataclass(frozen=True)
class Cohort:
    """Units first treated in period `before` (= the number of periods before), of a full panel.

    `outcomes` is N × T of all units, `controls` and `treated` are places in it. `noise` is the
    standard deviation of first differences of controls before treatment, σ in the paper.
    """

    outcomes: np.ndarray
    before: int
    controls: np.ndarray
    treated: np.ndarray
    noise: float
    estimator: Estimator = Estimator.SDID
    solver: Solver = Solver.FRANK_WOLFE

    @property
    def unit_ridge(self) -> float:
        """Return ζ of the unit weights: (N₁·T₁)^¼·σ, of the plain synthetic control 10⁻⁶·σ."""
        if self.estimator is Estimator.SC:
            return TIME_RIDGE * self.noise
        after = self.outcomes.shape[1] - self.before
        return float((len(self.treated) * after) ** 0.25 * self.noise)


@dataclass(frozen=True)
class Draws:
    """What B draws give: effects (B), unit weights (B × controls), time weights (B × before)."""

    effects: np.ndarray
    units: np.ndarray
    times: np.ndarray


def measure_noise(outcomes: np.ndarray) -> float:
    """Return the standard deviation of the first differences of outcomes (units × periods).

    Where there is one period only, and so no difference, or where nothing moves, it is the
    standard deviation of the outcomes themselves, or 1.
    """
    steps = np.diff(outcomes, axis=1) if outcomes.shape[1] > 1 else outcomes - outcomes.mean()
    found = float(np.std(steps, ddof=1)) if steps.size > 1 else 0.0
    return found if found > 0 else float(np.std(outcomes)) or 1.0


def estimate_draws(cohort: Cohort, counts: np.ndarray, targets: np.ndarray) -> Draws:
    """Return the estimates of B draws of one cohort.

    `counts` (B × controls) says how often each control was drawn, `targets` (B × T) is the mean
    outcome of the units that stand for the treated ones. Copies of a unit share one weight.
    """
    size = max(1, CHUNK // max(cohort.before**2, 4 * counts.shape[1]))
    parts = [
        _estimate_some(cohort, counts[first : first + size], targets[first : first + size])
        for first in range(0, len(counts), size)
    ]
    return Draws(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Draws.__annotations__)
    )


def measure_effects(
    cohort: Cohort, targets: np.ndarray, units: np.ndarray, times: np.ndarray
) -> np.ndarray:
    """Return the effects (B) that given weights make of the targets (B × T)."""
    gaps = targets - units @ cohort.outcomes[cohort.controls]
    before = (gaps[:, : cohort.before] * times).sum(axis=1)
    effects: np.ndarray = gaps[:, cohort.before :].mean(axis=1) - before
    return effects


def _estimate_some(cohort: Cohort, counts: np.ndarray, targets: np.ndarray) -> Draws:
    counts = counts.astype(float)
    even = (len(counts), cohort.before)
    if cohort.estimator is Estimator.DID:
        units = counts / counts.sum(axis=1, keepdims=True)
        times = np.full(even, 1 / cohort.before)
    else:
        units = _weigh_units(cohort, counts, targets)
        times = np.zeros(even)
        if cohort.estimator is Estimator.SDID:
            times = _weigh_times(cohort, counts)
    return Draws(measure_effects(cohort, targets, units, times), units, times)


def _weigh_units(cohort: Cohort, counts: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return the unit weights: controls like the treated before treatment but for a constant."""
    columns = cohort.outcomes[cohort.controls, : cohort.before]
    wanted = targets[:, : cohort.before]
    if cohort.estimator is Estimator.SDID:
        columns = columns - columns.mean(axis=1, keepdims=True)
        wanted = wanted - wanted.mean(axis=1, keepdims=True)
    strength = cohort.before * cohort.unit_ridge**2
    ridge = strength / np.where(counts > 0, counts, 1.0)
    if cohort.solver is Solver.EXACT:
        return _solve_each(columns.T[None], wanted, ridge, counts > 0)
    problems = Problems(
        gram=columns @ columns.T,
        linear=wanted @ columns.T,
        rows=np.full(len(counts), float(cohort.before)),
        ridge=ridge,
        allowed=counts > 0,
    )
    return descend_sparsely(problems, LEAST * cohort.noise)


def _weigh_times(cohort: Cohort, counts: np.ndarray) -> np.ndarray:
    """Return the time weights: periods before like those after, among controls."""
    values = cohort.outcomes[cohort.controls]
    values = np.column_stack(
        [values[:, : cohort.before], values[:, cohort.before :].mean(axis=1, keepdims=True)]
    )
    values = values - values.mean(axis=0)  # of little use to the result, of much to its precision
    rows = counts.sum(axis=1)
    width = values.shape[1]
    products = (values[:, :, None] * values[:, None, :]).reshape(len(values), width**2)
    means = (counts @ values) / rows[:, None]
    gram = (counts @ products).reshape(-1, width, width)
    gram -= rows[:, None, None] * means[:, :, None] * means[:, None, :]
    ridge = np.repeat((rows * (TIME_RIDGE * cohort.noise) ** 2)[:, None], width - 1, axis=1)
    if cohort.solver is Solver.EXACT:
        roots = np.stack(
            [_root(values, count, mean) for count, mean in zip(counts, means, strict=True)]
        )
        return _solve_each(roots[:, :, :-1], roots[:, :, -1], ridge, np.ones(ridge.shape, bool))
    problems = Problems(
        gram=gram[:, :-1, :-1],
        linear=gram[:, :-1, -1],
        rows=rows,
        ridge=ridge,
        allowed=np.ones(ridge.shape, dtype=bool),
    )
    return descend_sparsely(problems, LEAST * cohort.noise)


def _root(values: np.ndarray, counts: np.ndarray, means: np.ndarray) -> np.ndarray:
    """Return a square root of the Gram matrix, as few rows as columns, by QR."""
    width = values.shape[1]
    upper = np.linalg.qr(np.sqrt(counts)[:, None] * (values - means), mode="r")
    return np.vstack([upper, np.zeros((width - len(upper), width))])


def _solve_each(
    columns: np.ndarray, wanted: np.ndarray, ridge: np.ndarray, allowed: np.ndarray
) -> np.ndarray:
    """Return exact weights (B × n) of each draw."""
    weights = np.zeros(allowed.shape)
    for draw, kept in enumerate(allowed):
        own = columns[draw if len(columns) > 1 else 0]
        weights[draw, kept] = solve_simplex(own[:, kept], wanted[draw], ridge[draw, kept])
    return weights
