"""Templates from packs, drafts made of them, and lists read from Excel."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from linghang.library.api import install_packs
from linghang.platform.packs.reading import read_pack
from linghang.platform.sheets import workbooks
from linghang.platform.sheets.faults import UnusableFile
from linghang.worklists.enums import Cadence, Owner
from linghang.worklists.mapping import ItemDraft, fill_year, read_rows, write_row
from linghang.worklists.models import Assignment, Draft, Template
from linghang.worklists.services import drafting
from linghang.worklists.sheets.items import ItemSheet, read_due, read_items
from tests.conftest import TODAY


@pytest.fixture
def templates(db):
    install_packs(["party-task-list", "reading-list"], actor=None)
    return {template.code: template for template in Template.objects.all()}


def test_the_task_list_has_36_items_in_three_classes_each_with_its_standard(templates):
    items = templates["party-task-list"].items
    classes = [item["owner"] for item in items]
    assert [classes.count(c) for c in ("committee", "organisation", "member")] == [12, 16, 8]
    assert all(item["standard"] for item in items)
    assert sum("proof_kind" in item for item in items) == 12


def test_the_reading_list_has_required_and_optional_titles(templates):
    items = templates["reading-list"].items
    assert [item.get("required", True) for item in items] == [True] * 8 + [False] * 6


@pytest.mark.parametrize(
    ("item", "key"),
    [
        ({"owner": "member"}, "due"),
        ({"owner": "member", "due": "06-30", "cadence": "month"}, "due"),
        ({"owner": "member", "due": "02-30"}, "due"),
        ({"owner": "post", "due": "06-30"}, "post"),
        ({"owner": "member", "post": "secretary", "due": "06-30"}, "post"),
        ({"owner": "post", "post": "nobody", "due": "06-30"}, "post"),
        ({"owner": "member", "due": "06-30", "proof": {"kind": "no.such"}}, "proof"),
    ],
)
def test_a_template_that_cannot_be_issued_is_refused_with_its_place(db, item, key):
    document = {
        "pack": "own-list",
        "version": "1.0.0",
        "title": {"en": "x", "zh": "x"},
        "practices": ["P16"],
        "description": {"en": "x", "zh": "x"},
        "basis": ["本单位做法"],
        "contents": {
            "lists": [
                {
                    "code": "own",
                    "title": {"en": "x", "zh": "x"},
                    "items": [{"code": "1", "text": "做", **item}],
                }
            ]
        },
    }
    pack, findings = read_pack(document)
    assert pack is None
    assert [f.place for f in findings] == [f"contents.lists[0].items[0].{key}"]


def test_a_dropped_template_is_offered_no_more(templates):
    from linghang.worklists.packs import install_lists

    class Pack:
        code = "reading-list"

    install_lists([], Pack, None)
    assert Template.objects.get(code="reading-list").retired


def test_days_of_the_year_become_days_of_that_year():
    rows = [{"text": "一", "due": "02-29"}, {"text": "二", "due": "06-30"}, {"text": "三"}]
    assert fill_year(rows, 2027) == [
        {"text": "一", "due_on": "2027-02-28"},
        {"text": "二", "due_on": "2027-06-30"},
        {"text": "三"},
    ]


def test_a_draft_row_says_the_same_when_it_is_read_again(bureau):
    item = ItemDraft(
        "报送",
        section="一",
        owner=Owner.UNITS,
        units=(bureau.branch,),
        due_on=date(2026, 12, 1),
        accepter=bureau.committee,
        acceptance="unit",
        required=False,
        proof_least=300,
    )
    row = write_row(item)
    assert row["units"] == [bureau.branch.pk]
    assert read_rows([row]) == [item]


# -- drafts --------------------------------------------------------------------------------------------


def test_a_template_becomes_a_draft_and_the_draft_a_list(bureau, templates):
    draft = drafting.draft_from_template(
        template=templates["party-task-list"],
        year=2027,
        issuer=bureau.committee,
        actor=bureau.officer.user,
    )
    assert draft.title == "2027年党建工作任务一览表"
    preview = drafting.preview_draft(draft)
    assert [(c.items, c.units, c.persons, c.assignments) for c in preview.reach.by_class] == [
        (12, 1, 0, 12),
        (16, 3, 0, 48),
        (8, 2, 5, 40),
    ]
    assert not Assignment.objects.exists()
    worklist = drafting.issue_draft(draft=draft, actor=bureau.officer.user)
    assert Assignment.objects.filter(worklist=worklist).count() == 100
    assert drafting.issue_draft(draft=draft, actor=bureau.officer.user) == worklist
    again = drafting.find_free_title("2027年党建工作任务一览表", bureau.committee)
    assert again == "2027年党建工作任务一览表（2）"


def test_of_two_people_writing_a_draft_the_second_is_told(bureau):
    draft = drafting.start_draft(
        title="新清单", kind="tasks", issuer=bureau.committee, actor=bureau.officer.user
    )
    item = ItemDraft("一", owner=Owner.MEMBER, due_on=date(2026, 12, 1))
    drafting.write_draft_item(
        draft=draft, item=item, number=None, actor=bureau.officer.user, seen=draft.version
    )
    with pytest.raises(ValidationError) as refusal:
        drafting.drop_draft_items(
            draft=draft, numbers=[1], actor=bureau.leader.user, seen=draft.version
        )
    assert "高知远" in refusal.value.messages[0]
    assert len(Draft.objects.get().rows) == 1


# -- Excel ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每月", (Cadence.MONTH, None, None)),
        ("每季度1次", (Cadence.QUARTER, None, None)),
        ("10个工作日", (None, 10, None)),
        ("2027-03-31", (None, None, date(2027, 3, 31))),
        ("2027年3月31日前", (None, None, date(2027, 3, 31))),
        ("6月30日前", (None, None, date(2027, 6, 30))),
        ("12月底前", (None, None, date(2026, 12, 31))),
        ("11月底", (None, None, date(2026, 11, 30))),
        ("尽快", (None, None, None)),
        ("2月30日", (None, None, None)),
    ],
)
def test_the_due_cell_is_a_day_a_cadence_or_working_days(text, expected):
    assert read_due(text, TODAY) == expected


def workbook(
    *rows, headings=("序号", "类别", "任务", "完成标准", "责任对象", "完成时限", "佐证", "验收")
):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "任务清单"
    for row in (headings, *rows):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_becomes_items(bureau):
    data = workbook(
        (1, "党委", "印发要点", "经党委会", "党委", date(2027, 2, 28), "是", "否"),
        (2, "支部", "主题党日", "", "各党支部", "每月", "", ""),
        (3, "支部", "讲党课", "", "支部书记", "每季度", "", "下发单位"),
        (4, "支部", "报送", "", "变电运维党支部、输电运检党支部", "5个工作日", "", ""),
    )
    items, examination = read_items(data, "清单.xlsx", issuer=bureau.committee, today=TODAY)
    assert list(examination.faults()) == []
    assert [(i.text, str(i.owner), i.post, len(i.units)) for i in items] == [
        ("印发要点", "committee", "", 0),
        ("主题党日", "organisation", "", 0),
        ("讲党课", "post", "secretary", 0),
        ("报送", "units", "", 2),
    ]
    assert (items[0].needs_evidence, str(items[2].acceptance), items[3].due_in) == (
        True,
        "issuer",
        5,
    )


def test_faults_of_a_workbook_name_row_and_column(bureau):
    data = workbook(
        (1, "", "做一件事", "", "火星党支部", "每月", "", ""),
        (2, "", "做两件事", "", "党员", "尽快", "", "谁知道"),
        (3, "", "", "", "党员", "每月", "", ""),
    )
    items, examination = read_items(data, "清单.xlsx", issuer=bureau.committee, today=TODAY)
    assert items == []
    assert {(f.row, f.column) for f in examination.faults()} == {
        (2, "责任对象"),
        (3, "完成时限"),
        (3, "验收"),
        (4, "任务"),
    }


def test_a_file_that_is_no_workbook_is_refused(bureau):
    with pytest.raises(UnusableFile):
        read_items(b"%PDF-1.4", "清单.xlsx", issuer=bureau.committee, today=TODAY)


def test_the_template_to_fill_in_can_be_read_back(bureau):
    data = workbooks.template_workbook([ItemSheet()])
    _items, examination = read_items(data, "模板.xlsx", issuer=bureau.committee, today=TODAY)
    assert [table.missing for table in examination.tables] == [()]
