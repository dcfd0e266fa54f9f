"""What other apps may ask of the ledger."""

from linghang.ledger.mapping import (
    UndeclaredKind,
    declare_kinds,
    declare_source,
    get_kind,
    list_kinds,
)
from linghang.ledger.queries import filter_as_of, filter_period, filter_person, filter_predicate, list_entries
from linghang.ledger.services import EntryDraft, FactDraft, withdraw_entries, write_entries

__all__ = [
    "EntryDraft",
    "FactDraft",
    "UndeclaredKind",
    "declare_kinds",
    "declare_source",
    "filter_as_of",
    "filter_period",
    "filter_person",
    "filter_predicate",
    "get_kind",
    "list_entries",
    "list_kinds",
    "withdraw_entries",
    "write_entries",
]
