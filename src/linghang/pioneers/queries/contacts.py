"""Reads of contact persons: whose visits are due, what they found; and of inductions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.activities.models import ActivityKind
from linghang.org.api import visible_units
from linghang.org.models import Unit
from linghang.people.enums import SECRETARY_POST
from linghang.people.models import Appointment, Person
from linghang.pioneers.enums import VISIT_KIND, VisitStanding
from linghang.pioneers.models import Contact, Induction, Visit
from linghang.pioneers.queries.carriers import HOLDING
from linghang.platform.access import Permission, Scope
from linghang.platform.notices.enums import NoticeKind
from linghang.platform.notices.registry import NoticeDraft
from linghang.rectification import api as rectification
from linghang.rectification.models import Problem
from linghang.worklists import api as worklists
from linghang.worklists.models import Assignment
from linghang_core.periods import Period, PeriodKind
from linghang_core.regulations import load_rules

PERIODS = {"month": PeriodKind.MONTH, "quarter": PeriodKind.QUARTER, "year": PeriodKind.YEAR}
ORDER = (VisitStanding.LATE, VisitStanding.OPEN, VisitStanding.VISITED, VisitStanding.ENDED)
PAST_SHOWN = 4  # whole periods looked back at


@dataclass(frozen=True)
class Line:
    """A contact with its visits: of the running period, the last one, and whole periods missed."""

    contact: Contact
    standing: VisitStanding
    done: int
    last_on: date | None
    missed: int

    @property
    def pk(self) -> int:
        """Return the id of the contact."""
        return self.contact.pk


@dataclass(frozen=True)
class InductionLine:
    """A new secretary's induction and how far it has come."""

    induction: Induction
    progress: worklists.Progress

    @property
    def pk(self) -> int:
        """Return the id of the induction."""
        return self.induction.pk


def list_contacts(scope: Scope) -> QuerySet[Contact]:
    """Return the contacts the reader sees: of units whose records are theirs, and their own."""
    seen = scope.restrict(Permission.VIEW_RECORDS, "unit__path")
    if scope.person_id:
        seen |= Q(person_id=scope.person_id)
    return Contact.objects.filter(seen).select_related("unit", "person")


def list_own(scope: Scope, on: date) -> QuerySet[Contact]:
    """Return the contacts the reader has on the day."""
    if not scope.person_id:
        return Contact.objects.none()
    return filter_running(list_contacts(scope).filter(person_id=scope.person_id), on)


def filter_running(contacts: QuerySet[Contact], on: date) -> QuerySet[Contact]:
    """Keep those that hold on the day."""
    return contacts.filter(valid_from__lte=on).exclude(valid_to__lte=on)


def list_branches(scope: Scope) -> QuerySet[Unit]:
    """Return the branches the reader may give a contact person."""
    found = visible_units(scope, Permission.EDIT_PEOPLE)
    return found.filter(kind__in=HOLDING, closed_on=None).order_by("path")


def list_candidates(scope: Scope, on: date) -> QuerySet[Person]:
    """Return who may look after a branch: who holds a post of the bureau itself on the day."""
    roots = visible_units(scope, Permission.EDIT_PEOPLE).filter(parent=None)
    posts = Appointment.objects.filter(unit__in=roots, valid_from__lte=on)
    held = posts.exclude(valid_to__lte=on).values("person_id")
    return Person.objects.filter(pk__in=held).order_by("code")


def read_lines(contacts: QuerySet[Contact], on: date) -> list[Line]:
    """Return the contacts with their visits, the late ones first; two queries."""
    standing = Visit.objects.filter(activity__withdrawn_on=None).select_related("activity")
    found = contacts.prefetch_related(Prefetch("visits", queryset=standing, to_attr="held"))
    lines = [_read_line(contact, on) for contact in found]
    return sorted(lines, key=lambda line: ORDER.index(line.standing))


def _read_line(contact: Contact, on: date) -> Line:
    rule = load_rules().find("pioneers.contact_visit", on)
    days = sorted(visit.activity.occurred_on for visit in contact.held)  # type: ignore[attr-defined]
    last = days[-1] if days else None
    if contact.valid_to is not None and contact.valid_to <= on:
        return Line(contact, VisitStanding.ENDED, 0, last, 0)
    times = rule.whole("times")
    period = read_period(on)
    done = _count(days, period)
    missed = sum(_count(days, past) < times for past in _list_past(contact, period))
    if done >= times:
        return Line(contact, VisitStanding.VISITED, done, last, missed)
    before = period.previous()
    owed = contact.valid_from <= before.first_day and _count(days, before) < times
    return Line(contact, VisitStanding.LATE if owed else VisitStanding.OPEN, done, last, missed)


def read_period(on: date) -> Period:
    """Return the period a visit is due in, by the rule of the day."""
    rule = load_rules().find("pioneers.contact_visit", on)
    return Period.containing(on, PERIODS[str(rule.value["every"])])


def _count(days: Sequence[date], period: Period) -> int:
    return sum(period.first_day <= day < period.end for day in days)


def _list_past(contact: Contact, period: Period) -> Iterator[Period]:
    """Yield the whole periods of the last year in which the contact held."""
    past = period
    for _number in range(PAST_SHOWN):
        past = past.previous()
        if past.first_day < contact.valid_from:
            return
        yield past


def read_visits(contact: Contact, scope: Scope) -> list[tuple[Visit, list[Problem]]]:
    """Return the visits, newest first, each with the problems it led to that the reader sees."""
    rows = contact.visits.filter(activity__withdrawn_on=None).select_related("activity")
    visits = list(rows)
    found = rectification.problems_of([visit.activity for visit in visits])
    ids = [problem.pk for problems in found.values() for problem in problems]
    seen = set(
        rectification.list_problems(scope).filter(pk__in=ids).values_list("pk", flat=True)
        if ids
        else ()
    )
    return [
        (visit, [one for one in found[visit.activity_id] if one.pk in seen]) for visit in visits
    ]


def find_visit_kind() -> ActivityKind | None:
    """Return the kind a visit is recorded as; None while no installed pack offers it."""
    return ActivityKind.objects.filter(code=VISIT_KIND, retired=False).first()


def list_reminders(today: date) -> Iterator[NoticeDraft]:
    """Yield a reminder to each contact person whose visit of the period is still to come, near its end."""
    days = load_rules().find("pioneers.contact_visit", today).whole("remind_days")
    period = read_period(today)
    if today < period.end - timedelta(days=days):
        return
    contacts = filter_running(Contact.objects.select_related("unit", "person"), today)
    for line in read_lines(contacts.exclude(person__user=None), today):
        if line.standing is VisitStanding.VISITED:
            continue
        user_id = line.contact.person.user_id
        if user_id is None:
            continue
        yield NoticeDraft(
            recipient_id=user_id,
            key=f"pioneers:visit:{line.pk}:{period}",
            kind=NoticeKind.DUE,
            title=_("Visit %(unit)s before %(day)s")
            % {"unit": line.contact.unit.name, "day": period.last_day},
            url=reverse("pioneers:contact", args=[line.pk]),
            unit_path=line.contact.unit.path,
        )


# -- inductions ----------------------------------------------------------------------------------


def list_new_secretaries(on: date) -> list[Appointment]:
    """Return the secretaries newly appointed by the rule of the day who have no induction yet.

    Who was secretary of the branch before, as after a re-election, is not new.
    """
    days = load_rules().find("pioneers.induction", on).whole("days")
    rows = Appointment.objects.filter(
        post_id=SECRETARY_POST,
        valid_from__lte=on,
        valid_from__gt=on - timedelta(days=days),
        unit__closed_on=None,
    ).exclude(valid_to__lte=on)
    given = Induction.objects.values("appointment_id")
    fresh = list(rows.exclude(pk__in=given).select_related("person", "unit").order_by("pk"))
    former = Appointment.objects.filter(
        post_id=SECRETARY_POST, person_id__in=[row.person_id for row in fresh]
    ).values_list("person_id", "unit_id", "valid_from")
    held = list(former)
    return [
        row
        for row in fresh
        if not any(
            person == row.person_id and unit == row.unit_id and begin < row.valid_from
            for person, unit, begin in held
        )
    ]


def list_inductions(scope: Scope) -> QuerySet[Induction]:
    """Return the inductions the reader sees: of people who are theirs to see, and the own one."""
    seen = scope.restrict(Permission.VIEW_PEOPLE, "appointment__unit__path")
    if scope.person_id:
        seen |= Q(appointment__person_id=scope.person_id)
    return Induction.objects.filter(seen).select_related(
        "appointment__person", "appointment__unit", "worklist"
    )


def read_inductions(inductions: QuerySet[Induction]) -> list[InductionLine]:
    """Return the inductions with their progress; two queries."""
    rows = list(inductions)
    found = worklists.progress_of_lists([row.worklist_id for row in rows])
    return [InductionLine(row, found[row.worklist_id]) for row in rows]


def list_induction_tasks(induction: Induction) -> QuerySet[Assignment]:
    """Return what the induction asks, in the order of the list."""
    found = Assignment.objects.filter(worklist_id=induction.worklist_id)
    return found.select_related("item").order_by("item__number")
