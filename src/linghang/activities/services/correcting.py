"""Correcting a record with a reason, and withdrawing it; what stood before is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linghang.activities import queries
from linghang.activities.enums import AttendanceState, Shape
from linghang.activities.mapping import tell_changed
from linghang.activities.models import Activity, ActivityRevision, Attendance
from linghang.activities.services import recording
from linghang.activities.services.recording import (
    Absence,
    ActivityDraft,
    RecordRefused,
    find_existing,
    natural_key,
    picture,
)
from linghang.ledger.api import withdraw_entries
from linghang.people.models import Person
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock


def _attendance_picture(seats: Iterable[Attendance], names: dict[int, str]) -> list[str]:
    """Return the absentees as text; who came follows from who did not."""
    return sorted(
        f"{names.get(seat.person_id or 0, '') or seat.name}"
        f"({AttendanceState(seat.state).value}{' ' + seat.reason if seat.reason else ''})"
        for seat in seats
        if seat.state != AttendanceState.PRESENT
    )


def draft_of(activity: Activity) -> ActivityDraft:
    """Return the draft that would write the record as it stands, to be changed by a correction."""
    seats = list(activity.attendance.all())
    return ActivityDraft(
        kind=activity.kind,
        unit=activity.unit,
        occurred_on=activity.occurred_on,
        topic=activity.topic,
        host_id=activity.host_id,
        host_name=activity.host_name,
        due_count=activity.due_count,
        present_count=activity.present_count,
        hours=activity.hours,
        place=activity.place,
        person_id=activity.person_id,
        quantity=activity.quantity if activity.kind.shape == Shape.RECORD else None,
        status=activity.status,
        verified=activity.verified,
        note=activity.note,
        also=tuple(activity.also),
        absences=[
            Absence(seat.name, seat.person_id, seat.reason, seat.state)
            for seat in seats
            if seat.state != AttendanceState.PRESENT
        ],
        present_ids=[
            seat.person_id
            for seat in seats
            if seat.state == AttendanceState.PRESENT and seat.person_id is not None
        ],
    )


@transaction.atomic
def correct_activity(
    *, activity: Activity, draft: ActivityDraft, reason: str, actor: Any
) -> Activity:
    """Change a record to the draft, keep the old values, rewrite its facts; return the record.

    The date of recording stays what it was. Nothing is written when nothing differs. Raises
    RecordRefused without a reason, for a withdrawn record, and as `record_activity` does.
    """
    if not reason.strip():
        raise RecordRefused("reason", _("Say why the record is corrected."))
    row = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if row.withdrawn_on is not None:
        raise RecordRefused("reason", _("The record was withdrawn and cannot be corrected."))
    recording.insist_complete(replace(draft, recorded_on=None), clock.today())
    _insist_no_other(row, draft)
    old_seats = list(row.attendance.all())
    before, place = picture(row), (row.unit, row.occurred_on)
    branches = {queries.branch_id_of(draft.unit), draft.unit.pk}
    seats = recording.seat_people(draft, queries.load_roster(branches))
    recording.fill_record(row, draft, seats, clock.today())
    old, new = _differences(before, picture(row), old_seats, seats)
    if not new:
        return row
    row.save()
    row.attendance.all().delete()
    ActivityRevision.objects.create(
        activity=row, old=old, new=new, reason=reason.strip()[:400], actor=recording.user_of(actor)
    )
    recording.write_records([row], [seats], actor=actor, reason=reason)
    recording.touch_duties([place], actor=actor, reason=reason)
    audit.record(
        actor=actor,
        verb="activities.correct",
        target=row,
        unit_path=row.unit.path,
        old=old,
        new=new,
        reason=reason,
    )
    tell_changed(row, actor, reason)
    return row


def _insist_no_other(row: Activity, draft: ActivityDraft) -> None:
    key = natural_key(draft.unit.pk, draft.kind.pk, draft.occurred_on, draft.topic, draft.person_id)
    other = find_existing([draft.unit.pk], [draft.occurred_on]).get(key)
    if other is not None and other.pk != row.pk:
        raise RecordRefused(
            "topic", _("Another record of this kind, day and topic exists already.")
        )


def _differences(
    before: dict[str, Any],
    after: dict[str, Any],
    old_seats: Sequence[Attendance],
    seats: Sequence[Attendance],
) -> tuple[dict[str, Any], dict[str, Any]]:
    ids = {seat.person_id for seat in (*old_seats, *seats) if seat.person_id}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    old = {key: value for key, value in before.items() if after[key] != value}
    new = {key: after[key] for key in old}
    seats_before = {(s.person_id, s.name, s.state, s.reason) for s in old_seats}
    if seats_before != {(s.person_id, s.name, s.state, s.reason) for s in seats}:
        old["absences"] = _attendance_picture(old_seats, names)
        new["absences"] = _attendance_picture(seats, names)
    return old, new


@transaction.atomic
def withdraw_activity(*, activity: Activity, reason: str, actor: Any) -> Activity:
    """Withdraw a record that did not take place: it stays readable, its facts are taken back."""
    if not reason.strip():
        raise RecordRefused("reason", _("Say why the record is withdrawn."))
    row = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if row.withdrawn_on is not None:
        return row
    row.withdrawn_on, row.withdrawn_reason = clock.today(), reason.strip()[:400]
    row.withdrawn_by = recording.user_of(actor)
    row.save(update_fields=["withdrawn_on", "withdrawn_reason", "withdrawn_by"])
    withdraw_entries([row], reason=reason)
    recording.touch_duties([(row.unit, row.occurred_on)], actor=actor, reason=reason)
    audit.record(
        actor=actor,
        verb="activities.withdraw",
        target=row,
        unit_path=row.unit.path,
        old=picture(row),
        reason=reason,
    )
    tell_changed(row, actor, reason)
    return row
