"""The four lists as files and as a page to print: title, columns, every record once, nothing that runs."""

from __future__ import annotations

import io
from datetime import date, datetime

import docx
import openpyxl
import pytest
from django.urls import reverse

from linghang.rectification import services
from linghang.worklists.models import Assignment

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)
TITLES = {
    "problems": "问题清单",
    "responsibility": "责任清单",
    "measures": "任务清单",
    "results": "成果清单",
}
COLUMNS = {
    "problems": [
        "序号", "方面", "问题", "问题来源", "严重程度", "整改类型", "责任党组织", "截止日期", "状态",
    ],
    "responsibility": [
        "序号", "问题", "牵头领导", "牵头单位", "责任党组织", "责任人", "配合单位", "截止日期", "状态",
    ],
    "measures": [
        "序号", "措施", "对应问题", "完成标准", "责任单位", "截止日期", "完成日期", "状态",
    ],
    "results": ["类别", "成果", "对应问题", "组织", "文号", "受益人数", "日期"],
}  # fmt: skip


@pytest.fixture
def book(bureau, state):
    """Two problems of one book with a measure and a result they share, and one withdrawn."""
    each = {"book": "主题教育检视整改", "lead_unit": bureau.general_branch, "measure": ""}
    one = state(text="=HYPERLINK(1)", aspect="担当作为", leader=bureau.leader, **each)
    two = state(text="回访不及时", cooperating=(bureau.other_branch,), **each)
    draft = services.MeasureDraft("集中培训", [bureau.branch], date(2026, 11, 30), "参训率100%")
    services.add_measures(problems=[one, two], drafts=[draft], actor=bureau.officer.user)
    services.record_result(
        problems=[one, two], kind="rule", title="工作票管理细则", on=TODAY, quantity=41,
        document_number="示范党〔2026〕8号", actor=bureau.officer.user,
    )  # fmt: skip
    gone = state(text="不属实的问题", **each)
    services.withdraw_problem(problem=gone, reason="不属实", actor=bureau.officer.user)
    return one.book


def ask(client, book, **query):
    return client.get(reverse("rectification:book", args=[book.pk]), query)


def read_workbook(answer):
    found = openpyxl.load_workbook(io.BytesIO(answer.content))
    return {
        sheet.title: [row for row in sheet.iter_rows(values_only=True) if any(row)]
        for sheet in found
    }


@pytest.fixture
def as_officer(client, bureau):
    client.force_login(bureau.officer.user)
    return client


def test_the_workbook_has_each_record_once_under_its_headings(as_officer, book):
    sheets = read_workbook(ask(as_officer, book, **{"as": "xlsx"}))
    assert list(sheets) == list(TITLES.values())
    for view, title in TITLES.items():
        rows = sheets[title]
        assert rows[0][0] == f"主题教育检视整改：{title}"
        at = next(n for n, row in enumerate(rows) if list(row) == COLUMNS[view])
        assert len(rows) - at - 1 == (2 if view in {"problems", "responsibility"} else 1)
    assert sheets["任务清单"][-1] == (
        1, "集中培训", "1、2", "参训率100%", "变电运维党支部", as_cell(2026, 11, 30), None, "进行中",
    )  # fmt: skip
    assert sheets["成果清单"][-1] == (
        "规章制度", "工作票管理细则", "1、2", "变电运维党支部", "示范党〔2026〕8号", 41,
        as_cell(2026, 11, 21),
    )  # fmt: skip


def as_cell(*day):
    return datetime(*day)


def test_no_text_of_a_problem_becomes_a_formula(as_officer, book):
    data = ask(as_officer, book, **{"as": "xlsx"}).content
    sheet = openpyxl.load_workbook(io.BytesIO(data))["问题清单"]
    cells = [cell for row in sheet.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert [cell.data_type for cell in cells] == ["s"]


@pytest.mark.parametrize("view", TITLES)
def test_each_list_is_a_document_with_title_columns_and_page_numbers(as_officer, book, view):
    answer = ask(as_officer, book, list=view, **{"as": "docx"})
    document = docx.Document(io.BytesIO(answer.content))
    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells] == COLUMNS[view]
    assert len(table.rows) == (3 if view in {"problems", "responsibility"} else 2)
    words = [paragraph.text for paragraph in document.paragraphs]
    assert f"主题教育检视整改{TITLES[view]}" in "".join(words)
    footers = "".join(
        part._element.xml  # the field of the page number is no text
        for section in document.sections
        for part in (section.footer, section.even_page_footer)
    )
    assert "PAGE" in footers
    assert "不属实" not in "".join(words)


@pytest.mark.parametrize("view", TITLES)
def test_the_page_to_print_has_the_same_rows_as_the_file(as_officer, book, view):
    shown = ask(as_officer, book, list=view)
    assert [heading for heading, _value in shown.context["lines"][0][1]] == COLUMNS[view]
    sheets = read_workbook(ask(as_officer, book, list=view, **{"as": "xlsx"}))
    rows = sheets[TITLES[view]]
    at = next(n for n, row in enumerate(rows) if list(row) == COLUMNS[view])
    assert len(shown.context["lines"]) == len(rows) - at - 1
    assert "data-lh-print" in shown.content.decode()


def test_the_lists_of_a_unit_are_those_of_everything_under_it(as_officer, bureau, book):
    for unit, number in ((bureau.general_branch, 2), (bureau.other_branch, 0)):
        address = reverse("rectification:unit-lists", args=[unit.pk])
        assert len(as_officer.get(address).context["lines"]) == number
        sheets = read_workbook(as_officer.get(address, {"as": "xlsx"}))
        assert list(sheets) == list(TITLES.values())
    empty = as_officer.get(address, {"as": "docx", "list": "results"})
    text = [p.text for p in docx.Document(io.BytesIO(empty.content)).paragraphs]
    assert any("截至本日，没有记录。" in words for words in text)


def test_lists_show_only_what_the_reader_sees(client, bureau, book):
    other = bureau.other_branch.appointments.get(post="secretary").person
    client.force_login(other.user)
    assert ask(client, book).context["lines"] == []
    assert Assignment.objects.count() == 1
    client.force_login(bureau.stranger.user)
    assert ask(client, book).status_code == 404
