"""Sheets and columns are found wherever they stand and whatever they are called nearby."""

from datetime import date

import pytest

from linghang.platform.sheets import examination, recognition
from linghang.platform.sheets.plan import Context
from linghang.platform.sheets.reading import Book, Sheet
from tests.platform.sheets.plans import Register, sample_plans

PLANS = sample_plans(Register())
MEMBER = [
    "杨磊",
    "999999196508263692",
    "男",
    "1965-08-26",
    "正式党员",
    "办公室党支部",
    "2021-09-28",
    "2022-10-16",
]
HEADINGS = [
    "姓名",
    "公民身份号码",
    "性别",
    "出生日期",
    "人员类别",
    "所在党支部",
    "加入党组织日期",
    "转为正式党员日期",
]


def recognise(rows, name="Sheet1", *, hidden=False):
    return recognition.recognise(Book("a.xlsx", [Sheet(name, rows, hidden=hidden)]), PLANS)


def members(rows, name="Sheet1"):
    register = Register()
    plans = sample_plans(register)
    units = Sheet("党组织", [["党组织名称", "党组织类别"], ["办公室党支部", "党支部"]])
    book = Book("a.xlsx", [units, Sheet(name, rows)])
    return examination.examine_books([book], plans, Context(None, None, date(2026, 11, 21)))


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("姓　名", "姓名"),
        ("姓名*", "姓名"),
        ("姓名（必填）", "姓名"),
        ("姓名\n(必填)", "姓名"),
        ("ＩＤ", "id"),
        ("服务时长（小时）", "服务时长(小时)"),
        ("日期：", "日期"),
    ],
)
def test_headings_compare_in_one_form(spelling, key):
    assert recognition.heading_key(spelling) == key


@pytest.mark.parametrize("above", range(6))
def test_the_heading_row_is_found_below_any_number_of_titles_and_notes(above):
    titles = [
        ["示范公司党员信息采集表"],
        ["填表说明：姓名与身份证一致"],
        [],
        ["单位：示范", "", "日期：2026"],
        [""],
    ][:above]
    tables, _notes = recognise([*titles, HEADINGS, MEMBER])
    assert [(t.plan.code, t.heading_row) for t in tables] == [("members", above + 1)]


def test_a_sheet_is_known_by_its_headings_under_any_name_and_in_any_column_order():
    tables, notes = recognise([list(reversed(HEADINGS)), list(reversed(MEMBER))], "表三")
    assert [(t.plan.code, t.places["name"], t.places["full_on"]) for t in tables] == [
        ("members", 7, 0)
    ]
    assert notes == []


def test_other_bureaus_headings_are_known_as_aliases():
    headings = [
        "序号",
        "党员姓名",
        "身份证号",
        "性别",
        "人员类别",
        "所属支部",
        "入党时间",
        "手机号码",
        "籍贯",
    ]
    tables, notes = recognise([headings, [1.0, "杨磊"]])
    assert set(tables[0].places) == {
        "name",
        "identity",
        "sex",
        "standing",
        "unit",
        "joined_on",
        "phone",
    }
    assert [n.message.params for n in notes] == [{"column": "籍贯"}]


def test_headings_of_two_rows_are_read_joined():
    upper = ["姓名", "公民身份号码", "人员类别", "所在党支部", "加入党组织", "转为正式党员"]
    lower = ["", "", "", "", "日期", "日期"]
    tables, _notes = recognise([["党员名册"], upper, lower, MEMBER])
    assert tables[0].heading_row == 3
    assert {k: tables[0].places[k] for k in ("name", "joined_on", "full_on")} == {
        "name": 0,
        "joined_on": 4,
        "full_on": 5,
    }


def test_a_unit_in_brackets_may_be_left_out():
    tables, _notes = recognise([["日期", "服务队", "参加人员", "服务内容", "服务时长"]])
    assert tables[0].places["hours"] == 4


def test_the_better_plan_wins_where_two_share_headings():
    tables, _notes = recognise(
        [["姓名", "党组织名称", "党组织类别", "上级党组织"], ["x", "y", "党支部", ""]]
    )
    assert tables[0].plan.code == "units"


def test_unknown_and_hidden_sheets_are_notes():
    tables, notes = recognise([["食堂菜单"], ["周一", "面"]], "菜单")
    assert (tables, len(notes)) == ([], 1)
    tables, notes = recognise([], "党员", hidden=True)
    assert (tables, len(notes)) == ([], 1)
    assert recognise([[""], []], "空") == ([], [])


def test_a_missing_required_column_is_one_fault_of_the_sheet_and_its_rows_are_not_applied():
    place = HEADINGS.index("人员类别")
    cut = [[c for i, c in enumerate(row) if i != place] for row in (HEADINGS, MEMBER, MEMBER)]
    found = members(cut)
    faults = [f for f in found.faults() if f.code == "missing_column"]
    assert [(f.sheet, f.row, f.column) for f in faults] == [("Sheet1", 1, "人员类别")]
    assert [(c["rows"], c["new"], c["faulty"]) for c in found.counts()][1] == (2, 0, 2)


def test_blank_lines_repeated_headings_totals_and_footnotes_are_passed_over():
    found = members(
        [
            HEADINGS,
            [],
            MEMBER,
            ["", " ", None],
            HEADINGS,
            ["合计", "", "", "", "", "", "", ""],
            ["填表人：", "", "", "审核人："],
        ]
    )
    table = found.tables[1]
    assert [row.number for row in table.rows] == [3]
    assert [n.message.params["row"] for n in found.notes] == [6, 7]


def test_a_row_with_only_a_serial_number_is_blank():
    found = members([["序号", *HEADINGS], [1.0, *MEMBER], [2.0, *[""] * 8]])
    assert [row.number for row in found.tables[1].rows] == [2]
