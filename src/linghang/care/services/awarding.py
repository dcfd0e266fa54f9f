"""Recording awards with their facts, and withdrawing one that was revoked or wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.care.enums import AWARD, Happened, Level
from linghang.care.models import Award
from linghang.ledger.api import EntryDraft, FactDraft, withdraw_entries, write_entries
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.files.api import store_files

ONE = 100  # quantities of facts are in hundredths


@dataclass(frozen=True)
class AwardDraft:
    """An award: of the unit, or of one of its members (`person`)."""

    unit: Unit
    title: str
    level: str
    body: str
    awarded_on: date
    person: Person | None = None
    document_number: str = ""
    note: str = ""
    files: Sequence[Any] = ()


@transaction.atomic
def record_awards(drafts: Sequence[AwardDraft], *, actor: Any) -> list[Award]:
    """Record awards and return them; each counts once for its unit, whoever of it was honoured.

    Raises ValidationError for a day that has not come and for an award recorded already.
    """
    for draft in drafts:
        _check(draft)
    awards = Award.objects.bulk_create(
        Award(
            unit=draft.unit,
            person=draft.person,
            title=draft.title.strip(),
            level=draft.level,
            body=draft.body.strip(),
            awarded_on=draft.awarded_on,
            document_number=draft.document_number.strip(),
            note=draft.note.strip(),
            recorded_by=actor if getattr(actor, "pk", None) else None,
            recorded_at=clock.now(),
        )
        for draft in drafts
    )
    write_entries([_entry(award) for award in awards], actor=actor)
    for award, draft in zip(awards, drafts, strict=True):
        if draft.files:
            store_files(owner=award, uploads=draft.files, actor=actor, note=award.title)
        _tell(award, Happened.AWARDED, actor)
    return awards


@transaction.atomic
def withdraw_award(*, award: Award, reason: str, actor: Any) -> Award:
    """Withdraw an award (revoked, or recorded by mistake) with the reason; its fact goes too."""
    held = (
        Award.objects.select_for_update(of=("self",))
        .select_related("unit", "person")
        .get(pk=award.pk)
    )
    if held.withdrawn_at is not None:
        raise ValidationError(
            _("This award is withdrawn already: %(reason)s") % {"reason": held.withdraw_reason},
            code="withdrawn",
        )
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")
    held.withdrawn_at, held.withdraw_reason = clock.now(), reason.strip()
    held.save(update_fields=["withdrawn_at", "withdraw_reason"])
    withdraw_entries([held], reason=held.withdraw_reason)
    _tell(held, Happened.AWARD_WITHDRAWN, actor, held.withdraw_reason)
    return held


def _check(draft: AwardDraft) -> None:
    if draft.level not in Level.values:
        raise ValidationError({"level": _("There is no such level.")}, code="level")
    if draft.awarded_on > clock.today():
        raise ValidationError({"awarded_on": _("This day has not come yet.")}, code="future")
    same = Award.objects.filter(
        unit=draft.unit,
        person=draft.person,
        title=draft.title.strip(),
        awarded_on=draft.awarded_on,
        withdrawn_at=None,
    )
    if same.exists():
        raise ValidationError({"title": _("This award is recorded already.")}, code="double")


def _entry(award: Award) -> EntryDraft:
    fact = FactDraft(
        kind=AWARD.code,
        quantity=ONE,
        unit_id=award.unit_id,
        occurred_on=award.awarded_on,
        status=award.level,
    )
    return EntryDraft(
        source=award,
        kind=AWARD.code,
        unit_id=award.unit_id,
        title=str(award),
        occurred_on=award.awarded_on,
        facts=[fact],
    )


def _tell(award: Award, happened: Happened, actor: Any, reason: str = "") -> None:
    audit.record(
        actor=actor,
        verb=f"care.{happened.value}",
        target=award,
        label=str(award),
        unit_path=award.unit.path,
        new={"level": award.level, "awarded_on": award.awarded_on.isoformat()},
        reason=reason,
    )
