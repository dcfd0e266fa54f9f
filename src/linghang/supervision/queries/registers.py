"""Risk points and hints a reader may see, and the records a hint rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse

from linghang.platform.access import Permission, Scope
from linghang.rectification.models import Problem
from linghang.service.models import ServiceVisit
from linghang.supervision.enums import OPEN_HINTS, RiskLevel
from linghang.supervision.models import Hint, RiskPoint
from linghang.worklists.models import Assignment


def list_risks(scope: Scope) -> QuerySet[RiskPoint]:
    """Return the risk points of the bureaus whose supervision the reader may see, without those taken out."""
    found = RiskPoint.objects.filter(
        scope.restrict(Permission.VIEW_SUPERVISION, "root__path"), retired=False
    )
    return found.select_related("unit", "root")


def annotate_reviews(risks: QuerySet[RiskPoint]) -> QuerySet[RiskPoint]:
    """Add `weight`, by which a list stands with the highest level first."""
    order = {RiskLevel.HIGH: 3, RiskLevel.MIDDLE: 2, RiskLevel.LOW: 1}
    whens = [When(level=level, then=Value(weight)) for level, weight in order.items()]
    return risks.annotate(weight=Case(*whens, default=Value(0), output_field=IntegerField()))


def filter_overdue_reviews(risks: QuerySet[RiskPoint], on: date) -> QuerySet[RiskPoint]:
    """Keep the risk points whose review is late."""
    return risks.filter(review_on__lt=on)


def list_hints(scope: Scope) -> QuerySet[Hint]:
    """Return the hints of the bureaus the reader supervises, without those about their own acts."""
    found = Hint.objects.filter(scope.restrict(Permission.VIEW_SUPERVISION, "root__path"))
    if scope.person_id is not None:
        found = found.filter(Q(person=None) | ~Q(person=scope.person_id))
    return found.select_related("rule", "unit", "root", "person")


def filter_open_hints(hints: QuerySet[Hint]) -> QuerySet[Hint]:
    """Keep the hints on which nobody has decided."""
    return hints.filter(state__in=OPEN_HINTS)


@dataclass(frozen=True)
class Counted:
    """One record a hint rests on, with where it is read."""

    title: str
    day: str
    url: str


def resolve_counted(counted: Sequence[Sequence[Any]]) -> list[Counted]:
    """Return the records of a hint by name and address, newest first; one query for each kind."""
    by_type: dict[str, dict[int, str]] = {}
    for label, pk, day in counted:
        by_type.setdefault(label, {})[int(pk)] = str(day)
    found = []
    for label, days in by_type.items():
        page, read = SOURCES[label]
        found += [
            Counted(title, days[pk], reverse(page, args=[pk])) for pk, title in read(list(days))
        ]
    return sorted(found, key=lambda each: each.day, reverse=True)


Read = Callable[[list[int]], Iterable[tuple[int, str]]]


def _read_problems(keys: list[int]) -> Iterable[tuple[int, str]]:
    return Problem.objects.filter(pk__in=keys).values_list("pk", "text")


def _read_tasks(keys: list[int]) -> Iterable[tuple[int, str]]:
    return Assignment.objects.filter(pk__in=keys).values_list("pk", "item__text")


def _read_visits(keys: list[int]) -> Iterable[tuple[int, str]]:
    return ServiceVisit.objects.filter(pk__in=keys).values_list("pk", "content")


SOURCES: dict[str, tuple[str, Read]] = {
    "rectification.problem": ("rectification:problem", _read_problems),
    "worklists.assignment": ("worklists:task", _read_tasks),
    "service.servicevisit": ("service:visit", _read_visits),
}
