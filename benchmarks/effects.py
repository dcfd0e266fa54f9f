"""Methods of effects on large panels: synthetic difference in differences with placebos, and others.

    python benchmarks/effects.py [--units 500] [--periods 60] [--placebos 200]

Prints seconds of the processor, which other work on the machine changes little, seconds of the clock, and
the most memory the process has held.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from linghang_core.effects import synthetic
from linghang_core.effects.differences import estimate_differences
from linghang_core.effects.panel import Panel, Treatment, read_panel
from linghang_core.effects.staggered import estimate_staggered

TREATED = 0.04  # share of units
SEED = 20261122


def make_table(units: int, periods: int, cohorts: int = 1) -> pd.DataFrame:
    """Return a panel with three common movements, treated from four fifths of the periods on."""
    generator = np.random.default_rng(SEED)
    walks = generator.normal(size=(3, periods)).cumsum(axis=1)
    outcomes = generator.normal(size=(units, 3)) @ walks + generator.normal(size=(units, periods))
    outcomes += 5 * generator.normal(size=(units, 1))
    starts = np.full(units, 0)
    for place in range(max(cohorts, round(units * TREATED))):
        starts[place] = periods * 4 // 5 - place % cohorts
        outcomes[place, starts[place] :] += 1.0
    names = [f"单位{place:05d}" for place in range(units)]
    return pd.DataFrame(
        {
            "unit": np.repeat(names, periods),
            "time": np.tile(np.arange(periods), units),
            "y": outcomes.ravel(),
            "first": np.repeat(starts, periods),
        }
    )


def read(table: pd.DataFrame) -> Panel:
    """Return the panel of a table of this benchmark."""
    return read_panel(table, Treatment(first="first"), unit="unit", time="time", outcome="y")


def list_runs(units: int, periods: int, placebos: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield names and what is timed."""
    table = make_table(units, periods)
    size = f"{units} units × {periods} periods"
    yield f"reading a panel, {size}", lambda: read(table)
    panel = read(table)
    for solver in synthetic.Solver:
        yield (
            f"sdid, {placebos} placebos, {solver}, {size}",
            lambda solver=solver: synthetic.compute_did(panel, solver=solver, draws=placebos),
        )
    yield (
        f"sdid, {placebos} bootstrap draws, {size}",
        lambda: synthetic.compute_did(
            panel, inference=synthetic.Inference.BOOTSTRAP, draws=placebos
        ),
    )
    several = read(make_table(units, periods, cohorts=4))
    yield (
        f"sdid, 4 cohorts, {placebos} placebos, {size}",
        lambda: synthetic.compute_did(several, draws=placebos),
    )
    first = panel.units[0]
    kept = table[(table["first"] == 0) | (table["unit"] == first)]
    single = read(kept)
    yield f"sc, all placebos, {size}", lambda: synthetic.compute_control(single)
    yield from list_others(make_table(units * 4, periods, cohorts=8))


def list_others(table: pd.DataFrame) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield difference in differences and staggered adoption on four times as many units."""
    panel = read(table)
    size = f"{len(panel.units)} units × {len(panel.times)} periods"
    yield f"did, {size}", lambda: estimate_differences(panel)
    yield f"staggered, 8 cohorts, {size}", lambda: estimate_staggered(panel)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, default=500)
    parser.add_argument("--periods", type=int, default=60)
    parser.add_argument("--placebos", type=int, default=200)
    asked = parser.parse_args()
    print(f"{'method':60} {'processor s':>12} {'clock s':>9} {'MB':>7}")
    for name, run in list_runs(asked.units, asked.periods, asked.placebos):
        clock, processor = time.perf_counter(), time.process_time()
        run()
        clock, processor = time.perf_counter() - clock, time.process_time() - processor
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{name:60} {processor:12.2f} {clock:9.2f} {held:7.0f}", flush=True)


if __name__ == "__main__":
    main()
