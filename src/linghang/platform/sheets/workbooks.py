"""Workbooks the framework makes itself: templates to fill in, and faulty rows with their reasons beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from linghang.platform.sheets import export
from linghang.platform.sheets.examination import Examination
from linghang.platform.sheets.faults import Fault, Severity
from linghang.platform.sheets.plan import Column, Row, SheetPlan, Table

TEMPLATE_ROWS = 2000
OPTIONS_SHEET = "选项"
# These headings stand in the list of columns that reading passes over, so the file can come back as it is.
REASON, REMEDY, ORIGINAL_ROW = "错误原因", "处理建议", "原行号"
_LOOKS: dict[Severity, dict[str, Any]] = {
    Severity.BLOCK: {"bg_color": "#FBD5D0", "font_color": "#8A1C12"},
    Severity.WAIT: {"bg_color": "#D9E8F8", "font_color": "#0B3D73"},
    Severity.WARN: {"bg_color": "#FCEBC5", "font_color": "#6B4600"},
}


def template_workbook(plans: Sequence[SheetPlan[Any]]) -> bytes:
    """Return a workbook to fill in: a sheet per plan with title, note, headings, an example row and choices.

    The example row is recognised when the file comes back and is not read. Required headings carry a star;
    each heading's help is its comment.
    """
    with export.Workbook(title=_("Templates")) as book:
        lists: list[tuple[str, list[str]]] = []
        for plan in plans:
            _add_template(book, plan, lists)
        if lists:
            options = book.add_worksheet(OPTIONS_SHEET, widths=[], heading_row=0)
            for row in range(max(len(names) for _c, names in lists)):
                for place, (_code, names) in enumerate(lists):
                    if row < len(names):
                        options.write_string(row, place, names[row])
            options.hide()
    return book.to_bytes()


def _add_template(
    book: export.Workbook, plan: SheetPlan[Any], lists: list[tuple[str, list[str]]]
) -> None:
    widths = [
        c.width or max(export.heading_width(c.heading), export.display_width(c.example) + 2)
        for c in plan.columns
    ]
    sheet = book.add_worksheet(plan.names[0], widths=widths, heading_row=export.HEADING_ROW)
    note = plan.note or _(
        "Columns with * are needed. Write days as 2026-08-21. Delete the example in row 4."
    )
    book.write_head(sheet, plan.names[0], note, len(plan.columns))
    look = {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
    for place, column in enumerate(plan.columns):
        heading = column.heading + ("*" if column.required else "")
        style = book.format(**look, bg_color="#FBE9E7" if column.required else "#EEF1F5")
        sheet.write_string(export.HEADING_ROW, place, heading, style)
        sheet.write_comment(export.HEADING_ROW, place, _help(column), {"x_scale": 1.6})
    first = export.HEADING_ROW + 1
    grey: dict[str, Any] = {"italic": True, "font_color": "#777777"}
    for place, column in enumerate(plan.columns):
        book.write(sheet, first, place, column.example, **grey)
    for place, column in enumerate(plan.columns):
        pattern = "yyyy-mm-dd" if column.parse.kind == "date" else "@"
        if column.parse.kind not in {"integer", "decimal"}:
            sheet.set_column(place, place, widths[place], book.format(num_format=pattern))
        _validate(sheet, plan, column, place, first, lists)


def _help(column: Column) -> str:
    kinds = {
        "date": _("A day, for example 2026-08-21."),
        "integer": _("A whole number."),
        "decimal": _("A number with at most two decimals."),
        "identity": _("18 digits; the column is formatted as text."),
        "phone": _("A mobile number, or a line with its area code."),
        "names": _("Names with 、 between them."),
        "choice": _("Choose from the list."),
    }
    parts = [
        _("Needed.") if column.required else _("May stay empty."),
        str(column.help),
        kinds.get(column.parse.kind, ""),
    ]
    return "\n".join(part for part in parts if part)


def _validate(
    sheet: Worksheet,
    plan: SheetPlan[Any],
    column: Column,
    place: int,
    first: int,
    lists: list[tuple[str, list[str]]],
) -> None:
    if column.parse.options is None:
        return
    names = list(column.parse.options())
    if not names:
        return
    if len(",".join(names)) > 250 or any("," in name for name in names):
        lists.append((f"{plan.code}.{column.key}", names))
        letter = _letters(len(lists) - 1)
        source: Any = f"='{OPTIONS_SHEET}'!${letter}$1:${letter}${len(names)}"
    else:
        source = names
    sheet.data_validation(
        first,
        place,
        first + TEMPLATE_ROWS,
        place,
        {
            "validate": "list",
            "source": source,
            "error_title": _("Not one of the choices"),
            "error_message": _("Choose from the list."),
            # Other spellings are understood too, so Excel only warns.
            "error_type": "warning",
        },
    )


def _letters(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def faulty_workbook(examination: Examination) -> bytes | None:
    """Return the rows that cannot be applied, in the customer's own columns, with reasons beside them.

    Each sheet repeats the lines above and of the customer's headings, then only the faulty and waiting rows.
    Faulty cells are coloured and carry the reason as a comment; reason, remedy and the row of the customer's
    file follow behind the last column. None when every row is good.
    """
    tables = [t for t in examination.tables if any(not row.good for row in t.rows)]
    if not tables:
        return None
    with export.Workbook(title=_("Rows to mend")) as book:
        for table in tables:
            _add_faulty(book, table, [row for row in table.rows if not row.good])
    return book.to_bytes()


def _add_faulty(book: export.Workbook, table: Table, rows: Sequence[Row[Any]]) -> None:
    width = len(table.headings)
    widths = [export.heading_width(h) for h in table.headings] + [50, 40, 8]
    sheet = book.add_worksheet(table.sheet, widths=widths, heading_row=table.heading_row - 1)
    for number, line in enumerate(table.top):
        filled = [p for p, cell in enumerate(line) if cell not in (None, "")]
        if number < table.heading_row - 1 and filled == [0] and width > 1:
            style = book.format(
                bold=number == 0, font_size=14 if number == 0 else 11, text_wrap=True
            )
            sheet.merge_range(number, 0, number, width - 1, "", style)
            sheet.write_string(number, 0, str(line[0]), style)
            continue
        for place, cell in enumerate(line):
            book.write(sheet, number, place, cell, bold=True, bg_color="#EEF1F5", text_wrap=True)
    for place, heading in enumerate((REASON, REMEDY, ORIGINAL_ROW)):
        book.write_text(
            sheet,
            table.heading_row - 1,
            width + place,
            heading,
            bold=True,
            border=1,
            bg_color="#FBE9E7",
        )
    for number, row in enumerate(rows, table.heading_row):
        _write_faulty(book, sheet, table, row, number)


def _write_faulty(
    book: export.Workbook, sheet: Worksheet, table: Table, row: Row[Any], number: int
) -> None:
    at: dict[int, list[Fault]] = {}
    for fault in row.faults:
        at.setdefault(table.places.get(fault.column_key, -1), []).append(fault)
    width = len(table.headings)
    for place in range(width):
        value = row.raw[place] if place < len(row.raw) else None
        faults = at.get(place, [])
        look = _LOOKS[min((f.severity for f in faults), key=list(_LOOKS).index)] if faults else {}
        book.write(sheet, number, place, value, **look)
        if faults:
            sheet.write_comment(
                number, place, "\n".join(f"{f.message} {f.remedy}".strip() for f in faults)
            )
    reasons = [f"{f.column}：{f.message}" for f in row.faults] or [_("Needed columns are missing.")]
    remedies = dict.fromkeys(str(f.remedy) for f in row.faults if f.remedy)
    book.write_text(sheet, number, width, "\n".join(reasons), border=1, text_wrap=True)
    book.write_text(sheet, number, width + 1, "\n".join(remedies), border=1, text_wrap=True)
    book.write(sheet, number, width + 2, row.number)
