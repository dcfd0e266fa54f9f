"""How long an evaluation takes, as ratios to a bare scan of the same facts.

    python benchmarks/scoring.py [--persons 3000] [--facts 400000]

Prints ratios and never fails on time: seconds differ from machine to machine, ratios hardly.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from linghang_core import scoring

KINDS = ("attendance", "task", "service.hours", "service.visit", "record.mentoring", "problem")
STATUSES = ("present", "absent", "on_time", "late", "open", "")
WINDOWS = ("month", "quarter", "year", "last_3_months")
MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 13))


def main() -> None:
    """Build a year of facts, evaluate it, and print what took how long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=3000)
    parser.add_argument("--facts", type=int, default=400_000)
    size = parser.parse_args()
    scheme = scoring.load_scheme(build_scheme())
    subjects = [
        scoring.Subject(number, f"P{number}", {"members": 1, "months_active": 24})
        for number in range(size.persons)
    ]
    with tempfile.TemporaryDirectory() as folder:
        lake = build_lake(Path(folder), size.persons, size.facts)
        scan, _ = clock(lambda: bare_scan(lake))
        full, results = clock(lambda: scoring.evaluate(scheme, "2026-12", subjects, lake, 10**9))
        plan = scoring.compile_scheme(scheme)
        count, counts = clock(lambda: scoring.count_atoms(plan, "2026-12", subjects, lake, 10**9))
        mark, _ = clock(lambda: scoring.assess(scheme, "2026-12", subjects, counts, 10**9))
        proof, _ = clock(
            lambda: scoring.evaluate(scheme, "2026-12", subjects, lake, 10**9).digest()
        )
        assert results.subjects
    print(f"{size.persons} persons, {len(scheme.criteria)} criteria, {size.facts} facts")
    print(f"{len(plan.atoms)} atoms in {len(set(plan.spans('2026-12')))} passes")
    for label, seconds in (
        ("bare GROUP BY person", scan),
        ("evaluate", full),
        ("  of it counting", count),
        ("  of it marking", mark),
        ("evaluate and digest", proof),
    ):
        print(f"{label:24}{seconds:8.3f} s {seconds / scan:8.1f} x")


def clock(work: Callable[[], Any]) -> tuple[float, Any]:
    """The best of three times, and what the work returned."""
    best, outcome = float("inf"), None
    for _ in range(3):
        start = time.perf_counter()
        outcome = work()
        best = min(best, time.perf_counter() - start)
    return best, outcome


def bare_scan(lake: Path) -> Any:
    """The floor: count and sum by person over the whole year."""
    sql = "SELECT person_id, count(*), sum(quantity) FROM read_parquet(?) GROUP BY person_id"
    with duckdb.connect() as connection:
        return connection.execute(sql, [f"{lake}/*/*.parquet"]).fetchall()


def build_scheme() -> dict[str, Any]:
    """A scheme for persons with 18 criteria: shares, counts, months, a deduction and a veto."""
    basic = [build_criterion(number) for number in range(16)]
    deduction = {
        "code": "X1", "title": word("late tasks"), "nature": "deduction", "points": "5",
        "measure": {"count": {"kinds": ["task"], "statuses": ["late"]}},
        "score": {"per_unit": {"points": "0.5"}}, "basis": "benchmark",
    }  # fmt: skip
    veto = {
        "code": "X2", "title": word("discipline"), "nature": "veto", "window": "year",
        "measure": {"count": {"kinds": ["record.discipline"]}},
        "veto": {"band": "B"}, "basis": "benchmark",
    }  # fmt: skip
    return {
        "code": "benchmark", "version": "1.0.0", "title": word("benchmark"), "subject": "person",
        "period": "month", "base": "100", "bonus_cap": "10", "deduction_floor": "-20",
        "total": {"minimum": "0", "maximum": "110"},
        "minimum_sample": {"months": 3},
        "peer_groups": [{"code": "all", "title": word("all"), "otherwise": True}],
        "bands": [
            {"code": "A", "title": word("A"), "from": "60"},
            {"code": "B", "title": word("B"), "from": "0"},
        ],
        "dimensions": [
            {"code": "D", "title": word("D"), "criteria": [*basic, deduction, veto]}
        ],
    }  # fmt: skip


def build_criterion(number: int) -> dict[str, Any]:
    """A basic criterion, of another form each time."""
    kind = KINDS[number % len(KINDS)]
    done = {"kinds": [kind], "statuses": list(STATUSES[number % 5 : number % 5 + 1])}
    measure: dict[str, Any] = {"ratio": {"of": done, "to": {"kinds": [kind]}}}
    if number % 3 == 1:
        measure = {"months": {"kinds": [kind]}}
    if number % 3 == 2:
        measure = {"sum": done}
    return {
        "code": f"C{number}", "title": word(f"C{number}"), "nature": "basic",
        "points": "6.25", "window": WINDOWS[number % 4], "measure": measure,
        "score": {"proportional": {"target": "3"}}, "basis": "benchmark",
        **({"missing": "leave_out"} if "ratio" in measure else {}),
    }  # fmt: skip


def word(text: str) -> dict[str, str]:
    """The same word in both languages."""
    return {"en": text, "zh": text}


def build_lake(folder: Path, persons: int, facts: int) -> Path:
    """A year of random facts, one file a month."""
    chance = random.Random(1)
    for place, month in enumerate(MONTHS):
        share = facts // len(MONTHS)
        days = [chance.randrange(28) for _ in range(share)]
        first = place * share
        part = folder / f"month={month}"
        part.mkdir()
        base = pa.scalar(f"{month}-01").cast(pa.date32()).value
        table = pa.table(
            {
                "seq": pa.array(range(first, first + share), pa.int64()),
                "withdrawn_seq": pa.nulls(share, pa.int64()),
                "kind": chance.choices(KINDS, k=share),
                "unit_id": pa.array([chance.randrange(150) for _ in range(share)], pa.int64()),
                "person_id": pa.array(
                    [chance.randrange(persons) for _ in range(share)], pa.int64()
                ),
                "counts_on": pa.array([base + day for day in days], pa.int32()).cast(pa.date32()),
                "quantity": pa.array([chance.randrange(800) for _ in range(share)], pa.int64()),
                "status": chance.choices(STATUSES, k=share),
                "verified": [chance.random() < 0.5 for _ in range(share)],
                "late": [chance.random() < 0.1 for _ in range(share)],
            }
        )
        pq.write_table(table, part / "part-0.parquet")
    return folder


if __name__ == "__main__":
    main()
