"""What the library holds: the packs shipped with the product beside those installed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from linghang.library.enums import PackState
from linghang.platform.languages import spoken
from linghang.platform.packs.envelope import Text, order_version
from linghang.platform.packs.models import InstalledPack
from linghang.platform.packs.reading import Pack, load_document, read_pack

SHELF = Path(__file__).parent / "packs"


@dataclass(frozen=True)
class Holding:
    """One pack of the library: what the product brings and what is installed."""

    code: str
    title: Text
    description: Text
    practices: tuple[str, ...]
    shipped: str
    installed: str
    installed_at: datetime | None

    @property
    def pk(self) -> str:
        """The code, which names the pack in lists."""
        return self.code

    def __str__(self) -> str:
        """The title in the reader's language."""
        return self.title.of(spoken())

    @property
    def state(self) -> PackState:
        """How the pack stands."""
        if not self.installed:
            return PackState.AVAILABLE
        if not self.shipped:
            return PackState.OWN
        newer = order_version(self.shipped) > order_version(self.installed)
        return PackState.UPGRADE if newer else PackState.INSTALLED


def list_shipped() -> dict[str, Path]:
    """Return the files of the packs shipped with the product, by code."""
    return {path.stem: path for path in sorted(SHELF.rglob("*.yaml"))}


def list_standard() -> list[str]:
    """Return the codes that are installed when everything is: not the schemes to choose from.

    Whoever installs all packs wants to work by all practices, not to be rated by six schemes at
    once: those are installed by name.
    """
    return [path.stem for path in sorted(SHELF.glob("*.yaml"))]


@cache
def load_shipped(code: str) -> Mapping[str, Any]:
    """Return the document of a shipped pack; KeyError when the product has none of this code."""
    path = list_shipped()[code]
    document, findings = load_document(path, path.name)
    if document is None:
        raise yaml.YAMLError(str(findings[0]))
    return document


def list_holdings() -> list[Holding]:
    """Return every pack of the library, shipped ones first in the order of what they need.

    One query, however many packs.
    """
    installed = {row.code: row for row in InstalledPack.objects.filter(is_current=True)}
    shipped = order_by_need(list_shipped())
    return [
        *[_hold(load_shipped(code), installed.get(code), shipped=True) for code in shipped],
        *[
            _hold(row.document, row, shipped=False)
            for code, row in installed.items()
            if code not in shipped
        ],
    ]


def find_holding(code: str) -> Holding | None:
    """Return one pack of the library, or None."""
    row = InstalledPack.objects.filter(code=code, is_current=True).first()
    shipped = code in list_shipped()
    if row is None and not shipped:
        return None
    document = load_shipped(code) if shipped or row is None else row.document
    return _hold(document, row, shipped=shipped)


def find_document(code: str, version: str = "") -> Mapping[str, Any] | None:
    """Return the document of a pack: of the version asked for, else installed, else shipped."""
    rows = InstalledPack.objects.filter(code=code)
    rows = rows.filter(version=version) if version else rows.filter(is_current=True)
    row = rows.first()
    if row is not None:
        return dict(row.document)
    shipped = load_shipped(code) if code in list_shipped() else None
    return shipped if shipped is not None and version in {"", shipped["version"]} else None


def find_on_shelf(code: str) -> Pack | None:
    """Return a pack wherever it may be had, shipped before installed; a shelf for `read_pack`."""
    if code in list_shipped():
        return read_pack(load_shipped(code), file=f"{code}.yaml", shelf=find_on_shelf)[0]
    document = find_document(code)
    return read_pack(document, file=code, shelf=find_on_shelf)[0] if document else None


def order_by_need(codes: Iterable[str]) -> list[str]:
    """Return the shipped codes, and what they require, each after what it requires."""
    ordered: list[str] = []

    def place(code: str) -> None:
        if code in ordered or code not in list_shipped():
            return
        for needed in load_shipped(code).get("requires", ()):
            place(needed["pack"])
        ordered.append(code)

    for code in codes:
        place(code)
    return ordered


def _hold(document: Mapping[str, Any], row: InstalledPack | None, *, shipped: bool) -> Holding:
    return Holding(
        code=document["pack"],
        title=Text(**document["title"]),
        description=Text(**document["description"]),
        practices=tuple(document["practices"]),
        shipped=document["version"] if shipped else "",
        installed=row.version if row else "",
        installed_at=row.installed_at if row else None,
    )
