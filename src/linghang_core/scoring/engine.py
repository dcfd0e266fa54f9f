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

from linghang_core.scoring.atoms import Atom, Plan, Predicate
from linghang_core.scoring.scheme import Aggregate, Level, SubjectKind
from linghang_core.scoring.subjects import Subject
from linghang_core.scoring.windows import Span

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
    counts = {subject.id: [0] * len(plan.atoms) for subject in subjects}
    for span in sorted(set(spans)):
        places = [place for place, other in enumerate(spans) if other == span]
        facts = _open(lake, span)
        if facts is None or not counts:
            continue
        query = _query(facts, plan, places, span, subjects, as_of_seq)
        for row in query.to_pyarrow().to_pylist():
            own = counts[row["subject"]]
            for place in places:
                number = row[f"a{place}"] or 0
                months = plan.atoms[place].aggregate is Aggregate.MONTHS
                own[place] = int(number).bit_count() if months else int(number)
    return {subject: tuple(numbers) for subject, numbers in counts.items()}


def _open(lake: Lake, span: Span) -> ir.Table | None:
    """The facts of the span's months; other months are not even opened. None when there are none."""
    if isinstance(lake, ir.Table):
        return lake
    files = [
        str(path)
        for month in span.months
        for path in sorted(Path(lake, f"month={month}").glob("*.parquet"))
    ]
    if not files:
        return None
    return ibis.duckdb.connect().read_parquet(files, hive_partitioning=False)


def _query(
    facts: ir.Table,
    plan: Plan,
    places: Sequence[int],
    span: Span,
    subjects: Sequence[Subject],
    as_of_seq: int,
) -> ir.Table:
    predicates = {place: plan.atoms[place].predicate(span) for place in places}
    kinds = tuple(sorted({kind for item in predicates.values() for kind in item.kinds}))
    standing = facts.filter(
        facts.seq <= as_of_seq,
        facts.withdrawn_seq.isnull() | (facts.withdrawn_seq > as_of_seq),
        facts.counts_on.between(ibis.literal(span.first), ibis.literal(span.last)),
        _kind_is(facts, Predicate(kinds, span.first, span.last)),
    )
    key = "person_id" if plan.subject is SubjectKind.PERSON else "unit_id"
    owned = standing.inner_join(_owners(plan.subject, subjects), [(key, "owner")])
    columns = {
        f"a{place}": _aggregate(owned, plan.atoms[place], predicates[place], span)
        for place in places
    }
    return owned.group_by("subject").aggregate(**columns)


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


def _aggregate(facts: ir.Table, atom: Atom, predicate: Predicate, span: Span) -> ir.Scalar:
    where = _condition(facts, predicate)
    if atom.aggregate is Aggregate.COUNT:
        return facts.count(where=where)
    if atom.aggregate is Aggregate.SUM:
        return facts.quantity.sum(where=where)
    # One bit per month of the window: distinct months without a hash set, counted by popcount.
    first = span.first.year * 12 + span.first.month
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
