"""任务完成: every fault at its place, nothing else blocking, repeatable, out as they came in."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import transaction

from linghang.ledger.api import Selection
from linghang.ledger.models import Fact
from linghang.people.api import compute_scope
from linghang.platform.sheets import examination, reading
from linghang.platform.sheets.plan import Context, registry
from linghang.platform.sheets.services import system_scope
from linghang.worklists import sheets
from linghang.worklists.enums import Verb
from linghang.worklists.models import Act, Assignment
from tests.activities.sample_bureau import DATA, LEDGER, build_sample_bureau

TODAY = date(2026, 11, 21)
TASK = ["清单", "事项", "责任党组织", "要求完成日期", "实际完成日期", "完成情况", "佐证"]


def examine(*books):
    wanted = {"units", "business_units", "members", "tasks"}
    plans = [plan for plan in registry.plans() if plan.code in wanted]
    context = Context(actor=None, scope=system_scope(), today=TODAY, options={})
    return examination.examine_books(books, plans, context)


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


def test_sample_has_exactly_the_faults_of_the_answer_and_applies_once(db):
    build_sample_bureau()
    answer = json.loads((DATA / "示范滨海供电公司-答案.json").read_text())
    wanted = {(f["row"], f["column"]) for f in answer["faults"] if f["sheet"] == "任务完成"}
    found = examine(reading.read_path(LEDGER))
    mine = [f for f in found.faults() if f.sheet == "任务完成"]
    assert {(f.row, f.column) for f in mine if f.severity == "block"} == wanted
    assert {f.code for f in mine if f.severity != "block"} <= {"ambiguous"}
    assert apply(found)["tasks"] == {"new": 185, "changed": 0}
    facts = Fact.objects.count()
    again = examine(reading.read_path(LEDGER))
    counts = again.result()["sheets"]["任务完成"]
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (0, 0, 185)
    assert apply(again)["tasks"] == {"new": 0, "changed": 0}
    assert (Assignment.objects.count(), Fact.objects.count()) == (185, facts)


def test_roster_and_ledger_in_one_upload_have_no_other_fault(db):
    found = examine(
        reading.read_path(DATA / "示范滨海供电公司-花名册.xlsx"), reading.read_path(LEDGER)
    )
    mine = [f for f in found.faults() if f.sheet == "任务完成"]
    assert [(f.sheet, f.row, f.column, f.code) for f in mine] == [
        ("任务完成", 138, "责任党组织", "empty")
    ]


def test_lines_write_tasks_with_their_days_and_states(bureau):
    found = examine(
        book(
            "任务完成",
            TASK,
            task(),
            task(事项="读书班", 实际完成日期="无", 完成情况="进行中", 佐证="无"),
        ),
    )
    apply(found)
    rows = Assignment.objects.values_list("item__text", "state", "finished_on", "evidence")
    assert sorted(rows) == [
        ("组织书记讲党课", "done", date(2026, 11, 9), "见附件"),
        ("读书班", "open", None, ""),
    ]


def test_other_headings_and_missing_columns_are_understood(bureau):
    found = examine(
        book(
            "重点任务",
            ["序号", "任务内容", "责任支部", "完成时限", "是否完成", "完成时间"],
            [1, "读书班", "变电运维党支部", 46344, "否", "—"],
        ),
    )
    assert faults(found) == []
    apply(found)
    rows = Assignment.objects.values_list("worklist__title", "item__text", "due_on", "state")
    assert rows.get() == ("任务清单", "读书班", date(2026, 11, 18), "open")


def test_the_same_task_twice_is_a_fault(bureau):
    found = examine(book("任务完成", TASK, task(), task()))
    assert faults(found) == [(3, "事项", "duplicate")]


def test_a_changed_line_corrects_the_task_and_keeps_what_it_said(bureau):
    apply(examine(book("任务完成", TASK, task())))
    found = examine(book("任务完成", TASK, task(实际完成日期="2026-11-12")))
    assert [[(c.key, c.new) for c in row.changes] for row in found.changed_rows()] == [
        [("finished_on", date(2026, 11, 12))],
    ]
    apply(found)
    act = Act.objects.get(verb=Verb.CORRECTED)
    assert (act.reason, act.old["finished_on"]) == ("重新导入台账", "2026-11-09")
    assert Fact.objects.get(kind="task", withdrawn_seq=None).status == "late"


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


def test_what_comes_out_goes_in_again_unchanged(bureau):
    apply(examine(book("任务完成", TASK, task())))
    selection = Selection(scope=compute_scope(bureau.officer.user))
    tasks = list(sheets.list_task_rows(selection))
    assert tasks == [
        [
            "年度一览表",
            "组织书记讲党课",
            "变电运维党支部",
            date(2026, 11, 10),
            date(2026, 11, 9),
            "已完成",
            "见附件",
        ]
    ]
    [sheet] = [sheet for sheet in sheets.LEDGER_SHEETS if sheet.code == "tasks"]
    assert [c.heading for c in sheet.columns] == TASK
    again = examine(book("任务完成", TASK, *tasks))
    assert [counts["unchanged"] for counts in again.counts()] == [1]


def test_an_export_keeps_to_the_reader_the_days_and_the_person(bureau):
    apply(examine(book("任务完成", TASK, task())))

    def count(person=bureau.officer, **fields):
        selection = Selection(scope=compute_scope(person.user), **fields)
        return len(list(sheets.list_task_rows(selection)))

    assert count() == 1
    assert count(bureau.stranger) == 0
    assert count(start=date(2026, 11, 11)) == 0
    assert count(person_id=bureau.member.pk) == 0
