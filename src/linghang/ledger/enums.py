"""How kinds of facts are declared. Each app declares the kinds it writes in its own enums.py."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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
    status_titles: tuple[tuple[str, str | Promise], ...] = ()

    def title_of(self, status: str) -> str | Promise:
        """Return the words for a status; those every kind shares need not be declared."""
        return {**COMMON_STATUSES, **dict(self.status_titles)}.get(status, status)


COMMON_STATUSES: dict[str, str | Promise] = {
    "late": _("late"),
    "present": _("present"),
    "leave": _("on leave"),
    "absent": _("absent"),
    "met": _("done"),
    "missed": _("missed"),
    "open": _("not finished yet"),
    "waived": _("waived"),
    "on_time": _("on time"),
    "overdue": _("overdue"),
}
