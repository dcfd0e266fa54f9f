"""Every act of transfers, of members who are away, and of members out of touch."""

from linghang.transfers.services.arriving import LetterDraft, register_letter
from linghang.transfers.services.away import (
    AwayDraft,
    LostDraft,
    find_member,
    lose_member,
    record_back,
    record_contact,
    record_found,
    record_search,
    register_away,
    remove_member,
    report_lost,
    restore_member,
    suspend_member,
)
from linghang.transfers.services.finishing import confirm_arrival, record_receipt
from linghang.transfers.services.leaving import (
    OutDraft,
    approve_transfer,
    open_transfer,
    recall_transfer,
    refuse_transfer,
    renew_letter,
    return_transfer,
    withdraw_transfer,
)
from linghang.transfers.services.showing import record_export, record_print

__all__ = [
    "AwayDraft",
    "LetterDraft",
    "LostDraft",
    "OutDraft",
    "approve_transfer",
    "confirm_arrival",
    "find_member",
    "lose_member",
    "open_transfer",
    "recall_transfer",
    "record_back",
    "record_contact",
    "record_export",
    "record_found",
    "record_print",
    "record_receipt",
    "record_search",
    "refuse_transfer",
    "register_away",
    "register_letter",
    "remove_member",
    "renew_letter",
    "report_lost",
    "restore_member",
    "return_transfer",
    "suspend_member",
    "withdraw_transfer",
]
