"""Declared lists of the tasks under one cell, and words of lists for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from linghang.platform.calendar import clock
from linghang.platform.ui.tables import Column, Empty, Table
from linghang.platform.ui.templatetags import ui
from linghang.worklists.enums import CellState, TaskState, Timeliness, timeliness
from linghang.worklists.models import Assignment
from linghang.worklists.queries.matrix import Cell


def judge_cell_task(task: Assignment) -> Any:
    """Return the chip of a task: its state, and whether it is late where it still waits."""
    if task.state == TaskState.OPEN:
        return Timeliness(timeliness(task.due_on, None, clock.today()))
    return TaskState(task.state)


CELL_TASKS = Table(
    caption=gettext_lazy("Tasks"),
    columns=(
        Column(
            "item",
            gettext_lazy("Task"),
            attr="item.text",
            sort=("item__number", "pk"),
            link=lambda task: reverse("worklists:task", args=[task.pk]),
        ),
        Column("unit", gettext_lazy("Unit"), attr="unit.name", sort=("unit__path", "pk")),
        Column(
            "person", gettext_lazy("Person asked"), attr="person.name", sort=("person__name", "pk")
        ),
        Column("period", gettext_lazy("Which period"), sort=("period", "pk")),
        Column("state", gettext_lazy("State"), render=judge_cell_task, sort=("state", "pk")),
        Column("due_on", gettext_lazy("Due"), sort=("due_on", "pk")),
        Column("result", gettext_lazy("Result")),
    ),
    default_sort="due_on",
    empty=Empty(
        gettext_lazy("Nothing is asked here"),
        gettext_lazy("This item does not concern these units, or it was withdrawn."),
        "checklist",
    ),
    selectable=True,
    row_name=lambda task: f"{task.item.text} · {task.person or task.unit}",
)


def draw_cells(cells: Sequence[Cell], address: str) -> SafeString:
    """Return the cells of a row of the matrix as HTML: state colour, icon, word, number, and the way in.

    Made of ready parts: fifty units by thirty-six items through the template's tags would take longer
    than counting them. `address` leads to the row's tasks.
    """
    chips = {state: _draw_state(state) for state in CellState}
    names = [escape(cell.item.text) for cell in cells]
    return SafeString(  # every part is escaped or a number of ours
        "".join(
            _draw_cell(cell, name, chips, escape(address))
            for cell, name in zip(cells, names, strict=True)
        )
    )


def _draw_state(state: CellState) -> tuple[str, str]:
    return state.tone, f"{ui.icon(state.icon, 'sm')}{escape(state.label)}"


def _draw_cell(
    cell: Cell, name: str, chips: Mapping[CellState, tuple[str, str]], address: str
) -> str:
    if cell.state is None:
        return '<td class="lh-matrix-none"><span aria-hidden="true">–</span></td>'
    tone, chip = chips[cell.state]
    number = f" <b>{cell.number}</b>" if cell.number else ""
    return (
        f'<td class="lh-tone-{tone}"><a href="{address}&amp;item={cell.item.pk}">'
        f'<span class="lh-matrix-item">{name}</span>{chip}{number}</a></td>'
    )
