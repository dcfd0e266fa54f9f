"""Which raised problems a reader sees, and which of them wait for the reader."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from linghang.org.api import visible_units
from linghang.org.enums import BRANCH_KINDS, Line, UnitKind
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.routing.enums import AT_UNIT, RUNNING, EscalateTo, Stage
from linghang.routing.models import Case, Leg

LIKE_ENOUGH = 0.35  # share of common pairs of characters from which two texts may mean the same
LIKE_DAYS = 90
LOOKED_AT = 300


def list_cases(scope: Scope) -> QuerySet[Case]:
    """Return the cases the reader is on the way of, the newest first.

    Whoever raised it, whoever sees the records of the unit it arose in or of any unit that had it, the
    middle office, and who raised one that was merged into it: all see the same.
    """
    own = Q(raised_by_id=scope.user_id) if scope.user_id is not None else Q(pk__in=[])
    legs = Leg.objects.filter(
        scope.restrict(Permission.VIEW_RECORDS, "unit__path"), case=OuterRef("pk")
    )
    merged = Case.objects.filter(
        (Q(raised_by_id=scope.user_id) if scope.user_id is not None else Q(pk__in=[]))
        | scope.restrict(Permission.VIEW_RECORDS, "front__path"),
        merged_into=OuterRef("pk"),
    )
    condition = (
        own
        | scope.restrict(Permission.VIEW_RECORDS, "front__path")
        | scope.restrict(Permission.ROUTE_PROBLEMS, "front__path")
        | Exists(legs)
        | Exists(merged)
    )
    return Case.objects.filter(condition).select_related(
        "category", "front", "unit", "person", "place", "raised_by", "raised_person"
    )


def filter_running(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Keep the cases that are under way."""
    return cases.filter(stage__in=RUNNING)


def filter_late(cases: QuerySet[Case], now: datetime) -> QuerySet[Case]:
    """Keep the cases whose stage or whole way has run out of its time."""
    return filter_running(cases).filter(Q(stage_due_at__lt=now) | Q(total_due_at__lt=now))


def filter_escalated(cases: QuerySet[Case], now: datetime) -> QuerySet[Case]:
    """Keep the cases whose stage has run out of its time: from then on they stand higher up."""
    return filter_running(cases).filter(stage_due_at__lt=now)


def filter_waiting(cases: QuerySet[Case], scope: Scope, now: datetime) -> QuerySet[Case]:
    """Keep the cases that wait for the reader to act: as front, middle, unit or back office.

    A unit's cases wait for those who keep its records at home there, not for whoever may write
    everywhere; what somebody has in hand waits for that person.
    """
    homes = [pk for pk, _name, _path in scope.home_units]
    middle = scope.restrict(Permission.ROUTE_PROBLEMS, "front__path")
    unit = scope.restrict(Permission.EDIT_RECORDS, "unit__path") & Q(unit_id__in=homes)
    if scope.person_id is not None:
        unit |= Q(person_id=scope.person_id)
    front = Q(raised_by_id=scope.user_id) if scope.user_id is not None else Q(pk__in=[])
    late = Q(stage_due_at__lt=now)
    back = scope.restrict(Permission.SIGN_OFF, "front__path")
    return cases.filter(
        (Q(stage__in=[Stage.RAISED, Stage.ACCEPTED]) & middle)
        | (Q(stage__in=AT_UNIT) & unit)
        | (Q(stage=Stage.ANSWERED) & front)
        | (Q(stage__in=RUNNING, escalate_to=EscalateTo.BACK) & late & back)
        | (Q(stage__in=RUNNING, escalate_to=EscalateTo.MIDDLE) & late & middle)
    )


def search_cases(cases: QuerySet[Case], words: str) -> QuerySet[Case]:
    """Keep the cases in whose text, number, answer, place or units the words stand."""
    return cases.filter(
        Q(text__icontains=words)
        | Q(number__icontains=words)
        | Q(answer__icontains=words)
        | Q(front__name__icontains=words)
        | Q(unit__name__icontains=words)
        | Q(place__name__icontains=words)
    )


def annotate_board(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Order running cases as the board shows them: what is due first stands first."""
    return filter_running(cases).order_by("stage_due_at", "pk")


def find_like(case: Case, most: int = 3) -> list[tuple[Case, float]]:
    """Return running cases of the bureau that may mean the same, the likest first, with how like.

    By the pairs of characters both texts share; one of the same category and place counts more. A
    hint for a person who decides.
    """
    since = case.raised_at - timedelta(days=LIKE_DAYS)
    others = (
        Case.objects.filter(
            stage__in=RUNNING,
            front__path__startswith=case.front.root_path,
            raised_at__gte=since,
        )
        .exclude(pk=case.pk)
        .select_related("front", "unit", "category")[:LOOKED_AT]
    )
    rated = []
    for other in others:
        like = _likeness(case.text, other.text)
        like += 0.15 * (other.category_id == case.category_id) * (like > 0)
        like += 0.15 * (case.place_id is not None and other.place_id == case.place_id) * (like > 0)
        if like >= LIKE_ENOUGH:
            rated.append((other, min(1.0, like)))
    rated.sort(key=lambda pair: -pair[1])
    return rated[:most]


def list_places(scope: Scope) -> QuerySet[Unit]:
    """Return the stations, crews and departments the reader may name as the place of a problem."""
    return (
        visible_units(scope, Permission.RAISE_PROBLEMS)
        .filter(line=Line.BUSINESS, closed_on=None)
        .exclude(kind=UnitKind.COMPANY)
        .order_by("path")
    )


def list_targets(case: Case) -> QuerySet[Unit]:
    """Return the branches a problem may be given to: open ones of the same bureau."""
    return Unit.objects.filter(
        path__startswith=case.front.root_path,
        line=Line.PARTY,
        kind__in=BRANCH_KINDS,
        closed_on=None,
    ).order_by("path")


def _likeness(ours: str, theirs: str) -> float:
    first, second = _pairs(ours), _pairs(theirs)
    if not first or not second:
        return 0.0
    return len(first & second) / min(len(first), len(second))


def _pairs(text: str) -> set[str]:
    parts = re.split(r"\W+", text)
    return {part[at : at + 2] for part in parts for at in range(len(part) - 1)}
