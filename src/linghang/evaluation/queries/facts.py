"""Facts behind scores: which ones an evaluation reads, which changed since, what one subject has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from django.db.models import Max, Q, QuerySet

from linghang.evaluation.models import Run, Score
from linghang.evaluation.queries.ownership import list_prefixes, under
from linghang.evaluation.queries.schemes import load
from linghang.ledger.api import filter_as_of
from linghang.ledger.models import Fact
from linghang.org.models import Unit
from linghang.people.enums import MEMBER_POST
from linghang.people.models import Appointment
from linghang_core.periods import Period
from linghang_core.scoring import Plan, Predicate, Scheme, Subject, compile_scheme
from linghang_core.scoring.scheme import Aggregate, SubjectKind

OWNERS_AT_ONCE = 900
ENGINE_COLUMNS: tuple[tuple[str, pa.DataType], ...] = (
    ("seq", pa.int64()),
    ("withdrawn_seq", pa.int64()),
    ("kind", pa.string()),
    ("unit_id", pa.int64()),
    ("person_id", pa.int64()),
    ("counts_on", pa.date32()),
    ("quantity", pa.int64()),
    ("status", pa.string()),
    ("verified", pa.bool_()),
    ("late", pa.bool_()),
)
"""What an engine asks of a fact."""


def filter_relevant(facts: QuerySet[Fact], plan: Plan, period: str) -> QuerySet[Fact]:
    """Keep the facts that a scheme can read for a period: its kinds, each in its windows."""
    windows = _kinds_by_window(plan, period)
    condition = Q(pk__in=[])
    for (first, last), kinds in windows.items():
        condition |= _is_kind(kinds) & Q(counts_on__gte=first, counts_on__lte=last)
    # The bounds of all windows together say nothing new, but they let the database use its index on
    # (unit, kind, day) instead of reading each window of every unit.
    return facts.filter(
        _is_kind({kind for kinds in windows.values() for kind in kinds}),
        condition,
        counts_on__gte=min(first for first, _last in windows),
        counts_on__lte=max(last for _first, last in windows),
    )


def filter_bureau(
    facts: QuerySet[Fact], plan: Plan, root: Unit, prefixes: Sequence[str] = ()
) -> QuerySet[Fact]:
    """Keep the facts that can count for a subject of the bureau, wherever they were recorded.

    `prefixes` are the paths of the units whose facts count, the bureau's own when not given.
    """
    if plan.subject is SubjectKind.UNIT:
        units = Unit.objects.filter(_below(prefixes or [root.path], "path"))
        return facts.filter(unit_id__in=units.values("pk"))
    members = Appointment.objects.filter(post_id=MEMBER_POST, unit__path__startswith=root.path)
    return facts.filter(person_id__in=members.values("person_id"))


def filter_subject(facts: QuerySet[Fact], plan: Plan, subject: Subject) -> QuerySet[Fact]:
    """Keep the facts of one subject: of its units, or naming the person."""
    if plan.subject is SubjectKind.UNIT:
        return facts.filter(unit_id__in=subject.units)
    return facts.filter(person_id=subject.id)


def read_stands(
    scheme: Scheme,
    period: str,
    roots: Sequence[Unit],
    subjects: Mapping[int, Sequence[Subject]],
    until: int,
) -> dict[int, int]:
    """Return for each bureau the last change of any fact its evaluation can read, 0 without facts.

    A run is as of this number, not of the ledger's last one: what happens in other bureaus or other
    months leaves it, and so the digest of the run, as they were. Changes after `until`, up to which
    the facts were counted, are not among them: they overtake the run. Few queries for any number of
    bureaus.
    """
    plan = compile_scheme(scheme)
    person = plan.subject is SubjectKind.PERSON
    now = _bureaus_of(scheme, period, roots)
    owners = _bureaus_of_subjects(subjects, person=person)
    field = "person_id" if person else "unit_id"
    # A unit or a member may belong to another bureau by now: its facts counted where it was.
    gone = sorted(set(owners) - set(now))
    relevant = filter_relevant(Fact.objects.filter(seq__lte=until), plan, period)
    if not person:
        paths = list_prefixes(scheme, roots, _last_day(period)).values()
        below = _below([path for found in paths for path in found], "unit__path")
        relevant = relevant.filter(below | Q(unit_id__in=gone))
    rows = (
        relevant.order_by()
        .values_list(field)
        .annotate(
            written=Max("seq"), withdrawn=Max("withdrawn_seq", filter=Q(withdrawn_seq__lte=until))
        )
    )
    stands = dict.fromkeys((root.pk for root in roots), 0)
    for owner, written, withdrawn in rows:
        for pk in now.get(owner, set()) | owners.get(owner, set()):
            stands[pk] = max(stands[pk], written, withdrawn or 0)
    return stands


def count_overtaking(runs: Sequence[Run]) -> dict[int, int]:
    """Return for each run how many facts it could read were written or withdrawn after it.

    One look at the changes since the oldest of the runs, for each scheme and period: the more often
    an evaluation is run, the less there is to look at. Runs without such facts are not in it.
    """
    found: dict[int, int] = {}
    together: dict[tuple[int, str], list[Run]] = defaultdict(list)
    for run in runs:
        together[run.scheme_id, run.period].append(run)
    for (_scheme, period), own in together.items():
        scheme = load(own[0].scheme)
        plan = compile_scheme(scheme)
        person = plan.subject is SubjectKind.PERSON
        since = min(run.as_of_seq or 0 for run in own)
        roots = [run.root for run in own]
        changed = filter_relevant(_after(Fact.objects.all(), since), plan, period)
        rows = list(
            changed.order_by().values_list(
                "person_id" if person else "unit_id", "seq", "withdrawn_seq"
            )
        )
        bureaus = _bureaus_of(scheme, period, roots) if rows else {}
        for owner, seq, withdrawn in rows:
            for run in own:
                stand = run.as_of_seq or 0
                if run.root_id in bureaus.get(owner, ()) and max(seq, withdrawn or 0) > stand:
                    found[run.pk] = found.get(run.pk, 0) + 1
    return found


def list_changed(run: Run, scheme: Scheme) -> QuerySet[Fact]:
    """Return the facts a run could read that were written or withdrawn after it, latest first."""
    plan = compile_scheme(scheme)
    prefixes = list_prefixes(scheme, [run.root], _last_day(run.period))[run.root_id]
    found = filter_relevant(Fact.objects.all(), plan, run.period)
    relevant = filter_bureau(found, plan, run.root, prefixes)
    return _after(relevant, run.as_of_seq or 0)


def list_changed_for(score: Score, scheme: Scheme, subject: Subject, since: int) -> QuerySet[Fact]:
    """Return the facts of one subject that were written or withdrawn after a change sequence."""
    plan = compile_scheme(scheme)
    relevant = filter_relevant(Fact.objects.all(), plan, score.run.period)
    return _after(filter_subject(relevant, plan, subject), since)


def list_facts_of(scheme: Scheme, period: str, subject: Subject, as_of_seq: int) -> QuerySet[Fact]:
    """Return every fact a subject's score was read from, as of a change sequence, latest first."""
    plan = compile_scheme(scheme)
    relevant = filter_relevant(filter_as_of(Fact.objects.all(), as_of_seq), plan, period)
    return filter_subject(relevant, plan, subject).order_by("-counts_on", "-seq")


def read_table(plan: Plan, period: str, subjects: Sequence[Subject], as_of_seq: int) -> ir.Table:
    """Return the facts of some subjects for an engine, straight from the database.

    The lake is a copy, and who verifies asks the original. It holds no later fact, and those
    withdrawn later with the sequence that withdrew them.
    """
    person = plan.subject is SubjectKind.PERSON
    owners = [
        owner for subject in subjects for owner in ((subject.id,) if person else subject.units)
    ]
    field = "person_id__in" if person else "unit_id__in"
    known = filter_relevant(Fact.objects.filter(seq__lte=as_of_seq), plan, period)
    names = [name for name, _type in ENGINE_COLUMNS]
    rows: list[tuple[Any, ...]] = []
    for start in range(0, len(owners), OWNERS_AT_ONCE):
        own = known.filter(**{field: owners[start : start + OWNERS_AT_ONCE]})
        rows += own.order_by("seq").values_list(*names)
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    arrays = [pa.array(one, kind) for one, (_, kind) in zip(columns, ENGINE_COLUMNS, strict=True)]
    return ibis.memtable(pa.table(arrays, names=names))


def count_atoms_of(plan: Plan, period: str, facts: Sequence[Fact]) -> tuple[int, ...]:
    """Return the atoms of one subject counted from its facts, one by one.

    The engine does the same over many subjects in columns; this way needs no lake and serves one
    subject as the facts stand this very moment.
    """
    return tuple(
        _count(atom.aggregate, atom.predicate(span), facts)
        for atom, span in zip(plan.atoms, plan.spans(period), strict=True)
    )


@dataclass(frozen=True)
class Evidence:
    """The facts under one number: how many there are and the first of them."""

    total: int
    facts: tuple[Fact, ...]


def pick_evidence(facts: Sequence[Fact], predicate: Predicate, limit: int) -> Evidence:
    """Return those of a subject's facts that a predicate means; the first ones, and how many."""
    found = [fact for fact in facts if predicate.matches(fact)]
    return Evidence(total=len(found), facts=tuple(found[:limit]))


def _count(aggregate: Aggregate, predicate: Predicate, facts: Sequence[Fact]) -> int:
    found = [fact for fact in facts if predicate.matches(fact)]
    if aggregate is Aggregate.COUNT:
        return len(found)
    if aggregate is Aggregate.SUM:
        return sum(fact.quantity for fact in found)
    if aggregate is Aggregate.DAYS:
        return len({fact.counts_on for fact in found})
    return len({(fact.counts_on.year, fact.counts_on.month) for fact in found})


def _bureaus_of_subjects(
    subjects: Mapping[int, Sequence[Subject]], *, person: bool
) -> dict[int, set[int]]:
    """For each person, or each unit whose facts count, the bureaus it is rated in."""
    found: dict[int, set[int]] = defaultdict(set)
    for root_id, own in subjects.items():
        for subject in own:
            for owner in (subject.id,) if person else subject.units:
                found[owner].add(root_id)
    return found


def _bureaus_of(scheme: Scheme, period: str, roots: Sequence[Unit]) -> dict[int, set[int]]:
    """For each unit or person whose facts may count in one of the bureaus by now, those bureaus."""
    if scheme.subject is SubjectKind.PERSON:
        return _bureaus_of_members(roots)
    found: dict[int, set[int]] = defaultdict(set)
    for root, paths in list_prefixes(scheme, roots, _last_day(period)).items():
        for pk in (
            Unit.objects.filter(_below(paths, "path")).order_by().values_list("pk", flat=True)
        ):
            found[pk].add(root)
    return found


def _bureaus_of_members(roots: Sequence[Unit]) -> dict[int, set[int]]:
    """For each person, the bureaus in which a membership is or was."""
    found: dict[int, set[int]] = {}
    rows = Appointment.objects.filter(under(roots, "unit__path"), post_id=MEMBER_POST)
    for person_id, path in rows.values_list("person_id", "unit__path"):
        found.setdefault(person_id, set()).add(int(path.split("/")[1]))
    return found


def _below(paths: Iterable[str], field: str) -> Q:
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return condition


def _last_day(period: str) -> date:
    return Period.parse(period).last_day


def _after(facts: QuerySet[Fact], seq: int) -> QuerySet[Fact]:
    return facts.filter(Q(seq__gt=seq) | Q(withdrawn_seq__gt=seq)).order_by("-seq")


def _is_kind(kinds: Collection[str]) -> Q:
    condition = Q(kind__in=sorted(kind for kind in kinds if not kind.endswith(".*")))
    for kind in sorted(kinds):
        if kind.endswith(".*"):
            condition |= Q(kind__startswith=kind[:-1])
    return condition


def _kinds_by_window(plan: Plan, period: str) -> dict[tuple[date, date], set[str]]:
    found: dict[tuple[date, date], set[str]] = {}
    for atom, days in zip(plan.atoms, plan.spans(period), strict=True):
        found.setdefault((days.first_day, days.last_day), set()).update(atom.kinds)
    return found
