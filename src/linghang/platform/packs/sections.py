"""The registry of sections: what packs may contain is said by the apps that install it.

An app contributes in its `AppConfig.ready()`:

    register_section("activity_kinds", ActivityKindRow, install=install_kinds, offers=list_codes)

Packs know nothing of the apps above: they validate each row with the model, check it with `check`
and hand the rows to `install` inside the installing transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from linghang.platform.packs.findings import Finding

Rows = Sequence[Any]


@dataclass(frozen=True)
class Surroundings:
    """What stands around the rows being checked.

    `file` and `pack` name where they come from; `offered` are the codes that this pack and the
    packs it requires offer (see `Section.offers`), whether they are installed yet or not.
    """

    file: str
    pack: str
    version: str
    offered: frozenset[str]


@dataclass(frozen=True)
class Section:
    """One section of `contents`.

    model:   the pydantic model of one row (forbid unknown keys; numbers as text).
    install: called with (rows, pack, actor) inside the transaction; `pack` is the InstalledPack.
             An upgrade that drops the section calls it with no rows, so that old ones can retire.
    check:   called with (rows, surroundings); returns findings whose place begins after
             `contents.<section>`, for example `[0].dimensions[1]`.
    offers:  the codes of fact kinds the rows declare, for the checks of other sections.
    compare: called with (old rows, new rows) as plain documents; returns sentences on what the
             change means beyond the plain differences.
    """

    name: str
    model: type[BaseModel]
    install: Callable[[Rows, Any, Any], object]
    check: Callable[[Rows, Surroundings], Iterable[Finding]] | None = None
    offers: Callable[[Rows], Iterable[str]] | None = None
    compare: Callable[[list[dict[str, Any]], list[dict[str, Any]]], Iterable[str]] | None = None


_sections: dict[str, Section] = {}


def register_section(
    name: str,
    model: type[BaseModel],
    *,
    install: Callable[[Rows, Any, Any], object],
    check: Callable[[Rows, Surroundings], Iterable[Finding]] | None = None,
    offers: Callable[[Rows], Iterable[str]] | None = None,
    compare: Callable[[list[dict[str, Any]], list[dict[str, Any]]], Iterable[str]] | None = None,
) -> None:
    """Let packs carry a section; they are installed in the order of registration."""
    _sections[name] = Section(name, model, install, check, offers, compare)


def unregister_section(name: str) -> None:
    """Take a section out again; for tests that register their own."""
    _sections.pop(name, None)


def list_sections() -> tuple[Section, ...]:
    """Return the sections in the order of registration."""
    return tuple(_sections.values())


def find_section(name: str) -> Section | None:
    """Return the section of this name, or None when no app installs it."""
    return _sections.get(name)
