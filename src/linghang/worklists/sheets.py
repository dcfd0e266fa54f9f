"""任务完成 and 问题整改 as customers keep them in Excel: one line per task of a unit, one per problem."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from linghang.ledger.api import LedgerSheet, Selection
from linghang.org import api as org
from linghang.platform.sheets import cells, export
from linghang.platform.sheets.faults import Severity
from linghang.platform.sheets.plan import (
    Change,
    Column,
    Context,
    Progress,
    Reference,
    Row,
    SheetPlan,
    register,
)
from linghang.platform.sheets.workspace import Workspace
from linghang.worklists import services
from linghang.worklists.enums import ProblemState, TaskState
from linghang.worklists.models import Assignment, Problem

# Stored as the reason of a correction, read in the record's history.
IMPORTED_AGAIN = "重新导入台账"
# The list of a sheet that has no column for it.
UNNAMED_LIST = "任务清单"
NONE = "无"
CHUNK = 500
NO_UNIT = _("There is no Party unit with this name.")
UNIT_ALIASES = (
    "党组织",
    "责任单位",
    "责任支部",
    "责任党支部",
    "党支部",
    "支部名称",
    "所属支部",
    "所在支部",
    "党组织名称",
)
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
PROBLEM_WORDS = {
    ProblemState.CLOSED: ("已销号", "销号", "已整改", "整改完成", "已完成", "完成", "已关闭"),
    ProblemState.OPEN: (
        "整改中",
        "未销号",
        "进行中",
        "正在整改",
        "未整改",
        "未完成",
        "长期坚持",
        "逾期",
        "超期",
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


@dataclass(slots=True, kw_only=True)
class ProblemRow:
    """One line of 问题整改 as read."""

    source: str | None = None
    text: str | None = None
    unit: str | None = None
    responsible: str | None = None
    measure: str | None = None
    due_on: date | None = None
    closed_on: date | None = None
    state: ProblemState | None = None


class _DuePlan(SheetPlan[Any]):
    """What both sheets have in common: a unit, a due day, and a day that goes with the state."""

    references = (Reference("unit", "units", message=NO_UNIT),)
    after = ("units", "members", "appointments")
    done: Any
    done_column: str

    def load(self, rows: Sequence[Row[Any]], context: Context) -> dict[Any, Any]:
        """Say which bureau the names of units belong to; records are matched in `check_all`."""
        org.settle_bureau(context, [row.data.unit for row in rows if row.data.unit])
        return {}

    def check(self, row: Row[Any], context: Context) -> None:
        """Add the faults that can be seen inside one row."""
        column = self.done_column
        day = getattr(row.data, column)
        if day and day > context.today:
            row.fault(column, _("This day has not come yet."), _("Check the year."), code="future")
        if row.has_fault(column) or row.has_fault("state") or row.data.state is None:
            return
        if row.data.state == self.done and day is None:
            row.fault(
                column,
                _("It is done, but the day is missing."),
                _("Add the day, or change the state."),
                code="empty",
            )
        if row.data.state != self.done and day is not None:
            row.fault(
                column,
                _("There is a day, but the state says it is not done."),
                _("Clear the day, or change the state."),
                code="state_and_day",
            )

    def check_all(self, rows: Sequence[Row[Any]], workspace: Workspace) -> None:  # noqa: ARG002  a hook
        """Match rows with records: only now it is known which unit a name stands for.

        A line that stands twice is two records: the second is matched with the second one known.
        """
        known = self.find_known({unit.pk for row in rows if (unit := _unit(row)) is not None})
        for row in rows:
            waiting = known.get(self.natural_key(row)) if _unit(row) is not None else None
            row.existing = waiting.pop(0) if waiting else None

    def find_known(self, unit_ids: set[int]) -> dict[tuple[Any, ...], list[Any]]:
        """Return the records of the units by `natural_key`."""
        raise NotImplementedError

    def natural_key(self, row: Row[Any]) -> tuple[Any, ...]:
        """Return what makes the line the same record when it is brought in again."""
        raise NotImplementedError


@register
class TaskSheet(_DuePlan):
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
        Column(
            "unit",
            "责任党组织",
            cells.name(),
            UNIT_ALIASES,
            required=True,
            example="示范第一党支部",
            width=28,
        ),
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
        for task in _of_units(Assignment, unit_ids, "worklist"):
            key = (task.worklist.title, task.item, task.unit_id, task.due_on)
            known.setdefault(cells.key_of(key), []).append(task)  # type: ignore[arg-type]
        return known

    def natural_key(self, row: Row[Any]) -> tuple[Any, ...]:
        """Return list, item, unit and due day in the form in which they compare."""
        data = row.data
        return cells.key_of((data.worklist, data.item, _unit(row).pk, data.due_on))  # type: ignore[return-value]

    def current(self, existing: Assignment, row: Row[Any]) -> dict[str, Any]:  # noqa: ARG002  a hook
        """Return the present values; the state follows from the day."""
        return {"finished_on": existing.finished_on, "evidence": existing.evidence}

    def apply(self, rows: Sequence[Row[Any]], workspace: Workspace, progress: Progress) -> None:
        """Write all rows in one go; what was recorded before is kept beside what is changed."""
        drafts = [_draft_task(row) for row in rows]
        services.save_tasks(drafts=drafts, actor=workspace.context.actor, reason=IMPORTED_AGAIN)
        progress(len(rows), len(rows))


@register
class ProblemSheet(_DuePlan):
    """问题整改."""

    code = "problems"
    title = gettext_lazy("Problems")
    names = ("问题整改", "问题", "问题清单", "整改台账", "问题整改台账", "整改清单", "问题台账")
    note = "一个问题填一行；未销号的，整改完成日期留空。"
    row_type = ProblemRow
    done = ProblemState.CLOSED
    done_column = "closed_on"
    columns = (
        Column(
            "source",
            "问题来源",
            cells.text(longest=60),
            ("来源", "发现途径", "发现渠道", "检查类型"),
            example="专业自检",
        ),
        Column(
            "text",
            "问题",
            cells.text(longest=300),
            ("问题描述", "存在问题", "问题内容", "具体问题", "发现问题"),
            required=True,
            example="工作票填写不规范",
            width=30,
        ),
        Column(
            "unit",
            "责任党组织",
            cells.name(),
            UNIT_ALIASES,
            required=True,
            example="示范第一党支部",
            width=28,
        ),
        Column("responsible", "责任人", cells.name(longest=60), ("整改责任人", "负责人")),
        Column(
            "measure",
            "整改措施",
            cells.text(longest=400),
            ("措施", "整改情况", "整改举措"),
            example="开展专项培训",
            width=30,
        ),
        Column(
            "due_on",
            "整改期限",
            cells.day(),
            ("整改时限", "完成时限", "要求完成日期", "整改截止日期", "期限", "时限"),
            required=True,
            example="2026-11-30",
        ),
        Column(
            "closed_on",
            "整改完成日期",
            cells.day(),
            ("销号日期", "完成日期", "整改完成时间", "销号时间", "实际完成日期"),
            help="未销号留空",
            example="2026-11-18",
        ),
        Column(
            "state",
            "状态",
            cells.choice(PROBLEM_WORDS),
            ("整改状态", "销号状态", "是否销号", "完成情况", "整改进展"),
            example="已销号",
        ),
    )

    def check_all(self, rows: Sequence[Row[Any]], workspace: Workspace) -> None:
        """Match the rows, and ask who answers for each problem."""
        super().check_all(rows, workspace)
        for row in rows:
            if row.data.responsible and row.target("unit") is not None:
                _look_for_responsible(row, workspace)

    def find_known(self, unit_ids: set[int]) -> dict[tuple[Any, ...], list[Any]]:
        """Return the problems of the units by source, text, unit, responsible person and due day."""
        known: dict[tuple[Any, ...], list[Any]] = {}
        for one in _of_units(Problem, unit_ids, "responsible"):
            key = (one.source, one.text, one.unit_id, one.responsible_name, one.due_on)
            known.setdefault(cells.key_of(key), []).append(one)  # type: ignore[arg-type]
        return known

    def natural_key(self, row: Row[Any]) -> tuple[Any, ...]:
        """Return source, text, unit, responsible person and due day as they compare."""
        data = row.data
        key = (
            data.source or "",
            data.text,
            _unit(row).pk,
            data.responsible or "",
            data.due_on,
        )
        return cells.key_of(key)  # type: ignore[return-value]

    def current(self, existing: Problem, row: Row[Any]) -> dict[str, Any]:  # noqa: ARG002  a hook
        """Return the present values; the state follows from the day."""
        return {"measure": existing.measure, "closed_on": existing.closed_on}

    def compare(self, row: Row[Any], context: Context) -> list[Change]:
        """Return what changes; a person who was only a name before counts too."""
        changes = super().compare(row, context)
        if row.target("responsible") is not None and row.existing.responsible_id is None:
            heading = row.table.heading("responsible")
            changes.append(Change("responsible", heading, None, row.data.responsible))
        return changes

    def apply(self, rows: Sequence[Row[Any]], workspace: Workspace, progress: Progress) -> None:
        """Write all rows in one go; what was recorded before is kept beside what is changed."""
        new = [row for row in rows if row.existing is None]
        changed = [row for row in rows if row.existing is not None]
        actor = workspace.context.actor
        services.create_problems(drafts=[_draft_problem(row) for row in new], actor=actor)
        services.update_problems(
            updates=[(row.existing, _draft_problem(row)) for row in changed],
            reason=IMPORTED_AGAIN,
            actor=actor,
        )
        progress(len(rows), len(rows))


def _unit(row: Row[Any]) -> Any:
    target = row.target("unit")
    return target.object if target is not None else None


def _of_units(model: Any, unit_ids: set[int], *related: str) -> Iterable[Any]:
    wanted = sorted(unit_ids)
    for start in range(0, len(wanted), CHUNK):
        found = model.objects.filter(unit_id__in=wanted[start : start + CHUNK])
        yield from found.select_related("unit", *related).order_by("pk")


def _look_for_responsible(row: Row[Any], workspace: Workspace) -> None:
    """Refer to the person; a name nobody bears is kept as a name, for a problem must not get lost."""
    if "members" not in workspace.plans:
        return
    name = row.data.responsible
    workspace.refer(
        row,
        "responsible",
        "members",
        (row.data.unit, name),
        _("Nobody named %(name)s is known in this branch; kept as a name only."),
        _("Check the spelling, or the branch."),
        severity=Severity.WARN,
        name=name,
    )


def _draft_task(row: Row[Any]) -> services.TaskDraft:
    """Return what is to be written; blank cells change nothing."""
    data, known = row.data, row.existing
    if known is not None:
        return services.TaskDraft(
            worklist=known.worklist.title,
            item=known.item,
            unit=known.unit,
            due_on=known.due_on,
            finished_on=data.finished_on or known.finished_on,
            result=known.result,
            evidence=data.evidence or known.evidence,
        )
    return services.TaskDraft(
        worklist=data.worklist,
        item=data.item,
        unit=_unit(row),
        due_on=data.due_on,
        finished_on=data.finished_on,
        evidence=data.evidence or "",
    )


def _draft_problem(row: Row[Any]) -> services.ProblemDraft:
    """Return what is to be written; blank cells change nothing."""
    data, known = row.data, row.existing
    found = row.target("responsible")
    return services.ProblemDraft(
        source=data.source or "",
        text=data.text,
        unit=_unit(row),
        due_on=data.due_on,
        responsible=found.object if found else known and known.responsible,
        responsible_name=data.responsible or "",
        measure=data.measure or (known.measure if known else ""),
        closed_on=data.closed_on or (known.closed_on if known else None),
    )


# -- export --------------------------------------------------------------------------------------


def list_task_rows(selection: Selection) -> Iterable[list[Any]]:
    """Yield tasks as the lines of the customer's own sheet; none where one person is asked for."""
    found = selection.apply(Assignment.objects.all(), day="due_on")
    if selection.person_id is not None:
        return
    for task in found.select_related("worklist", "unit").iterator(chunk_size=CHUNK):
        yield [
            task.worklist.title,
            task.item,
            task.unit.name,
            task.due_on,
            task.finished_on or NONE,
            TASK_WORDS[TaskState(task.state)][0],
            task.evidence or task.result or NONE,
        ]


def list_problem_rows(selection: Selection) -> Iterable[list[Any]]:
    """Yield problems as the lines of the customer's own sheet, in the order of its columns."""
    found = selection.apply(Problem.objects.all(), day="due_on")
    if selection.person_id is not None:
        found = found.filter(responsible_id=selection.person_id)
    for one in found.select_related("unit").iterator(chunk_size=CHUNK):
        yield [
            one.source,
            one.text,
            one.unit.name,
            one.responsible_name,
            one.measure,
            one.due_on,
            one.closed_on,
            PROBLEM_WORDS[ProblemState(one.state)][0],
        ]


LEDGER_SHEETS = (
    LedgerSheet(
        code="tasks",
        title=TaskSheet.names[0],
        columns=[export.Column(c.heading, c.width or 0) for c in TaskSheet.columns],
        rows=list_task_rows,
        covers=lambda kind: kind == "task",
        order=30,
    ),
    LedgerSheet(
        code="problems",
        title=ProblemSheet.names[0],
        columns=[export.Column(c.heading, c.width or 0) for c in ProblemSheet.columns],
        rows=list_problem_rows,
        covers=lambda kind: kind == "problem",
        order=40,
    ),
)
