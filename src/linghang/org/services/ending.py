"""Merging, splitting and dissolving: units end, and what was tied to them goes on elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from linghang.org import mapping
from linghang.org.enums import ChangeKind, UnitKind
from linghang.org.models import Coverage, Unit
from linghang.org.services import rules, spans
from linghang.org.services.changing import move_unit
from linghang.org.services.coverage import open_coverage
from linghang.org.services.founding import UnitDraft, create_units
from linghang.platform.audit import services as audit


@dataclass(frozen=True)
class SplitPart:
    """A unit that a split founds: its name, the units and the members that go with it."""

    name: str
    children: Sequence[Unit] = ()
    movable: Collection[int] = ()  # ids of the followers' `list_movable`
    kind: str = ""  # that of the unit split, if empty


@transaction.atomic
def merge_units(
    *, sources: Sequence[Unit], target: Unit, on: date, document_number: str, actor: Any
) -> Unit:
    """Merge the units into the target from the day on, and return it.

    Units below, members, posts and coverage go to the target; the merged units are closed and stay
    in
    the history. Raises ValidationError with the reason.
    """
    spans.lock([*sources, target])
    rules.check_merge(sources, target, on)
    for source in sources:
        _empty_into(source, target, on, document_number, actor)
    names = [source.name for source in sources]
    spans.note(
        sources,
        ChangeKind.MERGED,
        on=on,
        document_number=document_number,
        detail={"into": target.name, "into_id": target.pk},
        actor=actor,
    )
    spans.note(
        [target],
        ChangeKind.MERGED,
        on=on,
        document_number=document_number,
        detail={"from": names},
        actor=actor,
    )
    audit.record(
        actor=actor,
        verb="merge_units",
        target=target,
        unit_path=target.path,
        old={"units": names},
        new={"into": target.name, "on": on.isoformat(), "document_number": document_number},
    )
    target.refresh_from_db()
    return target


@transaction.atomic
def dissolve_unit(
    *, unit: Unit, on: date, document_number: str, actor: Any, target: Unit | None = None
) -> Unit:
    """Close the unit from the day on, and return it; what it holds goes to the target.

    Without a target the unit has to be empty. Raises ValidationError with the reason.
    """
    spans.lock([unit, target])
    rules.check_close(unit, target, on)
    if target is not None:
        _empty_into(unit, target, on, document_number, actor)
    else:
        spans.close_span(unit, on)
    detail = {"into": target.name, "into_id": target.pk} if target else {}
    spans.note(
        [unit],
        ChangeKind.DISSOLVED,
        on=on,
        document_number=document_number,
        detail=detail,
        actor=actor,
    )
    audit.record(
        actor=actor,
        verb="dissolve_unit",
        target=unit,
        unit_path=unit.path,
        new={"on": on.isoformat(), "document_number": document_number, **detail},
    )
    return unit


@transaction.atomic
def split_unit(
    *, unit: Unit, parts: Sequence[SplitPart], on: date, document_number: str, actor: Any
) -> list[Unit]:
    """Found new units beside the unit from the day on and return them; it keeps what no part
    takes.
    """
    spans.lock([unit])
    rules.check_split(unit, [part.name for part in parts], on)
    founded = create_units(
        [
            UnitDraft(part.name, UnitKind(part.kind or unit.kind), unit.parent, established_on=on)
            for part in parts
        ],
        document_number=document_number,
        actor=actor,
    )
    for part, new in zip(parts, founded, strict=True):
        for child in part.children:
            move_unit(unit=child, parent=new, on=on, document_number=document_number, actor=actor)
        _follow({unit.pk: new.pk}, part.movable, on, document_number, actor)
    names = [new.name for new in founded]
    spans.note(
        [unit],
        ChangeKind.SPLIT,
        on=on,
        document_number=document_number,
        detail={"into": names},
        actor=actor,
    )
    audit.record(
        actor=actor,
        verb="split_unit",
        target=unit,
        unit_path=unit.path,
        new={"into": names, "on": on.isoformat(), "document_number": document_number},
    )
    return founded


def _empty_into(source: Unit, target: Unit, on: date, number: str, actor: Any) -> None:
    """Move all a unit holds to the target, then close it."""
    for child in Unit.objects.filter(parent=source, closed_on=None).exclude(pk=target.pk):
        move_unit(unit=child, parent=target, on=on, document_number=number, actor=actor)
    target.refresh_from_db()
    _follow({source.pk: target.pk}, None, on, number, actor)
    _pass_coverage(source, target, on, actor)
    source.refresh_from_db()
    spans.close_span(source, on)


def _follow(
    moves: dict[int, int], only: Collection[int] | None, on: date, number: str, actor: Any
) -> None:
    for follower in mapping.list_followers():
        follower.follow(moves=moves, only=only, on=on, document_number=number, actor=actor)


def _pass_coverage(source: Unit, target: Unit, on: date, actor: Any) -> None:
    open_now = Coverage.objects.filter(valid_to=None).select_related("party_unit", "business_unit")
    links = [(target, row.business_unit) for row in open_now.filter(party_unit=source)]
    links += [(row.party_unit, target) for row in open_now.filter(business_unit=source)]
    if links:
        open_coverage(links=links, on=on, actor=actor)
