"""A transfer opened by the branch, decided by the superior, its letter issued, renewed or recalled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.dues import api as dues
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.acts import ReasonMissingError, ask_reason, explain
from linghang.platform.calendar import clock
from linghang.platform.numbering import services as numbering
from linghang.transfers import queries
from linghang.transfers.enums import ENDED, Deed, Happened, Purpose, Stage, Way
from linghang.transfers.models import Letter, Transfer
from linghang.transfers.services.steps import (
    check_decider,
    check_standing,
    find_membership,
    lock_person,
    lock_transfer,
    move_on,
    send,
)
from linghang_core.regulations import load_rules


@dataclass(frozen=True)
class OutDraft:
    """Who goes where and what for; `paid_until` only where no dues of the member are kept here."""

    person: Person
    purpose: str
    to_unit: Unit | None = None
    other: str = ""
    paid_until: date | None = None
    reason: str = ""


@transaction.atomic
def open_transfer(*, unit: Unit, draft: OutDraft, actor: Any) -> Transfer:
    """Open a transfer of a member of the branch and return it.

    A name of an organisation that is a branch of this installation leads to that branch. Until when
    dues are paid is read. Raises ReasonMissingError where months are open or nothing is known,
    ValidationError for who is no member there, who is being transferred, suspended or out of touch.
    """
    person = lock_person(draft.person)
    membership = find_membership(person)
    if membership is None or membership.unit_id != unit.pk:
        raise ValidationError(
            _("%(name)s is no member of %(unit)s.") % {"name": person.name, "unit": unit.name},
            code="stranger",
        )
    refuse_second(person)
    check_standing(person)
    if draft.purpose not in Purpose.values:
        raise ValidationError({"purpose": _("Say what the transfer is for.")}, code="purpose")
    to_unit, other = _find_goal(unit, draft)
    paid = dues.read_paid_until(person.pk, clock.today())
    transfer = Transfer(
        way=Way.WITHIN if to_unit else Way.OUT,
        stage=Stage.OPENED,
        person=person,
        unit=unit,
        to_unit=to_unit,
        other=other,
        purpose=draft.purpose,
        opened_on=clock.today(),
        paid_until=paid.month if paid.known else draft.paid_until,
        dues_reason=draft.reason.strip(),
    )
    questions = _question_dues(paid, transfer)
    if questions and not transfer.dues_reason:
        raise ReasonMissingError(questions, code="no_reason")
    send(transfer, actor)
    move_on(transfer, Happened.OPENED, actor=actor, note=transfer.dues_reason)
    return transfer


def refuse_second(person: Person) -> None:
    """Refuse a transfer of whom another is under way."""
    if Transfer.objects.filter(person=person).exclude(stage__in=ENDED).exists():
        raise ValidationError(
            _("A transfer of %(name)s is under way.") % {"name": person.name}, code="under_way"
        )


def _find_goal(unit: Unit, draft: OutDraft) -> tuple[Unit | None, str]:
    other = " ".join(draft.other.split())
    if bool(draft.to_unit) == bool(other):
        raise ValidationError(
            _("Name either a branch of the company or the organisation outside in full."),
            code="goal",
        )
    goal = draft.to_unit or queries.find_branch(other)
    if goal is None:
        return None, other
    if goal.pk == unit.pk:
        raise ValidationError(_("The member is there already."), code="goal")
    if goal.closed_on or not UnitKind(goal.kind).is_branch:
        raise ValidationError(_("Members belong to open branches."), code="goal")
    return goal, ""


def _question_dues(paid: dues.PaidUntil, transfer: Transfer) -> list[str]:
    if paid.open_months:
        months = "、".join(f"{month:%Y-%m}" for month in paid.open_months)
        return [_("Dues are open for %(months)s.") % {"months": months}]
    if transfer.paid_until is None:
        return [_("No dues of the member are kept here: say until when they are paid.")]
    return []


@transaction.atomic
def approve_transfer(
    *,
    transfer: Transfer,
    actor: Any,
    days: int | None = None,
    reason: str = "",
    seen: str | None = None,
) -> Transfer:
    """Approve the transfer: out with a letter of its number, between branches without paper.

    Raises ReasonMissingError for a letter longer than usual, ValidationError for one longer than the
    rule's most, and for who sent it or is transferred.
    """
    taken = lock_transfer(transfer, Deed.APPROVE, seen)
    check_decider(taken, actor)
    check_standing(taken.person)
    paid = dues.read_paid_until(taken.person_id, clock.today())
    if paid.known:
        taken.paid_until = paid.month
    if taken.way == Way.WITHIN:
        rule = load_rules().find("transfer.arrival", clock.today())
        taken.due_on = clock.today() + timedelta(days=rule.whole("days"))
        move_on(taken, Happened.APPROVED, actor=actor, stage=Stage.UNDER_WAY, note=reason.strip())
        return taken
    letter = _issue(taken, days, reason)
    move_on(taken, Happened.ISSUED, actor=actor, stage=Stage.UNDER_WAY, note=letter.number)
    return taken


@transaction.atomic
def renew_letter(
    *,
    transfer: Transfer,
    actor: Any,
    why: str,
    days: int | None = None,
    reason: str = "",
    seen: str | None = None,
) -> Transfer:
    """Issue the letter anew; the former one is void from then on, with why."""
    taken = lock_transfer(transfer, Deed.RENEW, seen)
    check_decider(taken, actor)
    if not why.strip():
        raise ValidationError({"why": _("Say why.")}, code="reason")
    taken.letters.filter(void=False).update(void=True, void_reason=why.strip())
    letter = _issue(taken, days, reason)
    move_on(taken, Happened.RENEWED, actor=actor, note=f"{letter.number} {why.strip()}")
    return taken


def _issue(transfer: Transfer, days: int | None, reason: str) -> Letter:
    today = clock.today()
    usual = load_rules().find("transfer.letter", today)
    days = usual.whole("days") if days is None else days
    check_validity(days)
    if days > usual.whole("days") and not reason.strip():
        raise ReasonMissingError([explain(usual)], code="no_reason")
    root = transfer.unit.root_path.strip("/")
    (number,) = numbering.take(f"transfers-{root}-{today.year}")
    letter = Letter.objects.create(
        transfer=transfer,
        number=f"〔{today.year}〕第{number:04d}号",
        issued_on=today,
        days=days,
        valid_until=today + timedelta(days=days),
        reason=reason.strip(),
    )
    transfer.due_on = letter.valid_until
    return letter


def check_validity(days: int) -> None:
    """Refuse a letter valid for no day, or for more than the rule allows."""
    most = load_rules().find("transfer.letter_most", clock.today())
    if not 1 <= days <= most.whole("days"):
        raise ValidationError({"days": explain(most)}, code="too_long")


@transaction.atomic
def refuse_transfer(
    *, transfer: Transfer, reason: str, actor: Any, seen: str | None = None
) -> Transfer:
    """Refuse the transfer with its reason; the member stays, or does not come."""
    taken = lock_transfer(transfer, Deed.REFUSE, seen)
    if taken.way != Way.IN:
        check_decider(taken, actor)
    move_on(taken, Happened.REFUSED, actor=actor, stage=Stage.REFUSED, note=ask_reason(reason))
    return taken


@transaction.atomic
def withdraw_transfer(
    *, transfer: Transfer, reason: str, actor: Any, seen: str | None = None
) -> Transfer:
    """Withdraw a transfer before it is approved, with the reason."""
    taken = lock_transfer(transfer, Deed.WITHDRAW, seen)
    note = ask_reason(reason)
    move_on(taken, Happened.WITHDRAWN, actor=actor, stage=Stage.WITHDRAWN, note=note)
    return taken


@transaction.atomic
def return_transfer(
    *, transfer: Transfer, reason: str, actor: Any, seen: str | None = None
) -> Transfer:
    """Record that the receiving organisation sent the member back (退回); the member stays."""
    taken = lock_transfer(transfer, Deed.RETURN, seen)
    note = ask_reason(reason)
    if taken.way == Way.OUT:
        check_decider(taken, actor)
    _void(taken, note)
    move_on(taken, Happened.RETURNED, actor=actor, stage=Stage.RETURNED, note=note)
    return taken


@transaction.atomic
def recall_transfer(
    *, transfer: Transfer, reason: str, actor: Any, seen: str | None = None
) -> Transfer:
    """Recall a transfer that is under way; its letter is void and the member stays."""
    taken = lock_transfer(transfer, Deed.RECALL, seen)
    check_decider(taken, actor)
    note = ask_reason(reason)
    _void(taken, note)
    move_on(taken, Happened.RECALLED, actor=actor, stage=Stage.RECALLED, note=note)
    return taken


def _void(transfer: Transfer, reason: str) -> None:
    transfer.letters.filter(void=False).update(void=True, void_reason=reason)
