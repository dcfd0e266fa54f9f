"""What other apps may ask of dues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from linghang.dues.enums import MonthState
from linghang.dues.queries import first_of, list_kept, list_payers, read_lines, shift_month
from linghang.dues.services import (
    BaseDraft,
    ExtraDraft,
    PaidDraft,
    ReliefDraft,
    grant_relief,
    record_extra,
    record_month,
    set_bases,
)
from linghang.org.models import Unit
from linghang.platform.access import Scope
from linghang.platform.calendar import clock

__all__ = [
    "BaseDraft",
    "ExtraDraft",
    "PaidDraft",
    "ReliefDraft",
    "Waiting",
    "grant_relief",
    "list_payers",
    "read_lines",
    "record_extra",
    "record_month",
    "set_bases",
    "waiting_for",
]


@dataclass(frozen=True)
class Waiting:
    """A month of a branch that is over and in which members have not paid."""

    unit: Unit
    month: date
    members: int


def waiting_for(scope: Scope) -> list[Waiting]:
    """Return the branches the reader keeps where last month's dues are open; for home pages."""
    homes = [pk for pk, _name, _path in scope.home_units]
    units = {unit.pk: unit for unit in list_kept(scope).filter(pk__in=homes)}
    month = shift_month(first_of(clock.today()), -1)
    owing = dict.fromkeys(units, 0)
    for line in read_lines(list(units), month, month, clock.today()) if units else ():
        owing[line.unit_id] += line.cells[0].state is MonthState.OWED
    return [Waiting(units[pk], month, count) for pk, count in owing.items() if count]
