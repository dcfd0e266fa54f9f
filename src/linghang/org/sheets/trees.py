"""What the sheets of both trees of units have in common: names, superiors, founding."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_noop as _

from linghang.org import api, services
from linghang.org.enums import Line, UnitKind, may_stand_under
from linghang.org.models import Unit
from linghang.platform.sheets.plan import Context, Row, SheetPlan
from linghang.platform.sheets.workspace import Workspace

UNKNOWN_SUPERIOR = _("There is no unit of this name, neither in the files nor in the system.")


class UnitPlan(SheetPlan[Any]):
    """What both trees have in common: names, superiors, founding."""

    line: Line
    key = ("name",)
    reserved: tuple[str, ...] = ()

    def load(self, rows: Sequence[Row[Any]], context: Context) -> Mapping[Hashable, Any]:
        api.settle_bureau(context, (row.data.name for row in rows))
        return {unit.name: unit for unit in self._units(context)}

    def load_targets(self, context: Context) -> Mapping[Hashable, Sequence[Any]]:
        found: dict[Hashable, list[Unit]] = {}
        for unit in self._units(context):
            found.setdefault(unit.name, []).append(unit)
        return found

    def _units(self, context: Context) -> Iterable[Unit]:
        return api.importable_units(context).filter(line=self.line).select_related("parent")

    def check_all(self, rows: Sequence[Row[Any]], workspace: Workspace) -> None:
        for row in rows:
            self._check_superior(row, workspace)

    def _check_superior(self, row: Row[Any], workspace: Workspace) -> None:
        kind = row.data.kind or (row.existing and UnitKind(row.existing.kind))
        if kind is None or row.has_fault("parent"):
            return
        target = row.target("parent")
        if target is None:
            if row.existing is None:
                self._check_top(row, kind, workspace.context)
            return
        if target.row is row:
            row.fault("parent", _("A unit cannot stand under itself."), code="under_itself")
            return
        above = api.kind_of(target)
        if above is not None and not may_stand_under(kind, above):
            row.fault(
                "parent",
                _("A unit of this kind cannot stand under a unit of that kind."),
                _("Check the kind of both units."),
                code="kind_under_kind",
            )

    def _check_top(self, row: Row[Any], kind: UnitKind, context: Context) -> None:
        raise NotImplementedError

    def _found(self, rows: Sequence[Row[Any]], actor: Any) -> None:
        """Found the new units of the rows in one call."""
        new = [row for row in rows if row.existing is None]
        drafts: dict[int, services.UnitDraft] = {}
        for row in new:
            target = row.target("parent")
            above: Unit | services.UnitDraft | None = None
            if target is not None:
                above = target.object or drafts.get(id(target.row))
            drafts[id(row)] = self._draft(row, above)
        units = services.create_units(list(drafts.values()), actor=actor) if drafts else []
        for row, unit in zip(new, units, strict=True):
            row.object = unit

    def _draft(self, row: Row[Any], above: Unit | services.UnitDraft | None) -> services.UnitDraft:
        raise NotImplementedError

    def _change(self, row: Row[Any], context: Context) -> None:
        """Write the differences of a row; a new superior counts from the day of the import."""
        unit = Unit.objects.get(pk=row.existing.pk)  # a superior moved before may have moved it
        new = {change.key: change.new for change in row.changes}
        target = row.target("parent")
        if new.pop("parent", None) is not None and target is not None:
            services.move_unit(
                unit=unit,
                parent=Unit.objects.get(pk=target.object.pk),
                on=context.today,
                document_number="",
                actor=context.actor,
            )
        kind = new.pop("kind", None)
        for key in self.reserved:
            new.pop(key, None)
        services.change_unit(unit=unit, kind=kind, on=context.today, actor=context.actor, **new)
        row.object = unit
