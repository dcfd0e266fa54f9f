"""Changing what a unit is called, what it is, and where it stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.enums import ChangeKind, UnitKind, may_stand_under
from linghang.org.models import Unit, UnitVersion
from linghang.org.services import rules, spans
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.crypto.fields import mask_phone

DETAILS = (
    "established_on",
    "term_from",
    "term_to",
    "host_situation",
    "host_names",
    "contact_name",
    "contact_phone",
)


@transaction.atomic
def change_unit(
    *,
    unit: Unit,
    actor: Any,
    on: date | None = None,
    document_number: str = "",
    kind: str | None = None,
    **details: Any,
) -> Unit:
    """Change details of the unit (`DETAILS`) and, with a day, its kind; return the unit.

    Only what differs is written; without a difference nothing is, not even an audit row. A new kind
    opens a new version. Raises ValidationError for a kind that fits neither the superior nor the
    units
    below, and for a term that ends before it begins.
    """
    unknown = set(details) - set(DETAILS)
    if unknown:
        raise TypeError(f"not details of a unit: {sorted(unknown)}")
    spans.lock([unit])
    changed = {name: value for name, value in details.items() if getattr(unit, name) != value}
    day = on or clock.today()
    if kind is not None and kind != unit.kind:
        _change_kind(unit, UnitKind(kind), day)
        changed["kind"] = kind
    if not changed:
        return unit
    old = {name: getattr(unit, name) for name in changed}
    for name, value in changed.items():
        setattr(unit, name, value)
    _check_dates(unit)
    unit.save(update_fields=list(changed))
    if "established_on" in changed:
        _set_first_day(unit)
    shown = {"old": _shown(old), "new": _shown(changed)}
    spans.note(
        [unit],
        ChangeKind.CHANGED,
        on=day,
        document_number=document_number,
        detail=shown,
        actor=actor,
    )
    audit.record(
        actor=actor,
        verb="change_unit",
        target=unit,
        unit_path=unit.path,
        old=shown["old"],
        new=shown["new"],
    )
    return unit


@transaction.atomic
def rename_unit(*, unit: Unit, name: str, on: date, document_number: str, actor: Any) -> Unit:
    """Give the unit another name from the day on, and return it; former names stay searchable."""
    spans.lock([unit])
    rules.check_day([unit], on)
    new = rules.check_name(
        name,
        kind=unit.kind,
        parent_path=unit.parent.path if unit.parent else "/",
        root_path=unit.root_path,
        but=[unit.pk],
    )
    old = unit.name
    if new == old:
        raise rules.refuse("same_name", _("The unit already bears this name."))
    spans.open_span(unit, on)
    UnitVersion.objects.filter(unit=unit, valid_to=None).update(name=new)
    unit.name = new
    unit.save(update_fields=["name"])
    _record(unit, ChangeKind.RENAMED, {"old": old, "new": new}, on, document_number, actor)
    return unit


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit, on: date, document_number: str, actor: Any) -> Unit:
    """Put the unit with everything under it below another superior from the day on; return it."""
    spans.lock([unit, parent])
    unit.refresh_from_db()
    parent.refresh_from_db()
    rules.check_move(unit, parent, on)
    detail = {"old": unit.parent.name if unit.parent else "", "new": parent.name}
    spans.rewrite_paths(unit, parent, on)
    _record(unit, ChangeKind.MOVED, detail, on, document_number, actor)
    return unit


def _record(
    unit: Unit, kind: ChangeKind, detail: dict[str, str], on: date, number: str, actor: Any
) -> None:
    spans.note([unit], kind, on=on, document_number=number, detail=detail, actor=actor)
    audit.record(
        actor=actor,
        verb={ChangeKind.RENAMED: "rename_unit", ChangeKind.MOVED: "move_unit"}[kind],
        target=unit,
        unit_path=unit.path,
        old={"value": detail["old"]},
        new={"value": detail["new"], "on": on.isoformat(), "document_number": number},
    )


def _change_kind(unit: Unit, kind: UnitKind, on: date) -> None:
    rules.check_day([unit], on)
    if kind.line != unit.line:
        raise rules.refuse("other_line", _("A party unit does not become a business unit."))
    rules.check_kind(kind, unit.parent)
    for child in unit.children.filter(closed_on=None):
        if not may_stand_under(child.kind, kind):
            rules.check_kind(child.kind, Unit(name=unit.name, kind=kind))
    spans.open_span(unit, on)
    UnitVersion.objects.filter(unit=unit, valid_to=None).update(kind=kind)


def _check_dates(unit: Unit) -> None:
    if unit.term_from and unit.term_to and unit.term_to <= unit.term_from:
        raise ValidationError({"term_to": _("The term ends before it begins.")}, code="term_order")


def _set_first_day(unit: Unit) -> None:
    """Let the first version begin on the corrected founding day, where that leaves it a span."""
    first = UnitVersion.objects.filter(unit=unit).order_by("valid_from").first()
    if (
        first
        and unit.established_on
        and (first.valid_to is None or unit.established_on < first.valid_to)
    ):
        UnitVersion.objects.filter(pk=first.pk).update(valid_from=unit.established_on)


def _shown(values: dict[str, Any]) -> dict[str, str]:
    return {
        name: mask_phone(value) if name == "contact_phone" else str(value or "")
        for name, value in values.items()
    }
