"""Declared lists of tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linghang.platform.calendar import clock
from linghang.platform.ui.tables import Column, Empty, Table
from linghang.platform.ui.templatetags.ui import NOTHING
from linghang.worklists.enums import Timeliness, Verb, timeliness
from linghang.worklists.models import Act, Assignment


def judge_task(task: Assignment) -> Timeliness:
    """Return whether the task is on time, late, open or overdue today."""
    return Timeliness(timeliness(task.due_on, task.finished_on, clock.today()))


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
        Column("unit", _("Unit"), attr="unit.name", sort=("unit__path", "pk")),
        Column("worklist", _("List"), attr="worklist.title", sort=("worklist__title", "pk")),
        Column("state", _("State"), render=judge_task),
        Column("due_on", _("Due"), sort=("due_on", "pk")),
        Column("finished_on", _("Finished on"), sort=("finished_on", "pk")),
    ),
    default_sort="due_on",
    empty=Empty(
        _("No tasks here"), _("Nothing is asked of these units in this state."), "checklist"
    ),
)
