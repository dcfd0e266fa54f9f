"""What the ledger knows of a subject in the period: counts beside each item, lines to point to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from linghang.assessment.models import Item, Subject
from linghang.ledger.api import list_kinds
from linghang.ledger.enums import FactKind
from linghang.ledger.models import Entry, Fact
from linghang.platform.calendar import clock

LINES_AT_MOST = 60


@dataclass(frozen=True)
class Records:
    """How many lines the ledger has of a kind, and where they stand."""

    title: str
    count: int
    url: str


def count_records(subject: Subject, items: Sequence[Item]) -> dict[str, Records]:
    """Return what the ledger has of each kind the items name in the period, by kind; one query.

    Of a member only what names the member. A kind without a line is there with 0: that nothing was
    recorded says something too.
    """
    wanted, span = _kinds_of(items), subject.round.span
    if not wanted:
        return {}
    rows = (
        Fact.objects.filter(
            _about(subject),
            kind__in=wanted,
            withdrawn_seq=None,
            counts_on__gte=span.first_day,
            counts_on__lt=span.end,
        )
        .order_by()
        .values("kind")
        .annotate(count=Count("entry", distinct=True))
    )
    counted = {row["kind"]: row["count"] for row in rows}
    return {
        code: Records(
            str(kind.title),
            counted.get(code, 0),
            f"{reverse('ledger:timeline')}?unit={subject.unit_id}&kind={code}"
            f"&from={span.first_day}&to={span.last_day}",
        )
        for code, kind in wanted.items()
    }


def _about(subject: Subject) -> Q:
    if subject.person_id is not None:
        return Q(person=subject.person_id)
    return Q(unit__path__startswith=subject.unit.path)


def _kinds_of(items: Iterable[Item]) -> dict[str, FactKind]:
    known = list_kinds()
    named = dict.fromkeys(code for item in items for code in item.facts)
    return {code: known[code] for code in named if code in known and not known[code].sensitive}


def find_lines(
    subject: Subject, items: Sequence[Item], chosen: Mapping[int, Entry]
) -> dict[int, list[Entry]]:
    """Return by item the newest ledger lines that may show what it asks, a query an item.

    What counts is the kind of their facts: hours of service stand in the line of a visit. The line
    `chosen` for an item is always among them, last where the newest are too many, unless withdrawn.
    """
    found: dict[int, list[Entry]] = {}
    for item in items:
        if item.facts:
            lines = list(_list_lines(subject, item)[:LINES_AT_MOST])
            kept = chosen.get(item.pk)
            if kept is not None and kept.withdrawn_at is None and kept not in lines:
                lines.append(kept)
            found[item.pk] = lines
    return found


def _list_lines(subject: Subject, item: Item) -> QuerySet[Entry]:
    span = subject.round.span
    facts = Fact.objects.filter(
        _about(subject), kind__in=list(_kinds_of([item])), withdrawn_seq=None
    )
    return Entry.objects.filter(
        pk__in=facts.filter(counts_on__gte=span.first_day, counts_on__lt=span.end).values("entry"),
        withdrawn_at=None,
        occurred_on__lte=clock.today(),  # what is due later shows nothing yet
    ).order_by("-occurred_on", "-pk")
