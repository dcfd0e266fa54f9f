"""Who sees the files of which record: said by the apps whose records they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from linghang.platform.access import Allowed, Denied, Scope


@dataclass(frozen=True)
class Owner:
    """A kind of record that carries files.

    visible:   whether the scope sees the record with this pk.
    may_add:   whether it may add files; asked only of visible records.
    unit_path: the path of the record's unit, for the audit trail.
    may_withdraw: whether files may be taken back; where given, asked even of whoever added the file.
    """

    type: str
    visible: Callable[[Scope, int], bool]
    may_add: Callable[[Scope, int], Allowed | Denied | bool]
    unit_path: Callable[[int], str] | None = None
    may_withdraw: Callable[[Scope, int], Allowed | Denied | bool] | None = None


_owners: dict[str, Owner] = {}


def register_owner(
    type: str,  # noqa: A002  the word of the record's kind
    *,
    visible: Callable[[Scope, int], bool],
    may_add: Callable[[Scope, int], Allowed | Denied | bool],
    unit_path: Callable[[int], str] | None = None,
    may_withdraw: Callable[[Scope, int], Allowed | Denied | bool] | None = None,
) -> None:
    """Let records of a kind ("app.model") carry files; called in an app's ready()."""
    _owners[type] = Owner(type, visible, may_add, unit_path, may_withdraw)


def unregister_owner(type: str) -> None:  # noqa: A002
    """Take a kind out again; for tests that register their own."""
    _owners.pop(type, None)


def find_owner(type: str) -> Owner | None:  # noqa: A002
    """Return the kind of record, None when nobody registered it."""
    return _owners.get(type)


def type_of(record: Any) -> str:
    """Return "app.model" of a record."""
    return str(record._meta.label_lower)  # noqa: SLF001  Django's own public-by-use name
