"""How kinds of facts are declared. Each app declares the kinds it writes in its own enums.py."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


class Level(StrEnum):
    """Whom a fact is about."""

    UNIT = "unit"
    PERSON = "person"  # its unit is the branch the person was in


class DatedBy(StrEnum):
    """Which date decides the period a fact counts in."""

    OCCURRED = "occurred"
    DUE = "due"


@dataclass(frozen=True)
class FactKind:
    """A declared kind of fact: code, title, unit of its quantity, statuses, meaning."""

    code: str
    title: str | Promise
    quantity: str | Promise
    meaning: str | Promise
    level: Level = Level.UNIT
    statuses: tuple[str, ...] = ()
    dated_by: DatedBy = DatedBy.OCCURRED
    sensitive: bool = False
