"""The ledger as one workbook in the customer's own layout: a sheet per kind of record."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linghang.ledger.mapping import Selection, list_sheets
from linghang.platform.sheets.export import Workbook

NOTE = "由系统按事实导出；一行一条。"


def write_ledger(selection: Selection, *, title: str) -> bytes:
    """Return the .xlsx of everything selected; sheets without a line for the kind are left out."""
    with Workbook(title=title) as book:
        wanted = [s for s in list_sheets() if not selection.kind or s.covers(selection.kind)]
        for sheet in wanted:
            table = book.add_sheet(
                sheet.title, title=f"{title} {sheet.title}", columns=sheet.columns, note=NOTE
            )
            table.extend(sheet.rows(selection))
        if not wanted:
            book.add_sheet(_("empty"), title=title, columns=(), note=NOTE)
    return book.to_bytes()
