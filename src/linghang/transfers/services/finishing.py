"""The receipt and the arrival: only then the roster follows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.dues import api as dues
from linghang.ledger.api import EntryDraft, FactDraft, write_entries
from linghang.membership import api as membership
from linghang.people import api as people
from linghang.people.models import Appointment
from linghang.transfers import queries
from linghang.transfers.enums import AWAY_ENDED, AwayStage, Deed, Happened, Stage, Way
from linghang.transfers.models import Away, Transfer
from linghang.transfers.services.steps import (
    check_day,
    check_decider,
    check_standing,
    find_membership,
    lock_transfer,
    move_on,
)

BASIS = "组织关系转接"
ONE = 100  # a quantity of one, in hundredths


@transaction.atomic
def record_receipt(
    *, transfer: Transfer, on: date, signed_by: str, actor: Any, seen: str | None = None
) -> Transfer:
    """Record the receipt (回执) of a transfer out: the membership ends, the history stays.

    Raises ValidationError for a day before the first letter or after today, without a signature, and
    where the member is no longer in the branch.
    """
    taken = lock_transfer(transfer, Deed.RECEIPT, seen)
    check_decider(taken, actor)
    if not signed_by.strip():
        raise ValidationError({"signed_by": _("Say who signed the receipt.")}, code="signed")
    letter = queries.find_letter(taken)
    check_day(on, taken.letters.earliest("pk").issued_on)
    _check_at_home(taken)
    number = letter.number if letter else ""
    held = Appointment.objects.filter(person=taken.person, valid_to=None)
    for appointment in held.select_related("person", "unit", "post"):
        people.end_appointment(
            appointment=appointment, on=on, reason=f"{BASIS} {number}", actor=actor
        )
    membership.follow_transfer(
        person=taken.person, to_unit=None, on=on, goal=f"{BASIS}：{taken.other}", actor=actor
    )
    taken.moved_on, taken.signed_by = on, signed_by.strip()
    late = letter is not None and on > letter.valid_until
    return _finish(taken, Happened.RECEIPTED, actor, late=late)


@transaction.atomic
def confirm_arrival(
    *, transfer: Transfer, on: date, actor: Any, seen: str | None = None
) -> Transfer:
    """Confirm that the member has arrived: a member of the receiving branch from the day on.

    From outside, dues go on after the month they are paid until. Raises ValidationError for a day
    before the approval or the letter, or after today.
    """
    taken = lock_transfer(transfer, Deed.CONFIRM, seen)
    late = taken.due_on is not None and on > taken.due_on
    check_standing(taken.person)
    if taken.way == Way.WITHIN:
        assert taken.to_unit is not None
        check_day(on, taken.acts.filter(kind=Happened.APPROVED).latest("pk").on)
        _check_at_home(taken)
        people.transfer_member(
            person=taken.person, unit=taken.to_unit, on=on, actor=actor, basis=BASIS
        )
        goal = f"{BASIS}：{taken.to_unit.name}"
        membership.follow_transfer(
            person=taken.person, to_unit=taken.to_unit, on=on, goal=goal, actor=actor
        )
    else:
        check_day(on, taken.letters.latest("pk").issued_on)
        _receive(taken, on, actor)
    taken.moved_on = on
    return _finish(taken, Happened.CONFIRMED, actor, late=late)


def _receive(transfer: Transfer, on: date, actor: Any) -> None:
    letter = queries.find_letter(transfer)
    [held] = people.appoint_people(
        [
            people.AppointmentDraft(
                person=transfer.person,
                unit=transfer.unit,
                post="member",
                valid_from=on,
                basis=BASIS,
                document_number=letter.number if letter else "",
            )
        ],
        actor=actor,
    )
    membership.take_over(
        person=transfer.person,
        unit=transfer.unit,
        on=on,
        source=f"{BASIS}：{transfer.other}{letter.number if letter else ''}",
        actor=actor,
    )
    assert transfer.paid_until is not None
    dues.record_arrival(membership=held, paid_until=transfer.paid_until, actor=actor)


def _check_at_home(transfer: Transfer) -> None:
    held = find_membership(transfer.person)
    if held is None or held.unit_id != transfer.unit_id:
        raise ValidationError(
            _("%(name)s is no member of %(unit)s.")
            % {"name": transfer.person.name, "unit": transfer.unit.name},
            code="stranger",
        )


def _finish(transfer: Transfer, kind: Happened, actor: Any, *, late: bool) -> Transfer:
    move_on(
        transfer, kind, actor=actor, stage=Stage.DONE, on=transfer.moved_on,
        note=transfer.signed_by,
    )  # fmt: skip
    for away in Away.objects.filter(person=transfer.person).exclude(stage__in=AWAY_ENDED):
        away.ended_on = transfer.moved_on
        move_on(away, Happened.MOVED, actor=actor, stage=AwayStage.MOVED)
    if transfer.person.is_floating:
        people.correct_person(
            person=transfer.person, changes={"is_floating": False}, reason=BASIS, actor=actor
        )
    _write_facts(transfer, actor, late=late)
    return transfer


def _write_facts(transfer: Transfer, actor: Any, *, late: bool) -> None:
    assert transfer.moved_on is not None
    sides = [(transfer.unit_id, "in" if transfer.way == Way.IN else "out")]
    if transfer.to_unit_id is not None:
        sides.append((transfer.to_unit_id, "in"))
    write_entries(
        [
            EntryDraft(
                source=transfer,
                kind="transfer",
                unit_id=transfer.unit_id,
                title=BASIS,
                occurred_on=transfer.moved_on,
                facts=[
                    FactDraft(
                        kind="transfer",
                        quantity=ONE,
                        unit_id=unit_id,
                        occurred_on=transfer.moved_on,
                        status=f"{side}_{'late' if late else 'on_time'}",
                        verified=True,
                    )
                    for unit_id, side in sides
                ],
            )
        ],
        actor=actor,
    )
