"""The middle office and the units: accepting, assigning, taking up, handing on, merging."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.enums import Line
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.routing.enums import RUNNING, Outcome, Stage
from linghang.routing.models import Case
from linghang.routing.services import problems, telling
from linghang.routing.services.legs import move_case, require_reason, take_case


@transaction.atomic
def accept_case(*, case: Case, actor: Any, seen: str | None = None) -> Case:
    """Accept a raised problem (受理): it waits to be assigned."""
    taken = take_case(case, seen, Outcome.ACCEPTED)
    return move_case(taken, Outcome.ACCEPTED, actor=actor)


@transaction.atomic
def assign_case(
    *, case: Case, unit: Unit, actor: Any, reason: str = "", seen: str | None = None
) -> Case:
    """Assign a problem to the unit that can solve it (派发), accepting it first where that is open.

    From here on the unit answers for it, so it stands among its problems too. Raises ValidationError
    for a unit that is closed or of another bureau.
    """
    if case.stage == Stage.RAISED:
        case = accept_case(case=case, actor=actor, seen=seen)
        seen = None
    taken = take_case(case, seen, Outcome.ASSIGNED)
    _insist_on_unit(taken, unit)
    moved = move_case(taken, Outcome.ASSIGNED, actor=actor, reason=reason, unit=unit)
    problems.give_problem(moved, reason=reason, actor=actor)
    telling.tell_holders(moved, actor=actor)
    return moved


@transaction.atomic
def take_up_case(
    *, case: Case, actor: Any, person: Person | None = None, seen: str | None = None
) -> Case:
    """Take a problem in hand (处理), by the person named: the clock of solving begins."""
    taken = take_case(case, seen, Outcome.TAKEN_UP)
    moved = move_case(taken, Outcome.TAKEN_UP, actor=actor, unit=taken.unit, person=person)
    telling.settle(moved)
    if person is not None:
        telling.tell_holders(moved, actor=actor)
    return moved


@transaction.atomic
def hand_over_case(
    *, case: Case, unit: Unit, reason: str, actor: Any, seen: str | None = None
) -> Case:
    """Hand a problem on to another unit, with a reason.

    The leg ends and the new unit's own clock begins anew; the clock of the whole way runs on. Raises
    ValidationError for the same unit, a closed one, and one of another bureau.
    """
    why = require_reason(reason)
    taken = take_case(case, seen, Outcome.HANDED_OVER)
    _insist_on_unit(taken, unit)
    if unit.pk == taken.unit_id:
        raise ValidationError(_("%(unit)s has it already.") % {"unit": unit.name}, code="same")
    taken.handovers += 1
    moved = move_case(taken, Outcome.HANDED_OVER, actor=actor, reason=why, unit=unit)
    problems.give_problem(moved, reason=why, actor=actor)
    telling.tell_holders(moved, actor=actor)
    return moved


@transaction.atomic
def send_back_case(*, case: Case, reason: str, actor: Any, seen: str | None = None) -> Case:
    """Send a problem back to the middle office, with a reason; counted as a hand-over."""
    why = require_reason(reason)
    taken = take_case(case, seen, Outcome.SENT_BACK)
    taken.handovers += 1
    moved = move_case(taken, Outcome.SENT_BACK, actor=actor, reason=why)
    telling.tell_holders(moved, actor=actor, outcome=Outcome.SENT_BACK)
    return moved


@transaction.atomic
def decline_case(*, case: Case, reason: str, actor: Any, seen: str | None = None) -> Case:
    """End a problem that is not for routing; who raised it reads the reason and where to turn."""
    why = require_reason(reason)
    taken = take_case(case, seen, Outcome.DECLINED)
    moved = move_case(taken, Outcome.DECLINED, actor=actor, reason=why)
    telling.tell_front(moved, actor=actor, reason=why)
    return moved


@transaction.atomic
def merge_case(
    *, case: Case, into: Case, actor: Any, reason: str = "", seen: str | None = None
) -> Case:
    """Merge a problem with a like one that goes on for both; who raised it follows that one.

    Raises ValidationError for itself, for one that has ended, and for one of another bureau. Rows are
    taken in the order of their keys, so that two mergers crossing each other do not wait for ever.
    """
    if case.pk == into.pk:
        raise ValidationError(_("A problem cannot be merged with itself."), code="same")
    list(Case.objects.select_for_update().filter(pk__in=[case.pk, into.pk]).order_by("pk"))
    taken = take_case(case, seen, Outcome.MERGED)
    target = Case.objects.select_related("front").get(pk=into.pk)
    if target.stage not in RUNNING:
        raise ValidationError(
            _("%(number)s has ended already; only one that is under way takes others in.")
            % {"number": target.number},
            code="ended",
        )
    if target.front.root_path != taken.front.root_path:
        raise ValidationError(_("That problem belongs to another bureau."), code="bureau")
    taken.merged_into = target
    # Those merged into this one before go on with the other as well: nobody's problem hangs.
    taken.merged_cases.update(merged_into=target)
    moved = move_case(taken, Outcome.MERGED, actor=actor, reason=reason or target.number)
    problems.drop_problem(moved)
    telling.tell_front(moved, actor=actor, reason=target.number)
    return moved


def _insist_on_unit(case: Case, unit: Unit) -> None:
    if unit.line != Line.PARTY or unit.closed_on is not None:
        raise ValidationError(_("Choose a Party unit that is open."), code="unit")
    if unit.root_path != case.front.root_path:
        raise ValidationError(
            _("%(unit)s belongs to another bureau.") % {"unit": unit.name}, code="bureau"
        )
