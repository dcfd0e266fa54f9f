"""What the command line and other programs ask of the library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from linghang.library import queries, services
from linghang.platform.packs.services import check_pack

Printable = dict[str, str]


def check_packs(files: Sequence[Path] | None = None) -> list[Printable]:
    """Return everything found in pack files, or in all shipped ones, as plain values.

    Each has file, place, message, remedy, code, severity (error or warning) and basis.
    """
    paths = list(files) if files else list(queries.list_shipped().values())
    return [
        finding.as_dict()
        for path in paths
        for finding in check_pack(Path(path), file=Path(path).name, shelf=queries.find_on_shelf)
    ]


@transaction.atomic
def install_packs(names: Sequence[str] | None = None, *, actor: Any = None) -> list[str]:
    """Install packs by code or file, the standard ones when none is named; return what was done.

    All of them or none. Raises PackRefused with every reason, KeyError for an unknown code.
    """
    named = list(names) if names else queries.list_standard()
    codes = [name for name in named if not _is_file(name)]
    done = [str(row) for row in services.install_shipped(codes=codes, actor=actor)]
    for name in named:
        if _is_file(name):
            path = Path(name)
            row = services.install_own(content=path.read_bytes(), file=path.name, actor=actor)
            done.append(str(row))
    return done


def list_packs() -> list[Printable]:
    """Return the packs shipped and installed: code, title, practices, versions and state."""
    return [
        {
            "code": holding.code,
            "title": str(holding),
            "practices": ", ".join(holding.practices),
            "shipped": holding.shipped,
            "installed": holding.installed,
            "state": holding.state.value,
        }
        for holding in queries.list_holdings()
    ]


def _is_file(name: str) -> bool:
    return name.endswith((".yaml", ".yml"))
