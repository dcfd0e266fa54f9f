"""Reads of applications and steps: what a reader sees, what waits, what is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.membership import access
from linghang.membership.enums import Outcome
from linghang.membership.models import Application, StepTaken
from linghang.org.enums import BRANCH_KINDS
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.enums import MemberKind
from linghang.people.models import Person
from linghang.platform.access import Permission, Scope
from linghang.platform.languages import choose
from linghang.platform.notices.enums import NoticeKind
from linghang.platform.notices.registry import DatedThing, NoticeDraft
from linghang_core.regulations import (
    Standing,
    Step,
    Taken,
    Wait,
    find_standing,
    list_steps,
    list_waits,
)

SOON = timedelta(days=14)


@dataclass(frozen=True)
class File:
    """An application with its steps read once: the rows, what the rules make of them, what waits."""

    application: Application
    rows: tuple[StepTaken, ...]
    taken: tuple[Taken, ...]
    standing: Standing
    waits: tuple[Wait, ...]

    @property
    def first_wait(self) -> Wait | None:
        """Return the step whose day comes first, None where no day is set."""
        return next((wait for wait in self.waits if wait.due_on), None)

    def find_wait(self, code: str) -> Wait | None:
        """Return the days of a step, None where it has none."""
        return next((wait for wait in self.waits if wait.step.code == code), None)


def list_applications(scope: Scope) -> QuerySet[Application]:
    """Return the applications the reader sees: of units whose people are theirs to see, and the own."""
    return Application.objects.filter(
        scope.restrict(Permission.VIEW_PEOPLE, "unit__path") | Q(person_id=scope.person_id or 0)
    ).select_related("person", "unit")


def filter_open(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Keep the applications that go on."""
    return applications.filter(ended_on=None)


def filter_due(applications: QuerySet[Application], on: date) -> QuerySet[Application]:
    """Keep the applications with a day to keep that has come."""
    return filter_open(applications).filter(next_due_on__lte=on)


def annotate_due(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Add `due`, the next day to keep; those without one come last."""
    return applications.annotate(due=Coalesce("next_due_on", Value(date.max)))


def search_applications(applications: QuerySet[Application], text: str) -> QuerySet[Application]:
    """Keep those whose person or branch the words name."""
    for word in text.split():
        applications = applications.filter(
            Q(person__name__icontains=word) | Q(unit__name__icontains=word)
        )
    return applications


def list_taken(scope: Scope) -> QuerySet[StepTaken]:
    """Return the steps of the applications the reader sees; withdrawn ones are none."""
    return StepTaken.objects.filter(application__in=list_applications(scope), withdrawn_at=None)


def find_step(code: str) -> Step:
    """Return the step of a code; KeyError for an unknown one."""
    return {step.code: step for step in list_steps()}[code]


def name_step(step: Step) -> str:
    """Return what a step is called in the reader's language."""
    return choose(step.en, step.zh)


def read_file(application: Application) -> File:
    """Return the application with its steps; two queries."""
    return read_files([application])[0]


def read_files(applications: Sequence[Application]) -> list[File]:
    """Return the applications with their steps in their order; two queries for any number."""
    rows: dict[int, list[StepTaken]] = {application.pk: [] for application in applications}
    found = StepTaken.objects.filter(application__in=applications, withdrawn_at=None)
    for row in found.select_related("recorded_by").prefetch_related("people"):
        rows[row.application_id].append(row)
    return [_read(application, rows[application.pk]) for application in applications]


def _read(application: Application, rows: list[StepTaken]) -> File:
    taken = tuple(row.to_core(len(row.people.all())) for row in rows)
    waits = () if application.ended_on else list_waits(taken)
    return File(application, tuple(rows), taken, find_standing(taken), waits)


def list_other_branches(application: Application) -> QuerySet[Unit]:
    """Return the open branches of the bureau in which an applicant could go on."""
    found = Unit.objects.filter(kind__in=BRANCH_KINDS, closed_on=None)
    found = found.filter(path__startswith=application.unit.root_path)
    return found.exclude(pk=application.unit_id).order_by("path")


def list_full_members(unit: Unit, on: date) -> list[Person]:
    """Return the branch's members with a vote on the day, in the order of the roster.

    Full members whose full membership had begun: who is on probation has no vote.
    """
    return [
        person
        for person in people.list_members([unit.pk], on)[unit.pk]
        if person.member_kind == MemberKind.FULL
        and (person.full_on is None or person.full_on <= on)
    ]


def list_next(file: File) -> list[Step]:
    """Return the steps that may come next: those not taken yet, and reviews that come round again."""
    if file.application.ended_on:
        return []
    passed = {row.step for row in file.rows if row.outcome == Outcome.PASSED}
    again = [
        wait.step
        for wait in file.waits
        if wait.step.code in passed and passed.issuperset(wait.step.needs)
    ]
    return sorted({*file.standing.next_steps, *again}, key=lambda step: step.number)


def filter_next_mine(file: File, scope: Scope) -> list[Step]:
    """Return the steps that may come next and the reader may take."""
    return [step for step in list_next(file) if access.can_take(scope, file.application, step)]


def list_reminders(today: date) -> Iterator[NoticeDraft]:
    """Yield a reminder for each application with a day to keep within two weeks, to who acts."""
    due = list(
        filter_due(Application.objects.select_related("person", "unit"), today + SOON).order_by(
            "pk"
        )
    )
    readers = {
        permission: people.users_with(permission, {one.unit_id for one in due}, today)
        for permission in (Permission.EDIT_RECORDS, Permission.EDIT_PEOPLE)
    }
    for file in read_files(due):
        wait = file.first_wait
        if wait is None or wait.due_on is None:
            continue
        permission = Permission.EDIT_PEOPLE if wait.step.by_superior else Permission.EDIT_RECORDS
        for user_id in readers[permission].get(file.application.unit_id, ()):
            yield _draft_reminder(file.application, wait.step, wait.due_on, user_id, today)


def _draft_reminder(
    application: Application, step: Step, due_on: date, user_id: int, today: date
) -> NoticeDraft:
    late = due_on < today
    return NoticeDraft(
        recipient_id=user_id,
        key=f"membership:{application.pk}:{step.code}:{due_on}:{'late' if late else 'due'}",
        kind=NoticeKind.LATE if late else NoticeKind.DUE,
        title=_("%(step)s: %(name)s, by %(day)s")
        % {"step": name_step(step), "name": application.person.name, "day": due_on},
        url=reverse("membership:application", args=[application.pk]),
        unit_path=application.unit.path,
    )


def list_dates(scope: Scope, start: date, end: date) -> Iterable[DatedThing]:
    """Yield the days to keep of the steps the reader takes, in [start, end); names stay at home."""
    found = filter_open(list_applications(scope)).filter(
        next_due_on__gte=start, next_due_on__lt=end
    )
    for file in read_files(list(found)):
        for wait in file.waits:
            if wait.due_on is None or not start <= wait.due_on < end:
                continue
            if not access.can_take(scope, file.application, wait.step):
                continue
            yield DatedThing(
                uid=f"membership-{file.application.pk}-{wait.step.code}",
                day=wait.due_on,
                title=_("Developing members: %(step)s") % {"step": name_step(wait.step)},
                url=reverse("membership:application", args=[file.application.pk]),
                unit_path=file.application.unit.path,
            )
