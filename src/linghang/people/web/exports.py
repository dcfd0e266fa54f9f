"""The roster as a workbook in the national form, its columns and words those the import reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from linghang.people import services
from linghang.people.models import Appointment
from linghang.people.sheets import MemberSheet
from linghang.people.sheets.members import KIND_WORDS, SEX_WORDS, STANDING_WORDS
from linghang.platform.sheets import export
from linghang.platform.sheets.plan import Column

SHEET = "党员"
MARK_SHEET = "导出说明"
WORDS: dict[str, dict[Any, tuple[str, ...]]] = {
    "sex": dict(SEX_WORDS),
    "member_kind": dict(KIND_WORDS),
    "standing": dict(STANDING_WORDS),
}
WIDE = 20


@dataclass(frozen=True)
class Mark:
    """What every exported roster says of itself: who took it, when, what for, and what is masked."""

    title: str
    who: str
    moment: str
    purpose: str
    masked: int

    def line(self) -> str:
        """Return the mark in one line, for the note and the head of every printed page."""
        return f"{self.who} {self.moment}导出，用途：{self.purpose}。含个人信息，用后销毁。"


def write_roster(rows: Iterable[tuple[Appointment, bool]], mark: Mark) -> bytes:
    """Return the memberships as a workbook; sensitive values in full only where the flag says so.

    A second sheet and the note carry the mark; the import passes both over.
    """
    columns = MemberSheet.columns
    with export.Workbook(title=mark.title, author=mark.who) as book:
        sheet = book.add_sheet(
            SHEET,
            title=mark.title,
            note=mark.line(),
            columns=[_head(column) for column in columns],
        )
        sheet.worksheet.set_header(f"&C{mark.line()}".replace("&C", "&C&8", 1))
        for membership, in_full in rows:
            sheet.append([_read(column, membership, in_full=in_full) for column in columns])
        _write_mark(book, mark, sheet.next_row - export.HEADING_ROW - 1)
    return book.to_bytes()


def _head(column: Column) -> export.Column:
    kind = "date" if column.parse.kind == "date" else "text"
    return export.Column(column.heading, column.width or (WIDE if kind == "text" else 12), kind)


def _read(column: Column, membership: Appointment, *, in_full: bool) -> Any:
    person = membership.person
    if column.key == "unit":
        return membership.unit.name
    if column.key == "entered_on":
        return membership.valid_from
    value = services.read_value(person, column.key)
    if column.key in WORDS:
        return next((names[0] for code, names in WORDS[column.key].items() if code == value), "")
    if column.sensitive and value and not in_full:
        return services.MASKS[column.key](value)
    return value


def _write_mark(book: export.Workbook, mark: Mark, rows: int) -> None:
    sheet = book.add_sheet(
        MARK_SHEET,
        title=MARK_SHEET,
        columns=[export.Column("项目", 16), export.Column("内容", 60)],
    )
    for line in (
        ("名称", mark.title),
        ("导出人", mark.who),
        ("导出时间", mark.moment),
        ("用途", mark.purpose),
        ("人数", str(rows)),
        ("脱敏人数", str(mark.masked)),
        ("提示", "本表含党员个人信息，仅限上述用途，不得转发，用后销毁；导出已记入审计。"),
    ):
        sheet.append(line)
