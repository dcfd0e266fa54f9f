"""The declared kinds of facts: fixed ones from each app's enums, others from installed packs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

from django.urls import NoReverseMatch, reverse

from linghang.ledger.enums import FactKind
from linghang.ledger.models import Entry
from linghang.platform.access import Permission, Scope
from linghang.platform.sheets.export import Column

# Another process may have installed a pack: its kinds are read again after so many seconds.
KINDS_LAST_SECONDS = 30.0

_fixed: dict[str, FactKind] = {}
_sources: list[Callable[[], Iterable[FactKind]]] = []
_pages: dict[str, str] = {}
_sheets: dict[str, LedgerSheet] = {}
_followers: list[Callable[[Change], None]] = []


class UndeclaredKind(LookupError):  # noqa: N818  it says what is wrong
    """A fact of a kind that no app and no installed pack declares."""


def declare_kinds(*kinds: FactKind) -> None:
    """Declare kinds of facts; an app calls this in its AppConfig.ready()."""
    for kind in kinds:
        if _fixed.get(kind.code, kind) != kind:
            raise ValueError(f"fact kind {kind.code} is declared twice")
        _fixed[kind.code] = kind


class KindSource:
    """Kinds of facts that stand in the database; asked once per fact, so read from it seldom."""

    def __init__(self, read: Callable[[], Iterable[FactKind]]) -> None:
        self._read = read
        self._lock = Lock()
        self._kinds: tuple[FactKind, ...] = ()
        self._read_at = float("-inf")

    def __call__(self) -> tuple[FactKind, ...]:
        """Return the kinds as they were read last, at most half a minute ago."""
        with self._lock:
            if time.monotonic() - self._read_at > KINDS_LAST_SECONDS:
                self._kinds = tuple(self._read())
                self._read_at = time.monotonic()
            return self._kinds

    def forget(self) -> None:
        """Have the kinds read again at the next question; called by what changes them."""
        with self._lock:
            self._read_at = float("-inf")


def declare_source(source: Callable[[], Iterable[FactKind]]) -> None:
    """Declare a function that returns further kinds, for example those of installed packs."""
    if source not in _sources:
        _sources.append(source)


def list_kinds() -> dict[str, FactKind]:
    """Return every declared kind by code."""
    found = dict(_fixed)
    for source in _sources:
        found.update({kind.code: kind for kind in source()})
    return dict(sorted(found.items()))


def get_kind(code: str) -> FactKind:
    """Return a declared kind; raises UndeclaredKind."""
    if code in _fixed:
        return _fixed[code]
    for source in _sources:
        for kind in source():
            if kind.code == code:
                return kind
    raise UndeclaredKind(f"No app or installed pack declares facts of kind {code!r}.")


# -- what follows from a line --------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """Ledger lines that were written and withdrawn in one go; of a correction there are both."""

    written: Sequence[Entry]
    withdrawn: Sequence[Entry]
    actor: Any


def register_follower(follower: Callable[[Change], None]) -> None:
    """Have a function told of every change, inside its transaction; an app calls this in ready().

    It is called once for each call of `write_entries` or `withdraw_entries` that changed anything, and
    may write lines itself: it has to pass over those.
    """
    if follower not in _followers:
        _followers.append(follower)


def tell_followers(change: Change) -> None:
    """Tell everybody who registered; nothing when nothing changed."""
    if change.written or change.withdrawn:
        for follower in _followers:
            follower(change)


# -- from a line to the page of its record -------------------------------------------------------


def register_source(source_type: str, url_name: str) -> None:
    """Say which page shows a record: `source_type` "app.model", the address takes its pk."""
    _pages[source_type] = url_name


def find_page(entry: Entry) -> str:
    """Return the address of the record a line came from; of the line's own page if there is none."""
    try:
        return reverse(_pages[entry.source_type], args=[entry.source_id])
    except (KeyError, NoReverseMatch):
        return reverse("ledger:entry", args=[entry.pk])


# -- exports in the customer's own layout --------------------------------------------------------


@dataclass(frozen=True)
class Selection:
    """What of the ledger an export is asked for; dates are [start, end)."""

    scope: Scope
    unit_path: str = ""
    start: date | None = None
    end: date | None = None
    person_id: int | None = None
    kind: str = ""

    def apply(self, records: Any, *, day: str = "occurred_on", unit: str = "unit") -> Any:
        """Return those of the records (a queryset) that lie in the units and days selected.

        Only units whose records the reader may see and export. `person` and `kind` are the app's
        own to apply.
        """
        found = records.filter(
            self.scope.restrict(Permission.VIEW_RECORDS, f"{unit}__path"),
            self.scope.restrict(Permission.EXPORT, f"{unit}__path"),
            **{f"{unit}__path__startswith": self.unit_path},
        )
        if self.start is not None:
            found = found.filter(**{f"{day}__gte": self.start})
        if self.end is not None:
            found = found.filter(**{f"{day}__lt": self.end})
        return found


@dataclass(frozen=True)
class LedgerSheet:
    """One sheet of the exported ledger: the app's own sheet plan, filled.

    `title` names the sheet, `columns` are the headings of the customer's workbook, `rows` yields
    their values. `covers` says whether the sheet has lines of an entry kind.
    """

    code: str
    title: str
    columns: Sequence[Column]
    rows: Callable[[Selection], Iterable[Sequence[Any]]]
    covers: Callable[[str], bool]
    order: int = 100


def register_sheet(sheet: LedgerSheet) -> None:
    """Add a sheet to the exported ledger; an app calls this in its AppConfig.ready()."""
    _sheets[sheet.code] = sheet


def list_sheets() -> list[LedgerSheet]:
    """Return the sheets of the exported ledger in their order."""
    return sorted(_sheets.values(), key=lambda sheet: (sheet.order, sheet.code))
