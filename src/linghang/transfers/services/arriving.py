"""A letter from outside: who comes is checked against the roster, and found again if once here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.enums import MemberKind, Sex
from linghang.people.models import Person
from linghang.platform.acts import ReasonMissingError
from linghang.platform.calendar import clock
from linghang.platform.languages import spoken
from linghang.transfers.enums import Happened, Purpose, Stage, Way
from linghang.transfers.models import Letter, Transfer
from linghang.transfers.services.leaving import check_validity, refuse_second
from linghang.transfers.services.steps import (
    check_standing,
    find_membership,
    lock_person,
    move_on,
    send,
)
from linghang_core.regulations import Severity, load_rules, read_identity_number


@dataclass(frozen=True)
class LetterDraft:
    """What a letter from outside says, and the branch that is to receive the member."""

    unit: Unit
    name: str
    identity_number: str
    other: str  # the organisation that issued it, in full
    number: str
    issued_on: date
    days: int
    paid_until: date
    member_kind: str = MemberKind.FULL
    joined_on: date | None = None
    full_on: date | None = None
    purpose: str = Purpose.WORK
    reason: str = ""


@transaction.atomic
def register_letter(*, draft: LetterDraft, actor: Any) -> Transfer:
    """Register a letter and return the transfer, which waits for the branch to confirm.

    Whoever bore the identity number here before is found and used again, with what the letter says of
    the membership. Raises ReasonMissingError for a letter that ran out, ValidationError for a number
    that is none, a person who is a member here or bears another name, and a letter of too many days.
    """
    today = clock.today()
    if draft.issued_on > today:
        raise ValidationError({"issued_on": _("The day lies in the future.")}, code="future")
    if draft.paid_until.replace(day=1) > today.replace(day=1):
        raise ValidationError({"paid_until": _("The month has not come yet.")}, code="future")
    check_validity(draft.days)
    valid_until = draft.issued_on + timedelta(days=draft.days)
    if valid_until < today and not draft.reason.strip():
        raise ReasonMissingError(
            [_("The letter was valid until %(day)s.") % {"day": valid_until}], code="no_reason"
        )
    person = _find_person(draft, actor)
    rule = load_rules().find("transfer.arrival", today)
    transfer = Transfer(
        way=Way.IN,
        stage=Stage.RECEIVED,
        person=person,
        unit=draft.unit,
        other=" ".join(draft.other.split()),
        purpose=draft.purpose,
        opened_on=today,
        paid_until=draft.paid_until.replace(day=1),
        due_on=today + timedelta(days=rule.whole("days")),
    )
    send(transfer, actor)
    move_on(transfer, Happened.REGISTERED, actor=actor, note=draft.reason.strip())
    Letter.objects.create(
        transfer=transfer,
        number=draft.number.strip(),
        issued_on=draft.issued_on,
        days=draft.days,
        valid_until=valid_until,
        reason=draft.reason.strip(),
    )
    return transfer


def _find_person(draft: LetterDraft, actor: Any) -> Person:
    reading = read_identity_number(draft.identity_number)
    for notice in reading.notices:
        if notice.severity is Severity.BLOCK:
            text = notice.text(spoken())
            raise ValidationError({"identity_number": text}, code=notice.code)
    number = reading.number or ""
    member: dict[str, Any] = {
        "member_kind": draft.member_kind,
        "joined_on": draft.joined_on,
        "full_on": draft.full_on if draft.member_kind == MemberKind.FULL else None,
    }
    known = people.search_people(Person.objects.all(), number).first()
    if known is None:
        made = people.PersonDraft(
            name=draft.name.strip(),
            identity_number=number,
            born_on=reading.born_on,
            sex=Sex[reading.sex.name] if reading.sex else Sex.UNKNOWN,
            **member,
        )
        return people.register_people([made], actor=actor)[0]
    known = lock_person(known)
    _check_known(known, draft.name)
    stated = {name: value for name, value in member.items() if value is not None}
    if draft.member_kind == MemberKind.PROBATIONARY:
        stated["full_on"] = None
    reason = _("letter %(number)s") % {"number": draft.number}
    people.correct_person(person=known, changes=stated, reason=reason, actor=actor)
    return known


def _check_known(known: Person, name: str) -> None:
    if known.name != name.strip():
        raise ValidationError(
            {"name": _("The identity number belongs to another name in the roster.")}, code="name"
        )
    if find_membership(known) is not None:
        raise ValidationError(
            _("%(name)s is a member here already: transfers between branches need no letter.")
            % {"name": known.name},
            code="member",
        )
    refuse_second(known)
    check_standing(known)
