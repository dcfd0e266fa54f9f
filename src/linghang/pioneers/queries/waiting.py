"""What waits for the reader: reviews of posts, visits of a contact, milestones of whom they mentor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, IntegerField, Q, QuerySet, Value

from linghang.pioneers.enums import PipelineState
from linghang.pioneers.models import Carrier, Contact, Milestone, Pipeline
from linghang.pioneers.queries.carriers import filter_review_due
from linghang.pioneers.queries.contacts import filter_running, read_period
from linghang.platform.access import Permission, Scope
from linghang_core.periods import Period
from linghang_core.regulations import load_rules

REVIEW, VISIT, MILESTONE, ASKED = range(4)


@dataclass(frozen=True)
class Waiting:
    """The ids of what waits: posts to review, contacts to visit, ways with a milestone late, ways asked."""

    reviews: tuple[int, ...] = ()
    visits: tuple[int, ...] = ()
    milestones: tuple[int, ...] = ()
    asked: tuple[int, ...] = ()


def read_waiting(scope: Scope, today: date) -> Waiting:
    """Return what waits for the reader; one query."""
    parts: list[QuerySet[Any, Any]] = []
    if scope.prefixes(Permission.EDIT_PEOPLE):
        decided = Carrier.objects.filter(scope.restrict(Permission.EDIT_PEOPLE, "unit__path"))
        parts.append(_tag(filter_review_due(decided, today), REVIEW))
    if scope.person_id:
        parts.append(_tag(filter_late(scope.person_id, today), VISIT))
        mine = Pipeline.objects.filter(mentor_id=scope.person_id)
        parts.append(_tag(mine.filter(state=PipelineState.ASKED), ASKED))
        late = Milestone.objects.filter(
            Q(entry=None) | Q(entry__withdrawn_at__isnull=False),
            step="",
            due_on__lt=today,
            pipeline__state=PipelineState.RUNNING,
        ).values("pipeline_id")
        parts.append(_tag(mine.filter(pk__in=late), MILESTONE))
    found: dict[int, list[int]] = {tag: [] for tag in (REVIEW, VISIT, MILESTONE, ASKED)}
    for tag, pk in parts[0].union(*parts[1:], all=True) if parts else ():
        found[tag].append(pk)
    return Waiting(*(tuple(sorted(found[tag])) for tag in sorted(found)))


def _tag(rows: QuerySet[Any], tag: int) -> QuerySet[Any, Any]:
    named = rows.order_by().annotate(tag=Value(tag, output_field=IntegerField()))
    return named.values_list("tag", "pk")


def filter_late(person_id: int, today: date) -> QuerySet[Contact]:
    """Return the person's contacts whose visit of the last whole period is still owed.

    The same as the standing LATE of `contacts.read_lines`, asked of the database.
    """
    times = load_rules().find("pioneers.contact_visit", today).whole("times")
    period = read_period(today)
    before = period.previous()
    rows = filter_running(Contact.objects.filter(person_id=person_id), today)
    counted = rows.filter(valid_from__lte=before.first_day).annotate(
        now=Count("visits", filter=_visited(period)), then=Count("visits", filter=_visited(before))
    )
    return counted.annotate(times=Value(times)).filter(now__lt=F("times"), then__lt=F("times"))


def _visited(period: Period) -> Q:
    return Q(
        visits__activity__withdrawn_on=None,
        visits__activity__occurred_on__gte=period.first_day,
        visits__activity__occurred_on__lt=period.end,
    )
