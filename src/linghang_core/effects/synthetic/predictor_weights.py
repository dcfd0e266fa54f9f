"""How much each predictor counts: V of a synthetic control, by nested optimisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from linghang_core.effects.synthetic.simplex import solve_even, solve_simplex

EVALUATIONS = 300  # per start
POLISHES = 2  # further searches from the best point so far
LEAST_SHARE = 1e-8


@dataclass(frozen=True)
class Match:
    """Unit weights (donors), predictor weights (sum one), mean square error over the fit periods."""

    weights: np.ndarray
    v: np.ndarray
    loss: float


def weigh_predictors(
    predictors: np.ndarray, target: np.ndarray, paths: np.ndarray, path: np.ndarray
) -> Match:
    """Return the weights of donors and predictors that fit the outcome best before treatment.

    `predictors` (donors × K) and `target` (K) are matched by unit weights given V; V minimises the
    mean square gap between `path` (periods) and the weighted `paths` (donors × periods), as in
    Abadie, Diamond and Hainmueller (2010). The gap as a function of V has several valleys, so the
    search (Nelder–Mead in logarithms, no random numbers) starts from equal V, from V by regression
    as in the R package Synth, and from V by the inverse of the spread left, and the best is
    searched from again.
    """
    scaled, wanted = _scale(predictors, target)
    problem = _Problem(scaled, wanted, paths, path)
    starts = [
        np.full(scaled.shape[1], 1 / scaled.shape[1]),
        _regress(scaled, wanted, paths, path),
        _favour_last(scaled.shape[1]),
    ]
    searches = [problem.search(start) for start in starts]
    best = min(searches, key=lambda found: found[0])
    for _ in range(POLISHES):
        best = min(best, problem.search(best[1]), key=lambda found: found[0])
    weights = problem.match(best[1], final=True)
    loss = float(((path - weights @ paths) ** 2).mean())
    return Match(weights, best[1], loss)


def _scale(predictors: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return predictors divided by their standard deviation over donors and the treated unit."""
    spread = np.std(np.vstack([predictors, target]), axis=0, ddof=1)
    spread[spread == 0] = 1.0
    return predictors / spread, target / spread


def _regress(
    predictors: np.ndarray, target: np.ndarray, paths: np.ndarray, path: np.ndarray
) -> np.ndarray:
    """Return V by regression: squared coefficients of the outcomes on the predictors, summed."""
    rows = np.vstack([predictors, target])
    rows = np.column_stack([np.ones(len(rows)), rows])
    slopes = np.linalg.lstsq(rows, np.vstack([paths, path]))[0][1:]
    return _share((slopes**2).sum(axis=1))


def _favour_last(count: int) -> np.ndarray:
    """Return V that counts later predictors more: outcomes stand behind covariates."""
    return _share(4.0 ** np.arange(count))


def _share(values: np.ndarray) -> np.ndarray:
    """Return values as shares of one, none below 1e-8."""
    total = values.sum()
    shares = values / total if total > 0 else np.full(len(values), 1 / len(values))
    kept = np.maximum(shares, LEAST_SHARE)
    found: np.ndarray = kept / kept.sum()
    return found


@dataclass(frozen=True)
class _Problem:
    predictors: np.ndarray
    target: np.ndarray
    paths: np.ndarray
    path: np.ndarray

    def match(self, v: np.ndarray, *, final: bool = False) -> np.ndarray:
        """Return the unit weights given V; ties go to the most even ones in the end."""
        root = np.sqrt(v)
        columns, wanted = (self.predictors * root).T, self.target * root
        return solve_even(columns, wanted) if final else solve_simplex(columns, wanted)

    def measure(self, logarithms: np.ndarray) -> float:
        weights = self.match(_soften(logarithms))
        return float(((self.path - weights @ self.paths) ** 2).mean())

    def search(self, start: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the least error found from a start, and V there."""
        if len(start) == 1:
            return self.measure(np.zeros(1)), np.ones(1)
        found = minimize(
            self.measure,
            np.log(_share(start)),
            method="Nelder-Mead",
            options={"maxfev": EVALUATIONS, "xatol": 1e-4, "fatol": 1e-10, "adaptive": True},
        )
        return float(found.fun), _soften(found.x)


def _soften(logarithms: np.ndarray) -> np.ndarray:
    powers = np.exp(logarithms - logarithms.max())
    return _share(powers)
