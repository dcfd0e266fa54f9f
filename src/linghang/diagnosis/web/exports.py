"""The sheet of a unit and the comparison of a round as workbooks."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from linghang.diagnosis.models import Round, Sheet
from linghang.diagnosis.queries import LEAST, Agreement, Comparison, Line
from linghang.platform.sheets import export


def write_sheet(sheet: Sheet, lines: Sequence[Line]) -> bytes:
    """Return an .xlsx with one row per standard, as this reader may see the sheet."""
    title = f"{sheet.round.title} · {sheet.unit.name}"
    with export.Workbook(title=title) as book:
        page = book.add_sheet(
            _("Check sheet"),
            title=title,
            note=str(sheet.standing.label),
            columns=[
                export.Column(_("Number"), 9),
                export.Column(_("Field"), 14),
                export.Column(_("What is checked"), 44),
                export.Column(_("How to check"), 36),
                export.Column(_("Basis"), 28),
                export.Column(_("Records"), 24),
                export.Column(_("Self-check"), 12),
                export.Column(_("What the unit says"), 30),
                export.Column(_("Expert check"), 12),
                export.Column(_("What the experts say"), 36),
            ],
        )
        for line in lines:
            own = line.own
            page.append(
                [
                    line.standard.number,
                    line.standard.field_title,
                    line.standard.text,
                    line.standard.check_how,
                    line.standard.basis,
                    "；".join(f"{r.title} {r.count}" for r in line.records),
                    str(own.said.label) if own else "",
                    own.note if own else "",
                    str(line.joint.label) if line.joint else "",
                    "；".join(f"{a.expert}：{a.note}" for a in line.experts if a.note),
                ]
            )
    return book.to_bytes()


def write_comparison(round_: Round, comparison: Comparison) -> bytes:
    """Return an .xlsx with two sheets: standards × units, and the agreement of each unit."""
    with export.Workbook(title=round_.title) as book:
        matrix = book.add_sheet(
            _("Difference"),
            title=round_.title,
            note=_("Self-check → expert check; a share is shown from %(n)d pairs on")
            % {"n": LEAST},
            columns=[
                export.Column(_("Number"), 9),
                export.Column(_("What is checked"), 44),
                export.Column(_("Pairs"), 8, "integer"),
                export.Column(_("Agreement"), 10, "percent"),
                *(export.Column(sheet.unit.name, 16) for sheet in comparison.sheets),
            ],
        )
        for standard in comparison.standards:
            agreement = comparison.by_standard[standard.pk]
            cells = [comparison.cell(sheet, standard) for sheet in comparison.sheets]
            matrix.append(
                [
                    standard.number,
                    standard.text,
                    agreement.pairs,
                    agreement.share,
                    *(
                        f"{cell.own.label if cell.own else '–'} → "
                        f"{cell.joint.label if cell.joint else '–'}"
                        for cell in cells
                    ),
                ]
            )
        _write_units(book, round_, comparison)
    return book.to_bytes()


def _write_units(book: export.Workbook, round_: Round, comparison: Comparison) -> None:
    units = book.add_sheet(
        _("Units"),
        title=round_.title,
        columns=[
            export.Column(_("Unit"), 28),
            export.Column(_("State"), 18),
            export.Column(_("Pairs"), 8, "integer"),
            export.Column(_("The same"), 10, "integer"),
            export.Column(_("Self-check too kind"), 18, "integer"),
            export.Column(_("Self-check too strict"), 18, "integer"),
            export.Column(_("Agreement"), 12, "percent"),
        ],
    )
    for sheet in comparison.sheets:
        agreement: Agreement = comparison.by_sheet[sheet.pk]
        units.append(
            [
                sheet.unit.name,
                str(sheet.standing.label),
                agreement.pairs,
                agreement.same,
                agreement.kinder,
                agreement.stricter,
                agreement.share,
            ]
        )
