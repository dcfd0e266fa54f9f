"""Assigning, finishing and correcting tasks; the facts go with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.ledger.api import EntryDraft, FactDraft, write_entries
from linghang.ledger.models import Entry
from linghang.org.models import Unit
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.worklists.enums import MEMBER_TASK, TASK, TaskState, Verb, timeliness
from linghang.worklists.models import Act, Assignment, Item, Worklist
from linghang.worklists.services.values import BATCH, ONE, user_of, values_of


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
    Act.objects.bulk_create(
        [_correct(task, actor, reason) for task, _draft in changed if task.state == TaskState.DONE],
        batch_size=BATCH,
    )
    for task, draft in changed:
        _fill(task, draft)
    tasks = [task for task, _draft in changed]
    Assignment.objects.bulk_update(
        tasks, ["finished_on", "state", "result", "evidence"], batch_size=BATCH
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


@transaction.atomic
def finish_task(
    *,
    task: Assignment,
    finished_on: date,
    result: str,
    evidence: str,
    actor: Any,
    proof: Entry | None = None,
) -> Assignment:
    """Record the result of a task once, maybe with the ledger line that proves it.

    Raises ValidationError for a day that has not come, and for a task that is finished already:
    that one is corrected with a reason.
    """
    if finished_on > clock.today():
        raise ValidationError(_("This day has not come yet."), code="future")
    if task.state == TaskState.DONE:
        raise ValidationError(_("The task is finished already; correct it."), code="done")
    old = values_of(task)
    task.finished_on, task.state = finished_on, TaskState.DONE
    task.result, task.evidence = result, evidence
    if proof is not None:
        task.proof_type, task.proof_id = proof.source_type, proof.source_id
    task.save()
    write_task_facts(tasks=[task], actor=actor)
    audit.record(
        actor=actor,
        verb="finish_task",
        target=task,
        unit_path=task.unit.path,
        old=old,
        new=values_of(task),
    )
    return task


@transaction.atomic
def correct_task(
    *, task: Assignment, values: dict[str, Any], reason: str, actor: Any
) -> Assignment:
    """Correct a task with a reason; what it said before is kept and its facts follow.

    Raises ValidationError without a reason, and when the unit was asked the same by that day already.
    """
    if not reason.strip():
        raise ValidationError(_("Say why."), code="reason")
    same = Assignment.objects.filter(worklist=task.worklist, item=task.item, unit=task.unit)
    if same.exclude(pk=task.pk).filter(due_on=values.get("due_on", task.due_on)).exists():
        raise ValidationError(
            {"due_on": _("The unit was asked the same by this day already.")}, code="double"
        )
    old = values_of(task)
    _correct(task, actor, reason).save()
    for name in ("due_on", "finished_on", "result", "evidence"):
        if name in values:
            setattr(task, name, values[name])
    task.state = TaskState.DONE if task.finished_on else TaskState.OPEN
    if not task.finished_on:
        task.proof_type, task.proof_id = "", None
    task.save()
    write_task_facts(tasks=[task], actor=actor, reason=reason)
    audit.record(
        actor=actor,
        verb="correct_task",
        target=task,
        unit_path=task.unit.path,
        old=old,
        new=values_of(task),
        reason=reason,
    )
    return task


def write_task_facts(*, tasks: Iterable[Assignment], actor: Any, reason: str = "") -> None:
    """Write the ledger lines of tasks as they stand today; optional items are nobody's debt."""
    today = clock.today()
    owed = [task for task in tasks if task.item.required]
    write_entries([_draft_entry(task, today) for task in owed], actor=actor, reason=reason)


def _draft_entry(task: Assignment, today: date) -> EntryDraft:
    kind = TASK.code if task.person_id is None else MEMBER_TASK.code
    return EntryDraft(
        source=task,
        kind=kind,
        unit_id=task.unit_id,
        title=task.item.text,
        occurred_on=task.finished_on or task.due_on,
        recorded_on=task.finished_on or today,
        judge_lateness=False,
        detail={"list": task.worklist.title, "due_on": task.due_on.isoformat()},
        facts=[
            FactDraft(
                kind=kind,
                quantity=ONE,
                unit_id=task.unit_id,
                person_id=task.person_id,
                occurred_on=task.finished_on or task.due_on,
                due_on=task.due_on,
                status=timeliness(task.due_on, task.finished_on, today),
            )
        ],
    )


def _correct(task: Assignment, actor: Any, reason: str) -> Act:
    """Return the act that keeps what the task says now, before it is corrected."""
    return Act(
        worklist_id=task.worklist_id,
        item_id=task.item_id,
        assignment=task,
        verb=Verb.CORRECTED,
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
    task.state = TaskState.DONE if draft.finished_on else TaskState.OPEN
    task.result, task.evidence = draft.result, draft.evidence


def _differs(task: Assignment, draft: TaskDraft) -> bool:
    return (task.finished_on, task.result, task.evidence) != (
        draft.finished_on,
        draft.result,
        draft.evidence,
    )
