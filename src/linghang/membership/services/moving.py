"""The way goes on where the person goes: to another branch, out, or in with a letter."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.membership.enums import Outcome, Stage
from linghang.membership.models import Application, StepTaken
from linghang.membership.services.stepping import lock_application, settle_application
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people.enums import MemberKind
from linghang.people.models import Person
from linghang.platform.acts import ask_reason, fault, known
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock

# What the letter tells of the way up to admission; the earlier steps stand in the papers that came.
TOLD = ("admission_meeting", "approval")


@transaction.atomic
def move_application(
    *, application: Application, to_unit: Unit, reason: str, actor: Any, seen: str | None = None
) -> Application:
    """Let an applicant who changed the workplace go on in another branch, with all steps taken.

    Raises ValidationError for somebody admitted already (a transfer moves them, and their way with
    them), for a unit that is no other open branch of the bureau, and without a reason.
    """
    taken = lock_application(application, seen)
    why = ask_reason(reason)
    if taken.joined_on is not None:
        raise ValidationError(
            _("A member on probation is transferred; the way follows the transfer."), code="member"
        )
    if not UnitKind(to_unit.kind).is_branch or to_unit.closed_on or to_unit.pk == taken.unit_id:
        raise fault("to_unit", _("Choose another open branch."), "not_a_branch")
    if to_unit.root_path != taken.unit.root_path:
        raise fault("to_unit", _("The branch belongs to another bureau."), "elsewhere")
    return _move(taken, to_unit, why, actor)


@transaction.atomic
def follow_transfer(
    *, person: Person, to_unit: Unit | None, on: date, goal: str, actor: Any
) -> Application | None:
    """Let the open way of a transferred member go on in `to_unit`, or end here when it leads out.

    Returns the application, None where no way is open. `goal` names where it leads, for the history.
    """
    running = Application.objects.select_for_update(of=("self",)).select_related("unit", "person")
    taken = running.filter(person=person, ended_on=None).first()
    if taken is None:
        return None
    if to_unit is not None:
        return _move(taken, to_unit, goal, actor)
    taken.stage, taken.ended_on, taken.next_due_on = Stage.ENDED, on, None
    taken.end_reason = goal[:300]
    return _save(taken, "application.ended", goal, actor)


@transaction.atomic
def take_over(
    *, person: Person, unit: Unit, on: date, source: str, actor: Any
) -> Application | None:
    """Open the way of a member on probation who came with a letter, at the point it has reached.

    The steps after admission are taken here; those before stand in the papers. Returns None for full
    members and where the way of this person is open already.
    """
    if person.member_kind != MemberKind.PROBATIONARY or person.joined_on is None:
        return None
    if Application.objects.filter(person=person, ended_on=None).exists():
        return None
    application = Application.objects.create(person=person, unit=unit, applied_on=person.joined_on)
    days = dict.fromkeys(TOLD, person.joined_on) | {"assigned": on}
    StepTaken.objects.bulk_create(
        [
            StepTaken(
                application=application,
                step=code,
                on=day,
                outcome=Outcome.PASSED,
                note=source[:400],
                recorded_by=known(actor),
                recorded_at=clock.now(),
            )
            for code, day in days.items()
        ]
    )
    settle_application(application)
    audit.record(
        actor=actor,
        verb="application.taken_over",
        target=application,
        label=person.name,
        unit_path=unit.path,
        new={"on": on.isoformat()},
        reason=source,
    )
    return application


def _move(application: Application, to_unit: Unit, why: str, actor: Any) -> Application:
    before = application.unit.name
    application.unit = to_unit
    return _save(application, "application.moved", why, actor, {"unit": before})


def _save(
    application: Application, verb: str, why: str, actor: Any, old: dict[str, Any] | None = None
) -> Application:
    application.version += 1
    application.save()
    audit.record(
        actor=actor,
        verb=verb,
        target=application,
        label=application.person.name,
        unit_path=application.unit.path,
        old=old or {},
        new={"unit": application.unit.name},
        reason=why,
    )
    return application
