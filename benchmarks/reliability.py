"""How long the indices of a million outage steps take, from a file and from a table that was read.

    python benchmarks/reliability.py [--steps 1000000]

Prints seconds of wall clock and of processor and never fails on time: seconds differ from machine to
machine, and on one that is shared only those of the processor say something.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from linghang.cli.computing import read_sheet
from linghang_core import reliability
from linghang_core.periods import DateRange

YEAR = DateRange(date(2025, 1, 1), date(2026, 1, 1))
CATEGORIES = np.array(["内部故障停电", "外部故障停电", "检修停电", "施工停电"])
UNITS = 200


def main() -> None:
    """Invent a year of interruptions, compute its indices in every way, and print what took how long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=1_000_000)
    number = parser.parse_args().steps
    base, standard = reliability.CustomerBase.constant(50_000_000), reliability.DLT836
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.csv"
        invent(number).to_csv(path, index=False)
        print(f"{number} steps, {path.stat().st_size / 1e6:.0f} MB of CSV")
        print(f"{'':36}{'wall':>8}{'processor':>12}")
        sheet = clock("read the file", lambda: read_sheet(path))
        steps = clock(
            "check the rows",
            lambda: reliability.read_steps(sheet.table, base=base, standard=standard),
        )
        for by in (None, "unit", "category", "month"):
            name = "indices" if by is None else f"indices by {by}"
            clock(
                name, lambda by=by: reliability.compute_indices(steps, base, YEAR, standard, by=by)
            )
        clock("check the rows and indices", lambda: compute(sheet.table, base, standard))
        clock_command(path)


def compute(table: pd.DataFrame, base: Any, standard: Any) -> Any:
    """From a table that was read to the indices: what a notebook does."""
    steps = reliability.read_steps(table, base=base, standard=standard)
    return reliability.compute_indices(steps, base, YEAR, standard)


def invent(number: int) -> pd.DataFrame:
    """Return steps of half as many events, spread over the year and over units."""
    random = np.random.default_rng(1)
    events = max(number // 2, 1)
    event = np.sort(random.integers(0, events, number))
    start = np.datetime64("2025-01-01T00:00") + random.integers(0, 525_600, events).astype("m8[m]")
    end = start[event] + random.integers(1, 400, number).astype("timedelta64[m]")
    clock_format = "%Y-%m-%d %H:%M:%S"
    return pd.DataFrame(
        {
            "event_id": event,
            "step": pd.Series(event).groupby(event).cumcount() + 1,
            "unit": pd.Series(random.integers(0, UNITS, events)[event]).map("供电所{}".format),
            "start": pd.Series(start[event]).dt.strftime(clock_format),
            "end": pd.Series(end).dt.strftime(clock_format),
            "customers": random.integers(1, 800, number),
            "category": CATEGORIES[random.integers(0, 4, events)[event]],
        }
    )


def clock(name: str, work: Callable[[], Any]) -> Any:
    """Print the best of three times of the work, and return what it returned."""
    walls, processors, outcome = [], [], None
    for _ in range(3):
        wall, processor = time.perf_counter(), time.process_time()
        outcome = work()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    print(f"{name:36}{min(walls):7.2f} s{min(processors):10.2f} s")
    return outcome


def clock_command(path: Path) -> None:
    """Print what the whole command takes, from its start to its JSON."""
    words = f"reliability indices {path} --customers 50000000 --from 2025-01-01 --to 2025-12-31"
    before, wall = os.times(), time.perf_counter()
    subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "linghang", *words.split(), "--standard", "dlt836", "--json"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    after = os.times()
    spent = after.children_user - before.children_user
    spent += after.children_system - before.children_system
    print(f"{'the whole command':36}{time.perf_counter() - wall:7.2f} s{spent:10.2f} s")


if __name__ == "__main__":
    main()
