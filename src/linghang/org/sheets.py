"""The sheets 党组织 and 业务单位: party units, business units, and which branch covers which."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from linghang.org import api, services
from linghang.org.enums import HostSituation, Line, UnitKind, may_stand_under
from linghang.org.models import Coverage, Unit
from linghang.platform.sheets import cells
from linghang.platform.sheets.faults import Severity
from linghang.platform.sheets.plan import (
    Change,
    Column,
    Context,
    Progress,
    Reference,
    Row,
    SheetPlan,
    Target,
    register,
)
from linghang.platform.sheets.workspace import Workspace

PARTY_KINDS = {
    UnitKind.COMMITTEE: ("党委", "党的基层委员会", "委员会", "基层党委"),
    UnitKind.GENERAL_BRANCH: ("党总支", "总支部委员会", "党总支部", "总支"),
    UnitKind.BRANCH: ("党支部", "支部", "支部委员会"),
    UnitKind.JOINT_BRANCH: ("联合党支部", "联合支部"),
    UnitKind.TEMPORARY_BRANCH: ("临时党支部", "临时支部"),
    UnitKind.GROUP: ("党小组", "小组"),
}
BUSINESS_KINDS = {
    UnitKind.COMPANY: ("公司", "单位", "供电公司"),
    UnitKind.DEPARTMENT: ("部门", "科室", "中心", "部室"),
    UnitKind.STATION: ("供电所", "站", "供电站", "所"),
    UnitKind.CREW: ("班组", "班"),
}
# Where the kind is left out the end of the full name tells it; the longer ending first.
ENDINGS = (
    ("联合党支部", UnitKind.JOINT_BRANCH),
    ("临时党支部", UnitKind.TEMPORARY_BRANCH),
    ("党小组", UnitKind.GROUP),
    ("党总支", UnitKind.GENERAL_BRANCH),
    ("总支部委员会", UnitKind.GENERAL_BRANCH),
    ("支部委员会", UnitKind.BRANCH),
    ("党支部", UnitKind.BRANCH),
    ("党委", UnitKind.COMMITTEE),
    ("委员会", UnitKind.COMMITTEE),
)
UNKNOWN_SUPERIOR = _("There is no unit of this name, neither in the files nor in the system.")


@dataclass(slots=True, kw_only=True)
class PartyUnitRow:
    """One row of 党组织; None where blank, faulty or without a column."""

    name: str | None = None
    kind: UnitKind | None = None
    parent: str | None = None
    host_situation: str | None = None
    host_names: str | None = None
    secretary: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    established_on: date | None = None
    term_from: date | None = None
    term_to: date | None = None


class _UnitPlan(SheetPlan[Any]):
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
        above = kind_of(target)
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


def kind_of(target: Target) -> UnitKind | None:
    """Return the kind of what a cell names: of the record, or of the row that will make one."""
    if target.row is not None and target.row.data.kind is not None:
        return UnitKind(target.row.data.kind)
    return UnitKind(target.existing.kind) if target.existing is not None else None


@register
class PartyUnitSheet(_UnitPlan):
    """党组织."""

    code = "units"
    title = gettext_lazy("Party units")
    names = ("党组织", "党组织信息", "组织信息", "党组织花名册")
    note = "填表说明：党组织名称填写全称；党组织类别填党委、党总支、党支部、联合党支部、党小组。"
    row_type = PartyUnitRow
    line = Line.PARTY
    reserved = ("secretary",)
    columns = (
        Column(
            "name",
            "党组织名称",
            cells.name(),
            aliases=("支部名称", "组织名称", "党组织全称", "党支部名称", "名称"),
            required=True,
            help="与公章一致的全称",
            example="示范第一党支部",
            width=32,
        ),
        Column(
            "kind",
            "党组织类别",
            cells.choice(PARTY_KINDS),
            aliases=("组织类别", "类别", "组织类型", "党组织类型"),
            example="党支部",
        ),
        Column(
            "parent",
            "上级党组织",
            cells.name(),
            aliases=("上级组织", "上级党组织名称", "隶属党组织", "上级"),
            help="最上级党组织留空",
            example="示范党总支",
            width=32,
        ),
        Column(
            "host_situation",
            "党组织所在单位情况",
            cells.choice(
                {
                    HostSituation.SAME_AS_SUPERIOR: ("与上级党组织相同", "同上级"),
                    HostSituation.LEGAL_PERSON: ("法人单位", "法人"),
                    HostSituation.JOINT: ("联合党支部", "联合"),
                }
            ),
            aliases=("所在单位情况", "单位情况"),
            on_fault=Severity.WARN,
        ),
        Column("host_names", "单位名称", cells.text(longest=300), aliases=("所在单位名称",)),
        Column(
            "secretary",
            "党组织书记",
            cells.name(),
            aliases=("书记", "支部书记", "书记姓名"),
            help="以任职表为准，此处仅作核对",
        ),
        Column("contact_name", "党组织联系人", cells.name(), aliases=("联系人",)),
        Column(
            "contact_phone",
            "联系电话",
            cells.phone(),
            aliases=("手机号码", "电话", "联系人电话"),
            sensitive=True,
            on_fault=Severity.WARN,
        ),
        Column(
            "established_on",
            "成立日期",
            cells.day(),
            aliases=("成立时间", "建立日期", "建立时间"),
            example="2018-07-01",
        ),
        Column(
            "term_from",
            "本届起始日期",
            cells.day(),
            aliases=("本届开始日期", "任期起始", "本届任期起", "换届日期", "本届选举日期"),
            example="2025-03-01",
        ),
        Column(
            "term_to",
            "本届届满日期",
            cells.day(),
            aliases=("届满日期", "任期届满", "本届任期止", "届满时间"),
            example="2028-03-01",
        ),
    )
    references = (Reference("parent", "units", message=UNKNOWN_SUPERIOR),)

    def load(self, rows: Sequence[Row[Any]], context: Context) -> Mapping[Hashable, Any]:
        if api.imports_everything(context) and isinstance(context.options, dict):
            _settle_by_root(rows, context)
        return super().load(rows, context)

    def current(self, existing: Unit, row: Row[Any]) -> Mapping[str, Any]:
        return {
            "kind": UnitKind(existing.kind),
            "parent": existing.parent,
            "host_situation": existing.host_situation,
            "host_names": existing.host_names,
            "contact_name": existing.contact_name,
            "contact_phone": existing.contact_phone,
            "established_on": existing.established_on,
            "term_from": existing.term_from,
            "term_to": existing.term_to,
        }

    def check(self, row: Row[Any], context: Context) -> None:
        data = row.data
        if data.kind is None and row.existing is None and not row.has_fault("kind") and data.name:
            data.kind = next((kind for end, kind in ENDINGS if data.name.endswith(end)), None)
            if data.kind is None:
                row.fault(
                    "kind",
                    _("The kind of the unit is missing."),
                    _("Write 党委, 党总支, 党支部, 联合党支部 or 党小组."),
                    code="empty",
                )
        if data.term_from and data.term_to and data.term_to <= data.term_from:
            row.fault(
                "term_to",
                _("The term ends before it begins."),
                _("Check both days of the term."),
                code="term_order",
            )
        if data.established_on and data.established_on > context.today:
            row.fault(
                "established_on",
                _("This day has not come yet."),
                _("Check the year."),
                code="future",
            )

    def _check_top(self, row: Row[Any], kind: UnitKind, context: Context) -> None:
        if not api.imports_everything(context):
            row.fault(
                "parent",
                _(
                    "A new party unit needs its superior: a new bureau is founded by the administrator."
                ),
                _("Write the full name of the superior party unit."),
                code="top",
            )
        elif not may_stand_under(kind, None):
            row.fault(
                "parent",
                _("A unit of this kind needs a superior."),
                _("Write the full name of the superior party unit."),
                code="empty",
            )

    def apply(self, rows: Sequence[Row[Any]], workspace: Workspace, progress: Progress) -> None:
        self._found(rows, workspace.context.actor)
        for done, row in enumerate(rows, 1):
            if row.existing is not None:
                self._change(row, workspace.context)
            progress(done, len(rows))

    def _draft(self, row: Row[Any], above: Unit | services.UnitDraft | None) -> services.UnitDraft:
        data = row.data
        return services.UnitDraft(
            name=data.name,
            kind=data.kind,
            parent=above,
            established_on=data.established_on,
            term_from=data.term_from,
            term_to=data.term_to,
            host_situation=data.host_situation or "",
            host_names=data.host_names or "",
            contact_name=data.contact_name or "",
            contact_phone=data.contact_phone or "",
        )


def _settle_by_root(rows: Sequence[Row[Any]], context: Context) -> None:
    """Let the top unit in the sheet say which bureau the file is of; a new one means no bureau yet."""
    tops = [row.data.name for row in rows if row.data.name and row.data.parent is None]
    if api.BUREAU in context.options or not tops:
        return
    known = list(Unit.objects.filter(parent=None, line=Line.PARTY, closed_on=None, name__in=tops))
    if len(known) == 1:
        context.options[api.BUREAU] = known[0].path  # type: ignore[index]
    elif not known and any(row.data.kind is UnitKind.COMMITTEE for row in rows):
        context.options[api.BUREAU] = ""  # type: ignore[index]


@dataclass(slots=True, kw_only=True)
class BusinessUnitRow:
    """One row of 业务单位."""

    name: str | None = None
    kind: UnitKind | None = None
    parent: str | None = None
    covered_by: tuple[str, ...] | None = None


@register
class BusinessUnitSheet(_UnitPlan):
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

    def current(self, existing: Unit, row: Row[Any]) -> Mapping[str, Any]:
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

    def _check_top(self, row: Row[Any], kind: UnitKind, context: Context) -> None:
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
