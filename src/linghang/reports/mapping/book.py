"""The score book (得分册) of a bureau's month as a workbook: every number of the results, re-addable.

Documents are Chinese whatever language the reader's pages have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from linghang.evaluation.api import FrozenRow
from linghang.evaluation.enums import NATURE_WORDS
from linghang.platform.sheets.export import Column, Workbook
from linghang.reports.mapping import figures
from linghang.reports.mapping.words import name_reason
from linghang.reports.queries import Month, Strand
from linghang_core import scoring
from linghang_core.scoring.scheme import Nature

DRAFT = "（征求意见稿）"
UNIT_COLUMNS = [Column("可比组", 18), Column("党支部", 26), Column("等次", 10)]
MEMBER_COLUMNS = [
    Column("党支部", 26),
    Column("编号", 12),
    Column("姓名", 12),
    Column("等次", 10),
]
SUMMARY_COLUMNS = [
    Column("评价方案", 14),
    *UNIT_COLUMNS,
    Column("得分", 10, "decimal"),
    Column("更正后得分", 12, "decimal"),
    Column("不评定原因", 28),
]
DETAIL_COLUMNS = [
    Column("党支部", 26),
    Column("指标", 9),
    Column("指标名称", 22),
    Column("性质", 10),
    Column("满分", 9, "decimal"),
    Column("得分", 9, "decimal"),
    Column("已计", 10),
    Column("应计", 10),
    Column("缺", 8),
    Column("算式", 60),
    Column("依据", 40),
]


def name_book(month: Month) -> str:
    """Return the title: 示范甲供电公司…2026年10月红旗指数和红星指数得分册."""
    indices = "和".join(strand.title for strand in month.strands)
    return f"{month.root.name}{month.period.label()}{indices}得分册"


def describe_book(month: Month, *, with_members: bool) -> dict[str, Any]:
    """Return the sheets of the book with their numbers of rows, for a page."""
    sheets = [("汇总", sum(len(strand.frozen.rows) for strand in month.of_units))]
    for strand in month.of_units:
        rows = len(strand.frozen.rows)
        sheets += [(strand.title, rows), (name_detail(strand), rows * len(_rules(strand)))]
    if with_members:
        sheets += [(name_members(s), len(s.frozen.rows)) for s in month.of_persons]
    return {"sheets": [[name, rows] for name, rows in sheets]}


def name_detail(strand: Strand) -> str:
    """Return the name of the sheet with every criterion's formula."""
    return f"{strand.title}明细"


def name_members(strand: Strand) -> str:
    """Return the name of the sheet with the members' scores."""
    return f"{strand.title}党员得分"


def write_book(month: Month, *, with_members: bool, dated: date) -> bytes:
    """Return the workbook; the same month, choice and day always give the same bytes."""
    title = name_book(month) + (DRAFT if month.is_draft else "")
    midnight = datetime.combine(dated, time())
    with Workbook(author=month.root.name, title=title, created=midnight) as book:
        _write_summary(book, month, title)
        for strand in month.of_units:
            _write_units(book, strand, month)
            _write_detail(book, strand, month)
        if with_members:
            for strand in month.of_persons:
                _write_members(book, strand, month)
    return book.to_bytes()


def _rules(strand: Strand) -> list[tuple[int, scoring.Criterion]]:
    """The criteria that have points, with their place in a result."""
    return [
        (place, rule)
        for place, rule in enumerate(strand.frozen.scheme.criteria)
        if rule.nature is not Nature.VETO
    ]


def _head(strand: Strand, month: Month, what: str) -> dict[str, str]:
    scheme = strand.frozen.scheme
    publication = strand.publication
    proof = (
        f"公示编号{publication.number}，公示快照摘要（SHA-256）{publication.digest}"
        if publication
        else f"尚未公示，计算结果摘要（SHA-256）{strand.run.digest}"
    )
    draft = "" if publication else DRAFT
    return {
        "title": f"{month.root.name}{month.period.label()}{strand.title}{what}{draft}",
        "note": (
            f"评价方案{scheme.version}版；{proof}；数据截至变更序号{strand.frozen.as_of_seq}。"
        ),
    }


def _write_summary(book: Workbook, month: Month, title: str) -> None:
    note = "得分为公示得分；更正列在旁边，不改动公示得分。" + (
        f"{'、'.join(month.absent)}的结果尚未公示，不含在内。" if month.absent else ""
    )
    sheet = book.add_sheet("汇总", title=title, note=note, columns=SUMMARY_COLUMNS)
    for strand in month.of_units:
        corrected = figures.latest_corrections(strand.corrections)
        for group, row in _order(strand):
            found = corrected.get(row.pk)
            sheet.append(
                [
                    strand.title,
                    *_name_unit(strand, group, row),
                    row.result.total,
                    found.new_total if found else None,
                    _reason(row),
                ]
            )


def _write_units(book: Workbook, strand: Strand, month: Month) -> None:
    rules = _rules(strand)
    sheet = book.add_sheet(
        strand.title,
        **_head(strand, month, "各指标得分"),
        columns=[*UNIT_COLUMNS, *_point_columns(rules)],
    )
    sheet.extend(
        [*_name_unit(strand, group, row), *_points(row, rules)] for group, row in _order(strand)
    )


def _write_members(book: Workbook, strand: Strand, month: Month) -> None:
    rules = _rules(strand)
    bands = {band.code: band.title.zh for band in strand.frozen.scheme.bands}
    sheet = book.add_sheet(
        name_members(strand),
        **_head(strand, month, "党员得分"),
        columns=[*MEMBER_COLUMNS, *_point_columns(rules)],
    )
    # By branch and code: members are never put in the order of their points.
    ordered = sorted(strand.frozen.rows, key=lambda row: (row.unit, row.result.subject.code))
    sheet.extend(
        [
            row.unit,
            row.result.subject.code,
            row.name,
            bands.get(row.result.band or "", "不评定"),
            *_points(row, rules),
        ]
        for row in ordered
    )


def _point_columns(rules: Iterable[tuple[int, scoring.Criterion]]) -> list[Column]:
    return [
        *(Column(f"{rule.code} {rule.title.zh}", 13, "decimal") for _, rule in rules),
        Column("限额调整", 10, "decimal"),
        Column("得分", 10, "decimal"),
        Column("不评定原因", 28),
    ]


def _points(row: FrozenRow, rules: Iterable[tuple[int, scoring.Criterion]]) -> list[Any]:
    """Points of the criteria, the adjustment, the total: each row adds up; nothing if not rated."""
    items = [row.result.criteria[place] for place, _ in rules]
    if not row.result.is_rated:
        return [*(None for _ in items), None, None, _reason(row)]
    return [
        *(None if one.state is scoring.State.LEFT_OUT else one.points for one in items),
        figures.adjust(row),
        row.result.total,
        None,
    ]


def _write_detail(book: Workbook, strand: Strand, month: Month) -> None:
    sheet = book.add_sheet(
        name_detail(strand),
        **_head(strand, month, "各指标算式"),
        columns=DETAIL_COLUMNS,
    )
    explanations = strand.frozen.explain()
    for _group, row in _order(strand):
        for part in explanations[row.pk].dimensions:
            for item in part.criteria:
                if item.nature is not Nature.VETO:
                    sheet.append(_detail(row, item))


def _detail(row: FrozenRow, item: scoring.CriterionExplanation) -> list[Any]:
    left_out = item.state is scoring.State.LEFT_OUT
    return [
        row.name,
        item.code,
        item.title.zh,
        str(NATURE_WORDS[item.nature.value]),
        None if left_out else item.full,
        None if left_out else item.points,
        _number(item.counted.amount),
        None if item.due is None else _number(item.due.amount),
        None if item.unmet is None else _number(item.unmet.amount),
        item.formula.text.zh,
        item.basis,
    ]


def _number(value: Decimal) -> int | Decimal:
    return int(value) if value == int(value) else value


def _order(strand: Strand) -> Iterator[tuple[str, FrozenRow]]:
    """All units with the title of their peer group, in the order of the bulletin."""
    for group in strand.frozen.scheme.peer_groups:
        rated, unrated = figures.order_group(strand.frozen, group.code)
        for row in [*rated, *unrated]:
            yield group.title.zh, row


def _name_unit(strand: Strand, group: str, row: FrozenRow) -> list[str]:
    bands = {band.code: band.title.zh for band in strand.frozen.scheme.bands}
    return [group, row.name, bands.get(row.result.band or "", "不评定")]


def _reason(row: FrozenRow) -> str | None:
    return name_reason(row.result.reason.value) if row.result.reason else None
