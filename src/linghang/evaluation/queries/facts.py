"""Facts behind scores: which ones an evaluation reads, which changed since, what one subject has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q, QuerySet

from linghang.evaluation.models import Run, Score
from linghang.ledger.api import filter_as_of
from linghang.ledger.models import Fact
from linghang.org.models import Unit
from linghang.people.enums import MEMBER_POST
from linghang.people.models import Appointment
from linghang_core.scoring import Plan, Predicate, Scheme, Subject, compile_scheme
from linghang_core.scoring.scheme import Aggregate, SubjectKind


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


def filter_bureau(facts: QuerySet[Fact], plan: Plan, root: Unit) -> QuerySet[Fact]:
    """Keep the facts that can count for a subject of the bureau, wherever they were recorded."""
    if plan.subject is SubjectKind.UNIT:
        units = Unit.objects.filter(path__startswith=root.path)
        return facts.filter(unit_id__in=units.values("pk"))
    members = Appointment.objects.filter(post_id=MEMBER_POST, unit__path__startswith=root.path)
    return facts.filter(person_id__in=members.values("person_id"))


def filter_subject(facts: QuerySet[Fact], plan: Plan, subject: Subject) -> QuerySet[Fact]:
    """Keep the facts of one subject: of its units, or naming the person."""
    if plan.subject is SubjectKind.UNIT:
        return facts.filter(unit_id__in=subject.units)
    return facts.filter(person_id=subject.id)


def read_stands(plan: Plan, period: str, roots: Sequence[Unit]) -> dict[int, int]:
    """Return for each bureau the last change of any fact its evaluation can read, 0 without facts.

    A run is as of this number, not of the ledger's last one: what happens in other bureaus or other
    months leaves it, and so the digest of the run, as they were. Few queries for any number of
    bureaus.
    """
    person = plan.subject is SubjectKind.PERSON
    owners = _bureaus_of_members(roots) if person else None
    relevant = filter_relevant(Fact.objects.all(), plan, period)
    if owners is None:
        relevant = relevant.filter(_under(roots, "unit__path"))
    rows = (
        relevant.order_by()
        .values_list("person_id" if person else "unit__path")
        .annotate(written=Max("seq"), withdrawn=Max("withdrawn_seq"))
    )
    stands = dict.fromkeys((root.pk for root in roots), 0)
    for owner, written, withdrawn in rows:
        found = owners.get(owner, ()) if owners is not None else (int(owner.split("/")[1]),)
        for pk in found:
            stands[pk] = max(stands[pk], written, withdrawn or 0)
    return stands


def list_changed(run: Run, scheme: Scheme) -> QuerySet[Fact]:
    """Return the facts a run could read that were written or withdrawn after it, latest first."""
    plan = compile_scheme(scheme)
    relevant = filter_bureau(filter_relevant(Fact.objects.all(), plan, run.period), plan, run.root)
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


def _bureaus_of_members(roots: Sequence[Unit]) -> dict[int, set[int]]:
    """For each person, the bureaus in which a membership is or was."""
    found: dict[int, set[int]] = {}
    rows = Appointment.objects.filter(_under(roots, "unit__path"), post_id=MEMBER_POST)
    for person_id, path in rows.values_list("person_id", "unit__path"):
        found.setdefault(person_id, set()).add(int(path.split("/")[1]))
    return found


def _under(roots: Sequence[Unit], field: str) -> Q:
    condition = Q(pk__in=[])
    for root in roots:
        condition |= Q(**{f"{field}__startswith": root.path})
    return condition


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
