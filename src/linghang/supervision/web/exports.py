"""The matrix of a self-examination and the register of risk points as workbooks."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from linghang.platform.sheets import export
from linghang.supervision.models import Examination, RiskPoint
from linghang.supervision.queries import Matrix


def write_examination(examination: Examination, matrix: Matrix) -> bytes:
    """Return an .xlsx with units × findings."""
    coverage = matrix.coverage
    with export.Workbook(title=examination.title) as book:
        sheet = book.add_sheet(
            _("Self-examination"),
            title=examination.title,
            note=_("%(done)d of %(all)d units answered; there: %(there)d, rectified: %(fixed)d")
            % {
                "done": coverage.handed_in,
                "all": coverage.units,
                "there": coverage.present,
                "fixed": coverage.rectified,
            },
            columns=[
                export.Column(_("Unit"), 26),
                export.Column(_("State"), 12),
                export.Column(_("Due"), 12, "date"),
                *(
                    export.Column(f"{number}. {finding.text}", 18)
                    for number, finding in enumerate(matrix.findings, 1)
                ),
            ],
        )
        for row in matrix.rows:
            sheet.append(
                [
                    row.reply.unit.name,
                    str(row.reply.standing.label),
                    row.reply.due_on,
                    *(str(cell.label) if cell else "" for cell in row.cells),
                ]
            )
    return book.to_bytes()


def write_risks(risks: Sequence[RiskPoint]) -> bytes:
    """Return an .xlsx of the register."""
    title = _("Register of risk points")
    with export.Workbook(title=title) as book:
        sheet = book.add_sheet(
            title,
            title=title,
            columns=[
                export.Column(_("Number"), 8, "integer"),
                export.Column(_("Process"), 18),
                export.Column(_("Post"), 18),
                export.Column(_("Risk"), 40),
                export.Column(_("Controls"), 40),
                export.Column(_("Likelihood"), 10),
                export.Column(_("Consequence"), 10),
                export.Column(_("Level"), 10),
                export.Column(_("Owner"), 24),
                export.Column(_("Last review"), 12, "date"),
                export.Column(_("Next review"), 12, "date"),
            ],
        )
        for risk in risks:
            sheet.append(
                [
                    risk.number,
                    risk.process,
                    risk.post,
                    risk.text,
                    risk.controls,
                    risk.get_likelihood_display(),
                    risk.get_consequence_display(),
                    str(risk.standing.label),
                    risk.unit.name,
                    risk.reviewed_on,
                    risk.review_on,
                ]
            )
    return book.to_bytes()
