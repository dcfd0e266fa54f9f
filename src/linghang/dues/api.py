"""What other apps may ask of dues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from linghang.dues.enums import MonthState
from linghang.dues.queries import (
    LOOK_BACK,
    first_of,
    list_kept,
    list_payers,
    read_lines,
    read_own,
    shift_month,
)
from linghang.dues.services import (
    BaseDraft,
    ExtraDraft,
    PaidDraft,
    ReliefDraft,
    grant_relief,
    record_arrival,
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
    "PaidUntil",
    "ReliefDraft",
    "Waiting",
    "grant_relief",
    "list_payers",
    "read_lines",
    "read_own",
    "read_paid_until",
    "record_arrival",
    "record_extra",
    "record_month",
    "set_bases",
    "waiting_for",
]

SETTLED = {MonthState.PAID, MonthState.LATE, MonthState.EXEMPT, MonthState.ELSEWHERE}
UNPAID = {MonthState.OWED, MonthState.SHORT}


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


@dataclass(frozen=True)
class PaidUntil:
    """Up to which month a member's dues are settled, and what is open before.

    `known` is False where no month says anything: the dues are not kept here.
    """

    month: date | None
    open_months: tuple[date, ...]
    known: bool


def read_paid_until(person_id: int, today: date) -> PaidUntil:
    """Return up to which month the member has paid: the last one before which nothing is open."""
    present = first_of(today)
    cells = read_own(person_id, shift_month(present, -2 * LOOK_BACK), present, today)
    settled = [cell.month for cell in cells if cell.state in SETTLED]
    unpaid = tuple(cell.month for cell in cells if cell.state in UNPAID)
    before = [month for month in settled if not unpaid or month < unpaid[0]]
    return PaidUntil(before[-1] if before else None, unpaid, bool(settled or unpaid))
