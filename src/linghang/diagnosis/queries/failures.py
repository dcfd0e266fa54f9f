"""What the experts found wanting, ready to be graded and stated as problems; and how those stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from linghang.diagnosis.enums import FAILED, Lead, Side, Verdict
from linghang.diagnosis.models import Answer, Finding, Round, Sheet, Standard
from linghang.diagnosis.queries.comparison import gather_cells
from linghang.rectification import api as rectification
from linghang.rectification.enums import Severity
from linghang.rectification.models import Problem

LESS_SEVERE = {
    Severity.GRAVE: Severity.SERIOUS,
    Severity.SERIOUS: Severity.GENERAL,
    Severity.GENERAL: Severity.GENERAL,
}


@dataclass(frozen=True)
class Failure:
    """A unit and a standard it failed by the experts' joint answer; `finding` once it is graded."""

    sheet: Sheet
    standard: Standard
    own: Verdict | None
    joint: Verdict
    note: str
    finding: Finding | None = None

    @property
    def key(self) -> str:
        """Return its word on forms."""
        return f"{self.sheet.pk}-{self.standard.pk}"

    @property
    def severity(self) -> Severity:
        """Return the severity it is offered with: the standard's, one less if it is met in part."""
        full = Severity(self.standard.severity)
        return full if self.joint is Verdict.NOT_MET else LESS_SEVERE[full]

    @property
    def was_admitted(self) -> bool:
        """Return whether the unit had found it itself."""
        return self.own in FAILED


def list_failures(round_: Round) -> list[Failure]:
    """Return what failed in the checked units, by standard and unit; five queries.

    The note is the sentence of the strictest expert.
    """
    sheets = {
        sheet.pk: sheet
        for sheet in round_.sheets.filter(checked_on__isnull=False).select_related("unit__parent")
    }
    standards = {each.pk: each for each in round_.standard_set.standards.all()}
    notes = _gather_notes(list(sheets))
    graded = {
        (each.sheet_id, each.standard_id): each
        for each in Finding.objects.filter(sheet__in=list(sheets)).select_related("problem")
    }
    found = [
        Failure(
            sheets[sheet],
            standards[standard],
            cell.own,
            cell.joint,
            notes.get((sheet, standard), ""),
            graded.get((sheet, standard)),
        )
        for (sheet, standard), cell in gather_cells(list(sheets.values())).items()
        if cell.joint in FAILED and cell.joint is not None
    ]
    return sorted(found, key=lambda each: (each.standard.order, each.sheet.unit.path))


def _gather_notes(sheets: list[int]) -> dict[tuple[int, int], str]:
    rows = Answer.objects.filter(sheet__in=sheets, side=Side.EXPERT, verdict__in=FAILED)
    ordered = rows.exclude(note="").order_by("verdict", "-pk")  # "not_met" before "partly"
    found: dict[tuple[int, int], str] = {}
    for sheet, standard, note in ordered.values_list("sheet_id", "standard_id", "note"):
        found.setdefault((sheet, standard), note)
    return found


def list_problems(round_: Round, lead: Lead | None = None) -> QuerySet[Problem]:
    """Return the problems that came of the round, each once."""
    findings = Finding.objects.filter(sheet__round=round_)
    if lead is not None:
        findings = findings.filter(lead=lead)
    return Problem.objects.filter(pk__in=findings.values("problem_id"))


def count_leads(round_: Round, on: date) -> dict[Lead, rectification.Standing]:
    """Return how the problems of the round stand, by who leads them; two queries."""
    return {lead: rectification.count_problems(list_problems(round_, lead), on) for lead in Lead}
