"""How near the best known distances plans come, and how long they take.

    python benchmarks/routing.py [--seconds 30] [--seed 1]

Prints a table and never fails: instances are those of tests/core/matching/data.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

from tests.core.matching.checker import find_faults
from tests.core.matching.instances import read_instance, round_distances

from linghang_core.matching.routing import plan_routes, read_problem

# name, with windows, distances rounded to whole numbers, best known total distance
INSTANCES = (
    ("A-n32-k5", True, True, 784),
    ("C101", True, False, 828.94),
    ("R101", True, False, 1642.88),
    ("RC101", True, False, 1623.58),
    ("R201", True, False, 1147.80),
    ("R101", False, False, 826.14),
    ("X-n101-k25", True, True, 27591),
)


def main() -> None:
    """Plan every instance and print distance, gap, steps and seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(
        f"{'instance':12}{'distance':>10}{'best':>10}{'gap':>8}{'steps':>8}{'wall s':>8}{'cpu s':>8}"
    )
    for name, windows, rounded, best in INSTANCES:
        problem = read_instance(name, windows=windows)
        problem = round_distances(problem) if rounded else problem
        wall, cpu = time.perf_counter(), time.process_time()
        plan = plan_routes(read_problem(problem), seconds=options.seconds, seed=options.seed)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        told: dict[str, Any] = plan.as_dict()
        assert not find_faults(problem, told), "a rule is broken"
        assert not told["unserved"], "a demand is left out"
        label = name if windows else f"{name} no tw"
        gap = told["distance"] / best - 1
        print(
            f"{label:12}{told['distance']:10.2f}{best:10.2f}{gap:8.2%}"
            f"{told['iterations']:8}{wall:8.1f}{cpu:8.1f} {told['stopped']}",
            flush=True,
        )


if __name__ == "__main__":
    main()
