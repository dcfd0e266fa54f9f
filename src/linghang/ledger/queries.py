"""Reading facts and ledger lines."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

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


def list_entries(scope: Scope) -> QuerySet[Entry]:
    """Return the ledger lines the reader may see, newest first, without withdrawn ones."""
    return (
        Entry.objects.filter(scope.restrict(Permission.VIEW_RECORDS, "unit__path"))
        .filter(withdrawn_at=None)
        .select_related("unit")
    )


def filter_period(entries: QuerySet[Entry], start: date, end: date) -> QuerySet[Entry]:
    """Keep what happened from `start` up to, not including, `end`."""
    return entries.filter(occurred_on__gte=start, occurred_on__lt=end)


def filter_person(entries: QuerySet[Entry], person_id: int) -> QuerySet[Entry]:
    """Keep the lines in which a person took part."""
    return entries.filter(facts__person_id=person_id, facts__withdrawn_seq=None).distinct()
