"""What other apps may ask of transfers."""

from __future__ import annotations

from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.transfers import access
from linghang.transfers.models import Away, Transfer
from linghang.transfers.queries import list_away, list_transfers, list_waiting
from linghang.transfers.services import (
    AwayDraft,
    LetterDraft,
    LostDraft,
    OutDraft,
    approve_transfer,
    confirm_arrival,
    open_transfer,
    record_contact,
    record_receipt,
    record_search,
    register_away,
    register_letter,
    report_lost,
)

__all__ = [
    "Away",
    "AwayDraft",
    "LetterDraft",
    "LostDraft",
    "OutDraft",
    "Transfer",
    "access",
    "approve_transfer",
    "confirm_arrival",
    "list_away",
    "list_transfers",
    "open_transfer",
    "record_contact",
    "record_receipt",
    "record_search",
    "register_away",
    "register_letter",
    "report_lost",
    "waiting_for",
]


def waiting_for(scope: Scope) -> list[Transfer]:
    """Return the transfers the reader has to approve, urge or confirm; for home pages, one query."""
    return list_waiting(scope, clock.today())
