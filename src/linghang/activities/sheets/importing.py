"""组织生活 as customers keep it in Excel: one line per activity, absentees by name with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from linghang.activities import queries, services
from linghang.activities.enums import AttendanceState, Shape
from linghang.activities.models import Activity, ActivityKind, Attendance
from linghang.activities.services import Absence, ActivityDraft
from linghang.org import api as org
from linghang.org.models import Unit
from linghang.people.models import Appointment
from linghang.platform.sheets import cells
from linghang.platform.sheets.days import refuse_future
from linghang.platform.sheets.faults import Severity
from linghang.platform.sheets.plan import IMPORTED_AGAIN, Column, Context, Progress, Row
from linghang.platform.sheets.plan import register as register_plan
from linghang.platform.sheets.workspace import Workspace
from linghang_core.periods import Period, PeriodKind

CHECK_RECORD = _("Check the year, or record it when it has taken place.")
Names = tuple[tuple[str, str], ...]


def kind_choices() -> dict[str, Sequence[str]]:
    """Return the kinds of activity by code with every name a customer may give them."""
    return {
        kind.code: (kind.title_zh, *kind.aliases, kind.title_en)
        for kind in queries.list_offered_kinds(Shape.ACTIVITY)
    }


@dataclass(slots=True, kw_only=True)
class ActivityRow:
    """One line of the sheet as read."""

    occurred_on: date | None = None
    kind: str | None = None
    unit: str | None = None
    topic: str | None = None
    host: str | None = None
    due: int | None = None
    present: int | None = None
    absent: Names | None = None
    hours: int | None = None
    recorded_on: date | None = None


@register_plan
class ActivitySheet(org.UnitRecordPlan[ActivityRow]):
    """组织生活."""

    code = "activities"
    title = gettext_lazy("Organisation life")
    names = ("组织生活", "三会一课", "组织生活台账", "组织生活记录", "党内组织生活")
    note = "一次活动填一行；缺席人员写姓名，原因写在括号里，例如 张三(病假)、李四(出差)。"
    row_type = ActivityRow
    columns = (
        Column(
            "occurred_on",
            "日期",
            cells.day(),
            ("活动日期", "开展日期", "会议日期", "活动时间", "开展时间", "时间"),
            required=True,
            example="2026-11-18",
        ),
        Column(
            "kind",
            "活动类型",
            cells.choice(kind_choices),
            ("类型", "活动类别", "会议类型", "组织生活类型", "活动形式"),
            required=True,
            example="主题党日",
        ),
        Column(
            "unit",
            "党组织",
            cells.name(),
            (
                "党组织名称",
                "党支部",
                "所属支部",
                "所在支部",
                "支部名称",
                "所在党支部",
                "开展党组织",
            ),
            required=True,
            example="示范第一党支部",
        ),
        Column(
            "topic",
            "主题",
            cells.text(longest=200),
            ("活动主题", "会议主题", "主题内容", "活动内容", "议题", "内容"),
            required=True,
            example="学习重要讲话精神",
        ),
        Column("host", "主持人", cells.name(), ("主持", "主讲人", "召集人", "会议主持人")),
        Column("due", "应到人数", cells.integer(units=("人", "名")), ("应到", "应参加人数")),
        Column(
            "present",
            "实到人数",
            cells.integer(units=("人", "名")),
            ("实到", "实际参加人数", "参加人数"),
        ),
        Column(
            "absent",
            "缺席人员及原因",
            cells.names_with_reasons(),
            ("缺席人员", "缺席", "请假人员", "请假人员及原因", "缺席人员名单", "未到人员及原因"),
            help="没有缺席填“无”",
            example="无",
        ),
        Column(
            "hours",
            "学时",
            cells.hundredths(units=("小时", "学时", "h")),
            ("时长", "活动时长", "学习时长", "时长(小时)", "学时(小时)"),
            example="1.5",
        ),
        Column(
            "recorded_on",
            "记录时间",
            cells.day(),
            ("记录日期", "录入时间", "录入日期", "填报日期", "登记时间"),
            help="不填为导入当天",
        ),
    )
    key = ("unit", "kind", "occurred_on", "topic")
    duplicate_column = "topic"
    after = ("units", "members", "appointments")

    def check(self, row: Row[ActivityRow], context: Context) -> None:
        """Add the faults that can be seen inside one row."""
        data = row.data
        refuse_future(row, "occurred_on", context=context, remedy=CHECK_RECORD)
        if data.due is not None and data.present is not None and data.present > data.due:
            row.fault(
                "present",
                _("More were present than expected."),
                _("Check both numbers."),
                code="more_present_than_due",
            )
        if data.recorded_on and data.occurred_on and data.recorded_on < data.occurred_on:
            row.fault(
                "recorded_on",
                _("It was recorded before it took place; the day of the activity is taken."),
                code="recorded_early",
                severity=Severity.WARN,
            )

    def check_all(self, rows: Sequence[Row[ActivityRow]], workspace: Workspace) -> None:
        """Match rows with records of the unit they mean, and ask who the absentees are.

        Matching waits until here, because only now it is known which unit a name stands for.
        """
        self._match(rows)
        self._look_for_absentees(rows, workspace)

    def _match(self, rows: Sequence[Row[ActivityRow]]) -> None:
        kinds = {kind.code: kind.pk for kind in ActivityKind.objects.all()}
        keys = {
            id(row): services.natural_key(
                row.named("unit").pk, kinds[d.kind], d.occurred_on, d.topic, None
            )
            for row in rows
            if row.named("unit") is not None
            and (d := row.data).kind is not None
            and d.occurred_on is not None
            and d.topic is not None
        }
        known = services.find_existing(
            {key[0] for key in keys.values()}, {key[2] for key in keys.values()}
        )
        for row in rows:
            row.existing = known.get(keys[id(row)]) if id(row) in keys else None
        _attach_absentees([row.existing for row in rows if row.existing is not None])

    def _look_for_absentees(self, rows: Sequence[Row[ActivityRow]], workspace: Workspace) -> None:
        missing = [
            (row, name)
            for row in rows
            for name, _reason in row.data.absent or ()
            if row.target("unit") is not None and not _is_member(workspace, row, name)
        ]
        former = _load_former_members(missing)
        for row, name in missing:
            unit = row.named("unit")
            if unit is None or (unit.pk, name) not in former:
                row.fault(
                    "absent",
                    _("Nobody named %(name)s is known in this branch; kept as a name only."),
                    _("Check the spelling, or leave it if it is a guest."),
                    code="unknown_person",
                    severity=Severity.WARN,
                    name=name,
                )

    def current(self, existing: Activity, row: Row[ActivityRow]) -> dict[str, Any]:
        """Return the present values by column; the day of recording is never changed."""
        absent: Names = getattr(existing, "absentees", ())
        wanted = row.data.absent or ()
        same = sorted(absent) == sorted(wanted)
        return {
            "host": existing.host_name,
            "due": existing.due_count,
            "present": existing.present_count,
            "hours": existing.hours,
            "absent": wanted if same else absent,
        }

    def apply(
        self, rows: Sequence[Row[ActivityRow]], workspace: Workspace, progress: Progress
    ) -> None:
        """Write new rows in one go, correct changed ones, and open the duties of their months."""
        actor = workspace.context.actor
        kinds = {kind.code: kind for kind in ActivityKind.objects.all()}
        fresh = [row for row in rows if row.existing is None]
        made = services.record_activities(drafts=[_draft(row, kinds) for row in fresh], actor=actor)
        for row, activity in zip(fresh, made, strict=True):
            row.object = activity
        progress(len(fresh), len(rows))
        for done, row in enumerate([r for r in rows if r.existing is not None], len(fresh) + 1):
            services.correct_activity(
                activity=row.existing,
                draft=_corrected(row, kinds),
                reason=IMPORTED_AGAIN,
                actor=actor,
            )
            progress(done, len(rows))
        _open_duties(made, actor)


def _is_member(workspace: Workspace, row: Row[ActivityRow], name: str) -> bool:
    if "members" not in workspace.plans:
        return False
    return bool(workspace.find("members", (row.data.unit, name)))


def _load_former_members(
    missing: Sequence[tuple[Row[ActivityRow], str]],
) -> set[tuple[int, str]]:
    """Return (unit id, name) of everybody of these names who ever belonged to the units."""
    units = {unit.pk for row, _name in missing if (unit := row.named("unit")) is not None}
    names = {name for _row, name in missing}
    found = Appointment.objects.filter(unit_id__in=units, person__name__in=names)
    return set(found.values_list("unit_id", "person__name"))


def _attach_absentees(activities: Sequence[Activity]) -> None:
    """Give each record its absentees as the sheet writes them, in two queries."""
    away = Attendance.objects.exclude(state=AttendanceState.PRESENT).select_related("person")
    by_id: dict[int, list[tuple[str, str]]] = {activity.pk: [] for activity in activities}
    ids = list(by_id)
    for start in range(0, len(ids), queries.CHUNK):
        for seat in away.filter(activity_id__in=ids[start : start + queries.CHUNK]):
            name = seat.person.name if seat.person else seat.name
            by_id[seat.activity_id].append((name, seat.reason))
    for activity in activities:
        setattr(activity, "absentees", tuple(by_id[activity.pk]))  # noqa: B010  no field of it


def _draft(row: Row[ActivityRow], kinds: dict[str, ActivityKind]) -> ActivityDraft:
    data = row.data
    occurred_on = data.occurred_on or date.min  # required: a good row has it
    return ActivityDraft(
        kind=kinds[data.kind or ""],
        unit=row.named("unit"),
        occurred_on=occurred_on,
        topic=data.topic or "",
        host_name=data.host or "",
        due_count=data.due,
        present_count=data.present,
        hours=data.hours,
        absences=_absences(data.absent),
        recorded_on=max(data.recorded_on, occurred_on) if data.recorded_on else None,
    )


def _absences(absent: Names | None) -> list[Absence]:
    return [
        Absence(name, reason=reason, state=services.judge_absence(reason))
        for name, reason in absent or ()
    ]


def _corrected(row: Row[ActivityRow], kinds: dict[str, ActivityKind]) -> ActivityDraft:
    """Return the record as it stands with what the row changes; blank cells change nothing."""
    draft, wanted = services.draft_of(row.existing), _draft(row, kinds)
    changed = {change.key for change in row.changes}
    values: dict[str, dict[str, Any]] = {
        "host": {"host_name": wanted.host_name, "host_id": None},
        "due": {"due_count": wanted.due_count},
        "present": {"present_count": wanted.present_count},
        "hours": {"hours": wanted.hours},
        "absent": {"absences": wanted.absences, "present_ids": None},
    }
    for key in changed & values.keys():
        draft = replace(draft, **values[key])
    return draft


def _open_duties(made: Sequence[Activity], actor: Any) -> None:
    """Open the duties of every branch of the bureaus concerned for the months of the records.

    Branches without any record in the file owe as much as the others.
    """
    if not made:
        return
    roots = sorted({activity.unit.root_path for activity in made})
    days = [activity.occurred_on for activity in made]
    month = Period.containing(min(days), PeriodKind.MONTH)
    months = [month]
    while months[-1].end <= max(days):
        months.append(months[-1].next())
    for root in roots:
        units = list(Unit.objects.filter(path__startswith=root))
        services.ensure_obligations(units=units, periods=months, actor=actor)
