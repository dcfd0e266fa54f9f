"""Simultaneous bands: how far the furthest of several effects strays by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

ROUNDS = 999
CHUNK = 200
GOLDEN = (np.sqrt(5) + 1) / 2


@dataclass(frozen=True)
class Bands:
    """Standard errors (rows) from the bootstrap, and the factor by which a band is wide."""

    errors: np.ndarray
    critical: float


def bootstrap_bands(
    parts: np.ndarray, *, level: float, rounds: int = ROUNDS, seed: int = 1
) -> Bands:
    """Return the multiplier bootstrap of effects from what units (N × rows) add to their errors.

    Weights of two points (Mammen 1993); the error is the interquartile range over that of the
    normal, the factor the quantile of the largest |t| (Callaway and Sant'Anna 2021, algorithm 1). It
    is never below the factor of a single interval.
    """
    random = np.random.default_rng(seed)
    drawn = np.vstack(
        [
            _draw(random, min(CHUNK, rounds - start), len(parts)) @ parts
            for start in range(0, rounds, CHUNK)
        ]
    )
    low, high = np.quantile(drawn, [0.25, 0.75], axis=0)
    errors = (high - low) / (stats.norm.ppf(0.75) - stats.norm.ppf(0.25))
    live = errors > 1e-12 * max(1.0, float(errors.max(initial=0.0)))
    single = float(stats.norm.ppf(0.5 + level / 2))
    if not live.any():
        return Bands(errors, single)
    furthest = np.abs(drawn[:, live] / errors[live]).max(axis=1)
    return Bands(errors, max(single, float(np.quantile(furthest, level))))


def bound(value: float, error: float, wide: float) -> tuple[float, float]:
    """Return the ends of an interval."""
    return value - wide * error, value + wide * error


def _draw(random: np.random.Generator, rounds: int, units: int) -> np.ndarray:
    """Return weights (rounds × units) of mean 0 and variance 1."""
    first = random.random((rounds, units)) < GOLDEN / np.sqrt(5)
    weights: np.ndarray = np.where(first, 1 - GOLDEN, GOLDEN)
    return weights
