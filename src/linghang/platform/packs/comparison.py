"""What changes from one version of a pack to another, row by row and key by key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from linghang.platform.packs.sections import find_section


class ChangeKind(StrEnum):
    """What happened to a place of the document."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    """One difference: the place by codes (`schemes.red-flag-index.dimensions.D1.points`)."""

    kind: ChangeKind
    place: str
    old: Any = None
    new: Any = None


@dataclass(frozen=True)
class Comparison:
    """All differences of two documents, and what the apps say they mean."""

    changes: tuple[Change, ...]
    remarks: tuple[str, ...]


def compare_documents(old: Mapping[str, Any], new: Mapping[str, Any]) -> Comparison:
    """Return what the new document changes.

    Rows are matched by their `code`, so that a row inserted before others changes nothing but
    itself. The version is left out: it differs by definition.
    """
    before = {key: value for key, value in old.items() if key != "version"}
    after = {key: value for key, value in new.items() if key != "version"}
    changes = tuple(_differ(before, after, ""))
    return Comparison(changes, tuple(_remark(old["contents"], new["contents"])))


def _remark(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[str]:
    for name in dict.fromkeys([*old, *new]):
        section = find_section(name)
        if section is not None and section.compare is not None:
            yield from section.compare(old.get(name, []), new.get(name, []))


def _differ(old: Any, new: Any, place: str) -> Iterable[Change]:
    if old == new:
        return
    before, after = _by_key(old), _by_key(new)
    if before is None or after is None:
        yield Change(ChangeKind.CHANGED, place, old, new)
        return
    for key in dict.fromkeys([*before, *after]):
        here = f"{place}.{key}" if place else key
        if key not in before:
            yield Change(ChangeKind.ADDED, here, None, after[key])
        elif key not in after:
            yield Change(ChangeKind.REMOVED, here, before[key], None)
        else:
            yield from _differ(before[key], after[key], here)


def _by_key(value: Any) -> dict[str, Any] | None:
    """The parts of a mapping, or of a list of rows with codes; None when it is compared whole."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list) and all(isinstance(i, Mapping) and "code" in i for i in value):
        return {str(item["code"]): item for item in value}
    return None
