"""Reads of classes: what is planned, how far it is, who was there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.activities.enums import AttendanceState
from linghang.activities.models import Attendance
from linghang.meetings.models import MakeUp
from linghang.org.enums import BRANCH_KINDS, Line, UnitKind
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Appointment, Person
from linghang.platform.access import Permission, Scope
from linghang.platform.notices.enums import NoticeKind
from linghang.platform.notices.registry import DatedThing, NoticeDraft
from linghang.study.enums import ClaimState, ClassState, SessionState
from linghang.study.models import Claim, Participant, Session, StudyClass

ORGANISERS = {UnitKind.COMMITTEE, UnitKind.GENERAL_BRANCH, *BRANCH_KINDS}


@dataclass(frozen=True)
class ClassLine:
    """A class as the list shows it."""

    study_class: StudyClass
    first_on: date | None
    last_on: date | None
    sessions: int
    held: int
    people: int
    state: ClassState

    @property
    def pk(self) -> int:
        """Return the key of the class; tables ask for it."""
        return int(self.study_class.pk)

    @property
    def share(self) -> int:
        """Return the per cent of the sessions held."""
        return 100 * self.held // self.sessions if self.sessions else 0


@dataclass
class BookLine:
    """A participant with what each session says: present, leave, absent, made up, or nothing."""

    person: Person
    unit: Unit | None
    cells: list[str] = field(default_factory=list)
    hours: int = 0


def list_planners_units(scope: Scope) -> QuerySet[Unit]:
    """Return the units whose study the reader plans, superiors first."""
    mine = scope.restrict(Permission.EDIT_RECORDS)
    return Unit.objects.filter(mine, kind__in=ORGANISERS, closed_on=None, line=Line.PARTY).order_by(
        "level", "code"
    )


def list_classes(scope: Scope) -> QuerySet[StudyClass]:
    """Return the classes the reader sees: of the units whose records they see, and their own."""
    own = Exists(Participant.objects.filter(study_class=OuterRef("pk"), person=scope.person_id))
    seen = scope.restrict(Permission.VIEW_RECORDS, "unit__path")
    if scope.person_id is not None:
        seen |= Q(own)
    return StudyClass.objects.filter(seen).select_related("unit")


def list_sessions(scope: Scope) -> QuerySet[Session]:
    """Return the sessions of the classes the reader sees."""
    return Session.objects.filter(study_class__in=list_classes(scope)).select_related(
        "study_class__unit", "stage", "activity"
    )


def list_participants(study_class: StudyClass) -> QuerySet[Participant]:
    """Return who takes part, with their units."""
    return study_class.participants.select_related("person", "unit")


def read_classes(classes: QuerySet[StudyClass], today: date) -> list[ClassLine]:
    """Return the classes with their span and progress; two queries for any number."""
    held = Q(sessions__activity__isnull=False, sessions__activity__withdrawn_on=None)
    rows = classes.annotate(
        first_on=Min("sessions__on"),
        last_on=Max("sessions__on"),
        planned=Count("sessions", distinct=True),
        held=Count("sessions", filter=held, distinct=True),
    )
    found = list(rows)
    heads = dict(
        Participant.objects.filter(study_class__in=[row.pk for row in found])
        .order_by()
        .values_list("study_class_id")
        .annotate(n=Count("pk"))
    )
    return [
        ClassLine(
            row,
            row.first_on,
            row.last_on,
            row.planned,
            row.held,
            heads.get(row.pk, 0),
            _judge(row, row.first_on, row.planned, row.held, today),
        )
        for row in found
    ]


def read_class(study_class: StudyClass, today: date) -> ClassLine:
    """Return one class with its span and progress."""
    return read_classes(StudyClass.objects.filter(pk=study_class.pk).select_related("unit"), today)[
        0
    ]


def _judge(
    row: StudyClass, first_on: date | None, planned: int, held: int, today: date
) -> ClassState:
    if row.called_off_on is not None:
        return ClassState.CALLED_OFF
    if planned and held == planned:
        return ClassState.FINISHED
    if held or (first_on is not None and first_on <= today):
        return ClassState.RUNNING
    return ClassState.PLANNED


# -- who takes part ------------------------------------------------------------------------------


def list_chosen(
    units: Collection[Unit], posts: Collection[str], persons: Iterable[Person], on: date
) -> dict[int, tuple[Person, Unit | None]]:
    """Return the holders of the posts in the units and below, and the persons named, by id."""
    found: dict[int, tuple[Person, Unit | None]] = {}
    if units and posts:
        below = Q(pk__in=[])
        for unit in units:
            below |= Q(unit__path__startswith=unit.path)
        rows = (
            Appointment.objects.filter(below, post_id__in=posts, valid_from__lte=on)
            .exclude(valid_to__lte=on)
            .select_related("person", "unit")
            .order_by("unit__level", "person__code")
        )
        for row in rows:  # the lowest unit is where somebody is at home
            found[row.person_id] = (row.person, row.unit)
    named = [person for person in persons if person.pk not in found]
    homes = _find_homes([person.pk for person in named], on)
    return found | {person.pk: (person, homes.get(person.pk)) for person in named}


def _find_homes(ids: Collection[int], on: date) -> dict[int, Unit]:
    rows = Appointment.objects.filter(person_id__in=ids, post_id="member", valid_from__lte=on)
    return {r.person_id: r.unit for r in rows.exclude(valid_to__lte=on).select_related("unit")}


# -- roll call -----------------------------------------------------------------------------------


def read_roll(session: Session) -> dict[int, Attendance]:
    """Return what the record of a held session says of each person."""
    if not session.is_held:
        return {}
    return {
        row.person_id: row
        for row in Attendance.objects.filter(activity=session.activity_id, person__isnull=False)
        if row.person_id is not None
    }


def read_book(study_class: StudyClass, sessions: list[Session]) -> list[BookLine]:
    """Return the attendance book: each participant with a cell a session; three queries."""
    held = [s.activity_id for s in sessions if s.is_held and s.activity_id is not None]
    states: dict[tuple[int | None, int | None], str] = {
        (row.activity_id, row.person_id): row.state
        for row in Attendance.objects.filter(activity_id__in=held)
    }
    made_up = set(
        MakeUp.objects.filter(activity_id__in=held, withdrawn_on=None).values_list(
            "activity_id", "person_id"
        )
    )
    lines = []
    for one in list_participants(study_class):
        line = BookLine(one.person, one.unit)
        for session in sessions:
            key = (session.activity_id, one.person_id)
            state = states.get(key, "") if session.is_held else ""
            if state and state != AttendanceState.PRESENT and key in made_up:
                state = "made_up"
            line.cells.append(state)
            if state in {AttendanceState.PRESENT, "made_up"}:
                line.hours += session.activity.hours if session.activity else 0
        lines.append(line)
    return lines


def list_own_rows(activity_ids: Iterable[int | None], person_id: int) -> QuerySet[Attendance]:
    """Return what the records of activities say of one person."""
    return Attendance.objects.filter(
        activity_id__in=[pk for pk in activity_ids if pk is not None], person_id=person_id
    )


def count_left_out(activity_ids: Iterable[int | None]) -> dict[int, int]:
    """Return how many have still to make up for each activity; two queries."""
    ids = [pk for pk in activity_ids if pk is not None]
    done = set(
        MakeUp.objects.filter(activity_id__in=ids, withdrawn_on=None).values_list(
            "activity_id", "person_id"
        )
    )
    found: dict[int, int] = defaultdict(int)
    rows = Attendance.objects.filter(activity_id__in=ids, person__isnull=False).exclude(
        state=AttendanceState.PRESENT
    )
    for activity_id, person_id in rows.values_list("activity_id", "person_id"):
        found[activity_id] += (activity_id, person_id) not in done
    return dict(found)


def find_doubles(session: Session, person_ids: Collection[int]) -> list[tuple[str, str]]:
    """Return who was elsewhere at that time by the records, with what: no hour counts twice."""
    same_time = (
        Session.objects.filter(
            on=session.on,
            begins__lt=session.ends,
            ends__gt=session.begins,
            activity__withdrawn_on=None,
            activity__isnull=False,
        )
        .exclude(pk=session.pk)
        .values("activity_id")
    )
    rows = Attendance.objects.filter(
        activity_id__in=same_time, state=AttendanceState.PRESENT, person_id__in=person_ids
    ).values_list("person__name", "activity__topic")
    away = Claim.objects.filter(
        person_id__in=person_ids,
        first_on__lte=session.on,
        last_on__gte=session.on,
        half_days=False,
        state=ClaimState.CONFIRMED,
        record__withdrawn_on=None,
    ).values_list("person__name", "title")
    return [*rows, *away]


# -- reminders and dates -------------------------------------------------------------------------


def list_reminders(today: date) -> Iterator[NoticeDraft]:
    """Yield a reminder to who plans a class for each session of yesterday without its roll call."""
    waiting = [
        session
        for session in Session.objects.filter(
            on=today - timedelta(days=1), study_class__called_off_on=None
        ).select_related("study_class__unit", "activity")
        if session.judge(today) is SessionState.WAITING
    ]
    readers = people.users_with(
        Permission.EDIT_RECORDS, {s.study_class.unit_id for s in waiting}, today
    )
    for session in waiting:
        for user_id in readers.get(session.study_class.unit_id, ()):
            yield NoticeDraft(
                recipient_id=user_id,
                key=f"study:{session.pk}:roll",
                kind=NoticeKind.DUE,
                title=_("Roll call still to record: %(topic)s") % {"topic": session.topic},
                url=reverse("study:roll", args=[session.pk]),
                unit_path=session.study_class.unit.path,
            )


def list_dates(scope: Scope, start: date, end: date) -> Iterable[DatedThing]:
    """Yield the sessions in [start, end) of classes the reader plans or takes part in."""
    mine = scope.restrict(Permission.EDIT_RECORDS, "study_class__unit__path")
    if scope.person_id is not None:
        mine |= Q(study_class__participants__person_id=scope.person_id)
    rows = Session.objects.filter(
        mine, on__gte=start, on__lt=end, study_class__called_off_on=None
    ).select_related("study_class__unit")
    for session in rows.distinct():
        yield DatedThing(
            uid=f"study-{session.pk}",
            day=session.on,
            title=f"{session.begins:%H:%M} {session.topic}",
            url=reverse("study:class", args=[session.study_class_id]),
            unit_path=session.study_class.unit.path,
        )
