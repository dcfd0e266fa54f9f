"""The lines of a recognised sheet become rows with values and faults, column by column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext_noop as _

from linghang.platform.sheets import cells
from linghang.platform.sheets.cells import Cell
from linghang.platform.sheets.faults import CellFault, Message, Severity
from linghang.platform.sheets.plan import Column, Row, Table
from linghang.platform.sheets.recognition import Note, heading_key

# Lines under a table that are no records.
_FOOTERS = (
    "填表人",
    "填报人",
    "制表",
    "审核",
    "负责人签",
    "注:",
    "注：",
    "备注:",
    "备注：",
    "说明",
    "填表说明",
)
_TOTALS = frozenset({"合计", "总计", "小计", "共计"})
_EMPTY_CELL = Message(_("The cell is empty, but it is needed."))
_FILL_IN = Message(_("Fill it in."))


def parse_table(table: Table, lines: Sequence[Sequence[Cell]]) -> list[Note]:
    """Fill the table with its rows and return notes on lines that were passed over."""
    table.top = list(lines[: table.heading_row])
    numbers, kept, notes = _data_lines(table, lines)
    columns = {
        c.key: _parse_column(c, table.places[c.key], kept)
        for c in table.plan.columns
        if c.key in table.places
    }
    names = list(columns)
    values = (
        zip(*(parsed for parsed, _found in columns.values()), strict=True) if names else iter(())
    )
    row_type = table.plan.row_type
    rows = [
        Row(table, number, raw, row_type(**dict(zip(names, parsed, strict=True))))
        for number, raw, parsed in zip(numbers, kept, values, strict=True)
    ]
    for key, (_parsed, found) in columns.items():
        column = table.plan.column(key)
        for place, fault in found:
            severity = fault.severity if column.on_fault is Severity.BLOCK else column.on_fault
            rows[place].add_fault(
                key, fault.message, fault.remedy, code=fault.code, severity=severity
            )
    for column in table.plan.columns:
        if column.required and column.key in columns:
            _require(rows, columns[column.key], column)
    if table.missing:
        for row in rows:
            row.blocked = True
    table.rows = rows
    return notes


def _require(
    rows: Sequence[Row[Any]], parsed: tuple[list[Any], list[tuple[int, CellFault]]], column: Column
) -> None:
    unreadable = {place for place, _fault in parsed[1]}
    for place, value in enumerate(parsed[0]):
        if value is None and place not in unreadable:
            rows[place].add_fault(
                column.key, _EMPTY_CELL, _FILL_IN, code="empty", severity=Severity.BLOCK
            )


def _data_lines(
    table: Table, lines: Sequence[Sequence[Cell]]
) -> tuple[list[int], list[Sequence[Cell]], list[Note]]:
    places = sorted(table.places.values())
    headings = {place: table.headings[place] for place in places}
    keys = [(c, table.places[c.key]) for c in table.plan.columns if c.key in table.places]
    examples = {place: c.example for c, place in keys if c.example}
    numbers: list[int] = []
    kept: list[Sequence[Cell]] = []
    notes: list[Note] = []
    for number, line in enumerate(lines[table.heading_row :], table.heading_row + 1):
        width = len(line)
        filled = [p for p in places if p < width and not _is_empty(line[p])]
        if not filled or (len(filled) > 1 and _says(line, filled, headings)):
            continue
        if len(filled) == len(examples) > 1 and _says(line, filled, examples):
            template = _("Row %(row)s is the example of the template and was not read.")
            notes.append(_note(table, template, number))
            continue
        if len(filled) < len(places) and _is_footer(line, filled, len(places)):
            template = _("Row %(row)s is a total or a footnote and was not read.")
            notes.append(_note(table, template, number))
            continue
        numbers.append(number)
        kept.append(line)
    return numbers, kept, notes


def _is_empty(cell: Cell) -> bool:
    return cell is None or (type(cell) is str and (not cell or cell.isspace()))


def _says(line: Sequence[Cell], filled: Sequence[int], words: dict[int, str]) -> bool:
    """Return whether the filled cells say exactly these words, whatever their width and spaces."""
    return all(
        place in words and heading_key(cells.written(line[place])) == heading_key(words[place])
        for place in filled
    )


def _note(table: Table, template: str, number: int) -> Note:
    return Note(table.file, table.sheet, Message(template, {"row": number}))


def _is_footer(line: Sequence[Cell], filled: Sequence[int], width: int) -> bool:
    first = next((c.strip() for c in line if isinstance(c, str) and c.strip()), "").replace(" ", "")
    if first in _TOTALS:
        return (
            len(filled) <= width / 2
            or sum(isinstance(c, str) and bool(c.strip()) for c in line) == 1
        )
    return len(filled) <= max(2, width // 3) and first.startswith(_FOOTERS)


def _parse_column(
    column: Column, place: int, lines: Sequence[Sequence[Cell]]
) -> tuple[list[Any], list[tuple[int, CellFault]]]:
    """Return the values of a column and its faults by line; equal cells are parsed once."""
    convert, is_blank = column.parse.started(), column.parse.is_blank
    memo: dict[Any, Any] = {}
    values: list[Any] = []
    found: list[tuple[int, CellFault]] = []
    for number, line in enumerate(lines):
        raw = line[place] if place < len(line) else None
        key = raw if type(raw) is str else (type(raw), raw)
        try:
            value = memo[key]
        except KeyError:
            value = memo[key] = _converted(raw, convert, is_blank)
        if type(value) is CellFault:
            found.append((number, value))
            value = value.value if value.severity is Severity.WARN else None
        values.append(value)
    return values, found


def _converted(raw: Cell, convert: Callable[[Cell], Any], is_blank: Callable[[Cell], bool]) -> Any:
    if is_blank(raw):
        return None
    try:
        value = convert(raw)
    except CellFault as fault:
        return fault
    return None if value == "" else value
