"""A later day, and another who answers: asked for, decided by somebody else, and kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.rectification import access, mapping
from linghang.rectification.enums import TO_DO, UNSOLVED, ExtensionState, Verb
from linghang.rectification.models import Extension, Problem, Procedure
from linghang.rectification.services.acting import (
    describe_change,
    insist,
    move,
    scope_of,
    take_problem,
)
from linghang.rectification.services.facts import write_problem_facts
from linghang.rectification.services.values import user_of, values_of
from linghang_core.periods import load_calendar


@transaction.atomic
def ask_extension(
    *,
    problem: Problem,
    new_due_on: date,
    reason: str,
    actor: Any,
    seen: str | None = None,
    scope: Scope | None = None,
) -> Extension:
    """Ask for a later day with a reason; return the wish.

    Raises ValidationError when nothing is left to do, while another wish waits, and for a day that is
    not later than the due day or has passed.
    """
    problem = take_problem(problem, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_edit(who, problem))
    if problem.state not in TO_DO:
        raise ValidationError(
            _("Only for what is still to be done a later day can be asked for."), code="state"
        )
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")
    if new_due_on <= problem.due_on or new_due_on < clock.today():
        raise ValidationError(
            {"new_due_on": _("Choose a day to come, after the due day.")}, code="not_later"
        )
    if problem.extensions.filter(state=ExtensionState.ASKED).exists():
        raise ValidationError(
            _("A later day was asked for already; it is not decided yet."), code="waiting"
        )
    found = Extension.objects.create(
        problem=problem,
        old_due_on=problem.due_on,
        new_due_on=new_due_on,
        reason=reason.strip()[:400],
        asked_by=user_of(actor),
    )
    move(problem, None, Verb.EXTENSION_ASKED, actor=actor, reason=reason)
    return found


@transaction.atomic
def decide_extension(
    *,
    extension: Extension,
    grant: bool,
    actor: Any,
    note: str = "",
    seen: str | None = None,
    scope: Scope | None = None,
) -> Extension:
    """Grant or refuse a later day; granted, the due day and the facts follow, `first_due_on` stays.

    Raises ValidationError when it is decided already, for a refusal without a word, and for one's own.
    """
    problem = take_problem(extension.problem)
    if seen and seen != str(extension.pk):
        raise ValidationError(describe_change(problem), code="changed")
    extension = Extension.objects.select_for_update(of=("self",)).get(pk=extension.pk)
    if extension.state != ExtensionState.ASKED:
        raise ValidationError(
            _("%(who)s has decided it already.") % {"who": extension.decided_by or _("the system")},
            code="decided",
        )
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_decide(who, problem))
    if user_of(actor) is not None and extension.asked_by_id == actor.pk:
        raise ValidationError(_("You asked for it yourself; somebody else decides."), code="own")
    if not grant and not note.strip():
        raise ValidationError({"note": _("Say why not.")}, code="note")
    extension.state = ExtensionState.GRANTED if grant else ExtensionState.REFUSED
    extension.decided_at, extension.decided_by = clock.now(), user_of(actor)
    extension.note = note.strip()[:400]
    extension.save()
    old = {"due_on": problem.due_on.isoformat()}
    if grant:
        problem.due_on = extension.new_due_on
        problem.provisional = not load_calendar().is_announced(problem.due_on)
    verb = Verb.EXTENDED if grant else Verb.NOT_EXTENDED
    move(problem, None, verb, actor=actor, reason=note, old=old)
    if grant:
        write_problem_facts(problems=[problem], actor=actor, reason=extension.reason)
    return extension


def let_wishes_lapse(problem: Problem, actor: Any) -> None:
    """Refuse the wish for a later day that still waits: granted after closure it would change history."""
    problem.extensions.filter(state=ExtensionState.ASKED).update(
        state=ExtensionState.REFUSED,
        decided_at=clock.now(),
        decided_by=user_of(actor),
        note=_("Settled with the problem itself."),
    )


@transaction.atomic
def assign_problem(
    *,
    problem: Problem,
    actor: Any,
    lead_unit: Unit | None = None,
    cooperating: Sequence[Unit] = (),
    leader: Person | None = None,
    responsible: Person | None = None,
    responsible_name: str = "",
    procedure: str = "",
    seen: str | None = None,
    scope: Scope | None = None,
) -> Problem:
    """Say who answers for a problem (责任分工) and by which procedure it is closed; return it.

    What is given replaces what stood there. Raises ValidationError once it is handed in, for a unit of
    another bureau, and for whoever keeps the records of its own unit.
    """
    problem = take_problem(problem, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_decide(who, problem))
    if problem.state not in TO_DO:
        raise ValidationError(
            _("Who answers for it is settled before it is handed in."), code="state"
        )
    for one in (lead_unit, *cooperating):
        if one is not None and one.root_path != problem.unit.root_path:
            raise ValidationError(_("Choose a unit of the same bureau."), code="bureau")
    if procedure and not Procedure.objects.filter(code=procedure).exists():
        raise ValidationError({"procedure": _("There is no such procedure.")}, code="procedure")
    old = values_of(problem)
    problem.lead_unit, problem.leader, problem.procedure = lead_unit, leader, procedure
    problem.responsible = responsible
    problem.responsible_name = responsible_name or (responsible.name if responsible else "")
    problem.cooperating.set(cooperating)
    words = [lead_unit.name if lead_unit else "", leader.name if leader else ""]
    words += [problem.responsible_name, str(mapping.name_way(problem))]
    reason = " · ".join(word for word in words if word)
    move(problem, None, Verb.ASSIGNED, actor=actor, reason=reason, old=old)
    write_problem_facts(problems=[problem], actor=actor, reason=reason)
    return problem


@transaction.atomic
def hand_over(
    *,
    problem: Problem,
    reason: str,
    actor: Any,
    unit: Unit | None = None,
    lead_unit: Unit | None = None,
    responsible: Person | None = None,
    leader: Person | None = None,
    seen: str | None = None,
    scope: Scope | None = None,
) -> Problem:
    """Give a problem to another unit, lead unit, leader or person; its clock runs on unchanged.

    Who answered for it in a unit that gives it away answers no more. Raises ValidationError without a
    reason, for a unit of another bureau, and once it is closed.
    """
    problem = take_problem(problem, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_decide(who, problem))
    if problem.state not in UNSOLVED:
        raise ValidationError(_("It is closed; there is nothing to hand over."), code="state")
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")
    for one in (unit, lead_unit):
        if one is not None and one.root_path != problem.unit.root_path:
            raise ValidationError(_("Choose a unit of the same bureau."), code="bureau")
    old = values_of(problem)
    if unit is not None and unit.pk != problem.unit_id and responsible is None:
        problem.responsible, problem.responsible_name = None, ""
    problem.unit, problem.lead_unit = unit or problem.unit, lead_unit or problem.lead_unit
    problem.leader = leader or problem.leader
    if responsible is not None:
        problem.responsible, problem.responsible_name = responsible, responsible.name
    move(problem, None, Verb.HANDED_OVER, actor=actor, reason=reason, old=old)
    write_problem_facts(problems=[problem], actor=actor, reason=reason)
    return problem
