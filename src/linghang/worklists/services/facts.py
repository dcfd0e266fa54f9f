"""The ledger lines of tasks: what was asked of a unit, of a person, of the holder of a post."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from linghang.ledger.api import EntryDraft, FactDraft, write_entries
from linghang.ledger.models import Entry
from linghang.platform.calendar import clock
from linghang.worklists.enums import DUTY, MEMBER_TASK, TASK, ListKind, timeliness
from linghang.worklists.models import Assignment
from linghang.worklists.services.values import BATCH, ONE

SOURCE = "worklists.assignment"


def write_task_facts(*, tasks: Iterable[Assignment], actor: Any, reason: str = "") -> None:
    """Write the ledger lines of tasks as they stand today; optional items are nobody's debt."""
    today = clock.today()
    owed = [task for task in tasks if task.item.required]
    write_entries([_draft_entry(task, today) for task in owed], actor=actor, reason=reason)


def follow_task_facts(*, tasks: Sequence[Assignment], actor: Any, reason: str = "") -> None:
    """Let the ledger follow tasks that are not finished: only what it holds already, or what is late.

    What is asked and not yet due stands in no ledger (an issued list would fill it).
    """
    today = clock.today()
    written = set(list_written([task.pk for task in tasks]))
    concerned = [task for task in tasks if task.pk in written or task.due_on < today]
    write_task_facts(tasks=concerned, actor=actor, reason=reason)


def list_written(keys: Sequence[int]) -> list[int]:
    """Return the keys of those tasks whose facts stand in the ledger."""
    found: list[int] = []
    for start in range(0, len(keys), BATCH):
        some = keys[start : start + BATCH]
        lines = Entry.objects.filter(source_type=SOURCE, source_id__in=some, withdrawn_at=None)
        found += lines.values_list("source_id", flat=True)
    return found


def _draft_entry(task: Assignment, today: date) -> EntryDraft:
    kind = _kind_of(task)
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


def _kind_of(task: Assignment) -> str:
    if task.person_id is None:
        return TASK.code
    return DUTY.code if task.worklist.kind == ListKind.DUTY else MEMBER_TASK.code
