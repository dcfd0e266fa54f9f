"""任务完成 and 问题整改: every fault at its place, nothing else blocking, repeatable, out as they came in."""

from __future__ import annotations

import json
from datetime import date

import pytest

from linghang.ledger.api import Selection
from linghang.ledger.models import Fact
from linghang.people.api import compute_scope
from linghang.platform.sheets import examination, reading
from linghang.platform.sheets.plan import Context, registry
from linghang.platform.sheets.services import system_scope
from linghang.rectification import sheets
from linghang.rectification.models import Problem, Revision
from tests.activities.sample_bureau import DATA, LEDGER, build_sample_bureau

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


def examine(*books):
    wanted = {"units", "business_units", "members", "tasks", "problems"}
    plans = [plan for plan in registry.plans() if plan.code in wanted]
    context = Context(actor=None, scope=system_scope(), today=TODAY, options={})
    return examination.examine_books(books, plans, context)


def problem(**changes):
    values = dict(
        zip(
            PROBLEM,
            [
                "专业自检",
                "工作票填写不规范",
                "变电运维党支部",
                "林晓禾",
                "专项培训",
                "2026-11-10",
                "2026年11月12日",
                "已销号",
            ],
            strict=True,
        )
    )
    return [{**values, **changes}[heading] for heading in PROBLEM]


@pytest.mark.parametrize(
    ("sheet", "code", "model", "good"),
    [("任务完成", "tasks", Assignment, 185), ("问题整改", "problems", Problem, 61)],
)
def test_sample_has_exactly_the_faults_of_the_answer_and_applies_once(db, sheet, code, model, good):
    build_sample_bureau()
    answer = json.loads((DATA / "示范滨海供电公司-答案.json").read_text())
    wanted = {(f["row"], f["column"]) for f in answer["faults"] if f["sheet"] == sheet}
    found = examine(reading.read_path(LEDGER))
    mine = [f for f in found.faults() if f.sheet == sheet]
    assert {(f.row, f.column) for f in mine if f.severity == "block"} == wanted
    assert {f.code for f in mine if f.severity != "block"} <= {"ambiguous"}
    assert apply(found)[code] == {"new": good, "changed": 0}
    facts = Fact.objects.count()
    again = examine(reading.read_path(LEDGER))
    counts = again.result()["sheets"][sheet]
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (0, 0, good)
    assert apply(again)[code] == {"new": 0, "changed": 0}
    assert (model.objects.count(), Fact.objects.count()) == (good, facts)


def test_lines_write_records_with_their_days_and_states(bureau):
    found = examine(
        book(
            "任务完成",
            TASK,
            task(),
            task(事项="读书班", 实际完成日期="无", 完成情况="进行中", 佐证="无"),
        ),
    )
    apply(found)
    assert sorted(Assignment.objects.values_list("item", "state", "finished_on", "evidence")) == [
        ("组织书记讲党课", "done", date(2026, 11, 9), "见附件"),
        ("读书班", "open", None, ""),
    ]
    apply(examine(book("问题整改", PROBLEM, problem(), problem(状态="整改中", 整改完成日期=""))))
    assert list(
        Problem.objects.order_by("pk").values_list("state", "closed_on", "responsible__name")
    ) == [("closed", date(2026, 11, 12), "林晓禾"), ("open", None, "林晓禾")]


def test_other_headings_and_missing_columns_are_understood(bureau):
    found = examine(
        book(
            "重点任务",
            ["序号", "任务内容", "责任支部", "完成时限", "是否完成", "完成时间"],
            [1, "读书班", "变电运维党支部", 46344, "否", "—"],
        ),
        book(
            "问题清单",
            ["存在问题", "责任单位", "整改责任人", "整改时限", "销号时间"],
            ["台账缺失", "输电运检党支部", "方艳一", "20261130", "2026/11/3"],
        ),
    )
    assert faults(found) == []
    apply(found)
    assert Assignment.objects.values_list("worklist__title", "item", "due_on", "state").get() == (
        "任务清单",
        "读书班",
        date(2026, 11, 18),
        "open",
    )
    assert Problem.objects.values_list("source", "state").get() == ("", "closed")


def test_the_same_task_twice_is_a_fault_the_same_problem_twice_is_two(bureau):
    found = examine(book("任务完成", TASK, task(), task()))
    assert faults(found) == [(3, "事项", "duplicate")]
    twice = book("问题整改", PROBLEM, problem(), problem())
    assert apply(examine(twice))["problems"] == {"new": 2, "changed": 0}
    assert apply(examine(twice))["problems"] == {"new": 0, "changed": 0}


def test_a_changed_line_corrects_the_record_and_keeps_what_it_said(bureau):
    apply(examine(book("任务完成", TASK, task()), book("问题整改", PROBLEM, problem())))
    found = examine(
        book("任务完成", TASK, task(实际完成日期="2026-11-12")),
        book("问题整改", PROBLEM, problem(整改措施="修订流程")),
    )
    assert [[(c.key, c.new) for c in row.changes] for row in found.changed_rows()] == [
        [("finished_on", date(2026, 11, 12))],
        [("measure", "修订流程")],
    ]
    apply(found)
    assert sorted(Revision.objects.values_list("reason", flat=True)) == ["重新导入台账"] * 2
    assert Fact.objects.get(kind="task", withdrawn_seq=None).status == "late"
    assert Problem.objects.get().measure == "修订流程"


def test_a_person_found_later_is_taken_over(bureau):
    from tests.cast import make_person

    apply(examine(book("问题整改", PROBLEM, problem(责任人="后来者"))))
    late = make_person("后来者", bureau.branch)
    found = examine(book("问题整改", PROBLEM, problem(责任人="后来者")))
    assert apply(found)["problems"] == {"new": 0, "changed": 1}
    assert Problem.objects.get().responsible == late
    assert apply(examine(book("问题整改", PROBLEM, problem(责任人="后来者"))))["problems"] == {
        "new": 0,
        "changed": 0,
    }


def test_a_responsible_person_nobody_knows_warns_and_does_not_block(bureau):
    found = examine(book("问题整改", PROBLEM, problem(责任人="查无此人")))
    assert (faults(found), faults(found, "warn")) == ([], [(2, "责任人", "not_found")])
    apply(found)
    assert Problem.objects.get().responsible_name == "查无此人"


def test_what_comes_out_goes_in_again_unchanged(bureau):
    apply(examine(book("任务完成", TASK, task()), book("问题整改", PROBLEM, problem())))
    selection = Selection(scope=compute_scope(bureau.officer.user))
    tasks, problems = (
        list(sheets.list_task_rows(selection)),
        list(sheets.list_problem_rows(selection)),
    )
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
    assert [[c.heading for c in sheet.columns] for sheet in sheets.LEDGER_SHEETS] == [TASK, PROBLEM]
    again = examine(book("任务完成", TASK, *tasks), book("问题整改", PROBLEM, *problems))
    assert [counts["unchanged"] for counts in again.counts()] == [1, 1]


def test_an_export_keeps_to_the_reader_the_days_and_the_person(bureau):
    apply(examine(book("任务完成", TASK, task()), book("问题整改", PROBLEM, problem())))

    def count(person=bureau.officer, **fields):
        selection = Selection(scope=compute_scope(person.user), **fields)
        return len(list(sheets.list_task_rows(selection))), len(
            list(sheets.list_problem_rows(selection))
        )

    assert count() == (1, 1)
    assert count(bureau.stranger) == (0, 0)
    assert count(start=date(2026, 11, 11)) == (0, 0)
    assert count(person_id=bureau.member.pk) == (0, 1)
    assert count(person_id=bureau.colleague.pk) == (0, 0)
