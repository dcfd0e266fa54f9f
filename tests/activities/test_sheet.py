"""组织生活 of the sample workbook: every fault at its place, nothing else blocking, repeatable."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import transaction

from linghang.activities.models import Activity, ActivityRevision, Attendance, Obligation
from linghang.activities.services import Absence
from linghang.ledger.models import Fact
from linghang.platform.sheets import examination, reading
from linghang.platform.sheets.plan import Context, registry
from linghang.platform.sheets.services import system_scope
from tests.activities.sample_bureau import DATA, LEDGER, build_sample_bureau

TODAY = date(2026, 11, 21)
SHEET = "组织生活"
HEADINGS = [
    "日期",
    "活动类型",
    "党组织",
    "主题",
    "主持人",
    "应到人数",
    "实到人数",
    "缺席人员及原因",
    "学时",
    "记录时间",
]


def plans():
    return [plan for plan in registry.plans() if plan.code in {"units", "activities"}]


def examine(book):
    context = Context(actor=None, scope=system_scope(), today=TODAY, options={})
    return examination.examine_books([book], plans(), context)


def apply(found):
    with transaction.atomic():
        return examination.apply_examination(found)["activities"]


def table(rows, headings=HEADINGS, name=SHEET):
    return reading.Book("台账.xlsx", [reading.Sheet(name, [headings, *rows])])


def line(**changes):
    values = dict(
        zip(
            HEADINGS,
            [
                date(2026, 11, 18),
                "主题党日",
                "变电运维党支部",
                "安全生产大讨论",
                "韩帆",
                4,
                3,
                "许怡书(病假)",
                2,
                date(2026, 11, 19),
            ],
            strict=True,
        )
    )
    return [{**values, **changes}[heading] for heading in HEADINGS]


def faults(found, severity="block"):
    return [(f.row, f.column, f.code) for f in found.faults() if f.severity == severity]


@pytest.fixture
def sample(packs):
    return build_sample_bureau()


def test_sample_has_exactly_the_faults_of_the_answer_and_applies_once(sample):
    answer = json.loads((DATA / "示范滨海供电公司-答案.json").read_text())
    wanted = {(f["row"], f["column"]) for f in answer["faults"] if f["sheet"] == SHEET}
    found = examine(reading.read_path(LEDGER))
    counts = found.result()["sheets"][SHEET]
    assert {(row, column) for row, column, _code in faults(found)} == wanted
    assert (counts["rows"], counts["new"], counts["faulty"], counts["waiting"]) == (
        1065,
        1063,
        2,
        0,
    )
    assert faults(found, "warn") == []
    assert apply(found) == {"new": 1063, "changed": 0}
    assert Activity.objects.count() == 1063
    assert (
        Fact.objects.filter(kind="attendance").count()
        == Attendance.objects.filter(person__isnull=False).count()
    )
    assert Attendance.objects.count() > 9_000
    assert {o.period for o in Obligation.objects.filter(rule__period="month")} >= {
        "2025-12",
        "2026-10",
    }
    facts = Fact.objects.count()
    again = examine(reading.read_path(LEDGER))
    counts = again.result()["sheets"][SHEET]
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (0, 0, 1063)
    apply(again) if "activities" in again.workspace.rows else None
    assert (Fact.objects.count(), ActivityRevision.objects.count()) == (facts, 0)


def test_row_writes_the_record_with_head_counts_absentees_and_reasons(bureau, packs):
    found = examine(table([line()]))
    assert (faults(found), faults(found, "warn"), apply(found)) == (
        [],
        [],
        {"new": 1, "changed": 0},
    )
    activity = Activity.objects.get()
    assert (activity.due_count, activity.present_count, activity.hours) == (4, 3, 200)
    assert (activity.occurred_on, activity.recorded_on) == (date(2026, 11, 18), date(2026, 11, 19))
    away = activity.attendance.get(state="leave")
    assert (away.person, away.reason) == (bureau.colleague, "病假")
    assert activity.attendance.filter(state="present").count() == 3


def test_two_topics_on_one_day_are_two_records_and_the_same_line_twice_is_a_fault(bureau, packs):
    found = examine(table([line(), line(主题="另一主题"), line()]))
    assert [(row, code) for row, _column, code in faults(found)] == [(4, "duplicate")]
    assert apply(found) == {"new": 2, "changed": 0}


def test_changed_line_corrects_the_record_and_keeps_the_old_values(bureau, packs):
    apply(examine(table([line()])))
    found = examine(table([line(学时="2.5", 缺席人员及原因="孟宇行(值班)")]))
    changes = {c.key: (c.old, c.new) for c in found.changed_rows()[0].changes}
    assert changes == {
        "hours": (200, 250),
        "absent": ((("许怡书", "病假"),), (("孟宇行", "值班"),)),
    }
    assert apply(found) == {"new": 0, "changed": 1}
    revision = ActivityRevision.objects.get()
    assert revision.old == {"hours": 200, "absences": ["许怡书(leave 病假)"]}
    assert Activity.objects.get().attendance.get(state="leave").person.name == "孟宇行"


def test_blank_cells_and_missing_columns_change_nothing(bureau, packs):
    apply(examine(table([line()])))
    headings = ["活动日期", "类型", "支部名称", "活动主题"]
    found = examine(
        table([[46344, "主题党日活动", "变电运维党支部", "安全生产大讨论"]], headings, "三会一课")
    )
    assert (faults(found), found.counts()[0]["unchanged"]) == ([], 1)


def test_absentee_nobody_knows_warns_and_does_not_block(bureau, packs):
    found = examine(table([line(缺席人员及原因="查无此人(病假)")]))
    assert (faults(found), faults(found, "warn")) == ([], [(2, "缺席人员及原因", "unknown_person")])
    apply(found)
    assert Activity.objects.get().attendance.get(person=None).name == "查无此人"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"活动类型": "团建聚餐"}, ("活动类型", "unknown_choice")),
        ({"党组织": "无此党支部"}, ("党组织", "not_found")),
        ({"党组织": ""}, ("党组织", "empty")),
        ({"日期": "2026-11-22"}, ("日期", "future")),
        ({"日期": "2026-13-01"}, ("日期", "no_such_date")),
        ({"实到人数": 5}, ("实到人数", "more_present_than_due")),
        ({"学时": "两小时"}, ("学时", "not_a_number")),
    ],
)
def test_fault_is_named_at_its_column(bureau, packs, changes, fault):
    found = examine(table([line(**changes)]))
    assert faults(found) == [(2, *fault)]


def test_line_recorded_before_the_event_warns_and_takes_the_day_of_the_event(bureau, packs):
    found = examine(table([line(记录时间="2026-11-01")]))
    assert faults(found, "warn") == [(2, "记录时间", "recorded_early")]
    apply(found)
    assert Activity.objects.get().recorded_on == date(2026, 11, 18)


def test_branches_without_any_line_get_their_duties_too(bureau, packs):
    apply(examine(table([line()])))
    duties = Obligation.objects.filter(unit=bureau.other_branch)
    assert {(o.rule.code, o.period) for o in duties} >= {
        ("theme_day", "2026-11"),
        ("members_meeting", "2026Q4"),
    }


def test_absence_without_a_reason_is_absence_without_leave():
    from linghang.activities.sheets.importing import _absences

    assert _absences((("甲", ""), ("乙", "探亲"))) == [
        Absence("甲", reason="", state="absent"),
        Absence("乙", reason="探亲", state="leave"),
    ]
