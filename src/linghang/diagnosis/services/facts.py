"""The facts a finished expert check leaves: one ledger line a unit, one fact a standard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from linghang.diagnosis.enums import STRICTNESS, Verdict
from linghang.diagnosis.models import Sheet
from linghang.diagnosis.queries.comparison import gather_cells
from linghang.ledger.api import EntryDraft, FactDraft, write_entries
from linghang.platform.calendar import clock

ONE = 100  # a quantity of one, in hundredths


def write_sheet_facts(sheets: Sequence[Sheet], *, actor: Any, reason: str = "") -> None:
    """Write the ledger lines of checked sheets; standards that do not apply leave nothing."""
    cells = gather_cells(sheets)
    by_sheet: dict[int, list[Verdict]] = {sheet.pk: [] for sheet in sheets}
    for (sheet, _standard), cell in sorted(cells.items()):
        if cell.joint in STRICTNESS and cell.joint is not None:
            by_sheet[sheet].append(cell.joint)
    drafts = [_draft(sheet, by_sheet[sheet.pk]) for sheet in sheets if by_sheet[sheet.pk]]
    write_entries(drafts, actor=actor, reason=reason)


def _draft(sheet: Sheet, verdicts: Sequence[Verdict]) -> EntryDraft:
    on = sheet.checked_on or clock.today()
    return EntryDraft(
        source=sheet,
        kind="diagnosis",
        unit_id=sheet.unit_id,
        title=sheet.round.title,
        occurred_on=on,
        recorded_on=on,
        judge_lateness=False,
        detail={verdict.value: sum(each is verdict for each in verdicts) for verdict in STRICTNESS},
        facts=[
            FactDraft(
                kind="diagnosis",
                quantity=ONE,
                unit_id=sheet.unit_id,
                occurred_on=on,
                status=verdict.value,
                verified=True,  # by the expert
            )
            for verdict in verdicts
        ],
    )
