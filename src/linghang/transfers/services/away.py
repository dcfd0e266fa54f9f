"""Members who are away (流动党员) and members out of touch (失联党员): contact, search, decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.enums import Standing
from linghang.people.models import Appointment, Person
from linghang.platform.acts import ReasonMissingError, explain
from linghang.platform.calendar import clock
from linghang.transfers.enums import AWAY_ENDED, AwayDeed, AwayStage, Cause, Happened
from linghang.transfers.models import Away
from linghang.transfers.services.steps import (
    check_day,
    check_decider,
    check_standing,
    find_membership,
    lock_away,
    lock_person,
    move_on,
    send,
)
from linghang_core.periods import add_months
from linghang_core.regulations import load_rules


@dataclass(frozen=True)
class AwayDraft:
    """Who leaves for where, how to reach them, and where they take part meanwhile."""

    person: Person
    since: date
    place: str
    contact: str
    until: date | None = None
    host: str = ""
    card_number: str = ""
    reason: str = ""


@dataclass(frozen=True)
class LostDraft:
    """Who cannot be reached, since when and why."""

    person: Person
    last_contact_on: date
    cause: str
    reason: str = ""


@transaction.atomic
def register_away(*, unit: Unit, draft: AwayDraft, actor: Any) -> Away:
    """Register a member of the branch as floating, and return the record.

    Raises ReasonMissingError for less than the months of the rule, ValidationError for a stranger, a
    day in the future, and who is registered already or does not stand well.
    """
    person = _take_member(unit, draft.person)
    check_standing(person)
    check_day(draft.since, None)
    if not draft.place.strip() or not draft.contact.strip():
        raise ValidationError(_("Say where the member is and how to reach them."), code="place")
    rule = load_rules().find("floating.contact", clock.today())
    if draft.until is not None and draft.until <= draft.since:
        raise ValidationError({"until": _("The end lies before the beginning.")}, code="order")
    short = draft.until and draft.until < add_months(draft.since, rule.whole("leaves_for"))
    if short and not draft.reason.strip():
        raise ReasonMissingError([explain(rule)], code="no_reason")
    away = Away(
        stage=AwayStage.FLOATING,
        person=person,
        unit=unit,
        since=draft.since,
        until=draft.until,
        place=draft.place.strip(),
        contact=draft.contact.strip(),
        host=draft.host.strip(),
        card_number=draft.card_number.strip(),
        last_contact_on=draft.since,
        due_on=add_months(draft.since, rule.whole("months")),
    )
    _mark(person, Happened.LEFT, actor, is_floating=True)
    move_on(away, Happened.LEFT, actor=actor, on=draft.since, note=draft.reason.strip())
    return away


@transaction.atomic
def record_contact(*, away: Away, on: date, note: str, actor: Any, seen: str | None = None) -> Away:
    """Record a contact with who is away; the next one is due by the rule."""
    taken = lock_away(away, AwayDeed.CONTACT, seen)
    check_day(on, taken.since)
    taken.last_contact_on = max(on, taken.last_contact_on)
    months = load_rules().find("floating.contact", clock.today()).whole("months")
    taken.due_on = add_months(taken.last_contact_on, months)
    move_on(taken, Happened.CONTACTED, actor=actor, on=on, note=_ask_note(note))
    return taken


@transaction.atomic
def record_back(
    *, away: Away, on: date, actor: Any, note: str = "", seen: str | None = None
) -> Away:
    """Record that who was away is back."""
    taken = lock_away(away, AwayDeed.BACK, seen)
    check_day(on, taken.since)
    taken.ended_on = on
    _mark(taken.person, Happened.BACK, actor, is_floating=False)
    move_on(taken, Happened.BACK, actor=actor, stage=AwayStage.BACK, on=on, note=note.strip())
    return taken


@transaction.atomic
def report_lost(*, unit: Unit, draft: LostDraft, actor: Any) -> Away:
    """Report a member of the branch with whom contact is lost, and return the record."""
    person = _take_member(unit, draft.person)
    check_day(draft.last_contact_on, None)
    away = Away(
        stage=AwayStage.SEARCHED,
        person=person,
        unit=unit,
        since=draft.last_contact_on,
        last_contact_on=draft.last_contact_on,
    )
    _lose(away, draft.cause, draft.reason, actor)
    return away


@transaction.atomic
def lose_member(
    *, away: Away, cause: str, actor: Any, reason: str = "", seen: str | None = None
) -> Away:
    """Report that who is away cannot be reached any more, since the last contact."""
    taken = lock_away(away, AwayDeed.LOSE, seen)
    taken.stage = AwayStage.SEARCHED
    _lose(taken, cause, reason, actor)
    return taken


def _lose(away: Away, cause: str, reason: str, actor: Any) -> None:
    if cause not in Cause.values:
        raise ValidationError({"cause": _("Say why contact was lost.")}, code="cause")
    rule = load_rules().find("lost.suspension", clock.today())
    away.cause = cause
    away.due_on = add_months(away.last_contact_on, rule.whole("months"))
    if clock.today() < away.due_on and not reason.strip():
        raise ReasonMissingError([explain(rule)], code="no_reason")
    send(away, actor)
    _mark(away.person, Happened.LOST, actor, is_floating=False, is_lost=True)
    move_on(away, Happened.LOST, actor=actor, stage=AwayStage.SEARCHED, note=reason.strip())


@transaction.atomic
def record_search(*, away: Away, on: date, note: str, actor: Any, seen: str | None = None) -> Away:
    """Record what was done to find the member."""
    taken = lock_away(away, AwayDeed.SEARCH, seen)
    check_day(on, taken.last_contact_on)
    move_on(taken, Happened.SEARCHED, actor=actor, on=on, note=_ask_note(note))
    return taken


@transaction.atomic
def record_found(*, away: Away, on: date, note: str, actor: Any, seen: str | None = None) -> Away:
    """Record that the member was found before anything was decided."""
    taken = lock_away(away, AwayDeed.FOUND, seen)
    check_day(on, taken.last_contact_on)
    taken.ended_on = on
    _mark(taken.person, Happened.FOUND, actor, is_lost=False)
    move_on(taken, Happened.FOUND, actor=actor, stage=AwayStage.FOUND, on=on, note=_ask_note(note))
    return taken


@transaction.atomic
def suspend_member(
    *, away: Away, on: date, document_number: str, actor: Any, seen: str | None = None
) -> Away:
    """Suspend the membership of who is out of touch (停止党籍): no longer due at meetings and votes.

    Raises ValidationError before the months of the rule, without a search, and for who reported it.
    """
    taken = _lock_decision(away, AwayDeed.SUSPEND, actor, seen)
    rule = load_rules().find("lost.suspension", clock.today())
    first = add_months(taken.last_contact_on, rule.whole("months"))
    searched = taken.acts.filter(kind=Happened.SEARCHED, on__lte=on).exists()
    if on < first or not searched:
        raise ValidationError(
            _("Not before %(day)s and not without a search on record. %(rule)s")
            % {"day": first, "rule": explain(rule)},
            code="too_early",
        )
    check_day(on, first)
    taken.suspended_on = on
    after = load_rules().find("lost.removal", clock.today())
    taken.due_on = add_months(on, after.whole("months"))
    _decide(taken, Happened.SUSPENDED, AwayStage.SUSPENDED, on, document_number, actor)
    _mark(taken.person, Happened.SUSPENDED, actor, standing=Standing.SUSPENDED)
    return taken


@transaction.atomic
def restore_member(
    *, away: Away, on: date, document_number: str, actor: Any, seen: str | None = None
) -> Away:
    """Restore the membership of who was found after it was suspended."""
    taken = _lock_decision(away, AwayDeed.RESTORE, actor, seen)
    check_day(on, taken.suspended_on)
    taken.ended_on = on
    _decide(taken, Happened.RESTORED, AwayStage.FOUND, on, document_number, actor)
    _mark(taken.person, Happened.RESTORED, actor, standing=Standing.NORMAL, is_lost=False)
    return taken


@transaction.atomic
def remove_member(
    *, away: Away, on: date, document_number: str, actor: Any, seen: str | None = None
) -> Away:
    """Remove who stays out of touch (自行脱党除名): membership and posts end, the history stays.

    Raises ValidationError before the months of the rule have passed since the suspension.
    """
    taken = _lock_decision(away, AwayDeed.REMOVE, actor, seen)
    rule = load_rules().find("lost.removal", clock.today())
    assert taken.suspended_on is not None
    first = add_months(taken.suspended_on, rule.whole("months"))
    if on < first:
        raise ValidationError(
            _("Not before %(day)s. %(rule)s") % {"day": first, "rule": explain(rule)},
            code="too_early",
        )
    check_day(on, first)
    taken.ended_on = on
    _decide(taken, Happened.REMOVED, AwayStage.REMOVED, on, document_number, actor)
    _mark(taken.person, Happened.REMOVED, actor, standing=Standing.LEFT)
    held = Appointment.objects.filter(person=taken.person, valid_to=None)
    for appointment in held.select_related("person", "unit", "post"):
        people.end_appointment(
            appointment=appointment, on=on, reason=document_number.strip(), actor=actor
        )
    return taken


def find_member(person_id: int) -> Away | None:
    """Return the open record of a person who is away or out of touch."""
    return Away.objects.filter(person_id=person_id).exclude(stage__in=AWAY_ENDED).first()


def _lock_decision(away: Away, deed: AwayDeed, actor: Any, seen: str | None) -> Away:
    taken = lock_away(away, deed, seen)
    check_decider(taken, actor)
    return taken


def _decide(
    away: Away, kind: Happened, stage: AwayStage, on: date, number: str, actor: Any
) -> None:
    if not number.strip():
        raise ValidationError(
            {"document_number": _("A decision has its document number.")}, code="no_number"
        )
    move_on(away, kind, actor=actor, stage=stage, on=on, note=number.strip())


def _take_member(unit: Unit, person: Person) -> Person:
    taken = lock_person(person)
    membership = find_membership(taken)
    if membership is None or membership.unit_id != unit.pk:
        raise ValidationError(
            _("%(name)s is no member of %(unit)s.") % {"name": taken.name, "unit": unit.name},
            code="stranger",
        )
    if find_member(taken.pk) is not None:
        raise ValidationError(
            _("%(name)s is registered as away already.") % {"name": taken.name}, code="known"
        )
    return taken


def _mark(person: Person, why: Happened, actor: Any, **changes: Any) -> None:
    people.correct_person(person=person, changes=changes, reason=str(why.label), actor=actor)


def _ask_note(note: str) -> str:
    if not note.strip():
        raise ValidationError({"note": _("Say what was done.")}, code="note")
    return note.strip()
