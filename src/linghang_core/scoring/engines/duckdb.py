"""Counting with DuckDB through Ibis, in process: the default, and the reference for the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow.compute as pc

from linghang_core.periods import DateRange, Period
from linghang_core.scoring.atoms import Atom, Plan
from linghang_core.scoring.engines import columns
from linghang_core.scoring.engines.counts import Counts, Lake
from linghang_core.scoring.engines.monthly import MonthCounts, narrow
from linghang_core.scoring.scheme import SubjectKind
from linghang_core.scoring.subjects import Subject
from linghang_core.scoring.windows import list_months


def count_atoms(
    plan: Plan, period: str, subjects: Sequence[Subject], lake: Lake, as_of_seq: int
) -> Counts:
    """Return every atom of every subject, in one pass per window; see `engines.count_atoms`."""
    spans = plan.spans(period)
    key = "person_id" if plan.subject is SubjectKind.PERSON else "unit_id"
    counts = {subject.id: [0] * len(plan.atoms) for subject in subjects}
    owners = ibis.memtable(columns.list_owners(plan.subject, subjects))
    for days in sorted(set(spans)):
        facts = _open(lake, days)
        if facts is None or not counts:
            continue
        atoms = {place: atom for place, atom in enumerate(plan.atoms) if spans[place] == days}
        own_facts = columns.standing(facts, days, as_of_seq).inner_join(owners, [(key, "owner")])
        for row in columns.build_query(own_facts, atoms, days).to_pyarrow().to_pylist():
            own = counts[row["subject"]]
            for place, atom in atoms.items():
                own[place] = columns.read_number(atom, row[f"a{place}"])
    return {subject: tuple(numbers) for subject, numbers in counts.items()}


def count_month(
    lake: Path,
    month: str,
    wanted: Mapping[SubjectKind, Sequence[Atom]],
    as_of_seq: int,
    _workers: int = 1,
) -> dict[SubjectKind, MonthCounts]:
    """Return what a month holds of units and of persons; see `engines.count_month`."""
    span = Period.parse(month)
    days = DateRange(span.first_day, span.end)
    found = {}
    for kind, atoms in wanted.items():
        facts = _open(lake, days)
        if facts is None:
            nothing = np.zeros(0, np.int64)
            found[kind] = MonthCounts(nothing, dict.fromkeys(atoms, nothing))
            continue
        key = "person_id" if kind is SubjectKind.PERSON else "unit_id"
        standing = columns.standing(facts, days, as_of_seq)
        table = columns.build_month_query(standing, key, atoms, days).to_pyarrow()
        numbers = [
            pc.fill_null(table[f"c{place}"], 0).to_numpy().astype(np.int64)
            for place in range(len(atoms))
        ]
        found[kind] = MonthCounts(
            table[key].to_numpy(),
            {
                atom: narrow(column, int(column.max(initial=0)))
                for atom, column in zip(atoms, numbers, strict=True)
            },
        )
    return found


def _open(lake: Lake, days: DateRange) -> ir.Table | None:
    """The facts of the months meant, no other being opened; None when there are none."""
    if isinstance(lake, ir.Table):
        return lake
    files = [
        str(path)
        for month in list_months(days)
        for path in sorted(Path(lake, f"month={month}").glob("*.parquet"))
    ]
    if not files:
        return None
    return ibis.duckdb.connect().read_parquet(files, hive_partitioning=False)
