"""Founding units, one or a whole tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.enums import ChangeKind, Line, UnitKind
from linghang.org.models import Unit, UnitChange, UnitVersion
from linghang.org.services import rules
from linghang.platform.audit import services as audit
from linghang.platform.numbering import services as numbering

# A unit whose founding day nobody wrote down counts as always there.
LONG_AGO = date(1900, 1, 1)
BATCH = 500


@dataclass(frozen=True, eq=False)
class UnitDraft:
    """A unit to be founded; its superior is an existing unit or another draft of the same call."""

    name: str
    kind: UnitKind
    parent: Unit | UnitDraft | None = None
    established_on: date | None = None
    term_from: date | None = None
    term_to: date | None = None
    host_situation: str = ""
    host_names: str = ""
    contact_name: str = ""
    contact_phone: str = ""


@transaction.atomic
def create_units(
    drafts: Sequence[UnitDraft], *, document_number: str = "", actor: Any
) -> list[Unit]:
    """Found the units and return them in the order of the drafts.

    A superior that is itself a draft has to be in the list. Raises ValidationError for a kind that
    does
    not stand under its superior, and for a name that an open unit of the same tree bears. One call
    costs
    the same few statements per level, however many units.
    """
    ordered = _by_level(drafts)
    _check(drafts)
    made: dict[int, Unit] = {}
    for level in ordered:
        units = [_unit(draft, made) for draft in level]
        _give_codes(units)
        Unit.objects.bulk_create(units, batch_size=BATCH)
        for unit in units:
            unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
        Unit.objects.bulk_update(units, ["path"], batch_size=BATCH)
        made.update({id(draft): unit for draft, unit in zip(level, units, strict=True)})
    result = [made[id(draft)] for draft in drafts]
    _write_history(result, document_number, actor)
    return result


def _by_level(drafts: Sequence[UnitDraft]) -> list[list[UnitDraft]]:
    known = {id(draft) for draft in drafts}
    levels: list[list[UnitDraft]] = []
    depth: dict[int, int] = {}
    for draft in drafts:
        chain = [draft]
        while isinstance(chain[-1].parent, UnitDraft) and id(chain[-1].parent) not in depth:
            if id(chain[-1].parent) not in known or len(chain) > len(drafts):
                raise ValueError("the superior of a draft is not among the drafts")
            chain.append(chain[-1].parent)
        for each in reversed(chain):
            if id(each) in depth:
                continue
            above = each.parent
            depth[id(each)] = depth[id(above)] + 1 if isinstance(above, UnitDraft) else 0
            while len(levels) <= depth[id(each)]:
                levels.append([])
            levels[depth[id(each)]].append(each)
    return levels


def _top(draft: UnitDraft) -> Unit | UnitDraft:
    above: Unit | UnitDraft = draft
    while isinstance(above, UnitDraft) and above.parent is not None:
        above = above.parent
    return above


def _check(drafts: Sequence[UnitDraft]) -> None:
    taken: dict[Any, set[str]] = {}
    for draft in drafts:
        parent = draft.parent
        rules.check_kind(draft.kind, Unit(name=parent.name, kind=parent.kind) if parent else None)
        _check_parent(draft)
        name = draft.name.strip()
        if not name:
            raise rules.refuse("no_name", _("The unit needs a name."))
        beside = UnitKind(draft.kind) in rules.NAMED_AMONG_SIBLINGS
        place = parent if beside and parent is not None else _top(draft)
        key = (place.pk if isinstance(place, Unit) else id(place), beside)
        if key not in taken:
            taken[key] = _names_at(place, beside=beside)
        if name in taken[key]:
            raise rules.refuse(
                "name_taken", _("There is already a unit named %(name)s."), name=name
            )
        taken[key].add(name)


def _names_at(place: Unit | UnitDraft, *, beside: bool) -> set[str]:
    if not isinstance(place, Unit):
        return set()
    within = Unit.objects.filter(closed_on=None)
    if beside:
        within = within.filter(parent=place)
    else:
        within = within.filter(path__startswith=place.root_path).exclude(
            kind__in=rules.NAMED_AMONG_SIBLINGS
        )
    return set(within.values_list("name", flat=True))


def _check_parent(draft: UnitDraft) -> None:
    if isinstance(draft.parent, Unit) and draft.parent.closed_on:
        raise ValidationError(
            _("%(unit)s was closed on %(day)s.")
            % {"unit": draft.parent.name, "day": draft.parent.closed_on.isoformat()},
            code="closed",
        )


def _unit(draft: UnitDraft, made: dict[int, Unit]) -> Unit:
    parent = draft.parent
    above = made[id(parent)] if isinstance(parent, UnitDraft) else parent
    return Unit(
        line=UnitKind(draft.kind).line,
        kind=draft.kind,
        name=draft.name.strip(),
        parent=above,
        path="",
        level=above.level + 1 if above else 1,
        established_on=draft.established_on,
        term_from=draft.term_from,
        term_to=draft.term_to,
        host_situation=draft.host_situation,
        host_names=draft.host_names,
        contact_name=draft.contact_name,
        contact_phone=draft.contact_phone,
    )


def _give_codes(units: Sequence[Unit]) -> None:
    for line, letter in ((Line.PARTY, "P"), (Line.BUSINESS, "B")):
        wanting = [unit for unit in units if unit.line == line]
        while wanting:
            codes = [f"{letter}{n:05d}" for n in numbering.take(f"unit.{line}", len(wanting))]
            # An installation may have brought codes of its own: those are passed over.
            used = set(Unit.objects.filter(code__in=codes).values_list("code", flat=True))
            free = [code for code in codes if code not in used]
            for unit, code in zip(wanting, free, strict=False):
                unit.code = code
            wanting = wanting[len(free) :]


def _write_history(units: Sequence[Unit], document_number: str, actor: Any) -> None:
    UnitVersion.objects.bulk_create(
        [
            UnitVersion(
                unit=unit,
                valid_from=unit.established_on or LONG_AGO,
                name=unit.name,
                kind=unit.kind,
                parent=unit.parent,
                path=unit.path,
                level=unit.level,
            )
            for unit in units
        ],
        batch_size=BATCH,
    )
    UnitChange.objects.bulk_create(
        [
            UnitChange(
                unit=unit,
                kind=ChangeKind.CREATED,
                on=unit.established_on or LONG_AGO,
                document_number=document_number,
                detail={"name": unit.name},
                actor=actor if getattr(actor, "pk", None) else None,
            )
            for unit in units
        ],
        batch_size=BATCH,
    )
    audit.record(
        actor=actor,
        verb="create_units",
        target=units[0] if len(units) == 1 else None,
        label=_label(units),
        unit_path=units[0].root_path if units else "",
        new={"count": len(units), "codes": [unit.code for unit in units][:200]},
    )


def _label(units: Sequence[Unit]) -> str:
    return "、".join(unit.name for unit in units[:5]) + ("…" if len(units) > 5 else "")
