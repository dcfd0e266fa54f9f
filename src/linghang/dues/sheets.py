"""党费缴费基数 as the wage office sends it: one line per member, from a month on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from linghang.dues import access, queries, services
from linghang.dues.enums import Payer
from linghang.dues.models import Base
from linghang.org import api as org
from linghang.org.models import Unit
from linghang.platform.sheets import cells
from linghang.platform.sheets.plan import (
    IMPORTED_AGAIN,
    Column,
    Context,
    Progress,
    Reference,
    Row,
    SheetPlan,
    register,
)
from linghang.platform.sheets.workspace import Workspace

PAYERS = {
    Payer.EMPLOYED: ("在职", "在岗", "在职人员", "职工", "按月领取工资"),
    Payer.IRREGULAR: ("不固定收入", "收入不固定", "按季度或年领取收入"),
    Payer.RETIRED: ("离退休", "退休", "离休", "离退休人员"),
    Payer.WITHOUT_INCOME: ("无收入", "无固定收入", "没有经济收入"),
}


@dataclass(slots=True, kw_only=True)
class BaseRow:
    """One row of 党费缴费基数. `amount` is in cents."""

    name: str | None = None
    unit: str | None = None
    payer: str | None = None
    amount: int | None = None
    month: date | None = None


@register
class BaseSheet(SheetPlan[BaseRow]):
    """党费缴费基数: what members pay on."""

    code = "dues_bases"
    title = gettext_lazy("Bases of dues")
    names = ("党费缴费基数", "党费基数", "党费计算基数", "缴费基数", "党费核定表")
    note = "每人一行，基数变动时只填变动的人；应交党费由系统按规定计算，不用填。"
    row_type = BaseRow
    after = ("units", "members")
    columns = (
        Column("name", "姓名", cells.name(longest=60), required=True, example="张示范"),
        Column(
            "unit",
            "所在党支部",
            cells.name(),
            ("党支部", "所在支部", "所属党支部", "所在党组织", "党组织"),
            required=True,
            example="示范第一党支部",
            width=28,
        ),
        Column(
            "payer",
            "缴费类别",
            cells.choice({key.value: words for key, words in PAYERS.items()}),
            ("人员类别", "类别", "在职情况"),
            help="不填按在职",
            example="在职",
        ),
        Column(
            "amount",
            "缴费基数(元)",
            cells.hundredths(minimum="0", maximum=str(services.MOST), units=("元",)),
            ("缴费基数", "党费基数", "计算基数", "党费计算基数", "月缴费基数", "核定基数"),
            sensitive=True,
            help="无收入的可以不填",
            example="6350.00",
        ),
        Column(
            "month",
            "执行月份",
            cells.month(),
            ("起始月份", "执行起始月份", "起缴月份", "月份"),
            required=True,
            example="2026-01",
        ),
    )
    key = ("unit", "name", "month")
    references = (Reference("unit", "units", message=org.UNKNOWN_UNIT),)

    def load(self, rows: Sequence[Row[BaseRow]], context: Context) -> Mapping[Hashable, Any]:
        """Settle which bureau the names of branches belong to; bases are found in `check_all`."""
        org.settle_bureau(context, [row.data.unit for row in rows if row.data.unit])
        return {}

    def label_of(self, row: Row[BaseRow]) -> str:
        """Return the member's name."""
        return row.data.name or ""

    def check(self, row: Row[BaseRow], context: Context) -> None:
        """Add the faults that can be seen inside one row."""
        if row.data.month and row.data.month > queries.first_of(context.today):
            row.fault(
                "month",
                _("The month has not begun."),
                _("Bring the bases in when it has."),
                code="future",
            )
        if row.data.payer == Payer.WITHOUT_INCOME:
            row.data.amount = 0
        if row.data.amount is None and not row.has_fault("amount"):
            row.fault(
                "amount",
                _("The base is missing."),
                _("Write it, or say in 缴费类别 that the member has no income."),
                code="missing",
            )

    def check_all(self, rows: Sequence[Row[BaseRow]], workspace: Workspace) -> None:
        """Find each member in the branch, whether its dues are the importer's to keep, and the base."""
        known: dict[int, list[Row[BaseRow]]] = defaultdict(list)
        for row in rows:
            unit = row.named("unit")
            if unit is not None and not access.can_keep(workspace.context.scope, unit):
                row.fault(
                    "unit",
                    _("You do not keep the dues of this branch."),
                    _("Ask its committee member for organisation."),
                    code="forbidden",
                )
            if row.data.unit is None or row.data.name is None:
                continue
            target = workspace.refer(
                row,
                "name",
                "members",
                (row.data.unit, row.data.name),
                _("There is no %(name)s in %(branch)s."),
                _("Check the spelling, or add the person to the roster."),
                name=row.data.name,
                branch=row.data.unit,
            )
            if target is not None and target.existing is not None:
                known[target.existing.pk].append(row)
        terms = queries.Terms(known)
        for pk, mine in known.items():
            for row in mine:
                row.existing = row.data.month and terms.find_base(pk, row.data.month)

    def current(self, existing: Base, row: Row[BaseRow]) -> Mapping[str, Any]:
        """Return the base in force in the month; the same one again changes nothing."""
        return {
            "payer": existing.payer if row.data.payer else None,
            "amount": int(existing.yuan * 100),
        }

    def apply(self, rows: Sequence[Row[BaseRow]], workspace: Workspace, progress: Progress) -> None:
        """Write the bases branch by branch; those entered for the same month before are corrected."""
        by_unit: dict[tuple[Unit, date], list[services.BaseDraft]] = defaultdict(list)
        for row in rows:
            payer = row.data.payer or (row.existing.payer if row.existing else Payer.EMPLOYED)
            draft = services.BaseDraft(
                row.all_targets("name")[0].object, payer, Decimal(row.data.amount or 0) / 100
            )
            by_unit[row.named("unit"), row.data.month or date.min].append(draft)
        for done, ((unit, month), drafts) in enumerate(by_unit.items(), 1):
            services.set_bases(
                unit=unit,
                month=month,
                drafts=drafts,
                reason=IMPORTED_AGAIN,
                actor=workspace.context.actor,
            )
            progress(done, len(by_unit))
