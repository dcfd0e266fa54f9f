"""A list and its matrix as a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from linghang.platform.sheets import export
from linghang.worklists.enums import Acceptance, CellState
from linghang.worklists.mapping.words import say_due, say_owner
from linghang.worklists.models import Item, Worklist
from linghang.worklists.queries.matrix import Cell, Matrix


def write_list(worklist: Worklist, items: Sequence[Item], matrix: Matrix) -> bytes:
    """Return an .xlsx with two sheets: the items with their progress, and unit × item."""
    issuer = (worklist.issuer or worklist.root).name
    with export.Workbook(title=worklist.title) as book:
        _write_items(book, worklist, items, matrix, issuer)
        _write_matrix(book, worklist, matrix, issuer)
    return book.to_bytes()


def _write_items(
    book: export.Workbook,
    worklist: Worklist,
    items: Sequence[Item],
    matrix: Matrix,
    issuer: str,
) -> None:
    sheet = book.add_sheet(
        _("Items"),
        title=worklist.title,
        note=_("Issued by %(unit)s") % {"unit": issuer},
        columns=[
            export.Column(_("No."), 6, "integer"),
            export.Column(_("Section"), 14),
            export.Column(_("Task"), 36),
            export.Column(_("Standard"), 40),
            export.Column(_("Asked of"), 18),
            export.Column(_("Due"), 14),
            export.Column(_("Accepted by"), 18),
            export.Column(_("Asked"), 8, "integer"),
            export.Column(_("Finished"), 8, "integer"),
            export.Column(_("Overdue"), 8, "integer"),
        ],
    )
    sums = {item.pk: total for item, total in matrix.columns}
    sheet.extend(
        [
            item.number,
            item.section,
            item.text,
            item.standard,
            say_owner(item),
            say_due(item),
            str(Acceptance(item.acceptance).label),
            sums[item.pk].total,
            sums[item.pk].done,
            sums[item.pk].overdue,
        ]
        for item in items
    )


def _write_matrix(book: export.Workbook, worklist: Worklist, matrix: Matrix, issuer: str) -> None:
    sheet = book.add_sheet(
        _("Matrix"),
        title=worklist.title,
        note=_("Issued by %(unit)s") % {"unit": issuer},
        columns=[
            export.Column(_("Unit"), 28),
            export.Column(_("Asked"), 8, "integer"),
            export.Column(_("Finished"), 8, "integer"),
            export.Column(_("Overdue"), 8, "integer"),
            *(export.Column(f"{item.number} {item.text}", 16) for item, _total in matrix.columns),
        ],
    )
    for row in matrix.rows:
        total = row.total
        cells = [say_cell(cell) for cell in row.cells]
        sheet.append([row.unit.name, total.total, total.done, total.overdue, *cells])
    total = matrix.total
    sums = [f"{sums.done}/{sums.total}" for _item, sums in matrix.columns]
    sheet.append([_("All"), total.total, total.done, total.overdue, *sums], strong=True)


def say_cell(cell: Cell) -> str:
    """Return a cell in words: its state, and done/asked where several are asked."""
    if cell.state is None:
        return ""
    word = str(CellState(cell.state).label)
    return f"{word} {cell.number}".strip()
