"""The one place through which every act on tasks goes: the row is taken, what was seen is compared,
the state diagram is asked, and the act is written down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from linghang.people.api import compute_scope
from linghang.platform.access import Allowed, Denied, Scope
from linghang.platform.calendar import clock
from linghang.worklists import mapping
from linghang.worklists.enums import NEXT, WAITING, TaskState, Verb
from linghang.worklists.models import Act, Assignment
from linghang.worklists.services.rows import update_rows
from linghang.worklists.services.values import BATCH, user_of

TASK_RELATED = (
    "unit__parent",
    "person",
    "worklist__issuer__parent",
    "worklist__root",
    "item__accepter__parent",
)
WHAT_CHANGES = [
    "state",
    "version",
    "due_on",
    "provisional",
    "finished_on",
    "accepted_on",
    "result",
    "evidence",
    "proof_type",
    "proof_id",
    "finished_by",
    "person",
]


@dataclass(frozen=True)
class Refused:
    """A task of many on which the act was not done, and why."""

    task: Assignment
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What an act on many tasks did: to which it was done, to which not."""

    done: tuple[Assignment, ...]
    refused: tuple[Refused, ...] = ()


def describe_seen(task: Assignment) -> str:
    """Return what a person sees of a task as a word to send back: its state and version."""
    return f"{task.state}:{task.version}"


def scope_of(actor: Any, scope: Scope | None = None) -> Scope | None:
    """Return the scope of the actor today; None for the system, which may do everything."""
    if scope is not None or user_of(actor) is None:
        return scope
    return compute_scope(actor)


def refusal(message: str, code: str, field: str = "") -> ValidationError:
    """Return the refusal of an act: of one field of its form if given, of the whole otherwise."""
    error = ValidationError(message, code=code)
    return ValidationError({field: error}) if field else error


def insist(answer: Allowed | Denied) -> None:
    """Raise ValidationError with the reason when the answer is no."""
    if isinstance(answer, Denied):
        raise ValidationError(answer.reason, code="denied")


def take_tasks(pks: Iterable[int]) -> QuerySet[Assignment]:
    """Return the rows, held until the transaction ends, in one order so that two never wait in a ring."""
    found = Assignment.objects.select_for_update(of=("self",)).filter(pk__in=list(pks))
    return found.select_related(*TASK_RELATED).order_by("pk")


def take_task(task: Assignment, seen: str | None = None) -> Assignment:
    """Return the row as it stands now, held until the transaction ends.

    Raises ValidationError with who did what when it is not as the person saw it.
    """
    found = take_tasks([task.pk]).get()
    if seen and seen != describe_seen(found):
        raise ValidationError(describe_change(found), code="changed")
    return found


def describe_change(task: Assignment) -> str:
    """Return a sentence on who changed the task last, for whoever saw it as it was before."""
    act = task.acts.exclude(verb=Verb.URGED).select_related("actor").first()
    if act is None:
        return _("It was changed meanwhile. Nothing you sent was saved; look at it again.")
    return _(
        "Meanwhile (%(time)s) %(who)s: %(act)s. Nothing you sent was saved; look at it again."
    ) % {
        "time": f"{timezone.localtime(act.at):%H:%M}",
        "who": act.actor or _("the system"),
        "act": Verb(act.verb).label,
    }


def insist_step(task: Assignment, became: TaskState) -> None:
    """Raise ValidationError unless the state diagram leads from where the task stands to `became`."""
    if became not in NEXT[TaskState(task.state)]:
        raise ValidationError(_refuse_step(task), code="state")


def _refuse_step(task: Assignment) -> str:
    match TaskState(task.state):
        case TaskState.DONE:
            return _("The task is finished already; correct it.")
        case TaskState.HANDED_IN:
            return _("It waits for acceptance already.")
        case TaskState.WITHDRAWN:
            reason = task.item.withdrawn_reason
            return _("It is asked no more: the item was withdrawn. %(reason)s") % {"reason": reason}
        case _:
            return _("It is not handed in yet.")


def move_tasks(
    tasks: Sequence[Assignment],
    became: TaskState | None,
    verb: Verb,
    *,
    actor: Any,
    reason: str = "",
    old: Mapping[int, dict[str, Any]] | None = None,
) -> list[Act]:
    """Set the state (None: it stays), raise the version, save, and write an act for each.

    What else changes is set on the rows before; `old` is what they said, by key.
    """
    now, user = clock.now(), user_of(actor)
    if became in WAITING:
        mapping.check_reopening([task for task in tasks if task.state == TaskState.DONE])
    acts = []
    for task in tasks:
        was = task.state
        if became is not None:
            insist_step(task, became)
            task.state = became
        task.version += 1
        acts.append(
            Act(
                worklist_id=task.worklist_id,
                item_id=task.item_id,
                assignment=task,
                verb=verb,
                was=was,
                became=task.state,
                reason=reason[:400],
                old=(old or {}).get(task.pk, {}),
                at=now,
                actor=user,
            )
        )
    if len(tasks) == 1:
        tasks[0].save(update_fields=WHAT_CHANGES)
    else:
        update_rows(tasks, WHAT_CHANGES)
    made = Act.objects.bulk_create(acts, batch_size=BATCH)
    if became is TaskState.DONE:
        mapping.tell_done(tasks, actor)
    return made
