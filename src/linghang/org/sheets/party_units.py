"""党组织: party units with their terms."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from linghang.org import api, services
from linghang.org.enums import HostSituation, Line, UnitKind, may_stand_under
from linghang.org.models import Unit
from linghang.org.sheets.trees import UNKNOWN_SUPERIOR, UnitPlan
from linghang.platform.sheets import cells
from linghang.platform.sheets.days import refuse_future
from linghang.platform.sheets.faults import Severity
from linghang.platform.sheets.plan import Column, Context, Progress, Reference, Row, register
from linghang.platform.sheets.workspace import Workspace

PARTY_KINDS = {
    UnitKind.COMMITTEE: ("党委", "党的基层委员会", "委员会", "基层党委"),
    UnitKind.GENERAL_BRANCH: ("党总支", "总支部委员会", "党总支部", "总支"),
    UnitKind.BRANCH: ("党支部", "支部", "支部委员会"),
    UnitKind.JOINT_BRANCH: ("联合党支部", "联合支部"),
    UnitKind.TEMPORARY_BRANCH: ("临时党支部", "临时支部"),
    UnitKind.GROUP: ("党小组", "小组"),
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


@register
class PartyUnitSheet(UnitPlan):
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

    def current(self, existing: Unit, row: Row[Any]) -> Mapping[str, Any]:  # noqa: ARG002  a hook
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
        refuse_future(row, "established_on", context=context)

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
