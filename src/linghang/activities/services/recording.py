"""Recording what took place: attendance, facts and duties in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linghang.activities import queries
from linghang.activities.enums import AttendanceRule, AttendanceState, Shape, SubjectRule
from linghang.activities.mapping import draft_activity
from linghang.activities.models import Activity, ActivityKind, Attendance
from linghang.activities.services import cadence
from linghang.ledger.api import write_entries
from linghang.org.models import Unit
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang_core.periods import Period, PeriodKind

CHUNK = 500
# A reason that says nobody was asked; every other reason (or none stated by the form) is leave.
WITHOUT_LEAVE = ("无故", "旷", "缺席", "未请假", "无假", "未到")


class RecordRefused(ValueError):  # noqa: N818  a refusal, named as it is spoken of
    """A record cannot be written; `field` names what to mend, the message says how."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Absence:
    """Somebody expected who did not come; known as a person, or by name as a file has it."""

    name: str = ""
    person_id: int | None = None
    reason: str = ""
    state: str = AttendanceState.LEAVE


@dataclass(frozen=True)
class ActivityDraft:
    """A record to be written. Hours and quantity are hundredths; None means the kind's default.

    Attendance: everybody the kind expects is present unless named in `absences`. Where the kind
    expects nobody in particular, or the form knows better, `present_ids` says who came.
    """

    kind: ActivityKind
    unit: Unit
    occurred_on: date
    topic: str
    host_id: int | None = None
    host_name: str = ""
    due_count: int | None = None
    present_count: int | None = None
    hours: int | None = None
    place: str = ""
    person_id: int | None = None
    quantity: int | None = None
    status: str = ""
    verified: bool = False
    note: str = ""
    also: tuple[str, ...] = ()
    absences: Sequence[Absence] = ()
    present_ids: Sequence[int] | None = None
    recorded_on: date | None = None


def judge_absence(reason: str) -> AttendanceState:
    """Return whether the reason written beside an absentee is leave or absence without leave."""
    without = not reason.strip() or any(word in reason for word in WITHOUT_LEAVE)
    return AttendanceState.ABSENT if without else AttendanceState.LEAVE


def record_activity(*, draft: ActivityDraft, actor: Any) -> Activity:
    """Write one record with attendance, facts, duties and audit row; return it.

    Raises RecordRefused when it lies in the future, lacks what its kind asks, or exists already.
    """
    return record_activities(drafts=[draft], actor=actor)[0]


@transaction.atomic
def record_activities(*, drafts: Sequence[ActivityDraft], actor: Any) -> list[Activity]:
    """Write many records in one go and return them in order; all or none."""
    if not drafts:
        return []
    today = clock.today()
    for draft in drafts:
        insist_complete(draft, today)
    _insist_new(drafts)
    roster = queries.load_roster(
        {queries.branch_id_of(draft.unit) for draft in drafts} | {d.unit.pk for d in drafts}
    )
    seats = [seat_people(draft, roster) for draft in drafts]
    activities = Activity.objects.bulk_create(
        [
            fill_record(Activity(created_by=user_of(actor)), draft, seat, today)
            for draft, seat in zip(drafts, seats, strict=True)
        ],
        batch_size=CHUNK,
    )
    write_records(activities, seats, actor=actor, reason="")
    _audit_new(activities, actor)
    return activities


def insist_complete(draft: ActivityDraft, today: date) -> None:
    if not draft.topic.strip():
        raise RecordRefused("topic", _("Write in a few words what it was about."))
    if draft.occurred_on > today:
        raise RecordRefused(
            "occurred_on", _("This day has not come yet; record it when it took place.")
        )
    if draft.recorded_on is not None and draft.recorded_on < draft.occurred_on:
        raise RecordRefused("recorded_on", _("It cannot be recorded before it took place."))
    due, present = draft.due_count, draft.present_count
    if due is not None and present is not None and present > due:
        raise RecordRefused("present_count", _("More were present than expected."))
    if draft.kind.subject == SubjectRule.PERSON and draft.person_id is None:
        raise RecordRefused("person", _("Say whom the record is about."))
    known = [status["code"] for status in draft.kind.statuses]
    if known and draft.status not in known:
        raise RecordRefused("status", _("Choose one of the grades."))


def _insist_new(drafts: Sequence[ActivityDraft]) -> None:
    wanted = [
        natural_key(d.unit.pk, d.kind.pk, d.occurred_on, d.topic, d.person_id) for d in drafts
    ]
    if len(set(wanted)) < len(wanted) or find_existing(
        {d.unit.pk for d in drafts}, {d.occurred_on for d in drafts}
    ).keys() & set(wanted):
        raise RecordRefused(
            "topic",
            _("There is a record of this kind, day and topic already; correct that one instead."),
        )


def natural_key(
    unit_id: int, kind_id: int, on: date, topic: str, person_id: int | None
) -> tuple[int, int, date, str, int | None]:
    """Return what makes two records the same event (of the same person)."""
    return (unit_id, kind_id, on, topic.strip()[:200], person_id)


def find_existing(
    unit_ids: Iterable[int], days: Iterable[date]
) -> dict[tuple[int, int, date, str, int | None], Activity]:
    """Return the standing records of units from the first to the last of the days, by key."""
    wanted, span = sorted(set(unit_ids)), sorted(set(days))
    found: dict[tuple[int, int, date, str, int | None], Activity] = {}
    for start in range(0, len(wanted), CHUNK) if span else ():
        rows = Activity.objects.filter(
            unit_id__in=wanted[start : start + CHUNK],
            occurred_on__gte=span[0],
            occurred_on__lte=span[-1],
            withdrawn_on=None,
        )
        for row in rows:
            key = natural_key(row.unit_id, row.kind_id, row.occurred_on, row.topic, row.person_id)
            found[key] = row
    return found


# -- attendance ----------------------------------------------------------------------------------


def seat_people(draft: ActivityDraft, roster: queries.Roster) -> list[Attendance]:
    """Return who was expected and whether they came, without the activity yet."""
    if draft.kind.shape == Shape.RECORD:
        return []
    branch = queries.branch_id_of(draft.unit)
    expected = _expect(draft, roster, branch)
    members = {held.person_id: held.name for held in roster.list_members(branch, draft.occurred_on)}
    seats: list[Attendance] = []
    away: set[int] = set()
    for absence in draft.absences:
        person_id = absence.person_id or _find_named(absence.name, expected, members)
        if person_id is not None and person_id in away:
            continue
        if person_id is not None:
            away.add(person_id)
        seats.append(
            Attendance(
                person_id=person_id,
                name=absence.name if person_id is None else "",
                state=absence.state,
                reason=absence.reason[:80],
            )
        )
    present = [
        Attendance(person_id=person_id, state=AttendanceState.PRESENT)
        for person_id in expected
        if person_id not in away
    ]
    return present + seats


def _expect(draft: ActivityDraft, roster: queries.Roster, branch: int) -> dict[int, str]:
    """Return the persons expected, id → name."""
    on = draft.occurred_on
    if draft.present_ids is not None:
        return dict.fromkeys(draft.present_ids, "")
    lists = {
        AttendanceRule.ALL_MEMBERS: lambda: roster.list_members(branch, on),
        AttendanceRule.COMMITTEE: lambda: roster.list_committee(branch, on),
        AttendanceRule.GROUP: lambda: (
            roster.list_group(draft.unit.pk, on) if draft.unit.pk != branch else []
        ),
    }
    found = lists.get(AttendanceRule(draft.kind.attendance), list)()
    return {held.person_id: held.name for held in found}


def _find_named(name: str, expected: dict[int, str], members: dict[int, str]) -> int | None:
    """Return the one person of that name among those expected or in the branch; None in doubt."""
    for people in (expected, members):
        matching = [person_id for person_id, known in people.items() if known == name]
        if matching:
            return matching[0] if len(matching) == 1 else None
    return None


# -- writing -------------------------------------------------------------------------------------


def fill_record(
    activity: Activity, draft: ActivityDraft, seats: Sequence[Attendance], today: date
) -> Activity:
    present = sum(seat.state == AttendanceState.PRESENT for seat in seats)
    counted = bool(seats) and draft.kind.attendance != AttendanceRule.GROUP
    activity.kind = draft.kind
    activity.unit = draft.unit
    activity.person_id = draft.person_id
    activity.occurred_on = draft.occurred_on
    activity.topic = draft.topic.strip()[:200]
    activity.host_id = draft.host_id
    activity.host_name = draft.host_name[:60]
    activity.due_count = _either(draft.due_count, len(seats) if counted else None)
    activity.present_count = _either(draft.present_count, present if counted else None)
    activity.hours = _either(draft.hours, draft.kind.default_hours) or 0
    activity.place = draft.place[:120]
    activity.quantity = _quantity(draft)
    activity.status = draft.status
    activity.verified = draft.verified
    activity.note = draft.note
    activity.also = sorted(set(draft.also) - {draft.kind.code})
    activity.recorded_on = max(
        activity.recorded_on or draft.recorded_on or today, draft.occurred_on
    )
    return activity


def _either(stated: int | None, otherwise: int | None) -> int | None:
    return otherwise if stated is None else stated


def _quantity(draft: ActivityDraft) -> int:
    """Return the stated quantity, that of the status (points of a violation), or the default."""
    if draft.kind.shape != Shape.RECORD:
        return 0
    if draft.quantity is not None:
        return draft.quantity
    by_status = {status["code"]: status.get("quantity") for status in draft.kind.statuses}
    return by_status.get(draft.status) or draft.kind.default_quantity


def write_records(
    activities: Sequence[Activity],
    seats: Sequence[Sequence[Attendance]],
    *,
    actor: Any,
    reason: str,
) -> None:
    """Write attendance and facts of new or changed records and bring their duties up to date."""
    for activity, own in zip(activities, seats, strict=True):
        for seat in own:
            seat.activity = activity
    Attendance.objects.bulk_create([s for own in seats for s in own], batch_size=CHUNK)
    write_entries(
        [
            draft_activity(activity, queries.branch_id_of(activity.unit), own)
            for activity, own in zip(activities, seats, strict=True)
        ],
        actor=actor,
        reason=reason,
    )
    touch_duties([(a.unit, a.occurred_on) for a in activities], actor=actor, reason=reason)


def touch_duties(places: Sequence[tuple[Unit, date]], *, actor: Any, reason: str) -> None:
    """Open the duties of the months in which units did something, and count again what was done."""
    months: dict[Period, set[int]] = defaultdict(set)
    branches = _load_branches(places)
    for unit, day in places:
        month = Period.containing(day, PeriodKind.MONTH)
        months[month].add(queries.branch_id_of(unit))
    cadence.ensure_obligations(units=list(branches.values()), periods=list(months), actor=actor)
    cadence.refresh_obligations(
        unit_ids=branches, days=[month.first_day for month in months], actor=actor, reason=reason
    )


def _load_branches(places: Sequence[tuple[Unit, date]]) -> dict[int, Unit]:
    known = {unit.pk: unit for unit, _day in places}
    wanted = {queries.branch_id_of(unit) for unit, _day in places}
    return {**{pk: known[pk] for pk in wanted & known.keys()}} | Unit.objects.in_bulk(
        sorted(wanted - known.keys())
    )


def _audit_new(activities: Sequence[Activity], actor: Any) -> None:
    """One row for one record; for many one row that says how many, of which days and units."""
    if len(activities) == 1:
        one = activities[0]
        audit.record(
            actor=actor,
            verb="activities.record",
            target=one,
            unit_path=one.unit.path,
            new=picture(one),
        )
        return
    days = [activity.occurred_on.isoformat() for activity in activities]
    audit.record(
        actor=actor,
        verb="activities.record_many",
        label=f"{len(activities)}",
        unit_path=activities[0].unit.root_path,
        new={
            "records": len(activities),
            "first": min(days),
            "last": max(days),
            "ids": [min(a.pk for a in activities), max(a.pk for a in activities)],
        },
    )


def picture(activity: Activity) -> dict[str, Any]:
    """Return the values of a record that a correction can change, as JSON."""
    return {
        "kind": activity.kind.code,
        "unit": activity.unit_id,
        "person": activity.person_id,
        "occurred_on": activity.occurred_on.isoformat(),
        "topic": activity.topic,
        "host": activity.host_name,
        "due_count": activity.due_count,
        "present_count": activity.present_count,
        "hours": activity.hours,
        "place": activity.place,
        "quantity": activity.quantity,
        "status": activity.status,
        "verified": activity.verified,
        "note": activity.note,
        "also": list(activity.also),
    }


def user_of(actor: Any) -> Any:
    return actor if getattr(actor, "pk", None) else None
