"""The one place where a case moves on: its row taken, the leg ended, the next one begun."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.routing.enums import NEXT, Outcome, Stage
from linghang.routing.models import Case, Leg
from linghang.routing.queries import clocks

REASON_LENGTH = 400


def take_case(case: Case, seen: str | None, outcome: Outcome) -> Case:
    """Return the case with its row taken, if it still stands as it was seen and may be moved so.

    Raises ValidationError that says who moved it in between, or that this does not follow from where
    it stands.
    """
    taken = (
        Case.objects.select_for_update(of=("self",))
        .select_related("front", "unit", "category")
        .get(pk=case.pk)
    )
    if seen and seen != taken.seen:
        raise ValidationError(tell_who_was_first(taken), code="moved")
    if outcome not in NEXT[taken.standing]:
        raise ValidationError(
            _("This is not possible while the problem is “%(stage)s”.")
            % {"stage": taken.standing.label},
            code="stage",
        )
    return taken


def move_case(
    case: Case,
    outcome: Outcome,
    *,
    actor: Any,
    reason: str = "",
    unit: Unit | None = None,
    person: Person | None = None,
    spent: timedelta = timedelta(0),
) -> Case:
    """End the open leg of a taken case and begin the next one where the diagram leads; save the case.

    `unit` and `person` hold the next leg. `spent` is what of the next stage's time is used already.
    The clock of the whole way is never touched here.
    """
    now = clock.now().replace(microsecond=0)  # whole seconds: legs add up exactly
    was = case.stage
    last = end_leg(case, outcome, actor=actor, reason=reason, at=now)
    case.stage = NEXT[Stage(was)][outcome]
    case.version += 1
    case.unit, case.person = unit, person
    if case.standing.is_final:
        close_way(case, now)
    else:
        begin_leg(case, at=now, after=last.number if last else case.legs.count(), spent=spent)
    case.save()
    audit.record(
        actor=actor,
        verb=f"case.{outcome.value}",
        target=case,
        unit_path=case.front.path,
        old={"stage": was},
        new={"stage": case.stage, "unit": unit.name if unit else ""},
        reason=reason,
    )
    return case


def begin_leg(case: Case, *, at: datetime, after: int = 0, spent: timedelta = timedelta(0)) -> Leg:
    """Add the leg that follows number `after`, with a clock of its own; the case mirrors it."""
    limits = clocks.load_limits(case.urgency)
    due = clocks.find_due(limits, case.urgency, case.stage, at, spent)
    case.stage_since, case.stage_due_at = at, due.at
    case.escalate_to = limits[case.urgency, case.stage].escalate_to
    case.provisional = case.provisional or due.provisional
    return Leg.objects.create(
        case=case,
        number=after + 1,
        stage=case.stage,
        unit=case.unit,
        person=case.person,
        started_at=at,
        due_at=due.at,
        provisional=due.provisional,
    )


def end_leg(case: Case, outcome: Outcome, *, actor: Any, reason: str, at: datetime) -> Leg | None:
    """End the open leg; one that was late is marked with the moment its clock ran out."""
    leg = case.legs.filter(ended_at=None).first()
    if leg is None:
        return None
    leg.ended_at, leg.outcome, leg.reason = at, outcome, reason[:REASON_LENGTH]
    leg.spent = clocks.seconds_between(leg.started_at, at)
    leg.ended_by = user_of(actor)
    if at > leg.due_at:
        leg.escalated_at = leg.due_at
    leg.save()
    return leg


def close_way(case: Case, at: datetime) -> None:
    """Stop both clocks of a case that ends here."""
    case.stage_since, case.stage_due_at, case.ended_at = at, None, at
    case.spent = clocks.seconds_between(case.raised_at, at) - case.rested


def require_reason(reason: str) -> str:
    """Return the reason without blanks around; raises ValidationError for none."""
    if not reason.strip():
        raise ValidationError(_("Say why."), code="reason")
    return reason.strip()


def user_of(actor: Any) -> Any:
    """Return the actor as a user, None for the system."""
    return actor if getattr(actor, "pk", None) else None


def tell_who_was_first(case: Case) -> str:
    """Return who moved the case last, how and when, for whoever came too late."""
    last = case.legs.exclude(ended_at=None).select_related("ended_by").last()
    if last is None:
        return _("The problem has changed in the meantime. Look at it again.")
    return _("%(who)s was faster: %(what)s, %(when)s. Nothing of yours was recorded.") % {
        "who": last.ended_by or _("The system"),
        "what": Outcome(last.outcome).label,
        "when": f"{timezone.localtime(last.ended_at):%m-%d %H:%M}",
    }
