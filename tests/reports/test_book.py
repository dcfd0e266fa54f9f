"""The score book: every number of the snapshot, row by row to be added up."""

from __future__ import annotations

from decimal import Decimal

import pytest

from linghang.reports import services
from tests.evaluation import cases
from tests.reports.reading import read_sheets


@pytest.fixture
def book(bureau, publications):
    return services.make_score_book(
        run=publications[0].run, actor=bureau.officer.user, with_members=True
    )


def sheets(document):
    return read_sheets(bytes(document.file))


def test_sheets_are_the_summary_points_formulas_and_members(book):
    assert {name: len(rows) - 1 for name, rows in sheets(book).items()} == {
        "汇总": 2,
        "红旗指数": 2,
        "红旗指数明细": 6,
        "红星指数党员得分": 5,
    }
    assert book.content == {
        "sheets": [["汇总", 2], ["红旗指数", 2], ["红旗指数明细", 6], ["红星指数党员得分", 5]]
    }


def test_summary_and_points_say_exactly_what_the_example_gives(book):
    found = sheets(book)
    assert found["汇总"] == [
        ["评价方案", "可比组", "党支部", "等次", "得分", "更正后得分", "不评定原因"],
        ["红旗指数", "生产一线", "变电运维党支部", "四星", Decimal(66), None, None],
        ["红旗指数", "机关职能", "输电运检党支部", "四星", Decimal(70), None, None],
    ]
    assert found["红旗指数"][1] == [
        "生产一线", "变电运维党支部", "四星",
        Decimal("52.5"), Decimal(15), Decimal("-1.5"), Decimal(0), Decimal(66), None,
    ]  # fmt: skip


def test_formulas_are_written_with_their_numbers(book):
    rows = sheets(book)["红旗指数明细"]
    assert rows[1] == [
        "变电运维党支部", "D1-1", "按时完成", "基本分", Decimal(70), Decimal("52.5"),
        Decimal(3), Decimal(4), Decimal(1), "得分 = 70 × min(1, 3 ÷ 4) = 52.5",
        "《中国共产党支部工作条例（试行）》",
    ]  # fmt: skip


def test_every_row_re_adds_to_the_snapshot(publications, book):
    found = sheets(book)
    for publication, sheet, name_at, first in (
        (publications[0], "红旗指数", 1, 3),
        (publications[1], "红星指数党员得分", 2, 4),
    ):
        totals = {
            row["name"]: Decimal(row["total"])
            for row in publication.read_snapshot()["scores"].values()
        }
        rows = found[sheet][1:]
        added = {
            row[name_at]: sum(value for value in row[first:-2] if value is not None) for row in rows
        }
        assert added == totals
        assert {row[name_at]: row[-2] for row in rows} == totals


def test_members_stand_by_branch_and_code_never_by_points(bureau, book):
    rows = sheets(book)["红星指数党员得分"][1:]
    assert [(row[0], row[2], row[-2]) for row in rows] == [
        ("变电运维党支部", "韩帆", Decimal(0)),
        ("变电运维党支部", "林晓禾", Decimal(50)),
        ("变电运维党支部", "许怡书", Decimal(0)),
        ("变电运维党支部", "孟宇行", Decimal(0)),
        ("输电运检党支部", "方艳一", Decimal(0)),
    ]


def test_book_without_members_names_none(bureau, publications):
    document = services.make_score_book(
        run=publications[0].run, actor=bureau.officer.user, with_members=False
    )
    assert list(sheets(document)) == ["汇总", "红旗指数", "红旗指数明细"]
    assert document.names_members is False
    assert [cell for rows in sheets(document).values() for row in rows for cell in row
            if cell in {"林晓禾", "许怡书", "韩帆", "方艳一", "孟宇行"}] == []  # fmt: skip


def test_same_snapshot_gives_the_same_bytes(bureau, publications, book):
    digest, number = book.digest, book.number
    cases.record(bureau.branch, "probe.duty", status="met")
    again = services.make_score_book(
        run=publications[1].run, actor=bureau.leader.user, with_members=True
    )
    assert (again.pk, again.number) == (book.pk, number)
    book.delete()
    anew = services.make_score_book(
        run=publications[0].run, actor=bureau.officer.user, with_members=True
    )
    assert anew.digest == digest


def test_draft_is_marked_on_its_sheets(bureau, runs):
    import io

    from openpyxl import load_workbook

    document = services.make_score_book(run=runs[0], actor=bureau.officer.user, with_members=False)
    book = load_workbook(io.BytesIO(bytes(document.file)))
    assert document.is_draft
    assert [sheet["A1"].value for sheet in book] == [
        "中共示范甲供电公司委员会2026年10月红旗指数和红星指数得分册（征求意见稿）",
        "中共示范甲供电公司委员会2026年10月红旗指数各指标得分（征求意见稿）",
        "中共示范甲供电公司委员会2026年10月红旗指数各指标算式（征求意见稿）",
    ]
