"""Reads of lectures: rosters, who is invited, swaps that wait, what the audience gave."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.activities.enums import AttendanceState
from linghang.activities.models import Activity, Attendance
from linghang.people.models import Person
from linghang.platform.access import Permission, Scope
from linghang.platform.crypto import fields as crypto
from linghang.platform.notices.enums import NoticeKind
from linghang.platform.notices.registry import DatedThing, NoticeDraft
from linghang.study.enums import LectureState, SwapState
from linghang.study.models import Lecture, Rating, Roster, Swap
from linghang.study.queries.classes import list_chosen
from linghang_core.ratings import Rated, rank_lectures, sum_stars

TOLD_BEFORE = 3  # days before a lecture its lecturer is reminded
RATED_AT_MOST = 5  # lectures offered for rating on the own page


@dataclass(frozen=True)
class RosterLine:
    """A roster as the list shows it."""

    roster: Roster
    first_on: date | None
    last_on: date | None
    lectures: int
    free: int
    held: int

    @property
    def pk(self) -> int:
        """Return the key of the roster; tables ask for it."""
        return int(self.roster.pk)


@dataclass(frozen=True)
class LectureLine:
    """A place of the roster with its state and, once rating has closed, how it was rated."""

    lecture: Lecture
    state: LectureState
    own: bool
    home: str
    rated: Rated | None = None


def list_ancestors(scope: Scope) -> set[int]:
    """Return the reader's own units and all above them, from the scope, without a query."""
    return {
        int(part)
        for _pk, _name, path in scope.home_units
        for part in path.strip("/").split("/")
        if part
    }


def list_rosters(scope: Scope) -> QuerySet[Roster]:
    """Return the rosters of the reader's units and those above, and of whose records they see."""
    seen = scope.restrict(Permission.VIEW_RECORDS, "unit__path")
    return Roster.objects.filter(seen | Q(unit_id__in=list_ancestors(scope))).select_related("unit")


def list_lectures(scope: Scope) -> QuerySet[Lecture]:
    """Return the lectures of the rosters the reader sees."""
    return Lecture.objects.filter(roster__in=list_rosters(scope)).select_related(
        "roster__unit", "person", "activity"
    )


def read_rosters(rosters: QuerySet[Roster]) -> list[RosterLine]:
    """Return the rosters with their span and how many places are free; one query."""
    held = Q(lectures__activity__isnull=False, lectures__activity__withdrawn_on=None)
    rows = rosters.annotate(
        first_on=Min("lectures__on"),
        last_on=Max("lectures__on"),
        number=Count("lectures"),
        free=Count("lectures", filter=Q(lectures__person=None)),
        held=Count("lectures", filter=held),
    )
    return [
        RosterLine(row, row.first_on, row.last_on, row.number, row.free, row.held) for row in rows
    ]


def read_roster(roster: Roster, today: date, person_id: int | None) -> list[LectureLine]:
    """Return the places of a roster in order of days; three queries."""
    rows = list(roster.lectures.select_related("person", "activity"))
    rated = rank_rated(rows)
    homes = _find_homes([row.person for row in rows if row.person], today)
    return [
        LectureLine(
            row,
            row.judge(today),
            person_id is not None and row.person_id == person_id,
            homes.get(row.person_id or 0, ""),
            rated.get(row.pk),
        )
        for row in rows
    ]


def rank_rated(lectures: Iterable[Lecture]) -> dict[int, Rated]:
    """Return how lectures of one roster were rated, those only whose rating has closed."""
    counts = {row.pk: row.counts for row in lectures if row.is_rated and row.is_held}
    return rank_lectures(counts)


def rank_show(lines: Iterable[LectureLine]) -> list[LectureLine]:
    """Return the lectures of a show by their place; those with too few ratings last, in order."""
    found = [line for line in lines if line.rated is not None]
    return sorted(found, key=lambda line: (line.rated.place or len(found) + 1, line.lecture.pk))  # type: ignore[union-attr]


def find_prior(lectures: Iterable[Lecture]) -> tuple[int, int]:
    """Return the sum of all stars of a roster whose rating has closed, and how many gave them."""
    rows = [row.counts for row in lectures if row.is_rated and row.is_held]
    return sum(map(sum_stars, rows)), sum(sum(counts) for counts in rows)


def _find_homes(persons: Collection[Person], on: date) -> dict[int, str]:
    found = list_chosen((), (), persons, on)
    return {pk: unit.name for pk, (_person, unit) in found.items() if unit is not None}


# -- who is invited, who was there ---------------------------------------------------------------


def list_invited(roster: Roster, lectures: Sequence[Lecture]) -> list[tuple[int, str, str]]:
    """Return id, name and unit of who is expected: holders of the roster's posts, and lecturers.

    The lectures are those of one event; the posts are read on its day.
    """
    on = lectures[0].on
    speakers = [row.person for row in lectures if row.person is not None]
    found = list_chosen([roster.unit], roster.posts, speakers, on)
    return [(pk, person.name, unit.name if unit else "") for pk, (person, unit) in found.items()]


def list_audience(activity: Activity) -> set[int]:
    """Return who was present at the event a lecture was part of."""
    rows = Attendance.objects.filter(
        activity=activity, state=AttendanceState.PRESENT, person__isnull=False
    )
    return {pk for pk in rows.values_list("person_id", flat=True) if pk is not None}


def read_own_stars(lectures: Iterable[Lecture], person_id: int) -> dict[int, int]:
    """Return what the reader gave each lecture, as long as rating is open; one query."""
    indexes = {crypto.index(f"study.rating:{row.pk}:{person_id}"): row.pk for row in lectures}
    rows = Rating.objects.filter(rater__in=list(indexes)).values_list("rater", "stars")
    return {indexes[rater]: stars for rater, stars in rows}


def list_to_rate(person_id: int) -> list[Lecture]:
    """Return the latest lectures the person was at and has not rated; two queries."""
    there = Attendance.objects.filter(
        person_id=person_id, state=AttendanceState.PRESENT, activity__lectures__isnull=False
    )
    open_ones = (
        Lecture.objects.filter(
            activity__in=there.values("activity_id"),
            activity__withdrawn_on=None,
            counts=[],
            roster__closed_on=None,
        )
        .exclude(person_id=person_id)
        .select_related("person", "roster")
        .order_by("-on", "pk")[: RATED_AT_MOST * 4]
    )
    rows = list(open_ones)
    done = read_own_stars(rows, person_id) if rows else {}
    return [row for row in rows if row.pk not in done][:RATED_AT_MOST]


def list_own_lectures(person_id: int, today: date) -> QuerySet[Lecture]:
    """Return the lectures the person has still to give, the next first."""
    return Lecture.objects.filter(person_id=person_id, on__gte=today, activity=None).select_related(
        "roster"
    )


# -- swaps ---------------------------------------------------------------------------------------


def list_swaps(person_id: int) -> QuerySet[Swap]:
    """Return the swaps that wait for the person's answer."""
    return Swap.objects.filter(asked_of_id=person_id, state=SwapState.ASKED).select_related(
        "lecture__roster", "other", "asked_by"
    )


def list_swappable(lecture: Lecture) -> QuerySet[Lecture]:
    """Return the days of the roster somebody else has and that were not held."""
    return (
        lecture.roster.lectures.filter(person__isnull=False, activity=None)
        .exclude(person_id=lecture.person_id or 0)
        .select_related("person")
    )


# -- reminders and dates -------------------------------------------------------------------------


def list_lecture_reminders(today: date) -> Iterator[NoticeDraft]:
    """Yield a reminder to each lecturer some days before, and to who was asked to swap."""
    soon = Lecture.objects.filter(
        on__gte=today,
        on__lte=today + timedelta(days=TOLD_BEFORE),
        activity=None,
        person__user__isnull=False,
    ).select_related("person", "roster__unit")
    for row in soon:
        yield NoticeDraft(
            recipient_id=row.person.user_id,  # type: ignore[union-attr, arg-type]
            key=f"lecture:{row.pk}:{row.on}",
            kind=NoticeKind.DUE,
            title=_("You give the lecture on %(day)s") % {"day": row.on},
            url=reverse("study:lecture", args=[row.pk]),
            unit_path=row.roster.unit.path,
        )
    asked = Swap.objects.filter(state=SwapState.ASKED, asked_of__user__isnull=False).select_related(
        "asked_of", "asked_by", "other__roster__unit"
    )
    for swap in asked:
        yield NoticeDraft(
            recipient_id=swap.asked_of.user_id,  # type: ignore[arg-type]
            key=f"swap:{swap.pk}",
            kind=NoticeKind.DUE,
            title=_("%(name)s asks you to swap days of a lecture") % {"name": swap.asked_by},
            url=reverse("study:lecture", args=[swap.other_id]),
            unit_path=swap.other.roster.unit.path,
        )


def list_lecture_dates(scope: Scope, start: date, end: date) -> Iterable[DatedThing]:
    """Yield the reader's own lectures in [start, end)."""
    if scope.person_id is None:
        return
    rows = Lecture.objects.filter(person_id=scope.person_id, on__gte=start, on__lt=end)
    for row in rows.select_related("roster__unit"):
        yield DatedThing(
            uid=f"lecture-{row.pk}",
            day=row.on,
            title=f"{row.roster.begins:%H:%M} {row.roster.title}",
            url=reverse("study:lecture", args=[row.pk]),
            done=row.activity_id is not None,
            unit_path=row.roster.unit.path,
        )
