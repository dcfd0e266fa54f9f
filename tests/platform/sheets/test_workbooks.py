"""What the framework writes: templates that come back clean, faulty rows, tables in the customer's layout."""

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from linghang.platform.sheets import examination, export, reading, workbooks
from linghang.platform.sheets.plan import Context
from linghang.platform.sheets.reading import Book, Sheet
from tests.platform.sheets.plans import Register, sample_plans

CONTEXT = Context(actor=None, scope=None, today=date(2026, 11, 21))


@pytest.fixture
def template():
    return workbooks.template_workbook(sample_plans(Register()))


def test_a_template_has_title_note_headings_example_and_choices(template):
    sheet = openpyxl.load_workbook(io.BytesIO(template))["党组织"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=1, max_row=4)]
    assert rows[0][0] == "党组织"
    assert rows[1][0] == "填表说明：党组织名称填写全称。"
    assert rows[2] == ["党组织名称*", "党组织类别*", "上级党组织", "成立日期"]
    assert rows[3] == ["示范第一党支部", "党支部", None, "2020-07-01"]
    assert "与公章一致的全称" in sheet["A3"].comment.text
    validation = sheet.data_validations.dataValidation[0]
    assert (str(validation.sqref), validation.formula1) == (
        "B4:B2004",
        '"党委,党总支,党支部,联合党支部,党小组"',
    )
    assert sheet.column_dimensions["D"].number_format == "yyyy-mm-dd"


def test_a_template_sent_back_empty_brings_nothing_and_is_recognised_completely(template):
    found = examination.examine_books(
        [reading.read_bytes(template, "a.xlsx")], sample_plans(Register()), CONTEXT
    )
    assert [(c["plan"], c["rows"], c["faults"]) for c in found.counts()] == [
        ("units", 0, 0),
        ("members", 0, 0),
        ("service", 0, 0),
    ]
    assert [n.message.template for n in found.notes] == [
        "Row %(row)s is the example of the template and was not read."
    ] * 2


def test_a_filled_template_is_read(template):
    book = openpyxl.load_workbook(io.BytesIO(template))
    for place, value in enumerate(
        ["甲支部", "党支部", None, datetime.fromisoformat("2020-07-01")], 1
    ):
        book["党组织"].cell(5, place, value)
    stream = io.BytesIO()
    book.save(stream)
    found = examination.examine_books(
        [reading.read_bytes(stream.getvalue(), "a.xlsx")], sample_plans(Register()), CONTEXT
    )
    assert [(r.number, r.data.name, r.data.founded_on) for r in found.tables[0].rows] == [
        (5, "甲支部", date(2020, 7, 1))
    ]


def test_the_faulty_workbook_repeats_the_customers_lines_and_only_the_rows_to_mend():
    rows = [
        ["示范表"],
        ["说明"],
        ["序号", "成立日期", "党组织名称", "党组织类别"],
        [1.0, date(2020, 7, 1), "甲支部", "党支部"],
        [2.0, "尽快", "=乙支部", "党支部"],
    ]
    found = examination.examine_books(
        [Book("a.xlsx", [Sheet("党组织", rows)])], sample_plans(Register()), CONTEXT
    )
    sheet = openpyxl.load_workbook(io.BytesIO(workbooks.faulty_workbook(found)))["党组织"]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert lines[0][0] == "示范表"
    assert lines[2] == [
        "序号",
        "成立日期",
        "党组织名称",
        "党组织类别",
        "错误原因",
        "处理建议",
        "原行号",
    ]
    assert [lines[3][:4], lines[3][6]] == [[2, "尽快", "=乙支部", "党支部"], 5]
    assert len(lines) == 4
    assert sheet["C4"].data_type == "s"
    assert sheet["B4"].comment is not None
    assert sheet["C4"].comment is None


def test_without_faulty_rows_there_is_no_workbook():
    rows = [["党组织名称", "党组织类别"], ["甲支部", "党支部"]]
    found = examination.examine_books(
        [Book("a.xlsx", [Sheet("党组织", rows)])], sample_plans(Register()), CONTEXT
    )
    assert workbooks.faulty_workbook(found) is None


@pytest.fixture
def table():
    with export.Workbook(title="台账") as book:
        columns = [
            export.Column("日期", 12),
            export.Column("主题"),
            export.Column("学时", kind="decimal"),
            export.Column("通过"),
        ]
        sheet = book.add_sheet(
            "组织/生活", title="示范公司组织生活台账", note="填表说明：一行一条。", columns=columns
        )
        sheet.append([date(2026, 8, 21), "=1+1", Decimal("1.5"), True])
        sheet.append([None, "@sum", 2, False], strong=True)
        book.add_sheet("组织:生活", title="二", columns=[export.Column("甲")])
    return book.to_bytes()


def test_an_export_has_the_customers_layout(table):
    book = openpyxl.load_workbook(io.BytesIO(table))
    assert book.sheetnames == ["组织_生活", "组织_生活 (2)"]
    sheet = book["组织_生活"]
    assert [str(r) for r in sheet.merged_cells.ranges] == ["A1:D1", "A2:D2"]
    assert [sheet["A1"].value, sheet["A2"].value] == [
        "示范公司组织生活台账",
        "填表说明：一行一条。",
    ]
    assert [c.value for c in sheet[3]] == ["日期", "主题", "学时", "通过"]
    assert [c.value for c in sheet[4]] == [datetime.fromisoformat("2026-08-21"), "=1+1", 1.5, "是"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A4", "A3:D5")
    assert (
        sheet.page_setup.orientation,
        sheet.page_setup.paperSize,
        sheet.page_setup.fitToHeight,
    ) == ("landscape", 9, 0)
    assert sheet["C4"].number_format == "0.00"


@pytest.mark.parametrize("cell", ["B4", "B5"])
def test_text_that_looks_like_a_formula_stays_text_also_when_edited(table, cell):
    found = openpyxl.load_workbook(io.BytesIO(table))["组织_生活"][cell]
    assert (found.data_type, found.quotePrefix) == ("s", True)


def test_an_export_is_read_back_by_the_reader(table):
    rows = reading.read_bytes(table, "a.xlsx").sheets[0].rows
    assert rows[3] == [date(2026, 8, 21), "=1+1", 1.5, "是"]
