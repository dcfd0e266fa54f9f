"""Commitments: promised, reported once, kept, withdrawn, carried over; their facts go with them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.campaigns import queries
from linghang.campaigns.enums import CommitmentState
from linghang.campaigns.models import Campaign, Commitment, Step
from linghang.ledger.api import EntryDraft, FactDraft, withdraw_entries, write_entries
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.worklists.enums import timeliness

ONE = 100  # a quantity of one, in hundredths
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that reads like something else
CODE_LENGTH = 10


def _user(actor: Any) -> Any:
    return actor if getattr(actor, "pk", None) else None


@dataclass(frozen=True)
class CommitmentDraft:
    """A promise to people."""

    title: str
    promise: str
    beneficiaries: str
    unit: Unit
    due_on: date
    expected: int | None = None
    leader: Person | None = None
    campaign: Campaign | None = None
    is_public: bool = False


@transaction.atomic
def promise(*, drafts: Sequence[CommitmentDraft], actor: Any) -> list[Commitment]:
    """Make commitments and return them; each gets a code for its public page."""
    found = [
        Commitment(
            code="".join(secrets.choice(ALPHABET) for _n in range(CODE_LENGTH)),
            title=draft.title,
            promise=draft.promise,
            beneficiaries=draft.beneficiaries,
            expected=draft.expected,
            unit=draft.unit,
            leader=draft.leader,
            campaign=draft.campaign,
            due_on=draft.due_on,
            is_public=draft.is_public,
            created_by=_user(actor),
        )
        for draft in drafts
    ]
    Commitment.objects.bulk_create(found)
    write_commitment_facts(found, actor=actor)
    audit.record(actor=actor, verb="promise", label=_("commitments"), new={"count": len(found)})
    return found


def _take(commitment: Commitment) -> Commitment:
    rows = Commitment.objects.select_for_update(of=("self",)).select_related("unit", "leader")
    return rows.get(pk=commitment.pk)


def _insist_open(commitment: Commitment) -> None:
    if commitment.state != CommitmentState.OPEN:
        raise ValidationError(
            _("The commitment is %(state)s already.")
            % {"state": CommitmentState(commitment.state).label},
            code="state",
        )


@transaction.atomic
def report_step(
    *,
    commitment: Commitment,
    on: date,
    text: str,
    actor: Any,
    people: int = 0,
    same_people: bool = False,
    kept: bool = False,
) -> Step:
    """Report progress once: what was done and whom it reached, maybe that it is kept with it.

    Raises ValidationError without words, for a day that has not come, once it is kept, and for the
    same step sent a second time.
    """
    commitment = _take(commitment)
    _insist_open(commitment)
    if not text.strip():
        raise ValidationError({"text": _("Say in a sentence what was done.")}, code="text")
    if on > clock.today():
        raise ValidationError({"on": _("This day has not come yet.")}, code="future")
    if commitment.steps.filter(on=on, text=text.strip()[:300], people=people).exists():
        raise ValidationError(_("This step is recorded already."), code="double")
    step = Step.objects.create(
        commitment=commitment,
        on=on,
        text=text.strip()[:300],
        people=people,
        same_people=same_people,
        created_by=_user(actor),
    )
    audit.record(
        actor=actor,
        verb="report_step",
        target=commitment,
        unit_path=commitment.unit.path,
        new={"on": on.isoformat(), "people": people},
    )
    if kept:
        keep_commitment(commitment=commitment, kept_on=on, actor=actor)
    return step


@transaction.atomic
def keep_commitment(*, commitment: Commitment, kept_on: date, actor: Any) -> Commitment:
    """Say that a commitment is kept; it needs at least one reported step.

    Raises ValidationError without a step, for a day that has not come, and a second time.
    """
    commitment = _take(commitment)
    _insist_open(commitment)
    if not commitment.steps.exists():
        raise ValidationError(_("Report first what was done."), code="steps")
    if kept_on > clock.today():
        raise ValidationError({"kept_on": _("This day has not come yet.")}, code="future")
    commitment.state, commitment.kept_on = CommitmentState.KEPT, kept_on
    commitment.version += 1
    commitment.save()
    write_commitment_facts([commitment], actor=actor)
    audit.record(
        actor=actor,
        verb="keep_commitment",
        target=commitment,
        unit_path=commitment.unit.path,
        new={"kept_on": kept_on.isoformat()},
    )
    return commitment


@transaction.atomic
def withdraw_commitment(*, commitment: Commitment, reason: str, actor: Any) -> Commitment:
    """Take a commitment back with the reason; what was reported and said of it stays readable.

    Its ledger line is withdrawn: it is neither kept nor owed. Raises ValidationError without a
    reason, and once it is kept or withdrawn.
    """
    commitment = _take(commitment)
    _insist_open(commitment)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, in a sentence.")}, code="reason")
    commitment.state, commitment.reason = CommitmentState.WITHDRAWN, reason.strip()[:400]
    commitment.withdrawn_on = clock.today()
    commitment.version += 1
    commitment.save()
    withdraw_entries([commitment], reason=commitment.reason)
    audit.record(
        actor=actor,
        verb="withdraw_commitment",
        target=commitment,
        unit_path=commitment.unit.path,
        reason=commitment.reason,
    )
    return commitment


@transaction.atomic
def carry_over(
    *, commitment: Commitment, due_on: date, actor: Any, expected: int | None = None
) -> Commitment:
    """Promise the same again for a later year and return the new commitment, linked to this one.

    This one stays as it is: what was not kept in its year stays not kept. Raises ValidationError for
    a day that is not in a later year, one that was withdrawn, and a second time.
    """
    commitment = _take(commitment)
    if commitment.state == CommitmentState.WITHDRAWN:
        raise ValidationError(
            _("It was withdrawn. Make a new commitment instead."), code="withdrawn"
        )
    if Commitment.objects.filter(carried_from=commitment).exists():
        raise ValidationError(_("It was carried over already."), code="double")
    if due_on.year <= commitment.due_on.year:
        raise ValidationError({"due_on": _("Choose a day of a later year.")}, code="year")
    draft = CommitmentDraft(
        title=commitment.title,
        promise=commitment.promise,
        beneficiaries=commitment.beneficiaries,
        expected=expected or commitment.expected,
        unit=commitment.unit,
        leader=commitment.leader,
        due_on=due_on,
        is_public=commitment.is_public,
    )
    following = promise(drafts=[draft], actor=actor)[0]
    following.carried_from = commitment
    following.save(update_fields=["carried_from"])
    audit.record(
        actor=actor,
        verb="carry_over",
        target=commitment,
        unit_path=commitment.unit.path,
        new={"due_on": due_on.isoformat()},
    )
    return following


def write_commitment_facts(commitments: Sequence[Commitment], *, actor: Any) -> None:
    """Write the ledger lines of commitments as they stand today."""
    today = clock.today()
    write_entries(
        [
            EntryDraft(
                source=each,
                kind="commitment",
                unit_id=each.unit_id,
                title=each.title,
                occurred_on=each.kept_on or each.due_on,
                recorded_on=each.kept_on or today,
                judge_lateness=False,
                detail={"beneficiaries": each.beneficiaries},
                facts=[
                    FactDraft(
                        kind="commitment",
                        quantity=ONE,
                        unit_id=each.unit_id,
                        person_id=each.leader_id,
                        occurred_on=each.kept_on or each.due_on,
                        due_on=each.due_on,
                        status=timeliness(each.due_on, each.kept_on, today),
                    )
                ],
            )
            for each in commitments
        ],
        actor=actor,
    )


@transaction.atomic
def refresh_overdue(*, actor: Any = None) -> int:
    """Rewrite the facts of commitments that fell overdue; return how many were looked at."""
    late = list(queries.filter_overdue(Commitment.objects.select_related("unit"), clock.today()))
    write_commitment_facts(late, actor=actor)
    return len(late)
