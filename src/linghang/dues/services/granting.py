"""Hardship: less or nothing to pay for a time, as the superior committee decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.dues import queries
from linghang.dues.enums import ReliefKind
from linghang.dues.models import Relief
from linghang.dues.services.keeping import sign, withdraw_row
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock


@dataclass(frozen=True)
class ReliefDraft:
    """Who pays less from one month to another, both included; `cents` a month where reduced."""

    person: Person
    kind: str
    first: date
    last: date
    decided_by: str
    decided_on: date
    reason: str
    cents: int = 0


@transaction.atomic
def grant_relief(*, unit: Unit, draft: ReliefDraft, actor: Any) -> Relief:
    """Record what was decided; months paid already keep what was due when they were paid.

    Raises ValidationError for who is no member, a span that is empty or overlaps another, a decision of
    tomorrow, and a reduction without its amount.
    """
    first, after = queries.first_of(draft.first), queries.next_month(draft.last)
    _check(unit, draft, first, after)
    relief = Relief.objects.create(
        person=draft.person,
        unit=unit,
        kind=draft.kind,
        cents=draft.cents if draft.kind == ReliefKind.REDUCED else 0,
        valid_from=first,
        valid_to=after,
        decided_by=draft.decided_by.strip(),
        decided_on=draft.decided_on,
        reason=draft.reason.strip(),
        **sign(actor),
    )
    _record(relief, "dues.relief_granted", actor, "")
    return relief


@transaction.atomic
def withdraw_relief(*, relief: Relief, reason: str, actor: Any) -> Relief:
    """Take a relief back, with its reason."""
    found = Relief.objects.select_for_update(of=("self",)).select_related("unit", "person")
    taken = found.get(pk=relief.pk)
    withdraw_row(taken, reason, actor)
    _record(taken, "dues.relief_withdrawn", actor, reason)
    return taken


def _check(unit: Unit, draft: ReliefDraft, first: date, after: date) -> None:
    today = clock.today()
    if not people.member_on(unit.pk, draft.person.pk, today):
        raise ValidationError(
            _("%(name)s is no member of %(unit)s.")
            % {"name": draft.person.name, "unit": unit.name},
            code="stranger",
        )
    if after <= first:
        raise ValidationError({"last": _("The last month lies before the first.")}, code="order")
    if draft.decided_on > today:
        raise ValidationError({"decided_on": _("The day lies in the future.")}, code="future")
    if not draft.decided_by.strip() or not draft.reason.strip():
        raise ValidationError(_("Say who decided and why."), code="reason")
    if draft.kind == ReliefKind.REDUCED and draft.cents <= 0:
        raise ValidationError({"amount": _("Say how much is paid a month instead.")}, code="amount")
    others = Relief.objects.filter(
        person=draft.person, withdrawn_at=None, valid_from__lt=after, valid_to__gt=first
    )
    if others.exists():
        raise ValidationError(
            _("Another relief of these months stands. Take it back first."), code="overlap"
        )


def _record(relief: Relief, verb: str, actor: Any, reason: str) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        target=relief,
        label=relief.person.name,
        unit_path=relief.unit.path,
        new={"from": f"{relief.valid_from:%Y-%m}", "kind": relief.kind},
        reason=reason.strip(),
    )
