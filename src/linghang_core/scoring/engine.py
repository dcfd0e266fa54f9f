"""Counting: the atoms of every subject, read from the lake in one pass per window.

DuckDB through Ibis, in process. Only whole numbers come back (counts, sums of hundredths, months),
so that what follows is exact and no engine can round differently from another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_
from pathlib import Path
from typing import TypeAlias

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from linghang_core.periods import DateRange
from linghang_core.scoring.atoms import Atom, Plan, Predicate
from linghang_core.scoring.scheme import Aggregate, Level, SubjectKind
from linghang_core.scoring.subjects import Subject
from linghang_core.scoring.windows import list_months

Lake: TypeAlias = str | Path | ir.Table
"""Facts: the folder of a Parquet data set (`month=2026-10/part-0.parquet`), or an Ibis table."""
Counts: TypeAlias = Mapping[int, tuple[int, ...]]
"""Subject id → its atoms, in the order of the plan."""


def count_atoms(
    plan: Plan, period: str, subjects: Sequence[Subject], lake: Lake, as_of_seq: int
) -> Counts:
    """Return every atom of every subject, as the facts stood at a change sequence.

    Facts of nobody among the subjects are not read; a subject without facts has zeros. The order
    of facts and of files does not matter, for every atom is a count, a sum or a set of months.
    """
    spans = plan.spans(period)
    key = "person_id" if plan.subject is SubjectKind.PERSON else "unit_id"
    counts = {subject.id: [0] * len(plan.atoms) for subject in subjects}
    owners = _owners(plan.subject, subjects)
    for days in sorted(set(spans)):
        facts = _open(lake, days)
        if facts is None or not counts:
            continue
        atoms = {place: atom for place, atom in enumerate(plan.atoms) if spans[place] == days}
        own_facts = _standing(facts, days, as_of_seq).inner_join(owners, [(key, "owner")])
        for row in _query(own_facts, atoms, days).to_pyarrow().to_pylist():
            own = counts[row["subject"]]
            for place, atom in atoms.items():
                own[place] = _number(atom, row[f"a{place}"])
    return {subject: tuple(numbers) for subject, numbers in counts.items()}


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


def _standing(facts: ir.Table, days: DateRange, as_of_seq: int) -> ir.Table:
    """The facts of the days as they stood: later ones not yet there, later withdrawals neither."""
    return facts.filter(
        facts.seq <= as_of_seq,
        facts.withdrawn_seq.isnull() | (facts.withdrawn_seq > as_of_seq),
        facts.counts_on >= ibis.literal(days.first_day),
        facts.counts_on < ibis.literal(days.end),
    )


def _query(facts: ir.Table, atoms: Mapping[int, Atom], days: DateRange) -> ir.Table:
    """One pass: a row for each subject with facts, a column for each atom."""
    kinds = tuple(sorted({kind for atom in atoms.values() for kind in atom.kinds}))
    asked = facts.filter(_kind_is(facts, Predicate(kinds, days.first_day, days.last_day)))
    columns = {f"a{place}": _aggregate(asked, atom, days) for place, atom in atoms.items()}
    return asked.group_by("subject").aggregate(**columns)


def _number(atom: Atom, cell: int | None) -> int:
    """The atom as a whole number: months come as a mask of one bit each, the rest as they are."""
    number = int(cell or 0)
    return number.bit_count() if atom.aggregate is Aggregate.MONTHS else number


def _owners(kind: SubjectKind, subjects: Sequence[Subject]) -> ir.Table:
    """Which subject a fact belongs to, by its unit or by its person."""
    pairs = [
        (owner, subject.id)
        for subject in subjects
        for owner in ((subject.id,) if kind is SubjectKind.PERSON else subject.units)
    ]
    owners = pa.table(
        {
            "owner": pa.array([owner for owner, _ in pairs], pa.int64()),
            "subject": pa.array([subject for _, subject in pairs], pa.int64()),
        }
    )
    return ibis.memtable(owners)


def _aggregate(facts: ir.Table, atom: Atom, days: DateRange) -> ir.Scalar:
    where = _condition(facts, atom.predicate(days))
    if atom.aggregate is Aggregate.COUNT:
        return facts.count(where=where)
    if atom.aggregate is Aggregate.SUM:
        return facts.quantity.sum(where=where)
    # One bit per month of the window: distinct months without a hash set, counted by popcount.
    first = days.first_day.year * 12 + days.first_day.month
    month = facts.counts_on.year().cast("int64") * 12 + facts.counts_on.month().cast("int64")
    bit = ibis.literal(1, type="int64") << (month - first)
    return bit.bit_or(where=where)


def _condition(facts: ir.Table, predicate: Predicate) -> ir.BooleanValue:
    """The predicate as a column; the days are left to the pass, which reads one window only."""
    parts = [_kind_is(facts, predicate)]
    if predicate.statuses is not None:
        parts.append(facts.status.isin(predicate.statuses))
    if predicate.except_statuses is not None:
        parts.append(facts.status.notin(predicate.except_statuses))
    if predicate.verified is not None:
        parts.append(facts.verified == predicate.verified)
    if predicate.late is not None:
        parts.append(facts.late == predicate.late)
    if predicate.level is Level.UNIT:
        parts.append(facts.person_id.isnull())
    if predicate.level is Level.PERSON:
        parts.append(facts.person_id.notnull())
    return reduce(and_, parts)


def _kind_is(facts: ir.Table, predicate: Predicate) -> ir.BooleanValue:
    parts = [facts.kind.startswith(prefix) for prefix in predicate.prefixes]
    if predicate.exact_kinds:
        parts.append(facts.kind.isin(predicate.exact_kinds))
    return reduce(or_, parts)
