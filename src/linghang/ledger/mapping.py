"""The declared kinds of facts: fixed ones from each app's enums, others from installed packs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from linghang.ledger.enums import FactKind

_fixed: dict[str, FactKind] = {}
_sources: list[Callable[[], Iterable[FactKind]]] = []


class UndeclaredKind(LookupError):  # noqa: N818  it says what is wrong
    """A fact of a kind that no app and no installed pack declares."""


def declare_kinds(*kinds: FactKind) -> None:
    """Declare kinds of facts; an app calls this in its AppConfig.ready()."""
    for kind in kinds:
        if _fixed.get(kind.code, kind) != kind:
            raise ValueError(f"fact kind {kind.code} is declared twice")
        _fixed[kind.code] = kind


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
