"""What other apps may ask of the ledger."""

from __future__ import annotations

from django.db.models import QuerySet

from linghang.ledger import queries
from linghang.ledger.mapping import (
    Change,
    KindSource,
    LedgerSheet,
    Selection,
    UndeclaredKind,
    declare_kinds,
    declare_source,
    find_page,
    get_kind,
    list_kinds,
    register_follower,
    register_sheet,
    register_source,
)
from linghang.ledger.models import Entry
from linghang.ledger.queries import (
    filter_as_of,
    filter_period,
    filter_person,
    filter_predicate,
    filter_text,
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
from linghang.platform.access import Scope

__all__ = [
    "LATE_AFTER_DAYS",
    "SEQUENCE",
    "Change",
    "EntryDraft",
    "FactDraft",
    "KindSource",
    "Lake",
    "LedgerSheet",
    "Selection",
    "UndeclaredKind",
    "current_files",
    "declare_kinds",
    "declare_source",
    "filter_as_of",
    "filter_period",
    "filter_person",
    "filter_predicate",
    "filter_text",
    "find_page",
    "get_kind",
    "list_entries",
    "list_kinds",
    "read_lake",
    "register_follower",
    "register_sheet",
    "register_source",
    "sync_lake",
    "withdraw_entries",
    "write_entries",
]


def list_entries(scope: Scope) -> QuerySet[Entry]:
    """Return the ledger lines the reader may see, newest first, sensitive ones by need only."""
    sensitive = [kind.code for kind in list_kinds().values() if kind.sensitive]
    return queries.list_entries(scope, sensitive)
