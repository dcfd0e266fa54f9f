"""The cheapest assignment of 2,000 × 2,000 costs of every kind, beside scipy's solver alone.

    python benchmarks/matching.py [--size 2000] [--plain] [--proof]

Seconds are those of the processor, which other work on the machine changes little. --plain adds scipy
alone (a minute and more for all kinds), --proof the prices that prove the total.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from linghang_core.matching.assignment import assign, certify

Costs = NDArray[np.float64]


def draw_kinds(size: int) -> Iterator[tuple[str, Costs]]:
    """Yield kinds of costs by name: those of practice, and those known to be slow."""
    random = np.random.default_rng(1)
    numbers = np.arange(1, size + 1.0)
    here, there = random.random((size, 2)), random.random((size, 2))
    away = np.hypot(*(here[:, None] - there).transpose(2, 0, 1))
    yield "uniform", random.random((size, size))
    yield "whole, 1 to 100", random.integers(1, 101, (size, size)).astype(float)
    yield "whole, 1 to 10", random.integers(1, 11, (size, size)).astype(float)
    yield "distances", away
    yield "distances, whole", np.round(100 * away)
    yield "log-normal", random.lognormal(0, 2, (size, size))
    yield "Machol-Wien, i·j", np.outer(numbers, numbers)
    yield (
        "Machol-Wien, shuffled",
        np.outer(random.permutation(numbers), random.permutation(numbers)),
    )
    yield "rank 1", np.outer(random.random(size), random.random(size))
    yield "rank 3", random.random((size, 3)) @ random.random((3, size))
    yield (
        "rank 1 and noise",
        np.outer(random.random(size), random.random(size)) + 0.01 * random.random((size, size)),
    )
    yield "columns rank alike", random.random(size) + 0.001 * random.random((size, size))
    yield "min(i, j)", np.minimum.outer(numbers, numbers)
    yield "-(i - j)²", -((numbers[:, None] - numbers) ** 2)
    sparse = random.random((size, size))
    sparse[random.random((size, size)) < 0.9] = np.inf
    yield "nine in ten forbidden", sparse
    few = np.outer(random.random(size), random.random(size))
    few[random.random((size, size)) < 0.95] = np.inf  # one cell in twenty allowed
    few[: size // 20] = np.inf
    yield "no complete one, rank 1", few
    mixed = random.random((size, size))
    mixed[: size // 2] = np.outer(random.random(size // 2), random.random(size))
    yield "half rank 1", mixed


def clock(what: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of the processor it took and what it returned."""
    began = time.process_time()
    found = what()
    return time.process_time() - began, found


def main() -> None:
    """Measure and print one line a kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2000)
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--proof", action="store_true")
    given = parser.parse_args()
    print(f"{given.size:,} × {given.size:,}, seconds of the processor")
    print(f"{'kind':24} {'assign':>8}{'plain':>9}{'proof':>9}{'gap':>11}")
    for name, costs in draw_kinds(given.size):
        spent, found = clock(lambda costs=costs: assign(costs))
        line = f"{name:24} {spent:8.2f}"
        if given.plain and np.isfinite(costs).any(axis=0).all():
            spent, _pairs = clock(lambda costs=costs: linear_sum_assignment(costs))
            line += f"{spent:9.2f}"
        elif given.plain:
            line += f"{'-':>9}"
        if given.proof:
            spent, proof = clock(lambda costs=costs, found=found: certify(costs, found))
            line += f"{spent:9.2f}{proof.gap:11.1e}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
