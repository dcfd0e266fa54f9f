"""What the records know of one year of a branch, for its year book (党支部年度工作手册)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from linghang.activities.enums import ObligationState
from linghang.activities.models import Activity, Obligation
from linghang.appraisal.enums import Grade
from linghang.appraisal.enums import Stage as AppraisalStage
from linghang.appraisal.models import Appraisal
from linghang.care import api as care
from linghang.care.models import Award
from linghang.dues import api as dues
from linghang.dues.enums import MonthState
from linghang.elections import api as elections
from linghang.elections.models import Election
from linghang.meetings import api as meetings
from linghang.membership.models import StepTaken
from linghang.org.api import in_force, visible_units
from linghang.org.enums import BRANCH_KINDS
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Appointment, Person
from linghang.platform.access import Permission, Scope
from linghang.rectification import api as rectification
from linghang.rectification.models import Problem
from linghang.study import api as study
from linghang.transfers import api as transfers
from linghang.transfers.models import Transfer

LECTURE = "party_lecture"
SETTLED = frozenset({MonthState.PAID, MonthState.LATE})
COUNTED = SETTLED | {MonthState.SHORT, MonthState.OWED}


@dataclass(frozen=True)
class Duty:
    """How a branch did what it owed of one kind over the year."""

    title: str
    required: int
    done: int
    missed: int
    waived: int


@dataclass(frozen=True)
class DuesMonth:
    """A month of dues in sums: nobody's own amount stands in a year book."""

    month: date
    members: int
    settled: int
    due_cents: int
    paid_cents: int


@dataclass(frozen=True)
class Year:
    """A branch's year as the records tell, up to `until` (its end, or today)."""

    unit: Unit
    year: int
    until: date
    members: tuple[tuple[Person, str], ...]  # with the posts held in the branch
    committee: tuple[Appointment, ...]
    duties: tuple[Duty, ...]
    meetings: tuple[Activity, ...]
    lectures: tuple[Activity, ...]
    resolutions: tuple[tuple[Any, str], ...]
    hours: tuple[Any, ...]
    dues: tuple[DuesMonth, ...]
    steps: tuple[StepTaken, ...]
    transfers: tuple[Transfer, ...]
    elections: tuple[Election, ...]
    problems: tuple[Problem, ...]
    grades: tuple[tuple[str, int], ...] | None  # None: no appraisal was told
    awards: tuple[Award, ...]
    visits: int


def list_book_units(scope: Scope) -> QuerySet[Unit]:
    """Return the branches whose year books the reader may print: EXPORT and people of theirs."""
    return visible_units(scope, Permission.VIEW_PEOPLE).filter(
        scope.restrict(Permission.EXPORT), kind__in=BRANCH_KINDS
    )


def read_year(scope: Scope, unit: Unit, year: int, today: date) -> Year:
    """Return the year of the branch; the number of queries does not grow with its records."""
    first, until = date(year, 1, 1), min(date(year, 12, 31), today)
    held = list(meetings.annotate_book(meetings.list_held(unit, first, until)))
    return Year(
        unit=unit,
        year=year,
        until=until,
        members=_list_members(unit, until),
        committee=tuple(_list_committee(unit, until)),
        duties=_list_duties(unit, year),
        meetings=tuple(held),
        lectures=tuple(one for one in held if LECTURE in {one.kind.code, *one.also}),
        resolutions=_list_resolutions(scope, unit, first, until),
        hours=tuple(study.read_people([unit.pk], year, until)),
        dues=_sum_dues(unit, first, until, today),
        steps=tuple(_list_steps(unit, first, until)),
        transfers=tuple(_list_transfers(scope, unit, first, until)),
        elections=tuple(
            elections.list_elections(scope).filter(unit=unit, held_on__range=(first, until))
        ),
        problems=tuple(_list_problems(scope, unit, first, until)),
        grades=_count_grades(unit, year),
        awards=tuple(care.list_awards_in(unit, first, date(year + 1, 1, 1))),
        visits=care.count_visits_in(unit, first, date(year + 1, 1, 1)),
    )


def _list_members(unit: Unit, on: date) -> tuple[tuple[Person, str], ...]:
    posts: dict[int, list[str]] = {}
    rows = Appointment.objects.filter(in_force(on), unit=unit).exclude(post_id="member")
    for row in rows.select_related("post").order_by("post__order"):
        posts.setdefault(row.person_id, []).append(row.post.title_zh)
    members = people.list_members([unit.pk], on)[unit.pk]
    return tuple((person, "、".join(posts.get(person.pk, ()))) for person in members)


def _list_committee(unit: Unit, on: date) -> QuerySet[Appointment]:
    return people.appointments_as_of(on).filter(unit=unit, post__is_committee=True)


def _list_duties(unit: Unit, year: int) -> tuple[Duty, ...]:
    rows = (
        Obligation.objects.filter(unit=unit, period__startswith=str(year))
        .values("rule__kind__title_zh", "rule__kind__order")
        .annotate(
            asked=Sum("required"),
            was_done=Sum("done"),
            missed=Count("pk", filter=Q(state=ObligationState.MISSED)),
            waived=Count("pk", filter=Q(state=ObligationState.WAIVED)),
        )
        .order_by("rule__kind__order", "rule__kind__title_zh")
    )
    return tuple(
        Duty(
            row["rule__kind__title_zh"], row["asked"], row["was_done"], row["missed"], row["waived"]
        )
        for row in rows
    )


def _list_resolutions(
    scope: Scope, unit: Unit, first: date, until: date
) -> tuple[tuple[Any, str], ...]:
    items = meetings.list_resolutions(scope).filter(
        activity__unit=unit, activity__occurred_on__range=(first, until)
    )
    found = meetings.annotate_resolutions(items.select_related("activity__kind"))
    return tuple(
        (item, str(meetings.judge_standing(item, until).label))
        for item in found.order_by("activity__occurred_on", "pk")
    )


def _sum_dues(unit: Unit, first: date, until: date, today: date) -> tuple[DuesMonth, ...]:
    lines = dues.read_lines([unit.pk], first, until.replace(day=1), today)
    months: dict[date, list[Any]] = {}
    for line in lines:
        for cell in line.cells:
            months.setdefault(cell.month, []).append(cell)
    return tuple(
        DuesMonth(
            month,
            sum(cell.state in COUNTED for cell in cells),
            sum(cell.state in SETTLED for cell in cells),
            sum(cell.due_cents for cell in cells if cell.state in COUNTED),
            sum(cell.paid_cents for cell in cells),
        )
        for month, cells in sorted(months.items())
        if any(cell.state in COUNTED for cell in cells)
    )


def _list_steps(unit: Unit, first: date, until: date) -> QuerySet[StepTaken]:
    return (
        StepTaken.objects.filter(
            application__unit=unit, withdrawn_at=None, on__range=(first, until)
        )
        .select_related("application__person")
        .order_by("on", "pk")
    )


def _list_transfers(scope: Scope, unit: Unit, first: date, until: date) -> QuerySet[Transfer]:
    return transfers.list_transfers(scope).filter(
        Q(unit=unit) | Q(to_unit=unit), moved_on__range=(first, until)
    )


def _list_problems(scope: Scope, unit: Unit, first: date, until: date) -> QuerySet[Problem]:
    """The problems stated in the year, and those of before that were still open in it."""
    stated = Q(stated_on__range=(first, until)) | Q(
        stated_on=None, first_due_on__range=(first, until)
    )
    carried = Q(stated_on__lt=first) & (Q(closed_on=None) | Q(closed_on__gte=first))
    found = rectification.list_problems(scope).filter(stated | carried, unit=unit)
    return found.exclude(state="withdrawn").order_by("stated_on", "pk")


def _count_grades(unit: Unit, year: int) -> tuple[tuple[str, int], ...] | None:
    told = Appraisal.objects.filter(unit=unit, year=year, stage=AppraisalStage.TOLD).first()
    if told is None:
        return None
    counts = dict(
        told.participants.exclude(grade="").order_by().values_list("grade").annotate(n=Count("pk"))
    )
    return tuple((str(grade.label), counts.get(grade.value, 0)) for grade in Grade)
