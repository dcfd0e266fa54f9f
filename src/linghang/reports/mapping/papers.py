"""What the member's file and the year book have in common. Documents are Chinese whoever reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from linghang_core.documents import (
    Alignment,
    Block,
    Column,
    Heading,
    OfficialDocument,
    Paragraph,
    Table,
    TextSize,
)
from linghang_core.periods import chinese_date

UNKNOWN = "【未登记】"
NOTHING = "【无记录】"
WIDE = 5


@dataclass(frozen=True)
class PaperMark:
    """Who prints, when, and what for: it stands under the title and at the end of the paper."""

    who: str
    moment: str
    purpose: str

    def line(self) -> str:
        """Return the mark in one line."""
        return (
            f"{self.who} {self.moment}打印，用途：{self.purpose}。含个人信息，不得转发，用后销毁。"
        )


def tell_day(day: date | None) -> str:
    """Return a day as documents print it, a gap for none."""
    return chinese_date(day) if day else UNKNOWN


def tell_yuan(cents: int) -> str:
    """Return an amount in yuan with two decimals."""
    return f"{cents // 100}.{cents % 100:02d}"


def make_section(
    title: str,
    headings: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[str]],
    *,
    note: str = "",
    nothing: str = NOTHING,
) -> list[Block]:
    """Return a heading with a table under it; a gap that says so where there are no rows."""
    kept = tuple(tuple(row) for row in rows)
    if not kept:
        return [Heading(title), Paragraph(nothing)]
    size = TextSize.FIVE if len(headings) > WIDE else TextSize.SMALL_FOUR
    columns = tuple(Column(heading, width, Alignment.LEFT) for heading, width in headings)
    return [Heading(title), Table(columns, kept, note=note, size=size)]


def make_facts(title: str, lines: Sequence[tuple[str, str]]) -> list[Block]:
    """Return a heading with labels and their values, a gap where a value is empty."""
    rows = [(label, value or UNKNOWN) for label, value in lines]
    return make_section(title, (("项目", 3), ("内容", 7)), rows)


def bind(
    title: str, blocks: Sequence[Block], mark: PaperMark, issuer: str, on: date
) -> OfficialDocument:
    """Return the document with its mark at the head and at the end."""
    return OfficialDocument(
        title=title,
        subtitle=mark.line(),
        body=(*blocks, Paragraph(mark.line(), bold_lead="打印说明：")),
        issuer=issuer,
        dated=on,
        sealed=False,
    )
