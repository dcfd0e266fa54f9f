"""The counting query as Ibis builds it: the same for every engine that Ibis compiles for.

Only whole numbers come back (counts, sums of hundredths, sets of months as masks, distinct days),
so that what follows is exact and no engine can round differently from another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from linghang_core.periods import DateRange
from linghang_core.scoring.atoms import Atom, Predicate
from linghang_core.scoring.scheme import Aggregate, Level, SubjectKind, Window
from linghang_core.scoring.subjects import Subject


def standing(facts: ir.Table, days: DateRange, as_of_seq: int) -> ir.Table:
    """The facts of the days as they stood: later ones not yet there, later withdrawals neither."""
    return facts.filter(
        facts.seq <= as_of_seq,
        facts.withdrawn_seq.isnull() | (facts.withdrawn_seq > as_of_seq),
        facts.counts_on >= ibis.literal(days.first_day),
        facts.counts_on < ibis.literal(days.end),
    )


def build_query(facts: ir.Table, atoms: Mapping[int, Atom], days: DateRange) -> ir.Table:
    """One pass: a row for each subject with facts, a column for each atom."""
    kinds = tuple(sorted({kind for atom in atoms.values() for kind in atom.kinds}))
    asked = facts.filter(kind_is(facts, Predicate(kinds, days.first_day, days.last_day)))
    columns = {f"a{place}": _aggregate(asked, atom, days) for place, atom in atoms.items()}
    return asked.group_by("subject").aggregate(**columns)


def build_month_query(
    facts: ir.Table, owner: str, columns: Sequence[Atom], days: DateRange
) -> ir.Table:
    """One pass over a month: a row for each owner, a column for each of `monthly.MonthCounts`.

    Days are a mask with one bit each: distinct days without a hash set.
    """
    facts = facts.filter(facts[owner].notnull())
    bit = _day_bit(facts)
    numbers = {}
    for place, column in enumerate(columns):
        where = condition(facts, column.predicate(days))
        if column.aggregate is Aggregate.COUNT:
            numbers[f"c{place}"] = facts.count(where=where)
        elif column.aggregate is Aggregate.SUM:
            numbers[f"c{place}"] = facts.quantity.sum(where=where)
        else:
            numbers[f"c{place}"] = bit.bit_or(where=where)
    return facts.group_by(owner).aggregate(**numbers).order_by(owner)


def read_number(atom: Atom, cell: int | None) -> int:
    """The atom as a whole number: months, and the days of one month, come as a mask of bits."""
    number = int(cell or 0)
    is_mask = atom.aggregate is Aggregate.MONTHS or _is_day_mask(atom)
    return number.bit_count() if is_mask else number


def _is_day_mask(atom: Atom) -> bool:
    """Whether its days fit a mask: a window that is one month needs no hash set."""
    return atom.aggregate is Aggregate.DAYS and atom.window is Window.MONTH


def _day_bit(facts: ir.Table) -> ir.IntegerValue:
    return ibis.literal(1, type="int64") << (facts.counts_on.day().cast("int64") - 1)


def list_owners(kind: SubjectKind, subjects: Sequence[Subject]) -> pa.Table:
    """Which subject a fact belongs to, by its unit or by its person: columns owner and subject."""
    pairs = [
        (owner, subject.id)
        for subject in subjects
        for owner in ((subject.id,) if kind is SubjectKind.PERSON else subject.units)
    ]
    return pa.table(
        {
            "owner": pa.array([owner for owner, _ in pairs], pa.int64()),
            "subject": pa.array([subject for _, subject in pairs], pa.int64()),
        }
    )


def _aggregate(facts: ir.Table, atom: Atom, days: DateRange) -> ir.Scalar:
    where = condition(facts, atom.predicate(days))
    if atom.aggregate is Aggregate.COUNT:
        return facts.count(where=where)
    if atom.aggregate is Aggregate.SUM:
        return facts.quantity.sum(where=where)
    if _is_day_mask(atom):
        return _day_bit(facts).bit_or(where=where)
    if atom.aggregate is Aggregate.DAYS:
        return facts.counts_on.nunique(where=where)
    # One bit per month of the window: distinct months without a hash set, counted by popcount.
    first = days.first_day.year * 12 + days.first_day.month
    month = facts.counts_on.year().cast("int64") * 12 + facts.counts_on.month().cast("int64")
    bit = ibis.literal(1, type="int64") << (month - first)
    return bit.bit_or(where=where)


def condition(facts: ir.Table, predicate: Predicate) -> ir.BooleanValue:
    """The predicate as a column; the days are left to the pass, which reads one window only."""
    parts = [kind_is(facts, predicate)]
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


def kind_is(facts: ir.Table, predicate: Predicate) -> ir.BooleanValue:
    parts = [facts.kind.startswith(prefix) for prefix in predicate.prefixes]
    if predicate.exact_kinds:
        parts.append(facts.kind.isin(predicate.exact_kinds))
    return reduce(or_, parts)
