"""Writing facts (`recording`) and copying them to the columnar lake (`lake`)."""

from linghang.ledger.services.lake import Lake, current_files, read_lake, sync_lake
from linghang.ledger.services.recording import (
    LATE_AFTER_DAYS,
    SEQUENCE,
    EntryDraft,
    FactDraft,
    withdraw_entries,
    write_entries,
)

__all__ = [
    "LATE_AFTER_DAYS",
    "SEQUENCE",
    "EntryDraft",
    "FactDraft",
    "Lake",
    "current_files",
    "read_lake",
    "sync_lake",
    "withdraw_entries",
    "write_entries",
]
