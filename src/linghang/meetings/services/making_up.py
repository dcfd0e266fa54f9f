"""Make-up study: who could not come learnt later what a meeting was about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.activities.models import Activity
from linghang.ledger.api import EntryDraft, FactDraft, withdraw_entries, write_entries
from linghang.meetings import queries
from linghang.meetings.models import MakeUp
from linghang.people.models import Person
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock


@transaction.atomic
def make_up(
    *, activity: Activity, people: Iterable[Person], on: date, way: str, actor: Any
) -> list[MakeUp]:
    """Record for one or several absent persons when and how they made up, with facts; return it.

    Raises ValidationError for a withdrawn meeting, a day before the meeting or ahead, no way, nobody,
    who was there, and who made up already.
    """
    found = Activity.objects.select_for_update(of=("self",)).select_related("unit", "kind")
    meeting = found.get(pk=activity.pk)
    if meeting.withdrawn_on is not None:
        raise ValidationError(
            _("The record was withdrawn and cannot be changed."), code="withdrawn"
        )
    wanted = list(people)
    _check(meeting, wanted, on, way)
    user = actor if getattr(actor, "pk", None) else None
    made = MakeUp.objects.bulk_create(
        [
            MakeUp(activity=meeting, person=person, on=on, way=way.strip()[:200], recorded_by=user)
            for person in wanted
        ]
    )
    write_entries([_draft(meeting, row) for row in made], actor=actor)
    audit.record(
        actor=actor,
        verb="meetings.made_up",
        target=meeting,
        unit_path=meeting.unit.path,
        new={"on": on.isoformat(), "count": len(made)},
    )
    return made


@transaction.atomic
def withdraw_make_up(*, row: MakeUp, reason: str, actor: Any) -> MakeUp:
    """Take a make-up back that was not; its fact goes with it. Return it."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")
    taken = MakeUp.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if taken.withdrawn_on is not None:
        return taken
    drop_make_up(taken, reason.strip(), actor)
    return taken


def drop_make_up(row: MakeUp, reason: str, actor: Any) -> None:
    """Withdraw a make-up with its fact."""
    row.withdrawn_on, row.withdrawn_reason = clock.today(), reason[:400]
    row.save(update_fields=["withdrawn_on", "withdrawn_reason"])
    withdraw_entries([row], reason=reason)
    audit.record(
        actor=actor,
        verb="meetings.make_up_withdrawn",
        target=row.activity,
        unit_path=row.activity.unit.path,
        old={"on": row.on.isoformat()},
        reason=reason,
    )


def _check(meeting: Activity, wanted: list[Person], on: date, way: str) -> None:
    if not way.strip():
        raise ValidationError({"way": _("Say in a few words how.")}, code="way")
    if on < meeting.occurred_on or on > clock.today():
        raise ValidationError({"on": _("It lies between the meeting and today.")}, code="day")
    absent = {seat.person_id for seat in queries.list_absent(meeting)}
    done = queries.read_make_ups([meeting]).get(meeting.pk, {})
    if not wanted:
        raise ValidationError({"people": _("Tick who made up.")}, code="nobody")
    wrong = [one.name for one in wanted if one.pk not in absent or one.pk in done]
    if wrong:
        raise ValidationError(
            {
                "people": _("Was there, or has made up already: %(names)s.")
                % {"names": "、".join(wrong)}
            },
            code="not_absent",
        )


def _draft(meeting: Activity, row: MakeUp) -> EntryDraft:
    return EntryDraft(
        source=row,
        kind="make_up",
        unit_id=meeting.unit_id,
        title=meeting.topic,
        occurred_on=row.on,
        facts=[
            FactDraft(
                kind="make_up",
                quantity=meeting.hours,
                unit_id=meeting.unit_id,
                occurred_on=row.on,
                person_id=row.person_id,
            )
        ],
    )
