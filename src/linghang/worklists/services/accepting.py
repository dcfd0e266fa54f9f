"""Accepting what was handed in, and returning it with a reason. Nobody accepts their own work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.platform.access import Denied, Scope
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.notices.api import NoticeKind
from linghang.worklists import access
from linghang.worklists.enums import NEXT, TaskState, Verb
from linghang.worklists.models import Assignment
from linghang.worklists.services import notifying
from linghang.worklists.services.acting import (
    Outcome,
    Refused,
    describe_change,
    describe_seen,
    insist,
    insist_step,
    move_tasks,
    refusal,
    scope_of,
    take_task,
    take_tasks,
)
from linghang.worklists.services.facts import write_task_facts
from linghang.worklists.services.values import values_of


@transaction.atomic
def accept_tasks(
    *,
    tasks: Iterable[Assignment],
    actor: Any,
    seen: Mapping[int, str] | None = None,
    scope: Scope | None = None,
    note: str = "",
) -> Outcome:
    """Accept what was handed in; return what was accepted, and what not with the reason.

    Raises ValidationError with the reasons when nothing at all could be accepted. The day the work was
    done does not move: acceptance comes later.
    """
    rows = list(take_tasks(task.pk for task in tasks))
    who = scope_of(actor, scope)
    accepted, refused = [], []
    for task in rows:
        reason = _refuse(task, who, (seen or {}).get(task.pk))
        if reason:
            refused.append(Refused(task, reason))
        else:
            task.accepted_on = clock.today()
            accepted.append(task)
    if refused and not accepted:
        reasons = dict.fromkeys(each.reason for each in refused)
        raise ValidationError([ValidationError(reason, code="refused") for reason in reasons])
    move_tasks(accepted, TaskState.DONE, Verb.ACCEPTED, actor=actor, reason=note)
    write_task_facts(tasks=accepted, actor=actor)
    notifying.settle_tasks(accepted)
    _audit("accept_tasks", accepted, actor, note)
    return Outcome(tuple(accepted), tuple(refused))


def _refuse(task: Assignment, who: Scope | None, seen: str | None) -> str:
    """Return why the task cannot be accepted, empty where it can."""
    if seen and seen != describe_seen(task):
        return describe_change(task)
    if TaskState.DONE not in NEXT[TaskState(task.state)] or task.state != TaskState.HANDED_IN:
        return _("“%(task)s” of %(unit)s is not handed in.") % {
            "task": task.item.text,
            "unit": task.unit.name,
        }
    answer = access.can_accept(who, task) if who is not None else None
    return answer.reason if isinstance(answer, Denied) else ""


@transaction.atomic
def return_task(
    *,
    task: Assignment,
    reason: str,
    actor: Any,
    seen: str | None = None,
    scope: Scope | None = None,
) -> Assignment:
    """Return what was handed in, or open what was done again, with a reason; the clock goes on.

    What was written stays in the history. Raises ValidationError without a reason.
    """
    if not reason.strip():
        raise refusal(_("Say why."), "reason", "reason")
    task = take_task(task, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_accept(who, task))
    insist_step(task, TaskState.RETURNED)
    old = values_of(task)
    task.finished_on = task.accepted_on = task.proof_id = None
    task.proof_type = ""
    move_tasks(
        [task], TaskState.RETURNED, Verb.RETURNED, actor=actor, reason=reason, old={task.pk: old}
    )
    write_task_facts(tasks=[task], actor=actor, reason=reason)
    notifying.tell_doers(
        [task], NoticeKind.RETURNED, f"returned-{task.version}", actor=actor, body=reason
    )
    audit.record(
        actor=actor,
        verb="return_task",
        target=task,
        unit_path=task.unit.path,
        old=old,
        new=values_of(task),
        reason=reason,
    )
    return task


def _audit(verb: str, tasks: list[Assignment], actor: Any, reason: str) -> None:
    if len(tasks) == 1:
        audit.record(
            actor=actor,
            verb=verb,
            target=tasks[0],
            unit_path=tasks[0].unit.path,
            new=values_of(tasks[0]),
            reason=reason,
        )
    elif tasks:
        audit.record(
            actor=actor,
            verb=verb,
            label=_("tasks"),
            unit_path=tasks[0].worklist.root.path,
            new={"count": len(tasks), "ids": [task.pk for task in tasks]},
            reason=reason,
        )
