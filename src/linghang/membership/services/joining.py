"""What the roster learns from the way: admitted on probation, converted, or no longer on probation."""

from __future__ import annotations

from typing import Any

from linghang.membership.enums import Outcome
from linghang.membership.models import Application, StepTaken
from linghang.people import api as people
from linghang.people.enums import MEMBER_POST, MemberKind
from linghang.people.models import Appointment


def follow_step(application: Application, row: StepTaken, *, actor: Any) -> None:
    """Write to the roster what the step decides; steps that decide nothing change nothing.

    Probation counts from the admitting branch meeting, full membership from the end of probation
    (《中国共产党章程》第七条), whenever the superior approved.
    """
    if row.step == "approval" and row.outcome == Outcome.PASSED:
        _admit(application, actor)
    elif row.step == "conversion_approval" and row.outcome == Outcome.PASSED:
        _correct(
            application,
            {"member_kind": MemberKind.FULL, "full_on": application.full_on},
            "转正审批",
            actor,
        )
    elif row.outcome == Outcome.CANCELLED:
        _cancel(application, row, actor)


def _admit(application: Application, actor: Any) -> None:
    assert application.joined_on is not None
    _correct(
        application,
        {"member_kind": MemberKind.PROBATIONARY, "joined_on": application.joined_on},
        "预备党员审批",
        actor,
    )
    people.appoint_people(
        [
            people.AppointmentDraft(
                person=application.person,
                unit=application.unit,
                post=MEMBER_POST,
                valid_from=application.joined_on,
                basis="预备党员审批",
            )
        ],
        actor=actor,
    )


def _cancel(application: Application, row: StepTaken, actor: Any) -> None:
    _correct(
        application,
        {"member_kind": MemberKind.NONE, "joined_on": None},
        "取消预备党员资格",
        actor,
    )
    held = Appointment.objects.filter(
        person=application.person, post_id=MEMBER_POST, valid_to=None, valid_from__lt=row.on
    )
    for appointment in held.select_related("unit", "person"):
        people.end_appointment(
            appointment=appointment, on=row.on, reason="取消预备党员资格", actor=actor
        )


def _correct(application: Application, changes: dict[str, Any], reason: str, actor: Any) -> None:
    people.correct_person(person=application.person, changes=changes, reason=reason, actor=actor)
