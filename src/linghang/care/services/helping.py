"""Members in hardship: registering, looking, visiting, reviewing, ending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.care.enums import HARDSHIP_VISIT, Happened, HelpKind
from linghang.care.models import Hardship, Visit
from linghang.ledger.api import EntryDraft, FactDraft, write_entries
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock

ONE = 100  # quantities of facts are in hundredths


@dataclass(frozen=True)
class HardshipDraft:
    """Who is in hardship, of which kind, since when, and when it is looked at again."""

    person: Person
    kind: str
    situation: str
    since: date
    review_on: date


@dataclass(frozen=True)
class VisitDraft:
    """A visit: when, by whom, what it brought, the money in yuan if any."""

    on: date
    visitor: Person
    help: str
    amount: Decimal | None = None
    note: str = ""


@transaction.atomic
def register_hardship(*, unit: Unit, draft: HardshipDraft, actor: Any) -> Hardship:
    """Register a member as in hardship and return the record.

    Raises ValidationError for somebody who is no member of the unit or has an open record, for a day
    that has not come, and for a review that is not ahead.
    """
    if not draft.situation.strip():
        raise ValidationError({"situation": _("Say what the situation is.")}, code="situation")
    if draft.since > clock.today():
        raise ValidationError({"since": _("This day has not come yet.")}, code="future")
    _check_review(draft.review_on)
    if not people.member_on(unit.pk, draft.person.pk, clock.today()):
        raise ValidationError(
            {"person": _("%(name)s is no member of this branch.") % {"name": draft.person.name}},
            code="not_a_member",
        )
    if Hardship.objects.filter(person=draft.person, ended_on=None).exists():
        raise ValidationError(
            {"person": _("%(name)s is looked after already.") % {"name": draft.person.name}},
            code="open",
        )
    hardship = Hardship.objects.create(
        person=draft.person,
        unit=unit,
        kind=draft.kind,
        situation=draft.situation.strip(),
        since=draft.since,
        review_on=draft.review_on,
        recorded_at=clock.now(),
    )
    _tell(hardship, Happened.REGISTERED, actor)
    return hardship


@transaction.atomic
def read_situation(*, hardship: Hardship, actor: Any) -> str:
    """Return what the situation is; the look is recorded."""
    _tell(hardship, Happened.READ, actor)
    return hardship.situation


@transaction.atomic
def record_visit(
    *, hardship: Hardship, draft: VisitDraft, actor: Any, seen: str | None = None
) -> Visit:
    """Record a visit and return it; its fact counts the visit and names nobody.

    Raises ValidationError for a day before the hardship or ahead, and for money without an amount.
    """
    held = _lock(hardship, seen)
    if draft.on > clock.today():
        raise ValidationError({"on": _("This day has not come yet.")}, code="future")
    if draft.on < held.since:
        raise ValidationError(
            {"on": _("The hardship began on %(day)s.") % {"day": held.since}}, code="before"
        )
    amount = draft.amount
    if draft.help == HelpKind.MONEY and not amount:
        raise ValidationError({"amount": _("How much was given?")}, code="amount")
    if amount is not None and amount < 0:
        raise ValidationError({"amount": _("An amount is not negative.")}, code="amount")
    visit = Visit.objects.create(
        hardship=held,
        on=draft.on,
        visitor=draft.visitor,
        help=draft.help,
        paid=f"{amount:.2f}" if amount else "",
        note=draft.note.strip(),
        recorded_at=clock.now(),
    )
    _write_fact(visit, held, actor)
    _keep(held)
    _tell(held, Happened.VISITED, actor, {"on": draft.on.isoformat()})
    return visit


@transaction.atomic
def review_hardship(
    *, hardship: Hardship, review_on: date, situation: str = "", actor: Any, seen: str | None = None
) -> Hardship:
    """Keep the record open until the next review; a changed situation replaces the former one."""
    held = _lock(hardship, seen)
    _check_review(review_on)
    held.review_on = review_on
    if situation.strip():
        held.situation = situation.strip()
    _keep(held)
    _tell(held, Happened.REVIEWED, actor, {"review_on": review_on.isoformat()})
    return held


@transaction.atomic
def end_hardship(
    *, hardship: Hardship, on: date, reason: str, actor: Any, seen: str | None = None
) -> Hardship:
    """End the record with its reason, which stays encrypted; raises ValidationError without one."""
    held = _lock(hardship, seen)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")
    if on > clock.today() or on < held.since:
        raise ValidationError(
            {"on": _("Choose a day between %(day)s and today.") % {"day": held.since}}, code="day"
        )
    held.ended_on, held.end_reason = on, reason.strip()
    _keep(held)
    _tell(held, Happened.ENDED, actor, {"on": on.isoformat()})
    return held


def _lock(hardship: Hardship, seen: str | None) -> Hardship:
    held = (
        Hardship.objects.select_for_update(of=("self",))
        .select_related("person", "unit")
        .get(pk=hardship.pk)
    )
    if held.ended_on is not None:
        raise ValidationError(
            _("The record ended on %(day)s: nothing more is recorded.") % {"day": held.ended_on},
            code="ended",
        )
    if seen and seen != held.seen:
        raise ValidationError(_("Somebody was faster. Look at what was recorded."), code="changed")
    return held


def _keep(held: Hardship) -> None:
    held.version += 1
    held.save()


def _check_review(day: date) -> None:
    if day <= clock.today():
        raise ValidationError({"review_on": _("Choose a day ahead.")}, code="review")


def _write_fact(visit: Visit, hardship: Hardship, actor: Any) -> None:
    fact = FactDraft(
        kind=HARDSHIP_VISIT.code, quantity=ONE, unit_id=hardship.unit_id, occurred_on=visit.on
    )
    draft = EntryDraft(
        source=visit,
        kind=HARDSHIP_VISIT.code,
        unit_id=hardship.unit_id,
        title="走访慰问困难党员",
        occurred_on=visit.on,
        facts=[fact],
    )
    write_entries([draft], actor=actor)


def _tell(
    hardship: Hardship, happened: Happened, actor: Any, new: dict[str, Any] | None = None
) -> None:
    audit.record(
        actor=actor,
        verb=f"care.{happened.value}",
        target=hardship,
        label=hardship.unit.name,  # who reads the trail need not learn who is in hardship
        unit_path=hardship.unit.path,
        new=new,
    )
