"""问题整改: one line per problem."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from linghang.ledger.api import LedgerSheet, Selection
from linghang.platform.sheets import cells, export
from linghang.platform.sheets.faults import Severity
from linghang.platform.sheets.plan import (
    IMPORTED_AGAIN,
    Change,
    Column,
    Context,
    Progress,
    Row,
    register,
)
from linghang.platform.sheets.workspace import Workspace
from linghang.rectification import queries, services
from linghang.rectification.enums import ProblemState
from linghang.rectification.models import Problem
from linghang.worklists.api import CHUNK, UNIT, DuePlan, list_of_units

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


@register
class ProblemSheet(DuePlan):
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
        UNIT,
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
        _keep_closures(rows)
        for row in rows:
            if row.data.responsible and row.target("unit") is not None:
                _look_for_responsible(row, workspace)

    def find_known(self, unit_ids: set[int]) -> dict[tuple[Any, ...], list[Any]]:
        """Return the problems of the units by source, text, unit, responsible person and due day."""
        known: dict[tuple[Any, ...], list[Any]] = {}
        for one in list_of_units(Problem, unit_ids, "responsible"):
            if one.state == ProblemState.WITHDRAWN:
                continue
            key = (one.source, one.text, one.unit_id, one.responsible_name, one.due_on)
            known.setdefault(cells.key_of(key), []).append(one)  # type: ignore[arg-type]
        return known

    def natural_key(self, row: Row[Any]) -> tuple[Any, ...]:
        """Return source, text, unit, responsible person and due day as they compare."""
        data = row.data
        key = (
            data.source or "",
            data.text,
            row.named("unit").pk,
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
        services.create_problems(
            drafts=[_draft_problem(row) for row in new], actor=actor, tell=False
        )
        services.update_problems(
            updates=[(row.existing, _draft_problem(row)) for row in changed],
            reason=IMPORTED_AGAIN,
            actor=actor,
        )
        progress(len(rows), len(rows))


def _keep_closures(rows: Sequence[Row[Any]]) -> None:
    """Pass over the closing day of what is rectified here: reviews close it, no file."""
    said = [
        row
        for row in rows
        if row.existing is not None
        and row.data.closed_on is not None
        and row.existing.closed_on is None
    ]
    kept = queries.list_rectified_here(row.existing.pk for row in said)
    for row in said:
        if row.existing.pk in kept:
            row.fault(
                "closed_on",
                _("The problem has measures or reviews in the system; its closing is passed over."),
                _("Hand it in for closure there."),
                code="closed_here",
                severity=Severity.WARN,
            )
            row.data.closed_on = row.data.state = None


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


def _draft_problem(row: Row[Any]) -> services.ProblemDraft:
    """Return what is to be written; blank cells change nothing."""
    data, known = row.data, row.existing
    found = row.target("responsible")
    return services.ProblemDraft(
        source=data.source or "",
        text=data.text,
        unit=row.named("unit"),
        due_on=data.due_on,
        responsible=found.object if found else known and known.responsible,
        responsible_name=data.responsible or "",
        measure=data.measure or (known.measure if known else ""),
        closed_on=data.closed_on or (known.closed_on if known else None),
    )


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
            PROBLEM_WORDS[ProblemState.CLOSED if one.closed_on else ProblemState.OPEN][0],
        ]


PROBLEM_LEDGER = LedgerSheet(
    code="problems",
    title=ProblemSheet.names[0],
    columns=[export.Column(c.heading, c.width or 0) for c in ProblemSheet.columns],
    rows=list_problem_rows,
    covers=lambda kind: kind == "problem",
    order=40,
)
