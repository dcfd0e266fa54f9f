"""What the pages of units list: kinds with their numbers, and a history told in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from linghang.org.enums import ChangeKind, UnitKind
from linghang.org.models import Unit
from linghang.org.queries import Node


def count_kinds(nodes: Iterable[Node]) -> list[tuple[UnitKind, int]]:
    """Return how many units of each kind there are, in the order of the kinds."""
    counts = Counter(node.kind for node in nodes)
    return [(kind, counts[kind]) for kind in UnitKind if counts[kind]]


@dataclass(frozen=True)
class Told:
    """A change of a unit as a person tells it."""

    on: date
    kind: str
    text: str
    document_number: str
    who: str


def tell_changes(unit: Unit) -> list[Told]:
    """Return the changes of the unit, newest first, each in a sentence; one query."""
    return [
        Told(
            change.on,
            str(ChangeKind(change.kind).label),
            _sentence(ChangeKind(change.kind), change.detail),
            change.document_number,
            str(change.actor or ""),
        )
        for change in unit.changes.select_related("actor")
    ]


def _sentence(kind: ChangeKind, detail: dict[str, Any]) -> str:
    if kind is ChangeKind.RENAMED or kind is ChangeKind.MOVED:
        return _("%(old)s → %(new)s") % {"old": detail.get("old", ""), "new": detail.get("new", "")}
    if "from" in detail:
        return _("took in %(units)s") % {"units": "、".join(detail["from"])}
    if "into" in detail:
        into = detail["into"]
        return _("into %(unit)s") % {"unit": into if isinstance(into, str) else "、".join(into)}
    if "covers" in detail:
        return _("covers now: %(new)s; no longer: %(old)s") % {
            "new": "、".join(detail["covers"]) or "—",
            "old": "、".join(detail["no_longer"]) or "—",
        }
    if kind is ChangeKind.CHANGED:
        return "；".join(
            f"{_label(name)}：{detail['old'].get(name) or '—'} → {value or '—'}"
            for name, value in detail.get("new", {}).items()
        )
    return str(detail.get("name", ""))


def _label(name: str) -> str:
    return {
        "kind": _("Kind"),
        "established_on": _("Established on"),
        "term_from": _("Term began on"),
        "term_to": _("Term ends on"),
        "host_situation": _("Situation of the host unit"),
        "host_names": _("Host units"),
        "contact_name": _("Contact"),
        "contact_phone": _("Telephone"),
    }.get(name, name)
