"""Recording what came of a task, correcting it, giving it to somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.ledger.models import Entry
from linghang.people.models import Appointment, Person
from linghang.platform.access import Scope
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.notices.api import NoticeKind
from linghang.worklists import access
from linghang.worklists.enums import FINISHED, WAITING, Acceptance, TaskState, Verb
from linghang.worklists.models import Assignment
from linghang.worklists.services import notifying
from linghang.worklists.services.acting import (
    insist,
    insist_step,
    move_tasks,
    refusal,
    scope_of,
    take_task,
    take_tasks,
)
from linghang.worklists.services.facts import follow_task_facts, write_task_facts
from linghang.worklists.services.values import user_of, values_of


def state_after_finishing(task: Assignment) -> TaskState:
    """Return where a task goes when its result is recorded: to who accepts it, or it is done."""
    asks = task.item.acceptance != Acceptance.NONE
    return TaskState.HANDED_IN if asks else TaskState.DONE


@dataclass(frozen=True)
class TaskResult:
    """What came of a task, to be recorded with many others."""

    task: Assignment
    finished_on: date
    result: str
    evidence: str = ""


@transaction.atomic
def finish_tasks(
    *, results: Sequence[TaskResult], actor: Any, scope: Scope | None = None
) -> list[Assignment]:
    """Record the results of many tasks, all or none; return the rows. Refusals as in `finish_task`."""
    said = {each.task.pk: each for each in results}
    who = scope_of(actor, scope)
    by_state: dict[TaskState, list[Assignment]] = {}
    for task in take_tasks(said):
        each = said[task.pk]
        if who is not None:
            insist(access.can_edit(who, task))
        became = state_after_finishing(task)
        insist_step(task, became)
        _fill(task, each.finished_on, each.result, each.evidence, None, actor, has_files=False)
        by_state.setdefault(became, []).append(task)
    for became, some in by_state.items():
        verb = Verb.FINISHED if became == TaskState.DONE else Verb.HANDED_IN
        move_tasks(some, became, verb, actor=actor)
    done = [task for some in by_state.values() for task in some]
    write_task_facts(tasks=done, actor=actor)
    notifying.settle_tasks(done)
    if done:
        audit.record(
            actor=actor,
            verb="finish_task",
            label=_("tasks"),
            unit_path=done[0].worklist.root.path,
            new={"count": len(done), "ids": [task.pk for task in done]},
        )
    return done


def _fill(
    task: Assignment,
    finished_on: date,
    result: str,
    evidence: str,
    proof: Entry | None,
    actor: Any,
    *,
    has_files: bool,
) -> None:
    """Write down the result on the row; raises ValidationError for what cannot be."""
    if finished_on > clock.today():
        raise refusal(_("This day has not come yet."), "future", "finished_on")
    if task.item.needs_evidence and not (evidence.strip() or proof is not None or has_files):
        raise refusal(
            _("This item needs evidence: a record, a file, or where to look."),
            "evidence",
            "evidence",
        )
    task.finished_on, task.result, task.evidence = finished_on, result[:400], evidence[:400]
    task.finished_by = user_of(actor)
    task.proof_type = proof.source_type if proof is not None else ""
    task.proof_id = proof.source_id if proof is not None else None


@transaction.atomic
def finish_task(
    *,
    task: Assignment,
    finished_on: date,
    result: str,
    actor: Any,
    evidence: str = "",
    proof: Entry | None = None,
    seen: str | None = None,
    scope: Scope | None = None,
    has_files: bool = False,
) -> Assignment:
    """Record the result of a task once, maybe with the ledger line that proves it; return the row.

    It is handed in where somebody has to accept it, done otherwise. `seen` is what the person saw
    (`describe_seen`). Raises ValidationError for a day that has not come, without the evidence an item
    needs, when somebody was faster, and for a task that is not open or not the actor's.
    """
    task = take_task(task, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_edit(who, task))
    became = state_after_finishing(task)
    insist_step(task, became)
    old = values_of(task)
    _fill(task, finished_on, result, evidence, proof, actor, has_files=has_files)
    verb = Verb.FINISHED if became == TaskState.DONE else Verb.HANDED_IN
    move_tasks([task], became, verb, actor=actor)
    write_task_facts(tasks=[task], actor=actor)
    notifying.settle_tasks([task])
    _audit("finish_task", task, old, actor)
    return task


@transaction.atomic
def correct_task(
    *,
    task: Assignment,
    values: dict[str, Any],
    reason: str,
    actor: Any,
    seen: str | None = None,
    scope: Scope | None = None,
) -> Assignment:
    """Correct a task with a reason; what it said before is kept and its facts follow. Return the row.

    Without its day a finished task is open again; with one an open task is finished. Raises
    ValidationError without a reason, for a due day moved by who does not decide on later days, and
    when the unit was asked the same by that day already.
    """
    if not reason.strip():
        raise ValidationError(_("Say why."), code="reason")
    task = take_task(task, seen)
    due_on = values.get("due_on", task.due_on)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_correct(who, task))
        if due_on != task.due_on:
            insist(access.can_decide(who, task))
    if task.state == TaskState.WITHDRAWN:
        insist_step(task, TaskState.DONE)
    _refuse_double(task, due_on)
    old = values_of(task)
    for name in ("due_on", "finished_on", "result", "evidence"):
        if name in values:
            setattr(task, name, values[name])
    became: TaskState | None = None
    if task.finished_on is not None and task.state in WAITING:
        became = state_after_finishing(task)
        task.finished_by = user_of(actor)
    elif task.finished_on is None and task.state in FINISHED:
        became = TaskState.OPEN
        task.proof_type, task.proof_id, task.accepted_on = "", None, None
    move_tasks([task], became, Verb.CORRECTED, actor=actor, reason=reason, old={task.pk: old})
    write_task_facts(tasks=[task], actor=actor, reason=reason)
    _audit("correct_task", task, old, actor, reason)
    return task


def _refuse_double(task: Assignment, due_on: date) -> None:
    same = Assignment.objects.filter(
        worklist=task.worklist_id, item=task.item_id, unit=task.unit_id, person=task.person_id
    )
    if same.exclude(pk=task.pk).filter(due_on=due_on).exists():
        raise refusal(_("The unit was asked the same by this day already."), "double", "due_on")


@transaction.atomic
def hand_over(
    *,
    task: Assignment,
    person: Person,
    actor: Any,
    reason: str,
    seen: str | None = None,
    scope: Scope | None = None,
) -> Assignment:
    """Give a person's open task to somebody else of the unit; the clock goes on. Return the row.

    Raises ValidationError without a reason, for a task that is asked of a unit or not open, for a
    person who does not belong there today, and for one who has the same task already.
    """
    if not reason.strip():
        raise refusal(_("Say why."), "reason", "reason")
    task = take_task(task, seen)
    if task.person is None:
        raise ValidationError(
            _("It is asked of %(unit)s; who does it there, the unit decides itself.")
            % {"unit": task.unit.name},
            code="unit",
        )
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_hand_over(who, task))
    if task.state not in WAITING:
        raise ValidationError(_("Only what is still open can be handed over."), code="state")
    _refuse_receiver(task, person)
    old = {"person": str(task.person_id), "name": task.person.name}
    task.person = person
    move_tasks([task], None, Verb.HANDED_OVER, actor=actor, reason=reason, old={task.pk: old})
    follow_task_facts(tasks=[task], actor=actor, reason=reason)
    notifying.settle_tasks([task])
    occasion = f"handed-over-{task.version}"
    notifying.tell_doers([task], NoticeKind.ASSIGNED, occasion, actor=actor, body=reason)
    _audit("hand_over_task", task, old, actor, reason)
    return task


def _refuse_receiver(task: Assignment, person: Person) -> None:
    today = clock.today()
    held = Appointment.objects.filter(person=person, unit=task.unit_id, valid_from__lte=today)
    if not held.exclude(valid_to__lte=today).exists():
        raise refusal(
            _("%(person)s does not belong to %(unit)s today.")
            % {"person": person.name, "unit": task.unit.name},
            "stranger",
            "person",
        )
    same = Assignment.objects.filter(
        item=task.item_id, unit=task.unit_id, person=person, first_due_on=task.first_due_on
    )
    if same.exists():
        said = _("%(person)s has the same task already.") % {"person": person.name}
        raise refusal(said, "double", "person")


def _audit(verb: str, task: Assignment, old: dict[str, Any], actor: Any, reason: str = "") -> None:
    audit.record(
        actor=actor,
        verb=verb,
        target=task,
        unit_path=task.unit.path,
        old=old,
        new=values_of(task),
        reason=reason,
    )
