"""业务单位: business units, and which branch covers which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from linghang.org import api, services
from linghang.org.enums import Line, UnitKind, may_stand_under
from linghang.org.models import Coverage, Unit
from linghang.org.sheets.trees import UNKNOWN_SUPERIOR, UnitPlan
from linghang.platform.sheets import cells
from linghang.platform.sheets.plan import (
    Change,
    Column,
    Context,
    Progress,
    Reference,
    Row,
    Target,
    register,
)
from linghang.platform.sheets.workspace import Workspace

BUSINESS_KINDS = {
    UnitKind.COMPANY: ("公司", "单位", "供电公司"),
    UnitKind.DEPARTMENT: ("部门", "科室", "中心", "部室"),
    UnitKind.STATION: ("供电所", "站", "供电站", "所"),
    UnitKind.CREW: ("班组", "班"),
}


@dataclass(slots=True, kw_only=True)
class BusinessUnitRow:
    """One row of 业务单位."""

    name: str | None = None
    kind: UnitKind | None = None
    parent: str | None = None
    covered_by: tuple[str, ...] | None = None


@register
class BusinessUnitSheet(UnitPlan):
    """业务单位."""

    code = "business_units"
    title = gettext_lazy("business units")
    names = ("业务单位", "业务单位信息", "单位信息", "业务组织")
    note = "填表说明：覆盖党支部可填多个，用顿号分开。"
    row_type = BusinessUnitRow
    line = Line.BUSINESS
    after = ("units",)
    reserved = ("covered_by",)
    columns = (
        Column(
            "name",
            "单位名称",
            cells.name(),
            aliases=("业务单位名称", "业务单位", "部门名称", "名称"),
            required=True,
            example="东岭供电所",
            width=28,
        ),
        Column(
            "kind",
            "单位类别",
            cells.choice(BUSINESS_KINDS),
            aliases=("类别", "单位类型"),
            required=True,
            example="供电所",
        ),
        Column(
            "parent",
            "上级单位",
            cells.name(),
            aliases=("上级单位名称", "隶属单位", "上级"),
            example="示范供电公司",
            width=28,
        ),
        Column(
            "covered_by",
            "覆盖党支部",
            cells.names(),
            aliases=("覆盖支部", "所属党支部", "对应党支部", "覆盖党组织"),
            help="可填多个，用顿号分开",
            example="东岭供电所党支部",
            width=36,
        ),
    )
    references = (Reference("parent", "business_units", message=UNKNOWN_SUPERIOR),)

    def _units(self, context: Context) -> Iterable[Unit]:
        links = Coverage.objects.filter(valid_to=None).select_related("party_unit")
        return (
            super()._units(context).prefetch_related(Prefetch("covered_by", links, to_attr="links"))  # type: ignore[attr-defined]
        )

    def current(self, existing: Unit, row: Row[Any]) -> Mapping[str, Any]:  # noqa: ARG002  a hook
        return {"kind": UnitKind(existing.kind), "parent": existing.parent}

    def check_all(self, rows: Sequence[Row[Any]], workspace: Workspace) -> None:
        super().check_all(rows, workspace)
        for row in rows:
            for name in row.data.covered_by or ():
                workspace.refer(row, "covered_by", "units", name, _("There is no such party unit."))

    def compare(self, row: Row[Any], context: Context) -> list[Change]:
        changes = super().compare(row, context)
        if row.data.covered_by:
            old = {link.party_unit_id: link.party_unit.name for link in row.existing.links}
            new = {_record_of(target) for target in row.all_targets("covered_by")}
            if new != set(old) - _at_top(row, old):
                heading = row.table.heading("covered_by")
                changes.append(
                    Change("covered_by", heading, tuple(old.values()), row.data.covered_by)
                )
        return changes

    def _check_top(self, row: Row[Any], kind: UnitKind, context: Context) -> None:  # noqa: ARG002  a hook
        if not may_stand_under(kind, None):
            row.fault(
                "parent",
                _("A unit of this kind needs a superior."),
                _("Write the full name of the superior unit."),
                code="empty",
            )

    def apply(self, rows: Sequence[Row[Any]], workspace: Workspace, progress: Progress) -> None:
        context = workspace.context
        self._found(rows, context.actor)
        links: list[tuple[Unit, Unit]] = []
        for done, row in enumerate(rows, 1):
            if row.existing is not None:
                self._change(row, context)
                self._close_links(row, context)
            links += [(target.object, row.object) for target in row.all_targets("covered_by")]
            if row.existing is None and row.object.parent is None:
                links += [(top, row.object) for top in _party_top(workspace)]
            progress(done, len(rows))
        services.open_coverage(links=links, actor=context.actor)

    def _close_links(self, row: Row[Any], context: Context) -> None:
        if not any(change.key == "covered_by" for change in row.changes):
            return
        wanted = {target.object.pk for target in row.all_targets("covered_by")}
        gone = [
            link.party_unit
            for link in row.existing.links
            if link.party_unit_id not in wanted and link.party_unit.parent_id is not None
        ]
        services.close_coverage(
            links=[(party, row.existing) for party in gone], on=context.today, actor=context.actor
        )

    def _draft(self, row: Row[Any], above: Unit | services.UnitDraft | None) -> services.UnitDraft:
        return services.UnitDraft(name=row.data.name, kind=row.data.kind, parent=above)


def _record_of(target: Target) -> int | None:
    record = target.existing or (target.row.existing if target.row is not None else None)
    return record.pk if record is not None else None


def _at_top(row: Row[Any], covered_by: Mapping[int, str]) -> set[int]:
    """Return the links of a company to the top of its bureau, which no sheet states."""
    tops = {link.party_unit_id for link in row.existing.links if link.party_unit.parent_id is None}
    return tops & set(covered_by) if row.existing.parent_id is None else set()


def _party_top(workspace: Workspace) -> list[Unit]:
    """Return the top party unit of the bureau a new company belongs to, where it is one and only one.

    The link makes the company's tree part of the bureau even before any branch covers part of it.
    """
    tops = [
        row.object
        for row in workspace.rows.get("units", [])
        if row.object is not None and row.object.parent_id is None
    ]
    if not tops:
        units = api.importable_units(workspace.context)
        tops = list(units.filter(line=Line.PARTY, parent=None)[:2])
    return tops if len(tops) == 1 else []
