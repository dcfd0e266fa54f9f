"""The ledger of organisation life in the customer's own layout, for the export."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from linghang.activities import queries
from linghang.activities.enums import AttendanceState, Shape
from linghang.activities.models import Activity, Attendance
from linghang.activities.sheets.importing import ActivitySheet
from linghang.ledger.api import LedgerSheet, Selection
from linghang.platform.sheets import export


def list_activity_rows(selection: Selection) -> Iterable[list[Any]]:
    """Yield activities as the lines of the customer's own sheet, in the order of its columns."""
    away = Attendance.objects.exclude(state=AttendanceState.PRESENT).select_related("person")
    found = (
        _select(selection, Shape.ACTIVITY)
        .select_related("kind", "unit")
        .prefetch_related(Prefetch("attendance", away, to_attr="away"))
    )
    for row in found.iterator(chunk_size=queries.CHUNK):
        yield [
            row.occurred_on,
            row.kind.title_zh,
            row.unit.name,
            row.topic,
            row.host_name,
            row.due_count,
            row.present_count,
            _spell_absentees(row.away),
            row.hours / 100,
            row.recorded_on,
        ]


def list_record_rows(selection: Selection) -> Iterable[list[Any]]:
    """Yield records of single things: checks, hazards, violations, praise …"""
    found = _select(selection, Shape.RECORD).select_related("kind", "unit", "person")
    for row in found.iterator(chunk_size=queries.CHUNK):
        titles = {status["code"]: status["zh"] for status in row.kind.statuses}
        yield [
            row.occurred_on,
            row.kind.title_zh,
            row.unit.name,
            row.person.name if row.person else "",
            row.topic,
            titles.get(row.status, ""),
            row.quantity / 100,
            row.kind.quantity_zh,
            row.verified,
            row.recorded_on,
        ]


def _select(selection: Selection, shape: Shape) -> QuerySet[Activity]:
    found = selection.apply(queries.visible_activities(selection.scope))
    found = queries.filter_standing(found).filter(kind__shape=shape)
    if selection.kind:
        found = found.filter(kind__code=selection.kind.partition(".")[2])
    if selection.person_id is not None:
        mine = Q(person_id=selection.person_id) | Q(attendance__person_id=selection.person_id)
        found = found.filter(mine).distinct()
    return found.order_by("occurred_on", "pk")


def _spell_absentees(seats: Sequence[Attendance]) -> str:
    parts = []
    for seat in seats:
        name = seat.person.name if seat.person else seat.name
        parts.append(f"{name}({seat.reason})" if seat.reason else name)
    return "、".join(parts) or "无"


RECORD_HEADINGS = (
    "日期",
    "记录类型",
    "党组织",
    "人员",
    "内容",
    "等级",
    "数量",
    "单位",
    "是否核实",
    "记录时间",
)
LEDGER_SHEETS = (
    LedgerSheet(
        code="activities",
        title=ActivitySheet.names[0],
        columns=[export.Column(column.heading) for column in ActivitySheet.columns],
        rows=list_activity_rows,
        covers=lambda kind: kind.startswith("activity."),
        order=10,
    ),
    LedgerSheet(
        code="records",
        title="专项记录",
        columns=[export.Column(heading) for heading in RECORD_HEADINGS],
        rows=list_record_rows,
        covers=lambda kind: kind.startswith("record."),
        order=50,
    ),
)
