"""A test over periods instead of units: for a unit with few donors and many periods."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from linghang_core.effects.synthetic.fits import Task, Variant
from linghang_core.effects.synthetic.simplex import solve_even

SLACK = 1e-9  # two statistics this close (in proportion) are one
DOUBLINGS = 60
HALVINGS = 40


def rank_constant(task: Task, unit: int, donors: np.ndarray, effect: float = 0.0) -> float:
    """Return the p-value of a constant effect: 1/T at the least, T periods in all.

    Chernozhukov, Wüthrich and Zhu, JASA 116 (2021): the effect is taken off, the weights fit all
    periods, and the mean absolute gap of the treated periods is ranked among those of all cyclic
    shifts (moving blocks, so gaps may be autocorrelated).
    """
    paths, path = task.outcomes[donors], task.outcomes[unit].copy()
    path[task.before :] -= effect
    if task.variant is Variant.DEMEANED:
        paths, path = paths - paths.mean(axis=1, keepdims=True), path - path.mean()
    gaps = np.abs(path - solve_even(paths.T, path) @ paths)
    after = len(gaps) - task.before
    ring = np.concatenate([gaps, gaps])
    means = np.array([ring[first : first + after].mean() for first in range(len(gaps))])
    return float((means >= means[task.before] * (1 - SLACK)).mean())


def invert_constant(
    task: Task, unit: int, donors: np.ndarray, centre: float, level: float
) -> tuple[float, float] | None:
    """Return the constant effects around `centre` not rejected at a level; None where it is.

    Bounds are found by doubling and halving; ±∞ where nothing is rejected.
    """

    def accepts(effect: float) -> bool:
        return rank_constant(task, unit, donors, effect) > 1 - level + SLACK

    if not accepts(centre):
        return None
    step = float(np.std(task.outcomes[unit])) / 100 or 1.0
    return _find_edge(accepts, centre, -step), _find_edge(accepts, centre, step)


def _find_edge(accepts: Callable[[float], bool], centre: float, step: float) -> float:
    """Return the last accepted effect on one side of the centre."""
    for turn in range(DOUBLINGS):
        if not accepts(centre + step * 2.0**turn):
            break
    else:
        return np.inf if step > 0 else -np.inf
    inner = centre if turn == 0 else centre + step * 2.0 ** (turn - 1)
    outer = centre + step * 2.0**turn
    for _ in range(HALVINGS):
        middle = (inner + outer) / 2
        inner, outer = (middle, outer) if accepts(middle) else (inner, middle)
    return inner
