"""The fact a solved case leaves in the ledger of the unit that solved it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from linghang.ledger.api import EntryDraft, FactDraft, withdraw_entries, write_entries
from linghang.platform.calendar import clock
from linghang.routing.enums import AT_UNIT
from linghang.routing.models import Case

ONE = 100  # a quantity of one, in hundredths


def write_case_facts(cases: Iterable[Case], *, actor: Any) -> None:
    """Write the ledger lines of confirmed cases."""
    write_entries([_draft(case) for case in cases if case.unit is not None], actor=actor)


def withdraw_case_facts(cases: Sequence[Case], *, reason: str) -> None:
    """Withdraw the lines of cases that turned out not to be solved."""
    withdraw_entries(cases, reason=reason)


def is_in_units_time(case: Case) -> bool:
    """Return whether no leg of the unit that solved it ran over its own clock."""
    own = case.legs.filter(unit=case.unit, stage__in=AT_UNIT).exclude(ended_at=None)
    return all(leg.ended_at <= leg.due_at for leg in own if leg.ended_at is not None)


def _draft(case: Case) -> EntryDraft:
    assert case.unit is not None
    on = timezone.localdate(case.answered_at or case.ended_at)
    status = "on_time" if is_in_units_time(case) else "late"
    return EntryDraft(
        source=case,
        kind="case",
        unit_id=case.unit.pk,
        title=case.text,
        occurred_on=on,
        recorded_on=clock.today(),
        judge_lateness=False,
        detail={"number": case.number, "answer": case.answer},
        facts=[
            FactDraft(
                kind="case",
                quantity=ONE,
                unit_id=case.unit.pk,
                occurred_on=on,
                status=status,
                verified=True,  # by who raised it
            )
        ],
    )
