"""Reads of awards and hardship: what a reader sees, counts for the others, what is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Case, Count, Max, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.care.enums import HardshipKind, HardshipState
from linghang.care.models import Award, Hardship, Visit
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.platform.access import Permission, Scope
from linghang.platform.notices.enums import NoticeKind
from linghang.platform.notices.registry import NoticeDraft

FEWEST = 3
"""Fewer cases of a kind are not told to who does not look after them: a count of one names somebody."""


# -- awards ----------------------------------------------------------------------------------------


def list_awards(scope: Scope) -> QuerySet[Award]:
    """Return the awards the reader sees: of units whose records they see, and their own."""
    return Award.objects.filter(
        scope.restrict(Permission.VIEW_RECORDS, "unit__path") | Q(person_id=scope.person_id or 0)
    ).select_related("unit", "person", "recorded_by")


def filter_standing(awards: QuerySet[Award]) -> QuerySet[Award]:
    """Keep the awards that were not withdrawn."""
    return awards.filter(withdrawn_at=None)


def search_awards(awards: QuerySet[Award], text: str) -> QuerySet[Award]:
    """Keep those whose title, holder or awarding body the words name."""
    for word in text.split():
        awards = awards.filter(
            Q(title__icontains=word)
            | Q(person__name__icontains=word)
            | Q(unit__name__icontains=word)
            | Q(body__icontains=word)
        )
    return awards


def list_awards_of(person_id: int) -> QuerySet[Award]:
    """Return the standing awards of a person, latest first."""
    return filter_standing(Award.objects.filter(person_id=person_id)).select_related("unit")


def list_awards_in(unit: Unit, start: date, end: date) -> QuerySet[Award]:
    """Return the standing awards of a unit and its members in [start, end), earliest first."""
    found = Award.objects.filter(unit=unit, awarded_on__gte=start, awarded_on__lt=end)
    return filter_standing(found).select_related("unit", "person").order_by("awarded_on", "pk")


# -- hardship --------------------------------------------------------------------------------------


def list_hardships(scope: Scope) -> QuerySet[Hardship]:
    """Return the records of hardship the reader may know of: kept ones, and the own."""
    kept = scope.restrict(Permission.VIEW_IDENTITY, "unit__path") & scope.restrict(
        Permission.EDIT_RECORDS, "unit__path"
    )
    return Hardship.objects.filter(kept | Q(person_id=scope.person_id or 0)).select_related(
        "person", "unit"
    )


def annotate_visits(hardships: QuerySet[Hardship], today: date) -> QuerySet[Hardship]:
    """Add `last_visit_on`, `visits_number`, and the `state` of today; what waits sorts first."""
    return hardships.annotate(
        last_visit_on=Max("visits__on"),
        visits_number=Count("visits"),
        state=Case(
            When(ended_on__isnull=False, then=Value(HardshipState.ENDED.value)),
            When(review_on__lte=today, then=Value(HardshipState.REVIEW.value)),
            default=Value(HardshipState.OPEN.value),
        ),
        turn=Case(
            When(ended_on__isnull=False, then=Value(2)),
            When(review_on__lte=today, then=Value(0)),
            default=Value(1),
        ),
    )


@dataclass(frozen=True)
class Tally:
    """What everybody may know: how many are looked after and how often they were visited in a year."""

    open: int
    visits: int
    kinds: tuple[tuple[str, int], ...]  # only where at least FEWEST are


def count_hardships(scope: Scope, year: int) -> Tally:
    """Return the counts over the units whose people the reader sees; three queries, no names."""
    within = scope.restrict(Permission.VIEW_PEOPLE, "unit__path")
    held = Hardship.objects.filter(within, ended_on=None)
    kinds = {
        row["kind"]: row["n"] for row in held.values("kind").annotate(n=Count("pk")).order_by()
    }
    visits = Visit.objects.filter(
        scope.restrict(Permission.VIEW_PEOPLE, "hardship__unit__path"), on__year=year
    ).count()
    told = tuple(
        (str(kind.label), kinds[kind]) for kind in HardshipKind if kinds.get(kind, 0) >= FEWEST
    )
    return Tally(sum(kinds.values()), visits, told)


def count_visits_in(unit: Unit, start: date, end: date) -> int:
    """Return how many visits of solace the branch made in [start, end): a number, no names."""
    return Visit.objects.filter(hardship__unit=unit, on__gte=start, on__lt=end).count()


def sum_paid(visits: list[Visit]) -> Decimal:
    """Return the money given in yuan."""
    return sum((visit.amount for visit in visits if visit.amount is not None), Decimal(0))


def list_reminders(today: date) -> Iterator[NoticeDraft]:
    """Yield a reminder of each review within two weeks to the secretary; without the name."""
    due = list(
        Hardship.objects.filter(
            ended_on=None, review_on__lte=today + timedelta(days=14)
        ).select_related("unit")
    )
    readers = people.users_with(Permission.VIEW_IDENTITY, {one.unit_id for one in due}, today)
    for one in due:
        late = one.review_on < today
        for user_id in readers.get(one.unit_id, ()):
            yield NoticeDraft(
                recipient_id=user_id,
                key=f"care:{one.pk}:{one.review_on}:{'late' if late else 'due'}",
                kind=NoticeKind.LATE if late else NoticeKind.DUE,
                title=_("Look again at a member in hardship, by %(day)s") % {"day": one.review_on},
                url=reverse("care:hardship", args=[one.pk]),
                unit_path=one.unit.path,
            )
