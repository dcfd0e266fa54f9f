"""问题整改: every fault at its place, nothing else blocking, repeatable, out as they came in."""

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
from linghang.rectification import sheets
from linghang.rectification.enums import Verb
from linghang.rectification.models import Act, Problem
from tests.activities.sample_bureau import DATA, LEDGER, build_sample_bureau

TODAY = date(2026, 11, 21)
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
    wanted = {"units", "business_units", "members", "problems"}
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


def test_sample_has_exactly_the_faults_of_the_answer_and_applies_once(db):
    build_sample_bureau()
    answer = json.loads((DATA / "示范滨海供电公司-答案.json").read_text())
    wanted = {(f["row"], f["column"]) for f in answer["faults"] if f["sheet"] == "问题整改"}
    found = examine(reading.read_path(LEDGER))
    mine = [f for f in found.faults() if f.sheet == "问题整改"]
    assert {(f.row, f.column) for f in mine if f.severity == "block"} == wanted
    assert {f.code for f in mine if f.severity != "block"} <= {"ambiguous"}
    assert apply(found)["problems"] == {"new": 61, "changed": 0}
    facts = Fact.objects.count()
    again = examine(reading.read_path(LEDGER))
    counts = again.result()["sheets"]["问题整改"]
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (0, 0, 61)
    assert apply(again)["problems"] == {"new": 0, "changed": 0}
    assert (Problem.objects.count(), Fact.objects.count()) == (61, facts)


def test_lines_write_records_with_their_days_and_states(bureau):
    apply(examine(book("问题整改", PROBLEM, problem(), problem(状态="整改中", 整改完成日期=""))))
    assert list(
        Problem.objects.order_by("pk").values_list("state", "closed_on", "responsible__name")
    ) == [("closed", date(2026, 11, 12), "林晓禾"), ("open", None, "林晓禾")]


def test_other_headings_and_missing_columns_are_understood(bureau):
    found = examine(
        book(
            "问题清单",
            ["存在问题", "责任单位", "整改责任人", "整改时限", "销号时间"],
            ["台账缺失", "输电运检党支部", "方艳一", "20261130", "2026/11/3"],
        ),
    )
    assert faults(found) == []
    apply(found)
    assert Problem.objects.values_list("source", "state").get() == ("", "closed")


def test_the_same_problem_twice_is_two(bureau):
    twice = book("问题整改", PROBLEM, problem(), problem())
    assert apply(examine(twice))["problems"] == {"new": 2, "changed": 0}
    assert apply(examine(twice))["problems"] == {"new": 0, "changed": 0}


def test_a_changed_line_corrects_the_record_and_keeps_what_it_said(bureau):
    apply(examine(book("问题整改", PROBLEM, problem())))
    found = examine(book("问题整改", PROBLEM, problem(整改措施="修订流程")))
    assert [[(c.key, c.new) for c in row.changes] for row in found.changed_rows()] == [
        [("measure", "修订流程")]
    ]
    apply(found)
    [act] = Act.objects.filter(verb=Verb.CORRECTED)
    assert (act.reason, act.old["measure"]) == ("重新导入台账", "专项培训")
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


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"责任党组织": "无此党支部"}, ("责任党组织", "not_found")),
        ({"责任党组织": ""}, ("责任党组织", "empty")),
        ({"整改期限": "尽快"}, ("整改期限", "not_a_date")),
        ({"整改完成日期": "2026-11-22"}, ("整改完成日期", "future")),
        ({"整改完成日期": "无"}, ("整改完成日期", "empty")),
        ({"状态": "整改中"}, ("整改完成日期", "state_and_day")),
    ],
)
def test_a_fault_is_named_at_its_column(bureau, changes, fault):
    assert faults(examine(book("问题整改", PROBLEM, problem(**changes)))) == [(2, *fault)]


def test_what_comes_out_goes_in_again_unchanged(bureau):
    apply(examine(book("问题整改", PROBLEM, problem())))
    problems = list(sheets.list_problem_rows(Selection(scope=compute_scope(bureau.officer.user))))
    assert [[c.heading for c in sheet.columns] for sheet in sheets.LEDGER_SHEETS] == [PROBLEM]
    again = examine(book("问题整改", PROBLEM, *problems))
    assert [counts["unchanged"] for counts in again.counts()] == [1]


def test_an_export_keeps_to_the_reader_the_days_and_the_person(bureau):
    apply(examine(book("问题整改", PROBLEM, problem())))

    def count(person=bureau.officer, **fields):
        selection = Selection(scope=compute_scope(person.user), **fields)
        return len(list(sheets.list_problem_rows(selection)))

    assert count() == 1
    assert count(bureau.stranger) == 0
    assert count(start=date(2026, 11, 11)) == 0
    assert count(person_id=bureau.member.pk) == 1
    assert count(person_id=bureau.colleague.pk) == 0
