"""Entering what members pay on: once, and again only when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.dues import queries
from linghang.dues.enums import Payer
from linghang.dues.models import Base
from linghang.dues.services.keeping import (
    WITHDRAWN,
    sign,
)
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.acts import known
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock

MOST = Decimal(1_000_000)  # yuan a month: more is a slip of the hand
CENT = Decimal("0.01")


@dataclass(frozen=True)
class BaseDraft:
    """What a member pays on, in yuan; without income there is none."""

    person: Person
    payer: str
    amount: Decimal | None = None


@transaction.atomic
def set_bases(
    *, unit: Unit, month: date, drafts: Sequence[BaseDraft], reason: str = "", actor: Any
) -> list[Base]:
    """Write the bases that differ from those in force in `month`, from that month on; return them.

    A base entered for this very month before is withdrawn with the reason; without one, and for amounts
    that cannot be, a ValidationError. Months paid already keep what was due when they were paid.
    """
    month = queries.first_of(month)
    today = clock.today()  # who is a member now may have a base for months before, from elsewhere
    members = {person.pk for person in queries.list_payers(unit, queries.first_of(today), today)}
    Unit.objects.select_for_update().get(pk=unit.pk)
    terms = queries.Terms([draft.person.pk for draft in drafts])
    new, replaced = [], []
    for draft in drafts:
        if draft.person.pk not in members:
            raise ValidationError(
                _("%(name)s is no member of %(unit)s.")
                % {"name": draft.person.name, "unit": unit.name},
                code="stranger",
            )
        amount = _check_amount(draft)
        before = terms.find_base(draft.person.pk, month)
        if before and (before.payer, before.yuan) == (draft.payer, amount):
            continue
        if before and before.valid_from == month:
            replaced.append(before)
        new.append(
            Base(
                person=draft.person,
                unit=unit,
                payer=draft.payer,
                amount=str(amount),
                valid_from=month,
                **sign(actor),
            )
        )
    if replaced and not reason.strip():
        raise ValidationError(
            _("A base entered for this month already is corrected: say why."), code="reason"
        )
    for base in replaced:
        base.withdrawn_by, base.withdrawn_at = known(actor), clock.now()
        base.withdraw_reason = reason.strip()
    Base.objects.bulk_update(replaced, WITHDRAWN)
    made = Base.objects.bulk_create(new)
    if made:
        audit.record(
            actor=actor,
            verb="dues.bases_set",
            target=unit,
            label=unit.name,
            unit_path=unit.path,
            new={"month": f"{month:%Y-%m}", "members": len(made)},  # never the bases themselves
            reason=reason.strip(),
        )
    return made


def _check_amount(draft: BaseDraft) -> Decimal:
    if draft.payer not in Payer.values:
        raise ValidationError(_("Choose how %(name)s pays.") % {"name": draft.person.name})
    if draft.payer == Payer.WITHOUT_INCOME:
        return Decimal("0.00")
    if draft.amount is None or not 0 <= draft.amount <= MOST:
        raise ValidationError(
            _("The base of %(name)s is missing or cannot be right.") % {"name": draft.person.name},
            code="amount",
        )
    amount = draft.amount.quantize(CENT)
    if amount != draft.amount:
        raise ValidationError(
            _("The base of %(name)s is less exact than a cent.") % {"name": draft.person.name},
            code="cents",
        )
    return amount
