"""任务完成: one line per task of a unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy

from linghang.ledger.api import LedgerSheet, Selection
from linghang.platform.sheets import cells, export
from linghang.platform.sheets.plan import IMPORTED_AGAIN, Column, Progress, Row, register
from linghang.platform.sheets.workspace import Workspace
from linghang.worklists import services
from linghang.worklists.enums import TaskState
from linghang.worklists.mapping import (
    CHUNK,
    NONE,
    UNIT,
    DuePlan,
    list_of_units,
)
from linghang.worklists.models import Assignment

# The list of a sheet that has no column for it.
UNNAMED_LIST = "任务清单"
TASK_WORDS = {
    TaskState.DONE: ("已完成", "完成", "办结", "已办结", "是", "已销号"),
    TaskState.OPEN: (
        "进行中",
        "未完成",
        "推进中",
        "正在推进",
        "正在进行",
        "未开始",
        "未启动",
        "逾期",
        "超期",
        "否",
    ),
}


@dataclass(slots=True, kw_only=True)
class TaskRow:
    """One line of 任务完成 as read."""

    worklist: str | None = None
    item: str | None = None
    unit: str | None = None
    due_on: date | None = None
    finished_on: date | None = None
    state: TaskState | None = None
    evidence: str | None = None


@register
class TaskSheet(DuePlan):
    """任务完成."""

    code = "tasks"
    title = gettext_lazy("Tasks")
    names = ("任务完成", "任务", "任务清单", "任务完成情况", "任务台账", "重点任务", "工作清单")
    note = "一个党组织的一项任务填一行；未完成的，实际完成日期填“无”。"
    row_type = TaskRow
    done = TaskState.DONE
    done_column = "finished_on"
    columns = (
        Column(
            "worklist",
            "清单",
            cells.text(longest=120),
            ("清单名称", "任务清单", "一览表", "任务来源", "所属清单"),
            example="年度党建重点任务一览表",
            width=28,
        ),
        Column(
            "item",
            "事项",
            cells.text(longest=200),
            ("任务", "任务事项", "工作事项", "任务名称", "任务内容", "工作任务", "重点任务"),
            required=True,
            example="组织书记讲党课",
            width=28,
        ),
        UNIT,
        Column(
            "due_on",
            "要求完成日期",
            cells.day(),
            (
                "完成时限",
                "要求完成时间",
                "截止日期",
                "截止时间",
                "时限",
                "计划完成日期",
                "计划完成时间",
                "完成期限",
            ),
            required=True,
            example="2026-11-30",
        ),
        Column(
            "finished_on",
            "实际完成日期",
            cells.day(),
            ("完成日期", "实际完成时间", "完成时间", "办结日期", "办结时间"),
            help="未完成填“无”",
            example="2026-11-18",
        ),
        Column(
            "state",
            "完成情况",
            cells.choice(TASK_WORDS),
            ("完成状态", "状态", "进展", "进展情况", "是否完成"),
            example="已完成",
        ),
        Column(
            "evidence",
            "佐证",
            cells.text(longest=400),
            ("佐证材料", "附件", "完成佐证", "证明材料"),
            example="见附件",
        ),
    )
    key = ("worklist", "item", "unit", "due_on")
    duplicate_column = "item"

    def key_of(self, row: Row[Any]) -> tuple[Any, ...] | None:
        """Return list, item, unit and due day; a sheet without lists is one list."""
        if row.data.worklist is None and not row.has_fault("worklist"):
            row.data.worklist = UNNAMED_LIST
        key = super().key_of(row)
        return key if isinstance(key, tuple) else None

    def find_known(self, unit_ids: set[int]) -> dict[tuple[Any, ...], list[Any]]:
        """Return the tasks of the units by list, item, unit and due day."""
        known: dict[tuple[Any, ...], list[Any]] = {}
        for task in list_of_units(Assignment, unit_ids, "worklist", "item"):
            key = (task.worklist.title, task.item.text, task.unit_id, task.due_on)
            known.setdefault(cells.key_of(key), []).append(task)  # type: ignore[arg-type]
        return known

    def natural_key(self, row: Row[Any]) -> tuple[Any, ...]:
        """Return list, item, unit and due day in the form in which they compare."""
        data = row.data
        return cells.key_of((data.worklist, data.item, row.named("unit").pk, data.due_on))  # type: ignore[return-value]

    def current(self, existing: Assignment, row: Row[Any]) -> dict[str, Any]:  # noqa: ARG002  a hook
        """Return the present values; the state follows from the day."""
        return {"finished_on": existing.finished_on, "evidence": existing.evidence}

    def apply(self, rows: Sequence[Row[Any]], workspace: Workspace, progress: Progress) -> None:
        """Write all rows in one go; what was recorded before is kept beside what is changed."""
        drafts = [_draft_task(row) for row in rows]
        services.save_tasks(drafts=drafts, actor=workspace.context.actor, reason=IMPORTED_AGAIN)
        progress(len(rows), len(rows))


def _draft_task(row: Row[Any]) -> services.TaskDraft:
    """Return what is to be written; blank cells change nothing."""
    data, known = row.data, row.existing
    if known is not None:
        return services.TaskDraft(
            worklist=known.worklist.title,
            item=known.item.text,
            unit=known.unit,
            due_on=known.due_on,
            finished_on=data.finished_on or known.finished_on,
            result=known.result,
            evidence=data.evidence or known.evidence,
        )
    return services.TaskDraft(
        worklist=data.worklist,
        item=data.item,
        unit=row.named("unit"),
        due_on=data.due_on,
        finished_on=data.finished_on,
        evidence=data.evidence or "",
    )


def list_task_rows(selection: Selection) -> Iterable[list[Any]]:
    """Yield the units' tasks as the lines of the customer's own sheet; none where one person is asked for.

    The sheet knows done and not done only: what waits for acceptance is done there, what was returned
    is not. What was withdrawn is asked of nobody.
    """
    found = selection.apply(Assignment.objects.filter(person=None), day="due_on")
    found = found.exclude(state=TaskState.WITHDRAWN)
    if selection.person_id is not None:
        return
    for task in found.select_related("worklist", "item", "unit").iterator(chunk_size=CHUNK):
        yield [
            task.worklist.title,
            task.item.text,
            task.unit.name,
            task.due_on,
            task.finished_on or NONE,
            TASK_WORDS[TaskState.DONE if task.finished_on else TaskState.OPEN][0],
            task.evidence or task.result or NONE,
        ]


TASK_LEDGER = LedgerSheet(
    code="tasks",
    title=TaskSheet.names[0],
    columns=[export.Column(c.heading, c.width or 0) for c in TaskSheet.columns],
    rows=list_task_rows,
    covers=lambda kind: kind == "task",
    order=30,
)
