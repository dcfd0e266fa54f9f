"""党费缴费基数: every fault at its cell, bases only of branches one keeps, the same file twice is nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from linghang.dues.models import Base
from linghang.platform.access import Grant, Permission, Scope
from linghang.platform.audit.models import Entry
from linghang.platform.sheets import examination, reading
from linghang.platform.sheets.plan import IMPORTED_AGAIN, Context, registry
from linghang.platform.sheets.services import system_scope
from tests.dues.conftest import NOVEMBER, OCTOBER, TODAY

HEADINGS = ["姓名", "党支部", "人员类别", "党费基数", "起缴月份"]
BRANCH = "变电运维党支部"


def examine(*rows, scope=None, headings=HEADINGS, actor=None):
    book = reading.Book("基数.xlsx", [reading.Sheet("党费基数", [list(headings), *rows])])
    wanted = {"units", "business_units", "members", "dues_bases"}
    plans = [plan for plan in registry.plans() if plan.code in wanted]
    context = Context(actor=actor, scope=scope or system_scope(), today=TODAY, options={})
    return examination.examine_books([book], plans, context)


def apply(found):
    with transaction.atomic():
        return examination.apply_examination(found)["dues_bases"]


def faults(found):
    return [(f.row, f.column, f.code) for f in found.faults() if f.severity == "block"]


def bases():
    rows = Base.objects.filter(withdrawn_at=None).order_by("person__code", "valid_from")
    return [(row.person.name, row.payer, str(row.yuan), f"{row.valid_from:%Y-%m}") for row in rows]


def test_bases_of_a_branch_come_in_at_once_and_the_same_file_again_changes_nothing(branch):
    member, colleague = branch.bureau.member.name, branch.bureau.colleague.name
    rows = [
        [member, BRANCH, "在职", 6350, "2026-10"],
        [colleague, BRANCH, "退休", "4,200.50", "2026年10月"],
    ]
    assert faults(examine(*rows)) == []
    apply(examine(*rows))
    assert bases() == [
        (member, "employed", "6350.00", "2026-10"),
        (colleague, "retired", "4200.50", "2026-10"),
    ]
    again = examine(*rows)
    assert {row.outcome for row in again.workspace.rows["dues_bases"]} == {"unchanged"}
    apply(again)
    assert Base.objects.count() == 2
    [record] = Entry.objects.filter(verb="dues.bases_set")
    assert "6350" not in str(record.new)


def test_a_change_begins_with_its_month_and_a_correction_keeps_what_was_said(branch):
    member = branch.bureau.member
    branch.rate(member, "5000", month=OCTOBER)
    apply(examine([member.name, BRANCH, "", 5200, date(2026, 11, 20)]))
    assert [row[2:] for row in bases()] == [("5000.00", "2026-10"), ("5200.00", "2026-11")]
    apply(examine([member.name, BRANCH, "", 5300, 202611]))
    assert [row[2:] for row in bases()] == [("5000.00", "2026-10"), ("5300.00", "2026-11")]
    gone = Base.objects.get(withdrawn_at__isnull=False)
    assert (str(gone.yuan), gone.withdraw_reason) == ("5200.00", IMPORTED_AGAIN)
    assert gone.valid_from == NOVEMBER


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({0: "查无此"}, ("姓名", "not_found")),
        ({1: "没有支部"}, ("党支部", "not_found")),
        ({2: "临时"}, ("人员类别", "unknown_choice")),
        ({3: "六千"}, ("党费基数", "not_a_number")),
        ({3: 6350.005}, ("党费基数", "too_fine")),
        ({3: ""}, ("党费基数", "missing")),
        ({4: "2026.13"}, ("起缴月份", "no_such_date")),
        ({4: 2026.1}, ("起缴月份", "month_ambiguous")),
        ({4: "2026-12"}, ("起缴月份", "future")),
    ],
)
def test_bad_cells_are_refused_at_their_place(branch, change, fault):
    good = [branch.bureau.member.name, BRANCH, "在职", 6350, "2026-10"]
    row = [change.get(place, value) for place, value in enumerate(good)]
    found = faults(examine(row))
    assert (2, *fault) in found
    assert not Base.objects.exists()


def test_who_has_no_income_needs_no_base(branch):
    member = branch.bureau.member.name
    apply(examine([member, BRANCH, "无收入", "", "2026-10"]))
    assert bases() == [(member, "without_income", "0.00", "2026-10")]


def test_the_bases_of_another_branch_are_not_brought_in(branch):
    grants = (Grant(Permission.IMPORT, branch.bureau.committee.path),)
    scope = Scope(user_id=1, grants=grants, on=TODAY)
    found = examine([branch.bureau.member.name, BRANCH, "在职", 6350, "2026-10"], scope=scope)
    assert (2, "党支部", "forbidden") in faults(found)


def test_what_was_typed_is_masked_wherever_a_fault_shows_it(branch):
    found = examine([branch.bureau.member.name, BRANCH, "在职", "6350.005", "2026-10"])
    [fault] = [f for f in found.faults() if f.column == "党费基数"]
    assert "6350" not in fault.value
