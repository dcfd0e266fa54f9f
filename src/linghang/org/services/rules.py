"""What has to hold before an act on units, with the reason a person can act on.

The forms ask these before they show what will happen; the services ask again under the lock.
All raise ValidationError.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from linghang.org import mapping
from linghang.org.enums import UnitKind, may_stand_under
from linghang.org.models import Unit, UnitVersion
from linghang.platform.calendar import clock


def refuse(code: str, sentence: str, **params: Any) -> ValidationError:
    """Return the refusal to raise."""
    return ValidationError(sentence % params if params else sentence, code=code)


def check_day(units: Iterable[Unit], on: date) -> None:
    """Refuse a day in the future, before a unit was established, or before its last change.

    The whole subtree counts: each version below that begins or ends after the day would have to be
    rewritten.
    """
    if on > clock.today():
        raise refuse(
            "future", _("The day lies in the future. Record the change when it takes effect.")
        )
    for unit in units:
        if unit.closed_on:
            raise refuse(
                "closed",
                _("%(unit)s was closed on %(day)s."),
                unit=unit.name,
                day=unit.closed_on.isoformat(),
            )
        if unit.established_on and on < unit.established_on:
            raise refuse(
                "before_established",
                _("%(unit)s was established on %(day)s; choose that day or a later one."),
                unit=unit.name,
                day=unit.established_on.isoformat(),
            )
        last = last_change(unit.path)
        if last and last > on:
            raise refuse(
                "before_last_change",
                _(
                    "%(unit)s or a unit under it was last changed on %(day)s; choose that day or a"
                    " later one."
                ),
                unit=unit.name,
                day=last.isoformat(),
            )


def last_change(path: str) -> date | None:
    """Return the last day on which a version at or under the path began or ended."""
    found = UnitVersion.objects.filter(path__startswith=path).aggregate(
        began=Max("valid_from"), ended=Max("valid_to")
    )
    return max((day for day in found.values() if day), default=None)


# Groups and crews are numbered inside their branch or station: 第一党小组 stands in every branch.
NAMED_AMONG_SIBLINGS = frozenset({UnitKind.GROUP, UnitKind.CREW})


def check_name(
    name: str, *, kind: str, parent_path: str, root_path: str, but: Iterable[int] = ()
) -> str:
    """Return the trimmed name; refuse an empty one and one that is taken.

    A name is taken when an open unit of the same tree bears it; of groups and crews, when one beside
    them does.
    """
    wanted = name.strip()
    if not wanted:
        raise refuse("no_name", _("The unit needs a name."))
    within = parent_path if UnitKind(kind) in NAMED_AMONG_SIBLINGS else root_path
    same = Unit.objects.filter(name=wanted, closed_on=None, path__startswith=within).exclude(
        pk__in=list(but)
    )
    if same.exists():
        raise refuse("name_taken", _("There is already a unit named %(name)s."), name=wanted)
    return wanted


def check_kind(kind: str, parent: Unit | None) -> None:
    """Refuse a superior under which a unit of this kind does not stand."""
    if not may_stand_under(kind, parent.kind if parent else None):
        if parent is None:
            raise refuse(
                "kind_without_parent",
                _("A %(kind)s cannot stand at the top; choose its superior."),
                kind=UnitKind(kind).label,
            )
        raise refuse(
            "kind_under_kind",
            _("A %(kind)s cannot stand under %(parent)s, a %(parent_kind)s."),
            kind=UnitKind(kind).label,
            parent=parent.name,
            parent_kind=UnitKind(parent.kind).label,
        )


def check_move(unit: Unit, parent: Unit, on: date) -> None:
    """Refuse a move under itself, to where it stands, under the wrong kind, or on a wrong day."""
    if parent.path.startswith(unit.path):
        raise refuse(
            "under_itself",
            _("%(unit)s cannot be moved under itself or a unit of its own."),
            unit=unit.name,
        )
    if parent.pk == unit.parent_id:
        raise refuse(
            "already_there",
            _("%(unit)s already stands under %(parent)s."),
            unit=unit.name,
            parent=parent.name,
        )
    check_kind(unit.kind, parent)
    check_stands(parent, on)
    if parent.root_path != unit.root_path or unit.kind in NAMED_AMONG_SIBLINGS:
        _check_names_there(unit, parent)
    check_day([unit], on)


def check_stands(unit: Unit, on: date) -> None:
    """Refuse a unit that was not yet there, or not yet in its place, on the day."""
    if unit.closed_on:
        raise refuse(
            "closed",
            _("%(unit)s was closed on %(day)s."),
            unit=unit.name,
            day=unit.closed_on.isoformat(),
        )
    current = UnitVersion.objects.filter(unit=unit, valid_to=None).first()
    if current is None or current.valid_from > on:
        raise refuse(
            "not_there_yet",
            _("%(unit)s stands in its present place only since %(day)s."),
            unit=unit.name,
            day=current.valid_from.isoformat() if current else "–",
        )


def check_merge(sources: Sequence[Unit], target: Unit, on: date) -> None:
    """Refuse a merge into itself, across the trees, or one whose subordinate units cannot
    follow.
    """
    for source in sources:
        if target.path.startswith(source.path):
            raise refuse(
                "into_itself",
                _("%(unit)s cannot be merged into itself or a unit of its own."),
                unit=source.name,
            )
        if source.line != target.line:
            raise refuse("other_line", _("A party unit and a business unit cannot be merged."))
    check_stands(target, on)
    check_day(sources, on)
    _check_children_follow(sources, target)


def check_close(unit: Unit, target: Unit | None, on: date) -> None:
    """Refuse to dissolve a unit that still has units or members when they have nowhere to go."""
    if target is not None:
        check_merge([unit], target, on)
        return
    check_day([unit], on)
    if Unit.objects.filter(parent=unit, closed_on=None).exists():
        raise refuse(
            "has_children",
            _("%(unit)s still has units under it. Name the unit they go to."),
            unit=unit.name,
        )
    tied = sum(f.count_open([unit.pk], on) for f in mapping.list_followers())
    if tied:
        raise refuse(
            "has_members",
            _(
                "%(unit)s still has %(count)s members or posts. Name the unit they go to, or end"
                " them first."
            ),
            unit=unit.name,
            count=tied,
        )


def check_split(unit: Unit, names: Sequence[str], on: date) -> None:
    """Refuse a split on a wrong day, or with names that are taken or given twice."""
    check_day([unit], on)
    if unit.parent is None:
        raise refuse("split_root", _("The top of a tree is not split; create a unit instead."))
    if len(set(names)) < len(names):
        raise refuse("name_twice", _("Two of the new units bear the same name."))
    for name in names:
        check_name(name, kind=unit.kind, parent_path=unit.parent.path, root_path=unit.root_path)


def _check_children_follow(sources: Sequence[Unit], target: Unit) -> None:
    children = Unit.objects.filter(Q(parent__in=sources), closed_on=None).exclude(pk=target.pk)
    for child in children:
        check_kind(child.kind, target)


def _check_names_there(unit: Unit, parent: Unit) -> None:
    below = Unit.objects.filter(path__startswith=unit.path, closed_on=None)
    for moved in below:
        if moved.pk != unit.pk and moved.kind in NAMED_AMONG_SIBLINGS:
            continue
        check_name(
            moved.name,
            kind=moved.kind,
            parent_path=parent.path,
            root_path=parent.root_path,
            but=[moved.pk],
        )
