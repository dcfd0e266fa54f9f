"""Reading facts and ledger lines."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from linghang.ledger.models import Entry, Fact
from linghang.platform.access import Permission, Scope


def filter_as_of(facts: QuerySet[Fact], seq: int) -> QuerySet[Fact]:
    """Keep the facts that stood when the change sequence was `seq`."""
    return facts.filter(Q(withdrawn_seq__isnull=True) | Q(withdrawn_seq__gt=seq), seq__lte=seq)


def filter_predicate(facts: QuerySet[Fact], predicate: Any) -> QuerySet[Fact]:
    """Keep the facts an atom counts: the same predicate the engine compiled (scoring.Predicate)."""
    kinds = Q()
    for kind in predicate.kinds:
        kinds |= Q(kind__startswith=kind[:-1]) if kind.endswith("*") else Q(kind=kind)
    found = facts.filter(kinds, counts_on__gte=predicate.first, counts_on__lte=predicate.last)
    if predicate.statuses is not None:
        found = found.filter(status__in=predicate.statuses)
    if predicate.except_statuses is not None:
        found = found.exclude(status__in=predicate.except_statuses)
    if predicate.verified is not None:
        found = found.filter(verified=predicate.verified)
    if predicate.late is not None:
        found = found.filter(late=predicate.late)
    if predicate.level == "person":
        found = found.filter(person__isnull=False)
    elif predicate.level == "unit":
        found = found.filter(person__isnull=True)
    return found


def list_entries(scope: Scope, sensitive: Collection[str] = ()) -> QuerySet[Entry]:
    """Return the ledger lines the reader may see, newest first, without withdrawn ones.

    Lines of `sensitive` kinds are seen by whoever may see the scores of the unit's members, and by
    the person concerned.
    """
    found = (
        Entry.objects.filter(scope.restrict(Permission.VIEW_RECORDS, "unit__path"))
        .filter(withdrawn_at=None)
        .select_related("unit")
    )
    if not sensitive:
        return found
    mine = filter_person(found, scope.person_id).values("pk") if scope.person_id else []
    return found.filter(
        ~Q(kind__in=sensitive)
        | scope.restrict(Permission.VIEW_MEMBER_SCORES, "unit__path")
        | Q(pk__in=mine)
    )


def filter_period(entries: QuerySet[Entry], start: date, end: date) -> QuerySet[Entry]:
    """Keep what happened from `start` up to, not including, `end`."""
    return entries.filter(occurred_on__gte=start, occurred_on__lt=end)


def filter_person(entries: QuerySet[Entry], person_id: int) -> QuerySet[Entry]:
    """Keep the lines in which a person took part."""
    own = Fact.objects.filter(entry=OuterRef("pk"), person_id=person_id, withdrawn_seq=None)
    return entries.filter(Exists(own))


def filter_text(entries: QuerySet[Entry], text: str) -> QuerySet[Entry]:
    """Keep the lines whose title has the text, or in which somebody of that name took part."""
    named = Fact.objects.filter(
        entry=OuterRef("pk"), person__name__icontains=text, withdrawn_seq=None
    )
    return entries.filter(Q(title__icontains=text) | Exists(named))


def list_facts(entry: Entry) -> QuerySet[Fact]:
    """Return the facts of a line with their persons, those about the unit first."""
    return entry.facts.select_related("person", "unit").order_by(
        F("person_id").asc(nulls_first=True), "seq"
    )


def list_versions(entry: Entry) -> QuerySet[Entry]:
    """Return all lines the same record had, the newest first: its history of corrections."""
    return Entry.objects.filter(source_type=entry.source_type, source_id=entry.source_id).order_by(
        "-pk"
    )
