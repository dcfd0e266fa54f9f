"""Assigning tasks, and bringing them in as finished; the facts go with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.worklists.enums import FINISHED, WAITING, TaskState, Verb
from linghang.worklists.models import Act, Assignment, Item, Worklist
from linghang.worklists.services.facts import write_task_facts
from linghang.worklists.services.finishing import state_after_finishing
from linghang.worklists.services.values import BATCH, user_of, values_of


@dataclass(frozen=True)
class TaskDraft:
    """A task to be assigned, or brought in as already finished."""

    worklist: str
    item: str
    unit: Unit
    due_on: date
    finished_on: date | None = None
    result: str = ""
    evidence: str = ""

    @property
    def key(self) -> tuple[str, str, int, date]:
        """Return what makes the task the same task when it is brought in again."""
        return (self.worklist, self.item, self.unit.pk, self.due_on)


@transaction.atomic
def save_tasks(
    *, drafts: Sequence[TaskDraft], actor: Any, reason: str = ""
) -> tuple[int, int, int]:
    """Assign the tasks or bring them up to date; return (new, changed, unchanged).

    What a finished task said before it is changed is kept with the reason.
    """
    known = {
        (task.worklist.title, task.item.text, task.unit_id, task.due_on): task
        for task in _tasks_of({draft.unit.pk for draft in drafts})
    }
    new: list[TaskDraft] = []
    changed: list[tuple[Assignment, TaskDraft]] = []
    for draft in drafts:
        task = known.get(draft.key)
        if task is None:
            new.append(draft)
        elif _differs(task, draft):
            changed.append((task, draft))
    made = _create(new, actor)
    updated = _update(changed, actor, reason)
    write_task_facts(tasks=made, actor=actor)
    write_task_facts(tasks=updated, actor=actor, reason=reason)
    if made or updated:
        audit.record(
            actor=actor,
            verb="save_tasks",
            label=_("tasks"),
            new={"new": len(made), "changed": len(updated)},
            reason=reason,
        )
    return len(made), len(updated), len(drafts) - len(made) - len(updated)


def _tasks_of(unit_ids: set[int]) -> Iterator[Assignment]:
    wanted = sorted(unit_ids)
    for start in range(0, len(wanted), BATCH):
        found = Assignment.objects.filter(unit_id__in=wanted[start : start + BATCH], person=None)
        yield from found.select_related("worklist", "item")


def _create(drafts: Sequence[TaskDraft], actor: Any) -> list[Assignment]:
    items = _open_items(drafts)
    today = clock.today()
    tasks = []
    for draft in drafts:
        item = items[(draft.unit.root_path, draft.worklist, draft.item)]
        task = Assignment(
            worklist=item.worklist,
            item=item,
            unit=draft.unit,
            first_due_on=draft.due_on,
            due_on=draft.due_on,
            asked_on=today,
            created_by=user_of(actor),
        )
        _fill(task, draft)
        tasks.append(task)
    return Assignment.objects.bulk_create(tasks, batch_size=BATCH)


def _update(
    changed: Sequence[tuple[Assignment, TaskDraft]], actor: Any, reason: str
) -> list[Assignment]:
    acts = []
    for task, draft in changed:
        act = _note(task, actor, reason)
        _fill(task, draft)
        task.version += 1
        act.became = task.state
        acts.append(act)
    Act.objects.bulk_create(acts, batch_size=BATCH)
    tasks = [task for task, _draft in changed]
    Assignment.objects.bulk_update(
        tasks, ["finished_on", "state", "version", "result", "evidence"], batch_size=BATCH
    )
    return tasks


@transaction.atomic
def assign_tasks(*, drafts: Sequence[TaskDraft], actor: Any) -> tuple[int, int]:
    """Ask the units; return (new, already asked). What was asked already stays as it stands."""
    asked = {
        (task.worklist.title, task.item.text, task.unit_id, task.due_on)
        for task in _tasks_of({draft.unit.pk for draft in drafts})
    }
    new = [draft for draft in drafts if draft.key not in asked]
    save_tasks(drafts=new, actor=actor)
    return len(new), len(drafts) - len(new)


def _note(task: Assignment, actor: Any, reason: str) -> Act:
    """Return the act that keeps what the task says now, before a file or a form changes it."""
    return Act(
        worklist_id=task.worklist_id,
        item_id=task.item_id,
        assignment=task,
        verb=Verb.CORRECTED if task.state in FINISHED else Verb.IMPORTED,
        was=task.state,
        reason=reason,
        old=values_of(task),
        at=clock.now(),
        actor=user_of(actor),
    )


def _open_items(drafts: Sequence[TaskDraft]) -> dict[tuple[str, str, str], Item]:
    """Return the items the drafts mean, made where they are new, by bureau, list and text."""
    wanted = {(draft.unit.root_path, draft.worklist) for draft in drafts}
    roots = {
        unit.path: unit for unit in Unit.objects.filter(path__in={path for path, _t in wanted})
    }
    found: dict[tuple[str, str, str], Item] = {}
    for path, title in sorted(wanted):
        worklist, _made = Worklist.objects.get_or_create(root=roots[path], title=title)
        known = {item.text: item for item in worklist.items.select_related("worklist")}
        texts = dict.fromkeys(
            d.item for d in drafts if (d.unit.root_path, d.worklist) == (path, title)
        )
        number = max((item.number for item in known.values()), default=0)
        new = [
            Item(worklist=worklist, number=number + place, text=text, added_on=clock.today())
            for place, text in enumerate((t for t in texts if t not in known), 1)
        ]
        for item in [*known.values(), *Item.objects.bulk_create(new, batch_size=BATCH)]:
            found[(path, title, item.text)] = item
    return found


def _fill(task: Assignment, draft: TaskDraft) -> None:
    task.finished_on = draft.finished_on
    task.result, task.evidence = draft.result, draft.evidence
    if task.finished_on is None and task.state in FINISHED:
        task.state = TaskState.OPEN
    elif task.finished_on is not None and task.state in WAITING:
        task.state = state_after_finishing(task)


def _differs(task: Assignment, draft: TaskDraft) -> bool:
    """Return whether the draft says something new; what is asked no more is left as it stands."""
    said = (draft.finished_on, draft.result, draft.evidence)
    known = (task.finished_on, task.result, task.evidence)
    return task.state != TaskState.WITHDRAWN and known != said
