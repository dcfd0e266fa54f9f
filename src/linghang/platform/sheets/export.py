"""Tables as .xlsx in the customer's own layout: title in row 1, note in row 2, headings in row 3, data from row 4.

    with export.Workbook() as book:
        sheet = book.add_sheet("组织生活", title="…台账", note="…", columns=[export.Column("日期", 12), …])
        for record in records:
            sheet.append([record.held_on, record.topic, record.heads])
    return book.to_bytes()

Rows are written as they come (XlsxWriter's constant memory), so a ledger of any length fits. Text is always
text: a cell that begins with = + - or @ is never a formula, whoever typed it.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import TracebackType
from typing import Any, Self

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

FONT = "宋体"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_CELL = 32_767
_SHEET_NAME_BREAKERS = re.compile(r"[\[\]:*?/\\]")
HEADING_ROW = 2  # counted from 0


@dataclass(frozen=True)
class Column:
    """One column of an exported table; `kind` is text, date, integer, decimal or percent."""

    heading: str
    width: float = 0
    kind: str = "text"


class Sheet:
    """One table of a workbook; made by `Workbook.add_sheet`."""

    def __init__(
        self, book: Workbook, worksheet: Worksheet, columns: Sequence[Column], first_row: int
    ) -> None:
        self.book = book
        self.worksheet = worksheet
        self.columns = columns
        self.next_row = first_row

    def append(self, values: Sequence[Any], *, strong: bool = False) -> None:
        """Write one row; numbers, dates and texts keep their kind, None stays empty."""
        for place, value in enumerate(values):
            kind = self.columns[place].kind if place < len(self.columns) else "text"
            self.book.write(self.worksheet, self.next_row, place, value, kind, strong=strong)
        self.next_row += 1

    def extend(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write many rows."""
        for row in rows:
            self.append(row)

    def close(self) -> None:
        """Set what depends on the number of rows: the filter over the headings."""
        if self.columns and self.next_row > HEADING_ROW + 1:
            self.worksheet.autofilter(HEADING_ROW, 0, self.next_row - 1, len(self.columns) - 1)


class Workbook:
    """An .xlsx being written; use it in a `with` block, then ask `to_bytes`."""

    def __init__(
        self, *, author: str = "", title: str = "", created: datetime | None = None
    ) -> None:
        """Begin a workbook; with `created` the same content gives the same bytes."""
        self._stream = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._stream,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": True,
            },
        )
        self._book.set_properties({"author": author, "title": title, "created": created})
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._sheets: list[Sheet] = []
        self._names: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for sheet in self._sheets:
            sheet.close()
        self._book.close()

    def to_bytes(self) -> bytes:
        """Return the finished file; only after the `with` block."""
        return self._stream.getvalue()

    def format(self, **properties: Any) -> Format:
        """Return the cell format with these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(
                {"font_name": FONT, "font_size": 11, **properties}
            )
        return self._formats[key]

    def sheet_name(self, wanted: str) -> str:
        """Return a name Excel accepts (31 characters, none of its forbidden ones) that no other sheet has."""
        base = _SHEET_NAME_BREAKERS.sub("_", wanted).strip("'")[:31] or "Sheet"
        name, number = base, 2
        while name.casefold() in self._names:
            tail = f" ({number})"
            name, number = base[: 31 - len(tail)] + tail, number + 1
        self._names.add(name.casefold())
        return name

    def add_worksheet(self, name: str, *, widths: Sequence[float], heading_row: int) -> Worksheet:
        """Return a bare sheet with widths, frozen headings and A4 landscape print set up."""
        worksheet = self._book.add_worksheet(self.sheet_name(name))
        for place, width in enumerate(widths):
            worksheet.set_column(place, place, width)
        worksheet.freeze_panes(heading_row + 1, 0)
        worksheet.set_paper(9)
        worksheet.set_landscape()
        worksheet.fit_to_pages(1, 0)
        worksheet.repeat_rows(heading_row)
        worksheet.set_footer("&C&P / &N")
        return worksheet

    def add_sheet(
        self, name: str, *, title: str, columns: Sequence[Column], note: str = ""
    ) -> Sheet:
        """Return a table with its title, note and headings written, ready for `append`."""
        widths = [c.width or heading_width(c.heading) for c in columns]
        worksheet = self.add_worksheet(name, widths=widths, heading_row=HEADING_ROW)
        self.write_head(worksheet, title, note, len(columns))
        heading = self.format(
            bold=True,
            border=1,
            bg_color="#EEF1F5",
            align="center",
            valign="vcenter",
            text_wrap=True,
        )
        for place, column in enumerate(columns):
            worksheet.write_string(HEADING_ROW, place, column.heading, heading)
        sheet = Sheet(self, worksheet, columns, HEADING_ROW + 1)
        self._sheets.append(sheet)
        return sheet

    def write_head(self, worksheet: Worksheet, title: str, note: str, width: int) -> None:
        """Write the merged title and note rows."""
        titled = self.format(bold=True, font_size=16, align="center", valign="vcenter")
        noted = self.format(align="left", valign="vcenter", text_wrap=True, font_color="#555555")
        for row, (text, style, height) in enumerate([(title, titled, 30), (note, noted, 22)]):
            worksheet.set_row(row, height)
            if width > 1:
                worksheet.merge_range(row, 0, row, width - 1, "", style)
            worksheet.write_string(row, 0, text, style)

    def write(
        self,
        worksheet: Worksheet,
        row: int,
        place: int,
        value: Any,
        kind: str = "text",
        *,
        strong: bool = False,
        **look: Any,
    ) -> None:
        """Write one bordered cell by the kind of its value; text is never taken for a formula."""
        look = {"border": 1, "valign": "vcenter", **({"bold": True} if strong else {}), **look}
        if value is None or value == "":
            worksheet.write_blank(row, place, None, self.format(**look))
        elif isinstance(value, bool):
            worksheet.write_string(row, place, "是" if value else "否", self.format(**look))
        elif isinstance(value, (int, float, Decimal)):
            pattern = {"decimal": "0.00", "percent": "0.0%"}.get(kind)
            worksheet.write_number(
                row,
                place,
                float(value),
                self.format(**look, **({"num_format": pattern} if pattern else {})),
            )
        elif isinstance(value, (date, datetime)):
            pattern = (
                "yyyy-mm-dd"
                if not isinstance(value, datetime) or kind == "date"
                else "yyyy-mm-dd hh:mm"
            )
            naive = value.replace(tzinfo=None) if isinstance(value, datetime) else value
            if naive.year < 1900:  # Excel's calendar begins there
                worksheet.write_string(row, place, naive.isoformat(), self.format(**look))
            else:
                worksheet.write_datetime(row, place, naive, self.format(**look, num_format=pattern))
        else:
            self.write_text(worksheet, row, place, str(value), **look)

    def write_text(
        self, worksheet: Worksheet, row: int, place: int, text: str, **look: Any
    ) -> None:
        """Write text as text: also after the user edits a cell that begins like a formula."""
        if text.startswith(_FORMULA_STARTS):
            look["quote_prefix"] = True
        worksheet.write_string(
            row, place, text[:_LONGEST_CELL], self.format(**look, num_format="@")
        )


def display_width(text: str) -> int:
    """Return how many half-width characters a text is wide: Chinese characters count twice."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def heading_width(heading: str) -> float:
    """Return a column width that shows the heading in full, between 10 and 40."""
    return min(40, max(10, display_width(heading) + 4))
