"""Answering and confirming: solved is what who raised it says is solved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.platform.calendar import clock
from linghang.routing.enums import Outcome, Stage
from linghang.routing.models import Case
from linghang.routing.queries import clocks
from linghang.routing.services import facts, problems, telling
from linghang.routing.services.legs import move_case, require_reason, take_case, user_of


@transaction.atomic
def answer_case(*, case: Case, answer: str, actor: Any, seen: str | None = None) -> Case:
    """Answer a problem (答复): what was done. It waits for who raised it to confirm."""
    if not answer.strip():
        raise ValidationError(_("Say what was done."), code="answer")
    taken = take_case(case, seen, Outcome.ANSWERED)
    taken.answer = answer.strip()[:400]
    taken.answered_by, taken.answered_at = user_of(actor), clock.now()
    moved = move_case(
        taken,
        Outcome.ANSWERED,
        actor=actor,
        reason=taken.answer,
        unit=taken.unit,
        person=taken.person,
    )
    problems.hand_in_problem(moved)
    telling.tell_holders(moved, actor=actor)
    return moved


@transaction.atomic
def confirm_case(*, case: Case, actor: Any, note: str = "", seen: str | None = None) -> Case:
    """Confirm a problem as solved (确认): its problem is closed, the fact of its unit written.

    Raises ValidationError for who answered it: nobody confirms their own work.
    """
    taken = take_case(case, seen, Outcome.CONFIRMED)
    if taken.answered_by_id is not None and taken.answered_by_id == getattr(actor, "pk", None):
        raise ValidationError(
            _("Nobody confirms their own answer. %(who)s or the Party-affairs officer confirms it.")
            % {"who": taken.raiser},
            code="own",
        )
    moved = move_case(
        taken,
        Outcome.CONFIRMED,
        actor=actor,
        reason=note.strip(),
        unit=taken.unit,
        person=taken.person,
    )
    facts.write_case_facts([moved], actor=actor)
    problems.close_problem(moved, actor=actor)
    telling.settle(moved)
    return moved


@transaction.atomic
def reject_answer(*, case: Case, reason: str, actor: Any, seen: str | None = None) -> Case:
    """Say that it is not solved: it goes back to the unit, whose clock runs on where it stood.

    What the unit used of its time before stays used; the clock of the whole way never stopped.
    """
    why = require_reason(reason)
    taken = take_case(case, seen, Outcome.NOT_SOLVED)
    taken.not_solved += 1
    moved = move_case(
        taken,
        Outcome.NOT_SOLVED,
        actor=actor,
        reason=why,
        unit=taken.unit,
        person=taken.person,
        spent=find_spent_solving(taken),
    )
    problems.return_problem(moved, reason=why, actor=actor)
    telling.tell_holders(moved, actor=actor, outcome=Outcome.NOT_SOLVED)
    return moved


@transaction.atomic
def reopen_case(*, case: Case, reason: str, actor: Any, seen: str | None = None) -> Case:
    """Bring a solved problem back to the unit that solved it, with a reason; its fact is withdrawn.

    The unit gets its time anew: what comes back after months is new work. The clock of the whole way
    stands as it was set, so that it shows late.
    """
    why = require_reason(reason)
    taken = take_case(case, seen, Outcome.REOPENED)
    if taken.ended_at is not None:  # nobody had it since: that stretch is in no leg
        taken.rested += clocks.seconds_between(taken.ended_at, clock.now().replace(microsecond=0))
    taken.ended_at = taken.spent = None
    taken.not_solved += 1
    moved = move_case(
        taken,
        Outcome.REOPENED,
        actor=actor,
        reason=why,
        unit=taken.unit,
        person=taken.person,
    )
    facts.withdraw_case_facts([moved], reason=why)
    problems.reopen_problem(moved, reason=why, actor=actor)
    telling.tell_holders(moved, actor=actor, outcome=Outcome.REOPENED)
    return moved


def find_spent_solving(case: Case) -> timedelta:
    """Return what its unit has used of the time for solving since it was assigned to it."""
    spent = 0
    for leg in case.legs.order_by("-number"):
        if leg.unit_id != case.unit_id or leg.stage == Stage.ASSIGNED:
            break
        if leg.stage == Stage.SOLVING:
            spent += leg.spent or 0
    return timedelta(seconds=spent)
