"""Weights that are not negative and sum to one: exact least squares over the simplex."""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls

TIE = 1e-10  # of the mean square: ties between equally good weights go to the most even ones


def solve_simplex(
    columns: np.ndarray, target: np.ndarray, ridge: float | np.ndarray = 0.0
) -> np.ndarray:
    """Return the weights w (n) that minimise ‖columns·w − target‖² + Σ ridge·w².

    `columns` is m × n, `target` m, `ridge` one number or one per weight. Since w sums to one, this
    is the point of a convex hull next to the origin, whose vertices are columns − target; Wolfe
    (1976) showed that non-negative least squares with one more row of ones finds it exactly. The
    active-set method of Lawson and Hanson (1974) ends after finitely many steps, so there is no
    tolerance to choose and no seed.
    """
    count = columns.shape[1]
    vertices = columns - target[:, None]
    if np.any(ridge):
        vertices = np.vstack([vertices, np.diag(np.broadcast_to(np.sqrt(ridge), count))])
    scale = np.sqrt(np.mean((vertices**2).sum(axis=0))) or 1.0
    system = np.vstack([vertices / scale, np.ones(count)])
    wanted = np.zeros(len(system))
    wanted[-1] = 1.0
    found, _ = nnls(system, wanted, maxiter=100 * max(count, 10))
    weights: np.ndarray = found / found.sum()
    return weights


def solve_even(columns: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return simplex weights; where several fit equally well, the most even of them.

    The tie is broken by a ridge of 1e-10 of the mean square, which makes the weights unique, so
    that they do not depend on the order of the units; two equal donors share their weight.
    """
    square = float(np.mean((columns - target[:, None]) ** 2))
    return solve_simplex(columns, target, TIE * len(target) * square or TIE)


def find_gap(
    columns: np.ndarray,
    target: np.ndarray,
    weights: np.ndarray,
    ridge: float | np.ndarray = 0.0,
) -> float:
    """Return how far the sum of squares can at most lie above the least one (≥ 0, 0 at the optimum).

    It is the duality gap of Frank and Wolfe, 2·(gradient·w − least gradient): zero exactly where
    the conditions of Karush, Kuhn and Tucker hold.
    """
    gradient = columns.T @ (columns @ weights - target) + ridge * weights
    return float(2 * (gradient @ weights - gradient.min()))
