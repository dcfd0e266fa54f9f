"""任务清单(下发): a list to be issued, one item a line, as officers keep it in Excel.

The sheet belongs to the page that issues lists, not to the import: a sheet 任务清单 of an import is
about tasks that are done. So it is not registered; `read_items` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from linghang.org.models import Unit
from linghang.people.models import Post
from linghang.platform.sheets import cells, reading
from linghang.platform.sheets.examination import Examination, examine_books
from linghang.platform.sheets.faults import CellFault
from linghang.platform.sheets.plan import Column, Context, Row, SheetPlan
from linghang.worklists.enums import Acceptance, Cadence, Owner
from linghang.worklists.mapping import ItemDraft

CLASS_WORDS = {
    Owner.COMMITTEE: ("党委", "各级党委", "公司党委", "党委层面"),
    Owner.ORGANISATION: (
        "基层党组织",
        "各基层党组织",
        "各党支部",
        "党支部",
        "各党总支、党支部",
        "全体党支部",
    ),
    Owner.MEMBER: ("普通党员", "全体党员", "党员", "每名党员"),
}
CADENCE_WORDS = {
    Cadence.WEEK: ("每周", "每周1次", "每周一次", "按周"),
    Cadence.MONTH: ("每月", "每月1次", "每月一次", "按月"),
    Cadence.QUARTER: ("每季度", "每季", "每季度1次", "每季度一次", "按季", "按季度"),
    Cadence.YEAR: ("每年", "每年1次", "每年一次", "全年", "按年", "年度"),
}
ACCEPTANCE_WORDS = {
    Acceptance.NONE: ("不验收", "不需要", "否", "无需验收"),
    Acceptance.ISSUER: ("下发单位", "下发单位验收", "是", "需要", "验收"),
    Acceptance.SUPERIOR: ("上级党组织", "上级验收", "上级党组织验收"),
}
WORKING_DAYS = re.compile(r"^(?:下发后)?(\d{1,3})个?工作日(?:内)?$")
MONTH_AND_DAY = re.compile(r"^(\d{1,2})月(\d{1,2})日(?:前|之前|以前)?$")
END_OF_MONTH = re.compile(r"^(\d{1,2})月底(?:前)?$")
SEPARATORS = re.compile(r"[、，,;；\n]+")


@dataclass(slots=True, kw_only=True)
class ItemRow:
    """One line as read; what the due cell means stands in the last four fields."""

    number: str | None = None
    section: str | None = None
    text: str | None = None
    standard: str | None = None
    owner: str | None = None
    due: str | None = None
    evidence: bool | None = None
    acceptance: Acceptance | None = None
    required: bool | None = None
    due_on: date | None = None
    due_in: int | None = None
    cadence: Cadence | None = None
    means: ItemDraft | None = None


class ItemSheet(SheetPlan[ItemRow]):
    """任务清单(下发)."""

    code = "items"
    title = gettext_lazy("Items of a list")
    names = (
        "任务清单(下发)",
        "任务清单",
        "任务一览表",
        "一览表",
        "工作清单",
        "重点任务清单",
        "学习计划",
        "书目",
    )
    note = "一项任务填一行；责任对象填党委、基层党组织、普通党员、岗位名称，或党组织名称（多个用顿号分开）。"
    row_type = ItemRow
    columns = (
        Column("number", "序号", cells.text(longest=20), ("编号", "No"), example="1", width=8),
        Column(
            "section",
            "类别",
            cells.text(longest=60),
            ("分类", "任务类别", "所属类别", "板块"),
            example="基层党组织",
        ),
        Column(
            "text",
            "任务",
            cells.text(longest=200),
            (
                "任务内容",
                "任务事项",
                "工作任务",
                "事项",
                "工作事项",
                "重点任务",
                "任务名称",
                "书目",
            ),
            required=True,
            example="开展主题党日",
            width=36,
        ),
        Column(
            "standard",
            "完成标准",
            cells.text(longest=400),
            ("标准", "工作标准", "工作要求", "要求"),
            example="每月1次，与安全生产结合",
            width=36,
        ),
        Column(
            "owner",
            "责任对象",
            cells.text(longest=400),
            ("责任主体", "责任单位", "责任党组织", "对象", "下发对象"),
            required=True,
            example="基层党组织",
            width=24,
        ),
        Column(
            "due",
            "完成时限/频次",
            cells.text(longest=60),
            ("完成时限", "时限", "频次", "完成时间", "时间要求", "截止日期"),
            required=True,
            help="日期，“每月”“每季度”，或“10个工作日”",
            example="每月",
        ),
        Column(
            "evidence",
            "佐证",
            cells.yes_no(),
            ("需要佐证", "佐证要求", "是否需要佐证"),
            example="否",
        ),
        Column(
            "acceptance",
            "验收",
            cells.choice(ACCEPTANCE_WORDS),
            ("验收单位", "是否验收", "验收方式"),
            example="不验收",
        ),
        Column(
            "required",
            "必做",
            cells.choice(
                {True: ("必做", "必学", "必选", "是"), False: ("选做", "选学", "可选", "否")}
            ),
            ("必学选学", "必选", "性质"),
            example="必做",
        ),
    )

    def check(self, row: Row[ItemRow], context: Context) -> None:
        """Read the due cell: a day, a cadence, or working days after issuing."""
        data = row.data
        if data.due is None or row.has_fault("due"):
            return
        data.cadence, data.due_in, data.due_on = read_due(data.due, context.today)
        if data.cadence is None and data.due_in is None and data.due_on is None:
            row.fault(
                "due",
                _("This is neither a day nor a cadence."),
                _("Write a day (2026-06-30), 每周、每月、每季度、每年, or 10个工作日."),
                code="due",
            )

    def check_all(self, rows: Sequence[Row[ItemRow]], workspace: Any) -> None:
        """Find out whom the owner cell means: a class, a post, or units by name."""
        issuer: Unit = workspace.context.options["issuer"]
        posts = _words_of_posts()
        units = {
            cells.match_key(unit.name): unit
            for unit in Unit.objects.filter(
                path__startswith=issuer.path, line="party", closed_on=None
            )
        }
        for row in rows:
            if row.data.owner is not None and not row.has_fault("owner"):
                _read_owner(row, posts, units)


def read_items(
    data: bytes, file: str, *, issuer: Unit, today: date
) -> tuple[list[ItemDraft], Examination]:
    """Return the items of a workbook that can be read, and its examination with every fault.

    Raises UnusableFile for a file that is no workbook.
    """
    book = reading.read_bytes(data, file)
    context = Context(actor=None, scope=None, today=today, options={"issuer": issuer})
    plan = ItemSheet()
    examination = examine_books([book], [plan], context)
    rows = [row for table in examination.tables for row in table.rows]
    return [_draft(row.data) for row in rows if row.good and row.data.means], examination


def read_due(text: str, today: date) -> tuple[Cadence | None, int | None, date | None]:
    """Return what a due cell means: cadence, working days or day; three None when it is none of them.

    A day without a year is the next such day: 6月30日 written in November is next June's.
    """
    plain = re.sub(r"\s", "", text)
    for cadence, words in CADENCE_WORDS.items():
        if plain in words:
            return cadence, None, None
    if found := WORKING_DAYS.match(plain):
        return None, int(found[1]), None
    if found := END_OF_MONTH.match(plain):
        return None, None, _next_day(int(found[1]), 0, today)
    if found := MONTH_AND_DAY.match(plain):
        return None, None, _next_day(int(found[1]), int(found[2]), today)
    try:
        return None, None, cells.day()(plain.removesuffix("前"))
    except CellFault:
        return None, None, None


def _next_day(month: int, day: int, today: date) -> date | None:
    """Return the next such day; with day 0 the last of the month. None for a day there is not."""
    for year in (today.year, today.year + 1):
        try:
            found = (
                date(year + month // 12, month % 12 + 1, 1) - date.resolution
                if day == 0
                else date(year, month, day)
            )
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def _words_of_posts() -> dict[str, str]:
    found: dict[str, str] = {}
    for post in Post.objects.all():
        for word in (post.title_zh, *post.aliases):
            found.setdefault(cells.match_key(word), post.code)
    return found


def _read_owner(row: Row[ItemRow], posts: Mapping[str, str], units: Mapping[str, Unit]) -> None:
    data = row.data
    word = cells.match_key(data.owner or "")
    for owner, words in CLASS_WORDS.items():
        if word in map(cells.match_key, words):
            data.means = ItemDraft("", owner=owner)
            return
    if word in posts:
        data.means = ItemDraft("", owner=Owner.POST, post=posts[word])
        return
    names = [name for name in SEPARATORS.split(data.owner or "") if name.strip()]
    found = [units.get(cells.match_key(name)) for name in names]
    missing = [name for name, unit in zip(names, found, strict=True) if unit is None]
    if missing:
        row.fault(
            "owner",
            _("%(name)s is neither a class, nor a post, nor an open unit under the issuer."),
            _("Write 党委, 基层党组织, 普通党员, the name of a post, or full names of units."),
            code="owner",
            name=missing[0],
        )
        return
    data.means = ItemDraft("", owner=Owner.UNITS, units=tuple(u for u in found if u is not None))


def _draft(data: ItemRow) -> ItemDraft:
    means = data.means
    assert means is not None
    return ItemDraft(
        text=data.text or "",
        section=data.section or "",
        standard=data.standard or "",
        owner=means.owner,
        post=means.post,
        units=means.units,
        due_on=data.due_on,
        due_in=data.due_in,
        cadence=data.cadence or "",
        required=data.required is not False,
        needs_evidence=bool(data.evidence),
        acceptance=data.acceptance or Acceptance.NONE,
    )
