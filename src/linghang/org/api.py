"""What other apps may ask of units."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_noop as _

from linghang.org.enums import UnitKind
from linghang.org.mapping import Follower, Panel, declare_follower, register_unit_panel
from linghang.org.models import Unit
from linghang.org.queries import (
    Headcount,
    TermView,
    business_prefixes,
    choose_bureau,
    count_members,
    coverage_as_of,
    describe_units,
    in_force,
    list_units_as_of,
    open_units,
    search_units,
    subtree,
    view_term,
    visible_units,
)
from linghang.org.services import (
    UnitDraft,
    change_unit,
    create_units,
    merge_units,
    move_unit,
    open_coverage,
    rename_unit,
)
from linghang.platform.access import Permission, Scope
from linghang.platform.sheets.plan import Context, Reference, Row, SheetPlan, Target

__all__ = [
    "UNKNOWN_UNIT",
    "Follower",
    "Headcount",
    "Panel",
    "TermView",
    "UnitDraft",
    "UnitRecordPlan",
    "business_prefixes",
    "change_unit",
    "count_members",
    "coverage_as_of",
    "create_units",
    "declare_follower",
    "describe_units",
    "get_visible_unit",
    "importable_units",
    "imports_everything",
    "in_force",
    "kind_of",
    "list_units_as_of",
    "merge_units",
    "move_unit",
    "name_units",
    "open_coverage",
    "open_units",
    "register_unit_panel",
    "rename_unit",
    "search_units",
    "settle_bureau",
    "subtree",
    "view_term",
    "visible_units",
]


def get_visible_unit(scope: Scope, pk: int, permission: Permission = Permission.VIEW_UNITS) -> Unit:
    """Return the unit if the permission covers it; raises Http404, so a stranger's unit is not
    found.
    """
    unit = visible_units(scope, permission).filter(pk=pk).select_related("parent").first()
    if unit is None:
        raise Http404
    return unit


BUREAU = "org.bureau"
UNKNOWN_UNIT = _("There is no Party unit with this name.")


def name_units(paths: Iterable[str]) -> dict[str, str]:
    """Return the names of units by their paths, for texts that name units and nothing else; one query."""
    return dict(Unit.objects.filter(path__in=list(paths)).values_list("path", "name"))


def imports_everything(context: Context) -> bool:
    """Return whether an import may found a bureau: at the command line, or with IMPORT
    everywhere.
    """
    return context.scope is None or "/" in context.scope.prefixes(Permission.IMPORT)


def settle_bureau(context: Context, names: Iterable[str]) -> None:
    """Settle, once per import, which bureau the unit names of a file mean.

    A plan calls it in `load` with the unit names of its rows. Only an import that sees several
    bureaus
    needs it; branches bear the same names everywhere (办公室党支部).
    """
    if BUREAU in context.options or not isinstance(context.options, dict):
        return
    if imports_everything(context):
        found = choose_bureau(Unit.objects.all(), names)
        if found:
            context.options[BUREAU] = found


def importable_units(context: Context) -> QuerySet[Unit]:
    """Return the open units an import may name: those of the bureau it was settled to, if it
    was.
    """
    units = (
        Unit.objects.all()
        if context.scope is None
        else visible_units(context.scope, Permission.IMPORT)
    )
    bureau = context.options.get(BUREAU)
    if bureau == "":  # the file brings a bureau of its own
        return units.none()
    if bureau is not None:
        condition = Q(path__startswith=bureau)
        for prefix in business_prefixes([bureau], context.today):
            condition |= Q(path__startswith=prefix)
        units = units.filter(condition)
    return units.filter(closed_on=None)


def kind_of(target: Target | None) -> UnitKind | None:
    """Return the kind of the unit a cell names: of the record, or of the row that will make one."""
    if target is None:
        return None
    if target.row is not None and target.row.data.kind is not None:
        return UnitKind(target.row.data.kind)
    return UnitKind(target.existing.kind) if target.existing is not None else None


class NamesUnit(Protocol):
    """A row type with a field `unit`."""

    unit: str | None


R = TypeVar("R", bound=NamesUnit)


class UnitRecordPlan(SheetPlan[R]):
    """A sheet of records of Party units, whose column `unit` names the unit by its full name.

    Which unit a name stands for is known only in `check_all`: there records are matched.
    """

    references = (Reference("unit", "units", message=UNKNOWN_UNIT),)

    def load(self, rows: Sequence[Row[R]], context: Context) -> Mapping[Hashable, Any]:
        """Settle which bureau the names of units belong to; no record is known yet."""
        settle_bureau(context, [unit for row in rows if (unit := row.data.unit)])
        return {}
