"""Tables of official documents: full width, thin rules, header row repeated on every page."""

from collections.abc import Iterator
from itertools import accumulate, pairwise

from linghang_core.documents import measures
from linghang_core.documents.markup import Element, Layout, Type, element, paragraph, run
from linghang_core.documents.model import Alignment, Column, Table, TextSize

SIZES = {TextSize.SMALL_FOUR: measures.SIZE_SMALL_4, TextSize.FIVE: measures.SIZE_5}
LINES = {TextSize.SMALL_FOUR: 360, TextSize.FIVE: 320}
CAPTION_SPACE = 120


def draw_table(table: Table, number: int) -> Iterator[Element]:
    """Yield caption, table and note; `number` counts the tables that have a caption."""
    if table.caption:
        yield paragraph(
            Layout("TableCaption", before=CAPTION_SPACE), run(f"表{number}　{table.caption}")
        )
    yield _table(table)
    note = run(f"注：{table.note}") if table.note else None
    # A paragraph must follow: two tables that touch would become one.
    yield paragraph(
        Layout(
            "TableNote", left=0, line=measures.LINE_PITCH if note is not None else CAPTION_SPACE
        ),
        note,
    )


def share_width(columns: tuple[Column, ...], total: int = measures.TYPE_AREA_WIDTH) -> list[int]:
    """Return the widths in twips; they add up to `total` exactly."""
    whole = sum(column.width for column in columns)
    edges = [
        round(total * part / whole)
        for part in accumulate((column.width for column in columns), initial=0)
    ]
    return [right - left for left, right in pairwise(edges)]


def _table(table: Table) -> Element:
    widths = share_width(table.columns)
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    rules = (
        element(side, val="single", sz=measures.TABLE_RULE, space=0, color="000000")
        for side in sides
    )
    margins = (
        element(side, w=measures.TABLE_CELL_MARGIN, type="dxa") for side in ("left", "right")
    )
    properties = element(
        "tblPr",
        element("tblW", w=measures.TYPE_AREA_WIDTH, type="dxa"),
        element("jc", val="center"),
        element("tblBorders", *rules),
        element("tblLayout", type="fixed"),
        element("tblCellMar", *margins),
    )
    grid = element("tblGrid", *(element("gridCol", w=width) for width in widths))
    last = len(table.rows) - 1
    return element(
        "tbl",
        properties,
        grid,
        _header_row(table, widths),
        *(
            _row(table, row, widths, bold=table.totals and number == last)
            for number, row in enumerate(table.rows)
        ),
    )


def _header_row(table: Table, widths: list[int]) -> Element:
    type_ = Type(measures.HEITI_FONT, SIZES[table.size])
    cells = (
        _cell(column.heading, width, Alignment.CENTER, type_, table.size)
        for column, width in zip(table.columns, widths, strict=True)
    )
    return element("tr", element("trPr", element("cantSplit"), element("tblHeader")), *cells)


def _row(table: Table, row: tuple[str, ...], widths: list[int], *, bold: bool) -> Element:
    type_ = Type(size=SIZES[table.size], bold=bold)
    cells = (
        _cell(text, width, column.alignment, type_, table.size)
        for text, width, column in zip(row, widths, table.columns, strict=True)
    )
    return element("tr", element("trPr", element("cantSplit")), *cells)


def _cell(text: str, width: int, alignment: Alignment, type_: Type, size: TextSize) -> Element:
    layout = Layout("TableText", align=alignment.value, line=LINES[size])
    return element(
        "tc",
        element("tcPr", element("tcW", w=width, type="dxa"), element("vAlign", val="center")),
        *(paragraph(layout, run(line, type_)) for line in text.split("\n")),
    )
