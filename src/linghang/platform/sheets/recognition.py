"""Which plan a sheet follows, where its headings stand, and which column is which.

A sheet is recognised by its headings and its name, never by its position. Every row near the top may be
the heading row; each is scored for each plan by how many of its cells are headings of the plan, how many of
the plan's required columns it has, and whether the sheet's name is one of the plan's. Headings of two rows
(任职 over 起始日期) are read joined and singly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_noop as _

from linghang.platform.sheets.cells import Cell, folded, written
from linghang.platform.sheets.faults import Message
from linghang.platform.sheets.plan import Column, SheetPlan, Table
from linghang.platform.sheets.reading import Book, Sheet

ROWS_SEARCHED = 30
LONGEST_HEADING = 60
_MARKS = re.compile(
    r"[(\[【](?:必填|必填项|选填|可选|非必填|required|optional)[)\]】]|必填项?$|[*＊:：]"
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
# Columns that people add for themselves and that say nothing.
_IGNORED = frozenset(
    {"序号", "编号", "no", "no.", "#", "备注", "说明", "修改建议", "错误原因", "处理建议", "原行号"}
)


@dataclass(frozen=True)
class Note:
    """Something the user should know that is no fault: a sheet or column that was not read."""

    file: str
    sheet: str
    message: Message

    def to_json(self) -> dict[str, str]:
        """Return the note in the active language."""
        return {"file": self.file, "sheet": self.sheet, "message": str(self.message)}


@lru_cache(maxsize=4096)
def heading_key(text: str) -> str:
    """Return the form in which headings compare equal: one width, no spaces, line breaks or marks like （必填）."""
    return _MARKS.sub("", folded(text).replace(" ", "").casefold())


@lru_cache(maxsize=4096)
def bare_key(text: str) -> str:
    """Return the heading key without what stands in brackets."""
    return _BRACKETS.sub("", heading_key(text)) or heading_key(text)


class _Index:
    """The headings of a plan, exact and without brackets."""

    def __init__(self, plan: SheetPlan[Any]) -> None:
        self.plan = plan
        self.names = {heading_key(n) for n in (*plan.names, str(plan.title))}
        self.exact: dict[str, Column] = {}
        self.bare: dict[str, Column] = {}
        for column in plan.columns:
            for name in (column.heading, *column.aliases):
                self.exact.setdefault(heading_key(name), column)
                self.bare.setdefault(bare_key(name), column)
        self.required = {c.key for c in plan.columns if c.required}

    def find(self, spellings: Sequence[str]) -> tuple[Column, bool] | None:
        """Return the column of a heading and whether it is meant exactly."""
        for spelling in spellings:
            if column := self.exact.get(heading_key(spelling)):
                return column, True
        for spelling in spellings:
            if column := self.bare.get(bare_key(spelling)):
                return column, False
        return None

    def named(self, sheet: str) -> bool:
        """Return whether the sheet has the plan's name, alone or inside a longer one."""
        key = heading_key(sheet)
        return key in self.names or any(len(n) >= 2 and n in key for n in self.names)


@dataclass(slots=True)
class _Candidate:
    score: float
    index: _Index
    row: int
    places: dict[str, int]
    headings: list[str]
    unknown: list[str]


def recognise(book: Book, plans: Sequence[SheetPlan[Any]]) -> tuple[list[Table], list[Note]]:
    """Return the sheets of a file that follow a plan (without their rows), and notes on the others."""
    indexes = [_Index(plan) for plan in plans]
    tables: list[Table] = []
    notes: list[Note] = []
    for sheet in book.sheets:
        best = None if sheet.hidden else _best(sheet, indexes)
        if best is not None:
            tables.append(_table(book, sheet, best))
            notes += [
                Note(
                    book.file,
                    sheet.name,
                    Message(
                        _("The column “%(column)s” is not known and was not read."), {"column": h}
                    ),
                )
                for h in best.unknown
                if heading_key(h) not in _IGNORED
            ]
        elif any(cell not in (None, "") for row in sheet.rows[:ROWS_SEARCHED] for cell in row):
            notes.append(
                Note(book.file, sheet.name, Message(_("The sheet is not known and was not read.")))
            )
        elif sheet.hidden and any(i.named(sheet.name) for i in indexes):
            notes.append(
                Note(book.file, sheet.name, Message(_("The sheet is hidden and was not read.")))
            )
    return tables, notes


def _table(book: Book, sheet: Sheet, best: _Candidate) -> Table:
    plan = best.index.plan
    missing = tuple(c for c in plan.columns if c.required and c.key not in best.places)
    return Table(
        plan=plan,
        file=book.file,
        sheet=sheet.name,
        heading_row=best.row + 1,
        places=best.places,
        headings=best.headings,
        missing=missing,
    )


def _best(sheet: Sheet, indexes: Sequence[_Index]) -> _Candidate | None:
    best: _Candidate | None = None
    for number, row in enumerate(sheet.rows[:ROWS_SEARCHED]):
        single: list[tuple[str, ...]] = [(h,) if h else () for h in map(_heading, row)]
        variants = [single]
        if number and sum(map(bool, single)) >= 2:
            variants.append(_joined(sheet.rows[number - 1], row))
        for spellings in variants:
            for index in indexes:
                candidate = _candidate(index, number, spellings, sheet.name)
                if candidate and (best is None or candidate.score > best.score):
                    best = candidate
    return best


def _heading(cell: Cell) -> str:
    text = written(cell).strip() if isinstance(cell, str) else ""
    return text if len(text) <= LONGEST_HEADING else ""


def _joined(upper: Sequence[Cell], lower: Sequence[Cell]) -> list[tuple[str, ...]]:
    """Return the spellings of each heading of two rows; the upper one reaches right over merged cells."""
    spellings: list[tuple[str, ...]] = []
    parent = ""
    for place in range(max(len(upper), len(lower))):
        above = _heading(upper[place]) if place < len(upper) else ""
        below = _heading(lower[place]) if place < len(lower) else ""
        parent = above or parent
        if below:
            spellings.append((parent + below, below))
        else:
            spellings.append((above,) if above else ())
            parent = above
    return spellings


def _candidate(
    index: _Index, number: int, spellings: Sequence[tuple[str, ...]], sheet: str
) -> _Candidate | None:
    places: dict[str, int] = {}
    exactly: set[str] = set()
    unknown: dict[int, str] = {}
    for place, options in enumerate(spellings):
        if not options:
            continue
        found = index.find(options)
        if found is None:
            unknown[place] = options[-1]
            continue
        column, exact = found
        if column.key in places and (not exact or column.key in exactly):
            unknown[place] = options[-1]
            continue
        if column.key in places:
            unknown[places[column.key]] = spellings[places[column.key]][-1]
        places[column.key] = place
        if exact:
            exactly.add(column.key)
    if len(places) < min(2, len(index.plan.columns)):
        return None
    named = index.named(sheet)
    required = len(index.required & places.keys()) / len(index.required) if index.required else 1.0
    filled = len(places) + len(unknown)
    if not named and (required < 0.5 or len(places) / filled < 0.4):
        return None
    score = (
        len(places)
        + 2 * required
        + len(places) / filled
        + (1.5 if named else 0)
        + len(exactly) / 1000
    )
    return _Candidate(
        score,
        index,
        number,
        places,
        [" ".join((o[-1] if o else "").split()) for o in spellings],
        list(unknown.values()),
    )
