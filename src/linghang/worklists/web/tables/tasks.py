"""Declared lists of tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linghang.platform.calendar import clock
from linghang.platform.ui.tables import Column, Empty, Table
from linghang.platform.ui.templatetags.ui import NOTHING
from linghang.worklists.enums import CellState, TaskState, Timeliness, Verb, timeliness
from linghang.worklists.models import Act, Assignment


def judge_task(task: Assignment) -> Timeliness | TaskState | CellState:
    """Return how the task stands: returned or handed in as such, else by its due day."""
    if task.state in {TaskState.RETURNED, TaskState.HANDED_IN, TaskState.WITHDRAWN}:
        return TaskState(task.state)
    if not task.item.required:
        return TaskState.DONE if task.state == TaskState.DONE else CellState.OPTIONAL
    return Timeliness(timeliness(task.due_on, task.finished_on, clock.today()))


def name_owner(task: Assignment) -> str:
    """Return who is asked: the unit, or the person with the unit."""
    return f"{task.person.name} · {task.unit.name}" if task.person else str(task.unit.name)


def pick_row(task: Assignment) -> str:
    """Return what a tick sends: the task and how it stood when it was shown."""
    return f"{task.pk}:{task.state}:{task.version}"


def list_corrections(
    record: Assignment, labels: Mapping[str, Any]
) -> list[tuple[Act, list[tuple[Any, str, str]]]]:
    """Return each correction, newest first, with (label, before, after) of what it changed."""
    after = {name: str(getattr(record, name) or "") for name in labels}
    found = []
    for revision in record.acts.filter(verb=Verb.CORRECTED).select_related("actor"):
        before = {name: revision.old.get(name, "") for name in labels}
        changes = [
            (label, before[name] or NOTHING, after[name] or NOTHING)
            for name, label in labels.items()
            if before[name] != after[name]
        ]
        found.append((revision, changes))
        after = before
    return found


TASKS = Table(
    caption=_("Tasks"),
    columns=(
        Column(
            "item",
            _("Task"),
            attr="item.text",
            sort=("item__text", "pk"),
            link=lambda task: reverse("worklists:task", args=[task.pk]),
        ),
        Column("unit", _("Who is asked"), render=name_owner, sort=("unit__path", "pk")),
        Column("worklist", _("List"), attr="worklist.title", sort=("worklist__title", "pk")),
        Column("state", _("State"), render=judge_task),
        Column("due_on", _("Due"), sort=("due_on", "pk")),
        Column("finished_on", _("Finished on"), sort=("finished_on", "pk")),
    ),
    default_sort="due_on",
    empty=Empty(
        _("No tasks here"), _("Nothing is asked of these units in this state."), "checklist"
    ),
    selectable=True,
    row_id=pick_row,
    row_name=lambda task: f"{task.item.text} · {name_owner(task)}",
)
TO_DO = replace(
    TASKS,
    default_sort="",  # returned first, then by due day
    empty=Empty(
        _("Nothing is left to do"),
        _("Everything asked of you and your unit is finished or waits for acceptance."),
        "circle-check",
    ),
)
TO_ACCEPT = replace(
    TASKS,
    empty=Empty(
        _("Nothing waits for you"),
        _("What units and members hand in comes here; open one to see its result and evidence."),
        "hourglass",
    ),
)
