"""What the records know of one member, for the member's file (党员档案材料)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import ExtractYear

from linghang.activities.enums import AttendanceState, Shape
from linghang.activities.models import Attendance
from linghang.care import api as care
from linghang.care.models import Award
from linghang.dues import access as dues_access
from linghang.dues import api as dues
from linghang.dues.enums import MonthState
from linghang.membership import api as membership
from linghang.membership.models import Application, StepTaken
from linghang.people.enums import MEMBER_POST
from linghang.people.models import Appointment, Person
from linghang.platform.access import Scope
from linghang.study import api as study
from linghang.transfers import api as transfers
from linghang.transfers.models import Transfer

YEARS = 5
OPEN = frozenset({MonthState.OWED, MonthState.SHORT})


@dataclass(frozen=True)
class YearAttended:
    """How often somebody was expected at meetings in a year, and was there."""

    year: int
    due: int
    present: int
    leave: int
    absent: int


@dataclass(frozen=True)
class YearPaid:
    """What a member paid in a year; `months` paid, `open` months due and not paid in full."""

    year: int
    months: int
    open: int
    cents: int


@dataclass(frozen=True)
class MemberFile:
    """A member as the records tell; `paid` is None for a reader who is not told about dues."""

    person: Person
    applications: tuple[tuple[Application, tuple[StepTaken, ...]], ...]
    memberships: tuple[Appointment, ...]
    posts: tuple[Appointment, ...]
    attended: tuple[YearAttended, ...]
    hours: tuple[tuple[int, int], ...]  # year, hundredths
    paid: tuple[YearPaid, ...] | None
    awards: tuple[Award, ...]
    transfers: tuple[Transfer, ...]


def read_member(scope: Scope, person: Person, today: date) -> MemberFile:
    """Return what is known of the person, of the last years where it comes by years."""
    years = range(today.year - YEARS + 1, today.year + 1)
    held = list(
        person.appointments.select_related("unit", "post").order_by("valid_from", "post__order")
    )
    files = membership.read_files(
        list(membership.list_applications(scope).filter(person=person).order_by("applied_on"))
    )
    return MemberFile(
        person=person,
        applications=tuple((file.application, file.rows) for file in files),
        memberships=tuple(row for row in held if row.post_id == MEMBER_POST),
        posts=tuple(row for row in held if row.post_id != MEMBER_POST),
        attended=_count_attendance(person, years),
        hours=tuple(
            (year, study.read_hours([person.pk], year, _end(year, today))[person.pk].hours)
            for year in years
        ),
        paid=_sum_dues(person, years, today) if _may_see_dues(scope, person, held) else None,
        awards=tuple(care.list_awards_of(person.pk).order_by("awarded_on", "pk")),
        transfers=tuple(
            transfers.list_transfers(scope).filter(person=person).order_by("opened_on", "pk")
        ),
    )


def _end(year: int, today: date) -> date:
    return min(date(year, 12, 31), today)


def _may_see_dues(scope: Scope, person: Person, held: Sequence[Appointment]) -> bool:
    if scope.person_id == person.pk:
        return True
    present = [row for row in held if row.post_id == MEMBER_POST and row.valid_to is None]
    return any(dues_access.can_keep(scope, row.unit) for row in present)


def _count_attendance(person: Person, years: Sequence[int]) -> tuple[YearAttended, ...]:
    rows = (
        Attendance.objects.filter(
            person=person,
            activity__withdrawn_on=None,
            activity__kind__shape=Shape.ACTIVITY,
            activity__occurred_on__year__gte=years[0],
        )
        .annotate(year=ExtractYear("activity__occurred_on"))
        .values_list("year", "state")
        .annotate(n=Count("pk"))
        .order_by()
    )
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for year, state, number in rows:
        counts[year][state] += number
    return tuple(
        YearAttended(
            year,
            sum(found.values()),
            found[AttendanceState.PRESENT],
            found[AttendanceState.LEAVE],
            found[AttendanceState.ABSENT],
        )
        for year, found in sorted(counts.items())
    )


def _sum_dues(person: Person, years: Sequence[int], today: date) -> tuple[YearPaid, ...]:
    cells = dues.read_own(person.pk, date(years[0], 1, 1), date(today.year, today.month, 1), today)
    found = []
    for year in years:
        of_year = [cell for cell in cells if cell.month.year == year]
        paid = [cell for cell in of_year if cell.payment is not None]
        unpaid = sum(cell.state in OPEN for cell in of_year)
        if paid or unpaid:
            cents = sum(cell.payment.cents for cell in paid if cell.payment is not None)
            found.append(YearPaid(year, len(paid), unpaid, cents))
    return tuple(found)
