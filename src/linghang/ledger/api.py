"""What other apps may ask of the ledger."""

from linghang.ledger.mapping import (
    UndeclaredKind,
    declare_kinds,
    declare_source,
    get_kind,
    list_kinds,
)
from linghang.ledger.queries import (
    filter_as_of,
    filter_period,
    filter_person,
    filter_predicate,
    list_entries,
)
from linghang.ledger.services import (
    LATE_AFTER_DAYS,
    SEQUENCE,
    EntryDraft,
    FactDraft,
    Lake,
    current_files,
    read_lake,
    sync_lake,
    withdraw_entries,
    write_entries,
)

__all__ = [
    "LATE_AFTER_DAYS",
    "SEQUENCE",
    "EntryDraft",
    "FactDraft",
    "Lake",
    "UndeclaredKind",
    "current_files",
    "declare_kinds",
    "declare_source",
    "filter_as_of",
    "filter_period",
    "filter_person",
    "filter_predicate",
    "get_kind",
    "list_entries",
    "list_kinds",
    "read_lake",
    "sync_lake",
    "withdraw_entries",
    "write_entries",
]
