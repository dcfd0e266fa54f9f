"""Checks between rows and sheets: doubles, references, rows that wait, and what is compared."""

from dataclasses import replace
from datetime import date

from linghang.platform.sheets import examination
from linghang.platform.sheets.faults import Severity
from linghang.platform.sheets.plan import Context, Outcome
from linghang.platform.sheets.reading import Book, Sheet
from tests.platform.sheets.plans import Member, Register, ServiceSheet, Unit, sample_plans

UNITS = ["党组织名称", "党组织类别", "上级党组织", "成立日期"]
MEMBERS = ["姓名", "公民身份号码", "性别", "人员类别", "所在党支部", "加入党组织日期", "联系电话"]
SERVICE = ["日期", "服务队", "参加人员", "服务内容", "服务时长(小时)"]
YANG, SHEN = "999999196508263692", "999999197611020693"
CONTEXT = Context(actor=None, scope=None, today=date(2026, 11, 21))


def member(name="杨磊", identity=YANG, unit="甲支部", joined="2001-07-01", phone=""):
    return [name, identity, "男", "正式党员", unit, joined, phone]


def examine(register=None, **sheets):
    names = {
        "units": ("党组织", UNITS),
        "members": ("党员", MEMBERS),
        "service": ("志愿服务", SERVICE),
    }
    book = Book("a.xlsx", [Sheet(names[k][0], [names[k][1], *rows]) for k, rows in sheets.items()])
    return examination.examine_books([book], sample_plans(register or Register()), CONTEXT)


def told(found):
    return [(f.sheet, f.row, f.column, f.code, f.severity.value) for f in found.faults()]


def outcomes(found, sheet):
    return [row.outcome for table in found.tables if table.sheet == sheet for row in table.rows]


def test_a_reference_may_stand_in_the_same_upload_whatever_the_order_of_sheets():
    found = examine(members=[member()], units=[["甲支部", "党支部", "", ""]])
    assert told(found) == []
    register = found.workspace.plans["units"].register
    examination.apply_examination(found)
    assert register.members[YANG].unit is register.units["甲支部"]


def test_a_reference_may_exist_already():
    unit = Unit("甲支部", "branch", None, None)
    assert told(examine(Register(units={"甲支部": unit}), members=[member(unit="甲 支部")])) == []


def test_a_reference_to_nothing_suggests_the_nearest_name():
    found = examine(
        units=[["变电运维中心党支部", "党支部", "", ""]], members=[member(unit="变电运维中心支部")]
    )
    fault = next(found.faults())
    assert (fault.code, fault.remedy.params) == ("not_found", {"near": "变电运维中心党支部"})


def test_a_second_row_with_the_same_key_is_a_fault_that_names_the_first():
    found = examine(
        units=[["甲支部", "党支部", "", ""]],
        members=[member(), member("杨磊磊"), member("沈玉林", SHEN)],
    )
    assert told(found) == [("党员", 3, "公民身份号码", "duplicate", "block")]
    assert next(found.faults()).message.params == {
        "heading": "公民身份号码",
        "row": 2,
        "sheet": "党员",
    }


def test_rows_that_lean_on_a_faulty_row_wait_at_any_distance():
    found = examine(
        units=[
            ["甲总支", "党总支", "", "尽快"],
            ["甲支部", "党支部", "甲总支", ""],
            ["乙支部", "党支部", "", ""],
        ],
        members=[member(), member("沈玉林", SHEN, "乙支部")],
    )
    assert told(found) == [
        ("党组织", 2, "成立日期", "not_a_date", "block"),
        ("党组织", 3, "上级党组织", "waits", "wait"),
        ("党员", 2, "所在党支部", "waits", "wait"),
    ]
    assert outcomes(found, "党员") == [Outcome.WAITING, Outcome.NEW]
    assert examination.apply_examination(found)["members"] == {"new": 1, "changed": 0}


def test_a_row_does_not_wait_when_the_thing_exists_already():
    register = Register(units={"甲支部": Unit("甲支部", "branch", None, None)})
    found = examine(register, units=[["甲支部", "党支部", "", "尽快"]], members=[member()])
    assert outcomes(found, "党员") == [Outcome.NEW]


def test_rows_that_lean_on_each_other_in_a_circle_are_refused():
    found = examine(
        units=[
            ["甲", "党支部", "乙", ""],
            ["乙", "党支部", "甲", ""],
            ["丙", "党支部", "丙", ""],
            ["丁", "党支部", "甲", ""],
        ]
    )
    assert told(found) == [
        ("党组织", 2, "上级党组织", "circle", "block"),
        ("党组织", 3, "上级党组织", "circle", "block"),
        ("党组织", 4, "上级党组织", "circle", "block"),
        ("党组织", 5, "上级党组织", "waits", "wait"),
    ]


def test_children_may_stand_above_their_parents():
    found = examine(
        units=[
            ["小组", "党小组", "支部", ""],
            ["支部", "党支部", "总支", ""],
            ["总支", "党总支", "", ""],
        ]
    )
    register = found.workspace.plans["units"].register
    examination.apply_examination(found)
    assert register.units["小组"].parent.parent.name == "总支"


def test_a_name_borne_by_two_is_ambiguous():
    found = examine(
        units=[["办公室党支部", "党支部", "", ""]],
        members=[member(unit="办公室党支部"), member("杨磊", SHEN, "办公室党支部")],
        service=[["2026-05-01", "办公室党员服务队", "杨磊", "巡查", 2]],
    )
    assert told(found) == [("志愿服务", 2, "参加人员", "ambiguous", "block")]


def test_a_blank_cell_and_a_missing_column_change_nothing():
    unit = Unit("甲支部", "branch", None, date(2020, 7, 1))
    known = Member(YANG, "杨磊", "male", unit, date(2001, 7, 1), date(2002, 7, 1), "19974714297")
    register = Register(units={"甲支部": unit}, members={YANG: known})
    assert outcomes(
        examine(register, units=[["甲支部", "党支部", "", "无"]], members=[member(phone="无")]),
        "党员",
    ) == [Outcome.UNCHANGED]


def test_a_moved_member_is_a_change_of_the_record_it_names():
    old, new = Unit("甲支部", "branch", None, None), Unit("乙支部", "branch", None, None)
    known = Member(YANG, "杨磊", "male", old, date(2001, 7, 1), None, "19974714297")
    register = Register(units={"甲支部": old, "乙支部": new}, members={YANG: known})
    found = examine(register, members=[member(unit="乙支部", phone="199-7471-4298")])
    row = found.changed_rows()[0]
    assert [(c.key, c.old, c.new) for c in row.changes] == [
        ("unit", old, new),
        ("phone", "19974714297", "19974714298"),
    ]
    assert row.changes[1].shown() == ("19*******97", "19*******98")
    examination.apply_examination(found)
    assert register.members[YANG] == replace(known, unit=new, phone="19974714298")


def test_a_lower_case_check_letter_meets_the_record_with_a_capital_one():
    unit = Unit("甲支部", "branch", None, None)
    identity = "99999919651022385X"
    known = Member(identity, "戚军", "male", unit, date(2001, 7, 1), None, None)
    register = Register(units={"甲支部": unit}, members={identity: known})
    assert outcomes(examine(register, members=[member("戚军", identity.lower())]), "党员") == [
        Outcome.UNCHANGED
    ]


def test_warnings_do_not_stop_a_row():
    found = examine(
        units=[["办公室党支部", "党支部", "", ""]],
        members=[member(unit="办公室党支部")],
        service=[["2026-05-01", "办公室党员服务队", "杨磊等3人", "巡查", "2小时"]],
    )
    assert told(found) == [("志愿服务", 2, "参加人员", "names_incomplete", "warn")]
    assert outcomes(found, "志愿服务") == [Outcome.NEW]


def test_two_sheets_of_one_kind_are_read_as_one_and_named_apart():
    book = Book(
        "a.xlsx",
        [Sheet("一季度党员", [MEMBERS, member()]), Sheet("二季度党员", [MEMBERS, member()])],
    )
    register = Register(units={"甲支部": Unit("甲支部", "branch", None, None)})
    found = examination.examine_books([book], sample_plans(register), CONTEXT)
    fault = next(found.faults())
    assert (fault.sheet, fault.row, fault.code, fault.message.params["sheet"]) == (
        "二季度党员",
        2,
        "duplicate",
        "一季度党员",
    )


def test_faults_of_severities_are_counted_apart():
    found = examine(units=[["甲总支", "党总支", "", "尽快"], ["甲支部", "党支部", "甲总支", ""]])
    entry = found.counts()[0]
    assert (
        entry["rows"],
        entry["faulty"],
        entry["waiting"],
        entry["faults"],
        entry["warnings"],
    ) == (2, 1, 1, 1, 0)
    assert {f.severity for f in found.faults()} == {Severity.BLOCK, Severity.WAIT}


def test_progress_rises_to_its_end_and_may_stop_the_work():
    seen = []
    book = Book("a.xlsx", [Sheet("党组织", [UNITS, ["甲支部", "党支部", "", ""]])])
    examination.examine_books(
        [book],
        sample_plans(Register()),
        CONTEXT,
        lambda done, total, message="": seen.append((done, total)),
    )
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]


def test_service_plan_names_its_double_by_content():
    assert ServiceSheet.duplicate_column == "content"
