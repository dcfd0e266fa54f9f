"""Closing and opening version spans, and rewriting the paths of a subtree in one statement."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from linghang.org.enums import ChangeKind
from linghang.org.models import Coverage, Unit, UnitChange, UnitVersion


def lock(units: Iterable[Unit | None]) -> None:
    """Lock the trees the units stand in, so that two moves cannot cross."""
    roots = {int(unit.path.split("/")[1]) for unit in units if unit is not None}
    list(Unit.objects.select_for_update().filter(pk__in=roots).order_by("pk").values("pk"))


def open_spans(path: str, on: date) -> None:
    """Let every open version at or under the path begin on the day; earlier spans end there.

    A version that already begins on the day is kept and will be overwritten: nothing was ever true
    for
    an empty span.
    """
    earlier = list(
        UnitVersion.objects.filter(path__startswith=path, valid_to=None, valid_from__lt=on)
    )
    UnitVersion.objects.filter(path__startswith=path, valid_to=None, valid_from__lt=on).update(
        valid_to=on
    )
    for version in earlier:
        version.pk = None
        version.valid_from = on
    UnitVersion.objects.bulk_create(earlier, batch_size=500)


def open_span(unit: Unit, on: date) -> None:
    """Let the open version of one unit begin on the day, those under it untouched."""
    current = UnitVersion.objects.get(unit=unit, valid_to=None)
    if current.valid_from < on:
        UnitVersion.objects.filter(pk=current.pk).update(valid_to=on)
        current.pk = None
        current.valid_from = on
        current.save(force_insert=True)


def rewrite_paths(unit: Unit, parent: Unit, on: date) -> None:
    """Put the unit with everything under it below another superior, from the day on."""
    open_spans(unit.path, on)
    old, new = unit.path, f"{parent.path}{unit.pk}/"
    change = {
        "path": Concat(Value(new), Substr("path", len(old) + 1)),
        "level": F("level") + (parent.level + 1 - unit.level),
    }
    UnitVersion.objects.filter(path__startswith=old, valid_to=None).update(**change)
    Unit.objects.filter(path__startswith=old).update(**change)
    UnitVersion.objects.filter(unit=unit, valid_to=None).update(parent=parent)
    Unit.objects.filter(pk=unit.pk).update(parent=parent)
    unit.refresh_from_db()


def close_span(unit: Unit, on: date) -> None:
    """End the unit and its coverage on the day."""
    _close(UnitVersion.objects.filter(unit=unit), on)
    for end in ("party_unit", "business_unit"):
        _close(Coverage.objects.filter(**{end: unit}), on)
    unit.closed_on = on
    unit.save(update_fields=["closed_on"])


def _close(spans: Any, on: date) -> None:
    spans.filter(valid_to=None, valid_from__gte=on).delete()  # empty: it never held for a day
    spans.filter(valid_to=None).update(valid_to=on)


def note(
    units: Iterable[Unit],
    kind: ChangeKind,
    *,
    on: date,
    document_number: str,
    detail: dict[str, Any],
    actor: Any,
) -> None:
    """Write the line of each unit's history page."""
    who = actor if getattr(actor, "pk", None) else None
    UnitChange.objects.bulk_create(
        [
            UnitChange(
                unit=unit,
                kind=kind,
                on=on,
                document_number=document_number,
                detail=detail,
                actor=who,
            )
            for unit in units
        ],
        batch_size=500,
    )
