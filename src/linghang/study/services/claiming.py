"""Hours learnt elsewhere: told with their proof, confirmed by the secretary, never typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.activities import api as activities
from linghang.activities.enums import AttendanceState
from linghang.activities.models import ActivityKind, Attendance
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.acts import ask_reason, fault, known
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.files import api as files
from linghang.study.enums import OUTSIDE_KIND, TRAINING_KIND, ClaimState, Happened
from linghang.study.models import Claim
from linghang_core.regulations import count_day_hours

DAYS_AT_MOST = 31
YEARS_BACK = 1


@dataclass(frozen=True)
class ClaimDraft:
    """A training elsewhere: what, whose, from when to when, whole or half days, and its proof."""

    title: str
    organiser: str
    first_on: date
    last_on: date
    proof: str
    half_days: bool = False
    uploads: Sequence[Any] = ()


@transaction.atomic
def claim_hours(*, person: Person, unit: Unit, draft: ClaimDraft, actor: Any) -> Claim:
    """Tell a training elsewhere and return it; it counts when it is confirmed.

    Raises ValidationError for days to come or long past, too many days at once, no proof, and days
    told before.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    _check_days(draft)
    if not draft.proof.strip():
        raise fault(
            "proof", _("Name the proof: the notice, certificate or who can confirm it."), "proof"
        )
    if same := _find_same(person, draft.first_on, draft.last_on, None):
        raise fault(
            "first_on", _("“%(title)s” has these days already.") % {"title": same.title}, "double"
        )
    claim = Claim.objects.create(
        person=person,
        unit=unit,
        title=draft.title.strip(),
        organiser=draft.organiser.strip(),
        first_on=draft.first_on,
        last_on=draft.last_on,
        half_days=draft.half_days,
        proof=draft.proof.strip(),
        claimed_at=clock.now(),
    )
    if draft.uploads:
        files.store_files(owner=claim, uploads=draft.uploads, actor=actor)
    _note(claim, Happened.HOURS_CLAIMED, actor)
    return claim


def _check_days(draft: ClaimDraft) -> None:
    today = clock.today()
    if draft.last_on < draft.first_on:
        raise fault("last_on", _("It ends before it begins."), "order")
    if draft.last_on > today:
        raise fault("last_on", _("These days have not come yet."), "future")
    if draft.first_on.year < today.year - YEARS_BACK:
        raise fault("first_on", _("Only this year and the last are recorded."), "past")
    if (draft.last_on - draft.first_on).days >= DAYS_AT_MOST:
        raise fault("last_on", _("At most %(days)s days at once.") % {"days": DAYS_AT_MOST}, "long")


def _find_same(person: Person, first_on: date, last_on: date, own: int | None) -> Claim | None:
    return (
        Claim.objects.filter(person=person, first_on__lte=last_on, last_on__gte=first_on)
        .exclude(state=ClaimState.REFUSED)
        .exclude(pk=own or 0)
        .exclude(record__withdrawn_on__isnull=False)
        .first()
    )


@transaction.atomic
def decide_claim(
    *, claim: Claim, confirm: bool, actor: Any, reason: str = "", seen: str | None = None
) -> Claim:
    """Confirm hours learnt elsewhere, which makes them a record, or refuse them with a reason.

    Raises ValidationError for the own hours, for what was decided, and where the days are counted
    by a class already.
    """
    Person.objects.select_for_update().get(pk=claim.person_id)
    taken = (
        Claim.objects.select_for_update(of=("self",))
        .select_related("person", "unit", "decided_by")
        .get(pk=claim.pk)
    )
    if taken.state != ClaimState.CLAIMED or (seen and seen != taken.state):
        raise ValidationError(
            _("%(who)s decided this in the meantime: %(state)s.")
            % {"who": taken.decided_by or _("The system"), "state": taken.standing.label},
            code="moved",
        )
    user_id = getattr(actor, "pk", None)
    if user_id is not None and user_id == taken.person.user_id:
        raise ValidationError(
            _("Nobody confirms their own hours. Another who records for the unit does."), code="own"
        )
    taken.decided_by, taken.decided_on = known(actor), clock.today()
    if confirm:
        _insist_not_counted(taken)
        taken.record = _record(taken, actor)
        taken.state = ClaimState.CONFIRMED
    else:
        taken.reason, taken.state = ask_reason(reason), ClaimState.REFUSED
    taken.save()
    act = Happened.HOURS_CONFIRMED if confirm else Happened.HOURS_REFUSED
    _note(taken, act, actor, taken.reason)
    return taken


def _insist_not_counted(claim: Claim) -> None:
    if claim.half_days:
        return
    attended = Attendance.objects.filter(
        person_id=claim.person_id,
        state=AttendanceState.PRESENT,
        activity__kind__code=TRAINING_KIND,
        activity__withdrawn_on=None,
        activity__occurred_on__gte=claim.first_on,
        activity__occurred_on__lte=claim.last_on,
    ).select_related("activity")
    if found := attended.first():
        raise ValidationError(
            _("On %(day)s the hours of “%(what)s” count already: no hour counts twice.")
            % {"day": found.activity.occurred_on, "what": found.activity.topic},
            code="double",
        )


def _record(claim: Claim, actor: Any) -> Any:
    """Return the record of the hours; one a year, as the ledger's line is of the last day."""
    kind = ActivityKind.objects.filter(code=OUTSIDE_KIND, retired=False).first()
    if kind is None:
        raise ValidationError(
            _("Install the practice pack “study-classes” first: it brings the kind of record."),
            code="no_pack",
        )
    hours = count_day_hours(claim.count_days(), half=claim.half_days, on=claim.first_on)
    draft = activities.ActivityDraft(
        kind=kind,
        unit=claim.unit,
        occurred_on=claim.last_on,
        topic=claim.title,
        person_id=claim.person_id,
        quantity=hours,
        verified=True,
        note=f"{claim.organiser}；{claim.proof}",
    )
    try:
        return activities.record_activity(draft=draft, actor=actor)
    except activities.RecordRefused as refusal:
        raise ValidationError(str(refusal), code=refusal.field) from refusal


def _note(claim: Claim, act: Happened, actor: Any, why: str = "") -> None:
    days = claim.last_on - claim.first_on + timedelta(days=1)
    audit.record(
        actor=actor,
        verb=f"study.{act.value}",
        target=claim,
        label=claim.title,
        unit_path=claim.unit.path,
        new={"days": days.days, "state": str(claim.state)},
        reason=why,
    )
