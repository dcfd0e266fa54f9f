"""The customer's workbooks: every planted fault is found at its row and column, and no other stops a row."""

import json
from datetime import date
from pathlib import Path

import pytest

from linghang.platform.sheets import examination, reading
from linghang.platform.sheets.faults import Severity
from linghang.platform.sheets.plan import Context, Outcome
from tests.platform.sheets.plans import Register, sample_plans

DATA = Path(__file__).parents[2] / "data"
CONTEXT = Context(actor=None, scope=None, today=date(2026, 11, 21))


@pytest.fixture(scope="module")
def books():
    return [reading.read_path(p) for p in sorted(DATA.glob("示范滨海供电公司-*.xlsx"))]


@pytest.fixture(scope="module")
def answers():
    return json.loads((DATA / "示范滨海供电公司-答案.json").read_text())


def check(books, register):
    return examination.examine_books(books, sample_plans(register), CONTEXT)


def test_planted_faults_are_found_at_their_row_and_column_and_no_others_block(books, answers):
    found = check(books, Register())
    planned = {table.sheet for table in found.tables}
    assert planned == {"党组织", "党员", "志愿服务"}
    wanted = {
        (f["sheet"], f["row"], f["column"]) for f in answers["faults"] if f["sheet"] in planned
    }
    blocking = {(f.sheet, f.row, f.column) for f in found.faults() if f.severity is Severity.BLOCK}
    assert blocking == wanted


def test_counts_of_the_sheets_agree_with_the_answers(books, answers):
    sheets = check(books, Register()).result()["sheets"]
    assert sheets["党组织"] == {
        "rows": 70,
        "new": 70,
        "changed": 0,
        "unchanged": 0,
        "faulty": 0,
        "waiting": 0,
        "faults": 0,
        "warnings": 0,
    }
    assert sheets["党员"]["rows"] == answers["member_rows"] == 628
    assert sheets["党员"]["new"] == 618
    assert sheets["党员"]["faulty"] == 10
    assert sheets["志愿服务"]["rows"] == answers["records"]["志愿服务"]


def test_applied_twice_the_second_time_changes_nothing(books):
    register = Register()
    first = check(books, register)
    written = examination.apply_examination(first)
    assert written["units"] == {"new": 70, "changed": 0}
    assert written["members"] == {"new": 618, "changed": 0}
    kept = (dict(register.units), dict(register.members), dict(register.services))
    second = check(books, register)
    assert [(c["sheet"], c["new"], c["changed"]) for c in second.counts()] == [
        ("志愿服务", 0, 0),
        ("党组织", 0, 0),
        ("党员", 0, 0),
    ]
    assert examination.apply_examination(second) == {
        k: {"new": 0, "changed": 0} for k in ("units", "members", "service")
    }
    assert (register.units, register.members, register.services) == kept


def test_sensitive_values_are_masked_in_faults(books):
    identity = [f for f in check(books, Register()).faults() if f.column == "公民身份号码"]
    assert [f.value for f in identity] == ["99**************61", "99**************62"]


def test_an_unknown_branch_says_so_with_a_remedy(books):
    fault = next(f for f in check(books, Register()).faults() if f.row == 382)
    assert (
        str(fault.message) == "There is no such branch."
        or fault.message.template == "There is no such branch."
    )
    assert fault.value == "不存在的党支部"
    assert fault.code == "not_found"


def test_the_parent_unit_is_written_before_its_children(books):
    register = Register()
    examination.apply_examination(check(books, register))
    assert register.units["办公室党支部"].parent is register.units["机关党总支"]


def test_rows_of_known_records_are_unchanged_and_edited_ones_show_old_and_new(books):
    register = Register()
    examination.apply_examination(check(books, register))
    key, member = next((k, m) for k, m in register.members.items() if m.name == "杨磊")
    from dataclasses import replace

    register.members[key] = replace(member, joined_on=date(2021, 9, 27))
    changed = check(books, register).changed_rows()
    assert [(r.number, r.outcome) for r in changed] == [(5, Outcome.CHANGED)]
    assert [(c.heading, *c.shown()) for c in changed[0].changes] == [
        ("加入党组织日期", "2021-09-27", "2021-09-28")
    ]
