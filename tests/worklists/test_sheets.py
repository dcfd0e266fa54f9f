"""任务完成 and 问题整改: every fault at its place, nothing else blocking, repeatable, out as they came in."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from linghang.platform.sheets import examination, reading
from tests.activities.sample_bureau import DATA, LEDGER

TODAY = date(2026, 11, 21)
TASK = ["清单", "事项", "责任党组织", "要求完成日期", "实际完成日期", "完成情况", "佐证"]
PROBLEM = [
    "问题来源",
    "问题",
    "责任党组织",
    "责任人",
    "整改措施",
    "整改期限",
    "整改完成日期",
    "状态",
]


def apply(found):
    with transaction.atomic():
        return examination.apply_examination(found)


def faults(found, severity="block"):
    return [(f.row, f.column, f.code) for f in found.faults() if f.severity == severity]


def book(name, headings, *rows):
    return reading.Book("台账.xlsx", [reading.Sheet(name, [headings, *rows])])


def task(**changes):
    values = dict(
        zip(
            TASK,
            [
                "年度一览表",
                "组织书记讲党课",
                "变电运维党支部",
                "2026-11-10",
                "2026.11.9",
                "已完成",
                "见附件",
            ],
            strict=True,
        )
    )
    return [{**values, **changes}[heading] for heading in TASK]


def test_roster_and_ledger_in_one_upload_have_no_other_fault(db):
    found = examine(
        reading.read_path(DATA / "示范滨海供电公司-花名册.xlsx"), reading.read_path(LEDGER)
    )
    mine = [f for f in found.faults() if f.sheet in {"任务完成", "问题整改"}]
    assert [(f.sheet, f.row, f.column, f.code) for f in mine] == [
        ("任务完成", 138, "责任党组织", "empty"),
        ("问题整改", 33, "整改期限", "not_a_date"),
    ]


def test_an_open_line_does_not_undo_what_was_finished_in_the_system(bureau):
    apply(examine(book("任务完成", TASK, task())))
    found = examine(book("任务完成", TASK, task(实际完成日期="无", 完成情况="进行中", 佐证="无")))
    assert (faults(found), found.counts()[0]["unchanged"]) == ([], 1)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"责任党组织": "无此党支部"}, ("责任党组织", "not_found")),
        ({"责任党组织": ""}, ("责任党组织", "empty")),
        ({"要求完成日期": "尽快"}, ("要求完成日期", "not_a_date")),
        ({"实际完成日期": "2026-11-22"}, ("实际完成日期", "future")),
        ({"实际完成日期": "无"}, ("实际完成日期", "empty")),
        ({"完成情况": "进行中"}, ("实际完成日期", "state_and_day")),
        ({"完成情况": "搞定"}, ("完成情况", "unknown_choice")),
    ],
)
def test_a_fault_is_named_at_its_column(bureau, changes, fault):
    assert faults(examine(book("任务完成", TASK, task(**changes)))) == [(2, *fault)]
