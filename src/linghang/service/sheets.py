"""志愿服务 as customers keep it in Excel: one line per activity of a service team, people by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from linghang.ledger.api import LedgerSheet, Selection
from linghang.org import api as org
from linghang.org.models import Coverage
from linghang.platform.sheets import cells, export
from linghang.platform.sheets.days import refuse_future
from linghang.platform.sheets.faults import Severity
from linghang.platform.sheets.plan import (
    IMPORTED_AGAIN,
    Column,
    Context,
    Progress,
    Row,
    SheetPlan,
    register,
)
from linghang.platform.sheets.workspace import Workspace
from linghang.service import queries, services
from linghang.service.models import Participation, ServiceTeam, ServiceVisit

CHECK_RECORD = _("Check the year, or record it when it has taken place.")
NONE = "无"
CHUNK = 500
# What stands behind the name of the unit: 党员服务队, 共产党员服务队, 志愿服务队, (第二)党员突击队 …
TEAM_ENDING = re.compile(
    r"(?:共产)?(?:党员)?(?:志愿者?)?(?:服务|突击|攻坚|先锋)?(?:小?分?队|小组)$"
)
BRANCH_ENDINGS = ("党支部", "联合党支部", "")


@dataclass(slots=True, kw_only=True)
class VisitRow:
    """One line of the sheet as read. `hours` is in hundredths."""

    occurred_on: date | None = None
    team: str | None = None
    people: tuple[str, ...] | None = None
    content: str | None = None
    place: str | None = None
    hours: int | None = None
    people_served: int | None = None
    partner: str | None = None
    unit: str | None = None


@register
class VisitSheet(SheetPlan[VisitRow]):
    """志愿服务."""

    code = "service"
    title = gettext_lazy("Service activities")
    names = (
        "志愿服务",
        "服务队活动",
        "党员服务队",
        "志愿服务台账",
        "服务队台账",
        "志愿服务记录",
        "服务记录",
    )
    note = "一次活动填一行；参加人员写姓名，用顿号分开。"
    row_type = VisitRow
    columns = (
        Column(
            "occurred_on",
            "日期",
            cells.day(),
            ("服务日期", "活动日期", "服务时间", "活动时间", "开展日期", "时间"),
            required=True,
            example="2026-11-18",
        ),
        Column(
            "team",
            "服务队",
            cells.name(longest=80),
            ("服务队名称", "党员服务队", "志愿服务队", "队伍名称", "服务队伍"),
            required=True,
            help="以业务单位或党支部的名称开头",
            example="东岭供电所党员服务队",
            width=28,
        ),
        Column(
            "people",
            "参加人员",
            cells.names(),
            ("参与人员", "参加党员", "服务人员", "志愿者", "参加人", "人员"),
            required=True,
            example="张示范、李示范",
            width=30,
        ),
        Column(
            "content",
            "服务内容",
            cells.text(longest=200),
            ("内容", "活动内容", "服务项目", "活动主题"),
            required=True,
            example="独居老人用电检查",
            width=28,
        ),
        Column(
            "place",
            "地点",
            cells.text(longest=120),
            ("服务地点", "活动地点"),
            example="石桥村",
        ),
        Column(
            "hours",
            "服务时长(小时)",
            cells.hundredths(minimum="0.01", maximum="24", units=("小时", "个小时", "h")),
            ("服务时长", "时长", "时长(小时)", "服务小时数", "服务时长小时", "工时"),
            required=True,
            example="2",
        ),
        Column(
            "people_served",
            "服务人次",
            cells.integer(units=("人次", "人", "户")),
            ("服务人数", "受益人次", "受益人数", "服务群众人次"),
            example="30",
        ),
        Column(
            "partner",
            "联系单位",
            cells.text(longest=120),
            ("联建单位", "共建单位", "对接单位", "服务对象单位"),
            help="没有填“无”",
            example="村委会",
        ),
        Column(
            "unit",
            "党组织",
            cells.name(),
            ("党支部", "所属支部", "所属党支部", "所在支部", "支部名称", "党组织名称"),
            help="不填则按服务队名称判断",
        ),
    )
    after = ("units", "business_units", "members", "appointments")

    def load(self, rows: Sequence[Row[VisitRow]], context: Context) -> dict[Any, Any]:
        """Say which bureau the names of teams belong to; records are matched in `check_all`."""
        names = {row.data.team for row in rows if row.data.team}
        guesses = [f"{unit_of_team(name)}党支部" for name in names]
        org.settle_bureau(context, [*guesses, *(r.data.unit for r in rows if r.data.unit)])
        return {}

    def check(self, row: Row[VisitRow], context: Context) -> None:
        """Add the faults that can be seen inside one row."""
        refuse_future(row, "occurred_on", context=context, remedy=CHECK_RECORD)

    def check_all(self, rows: Sequence[Row[VisitRow]], workspace: Workspace) -> None:
        """Find the branch of each team, its people, and the record the line is already."""
        atlas = _Atlas(workspace)
        for row in rows:
            branch = _find_branch(row, workspace, atlas)
            if branch:
                _find_people(row, branch, workspace)
        _match(rows)

    def current(self, existing: ServiceVisit, row: Row[VisitRow]) -> Mapping[str, Any]:
        """Return the present values; people compare without regard to their order."""
        present = tuple(p.person.name for p in existing.participations.all())
        wanted = row.data.people or ()
        return {
            "hours": existing.hours,
            "people_served": existing.people_served,
            "partner": existing.partner,
            "people": wanted if sorted(present) == sorted(_counted(row)) else present,
        }

    def apply(
        self, rows: Sequence[Row[VisitRow]], workspace: Workspace, progress: Progress
    ) -> None:
        """Write all rows in one go; what was recorded before is kept beside what is changed."""
        actor = workspace.context.actor
        services.create_visits(
            drafts=[_draft(row) for row in rows if row.existing is None], actor=actor
        )
        services.update_visits(
            updates=[(row.existing, _draft(row)) for row in rows if row.existing is not None],
            reason=IMPORTED_AGAIN,
            actor=actor,
        )
        progress(len(rows), len(rows))


def unit_of_team(team: str) -> str:
    """Return the name of the unit a team's name begins with: 月塘供电所 of 月塘供电所党员服务队."""
    return TEAM_ENDING.sub("", team)


# -- whose team ----------------------------------------------------------------------------------


@dataclass
class _Atlas:
    """Which branches cover a business unit, in this upload and in the database, and known teams."""

    workspace: Workspace
    covered: dict[str, list[str]] = field(default_factory=dict)
    teams: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        units = org.importable_units(self.workspace.context)
        links = Coverage.objects.filter(valid_to=None, business_unit__in=units)
        # A company is covered by the top of its bureau; a team never belongs to that.
        for link in links.exclude(party_unit__parent=None).select_related(
            "party_unit", "business_unit"
        ):
            key = cells.match_key(link.business_unit.name)
            self.covered.setdefault(key, []).append(link.party_unit.name)
        for row in self.workspace.rows.get("business_units", []):
            if row.data.name and row.data.covered_by:
                self.covered[cells.match_key(row.data.name)] = list(row.data.covered_by)
        for team in ServiceTeam.objects.filter(unit__in=units).select_related("unit"):
            self.teams.setdefault(cells.match_key(team.name), []).append(team.unit.name)

    def list_branches(self, team: str) -> list[str]:
        """Return the names of the branches the team may belong to, the likeliest first."""
        name = unit_of_team(team)
        known = self.teams.get(cells.match_key(team), [])
        covering = self.covered.get(cells.match_key(name), [])
        same = [name + ending for ending in BRANCH_ENDINGS if name + ending in covering]
        found = known or same or covering
        if found:
            return found
        guesses = (name + ending for ending in BRANCH_ENDINGS)
        return [guess for guess in guesses if guess and self.workspace.find("units", guess)][:1]


def _find_branch(row: Row[VisitRow], workspace: Workspace, atlas: _Atlas) -> str:
    """Refer the row to the branch of its team and return the branch's name, "" with a fault."""
    data = row.data
    if data.unit:
        names, column = [data.unit], "unit"
    elif data.team:
        names, column = atlas.list_branches(data.team), "team"
    else:
        return ""
    if not names:
        row.fault(
            column,
            _("The name of the team does not tell which branch it belongs to."),
            _("Begin with the name of the business unit or branch, or add a column 党组织."),
            code="not_found",
        )
        return ""
    if len(names) > 1:
        row.fault(
            column,
            _("Several branches cover this unit: %(branches)s."),
            _("Add a column 党组织 that says which one it is."),
            code="ambiguous",
            branches="、".join(names),
        )
        return ""
    target = workspace.refer(row, column, "units", names[0], org.UNKNOWN_UNIT)
    return names[0] if target is not None else ""


def _unit(row: Row[VisitRow]) -> Any:
    return row.named("unit") or row.named("team")


def _find_people(row: Row[VisitRow], branch: str, workspace: Workspace) -> None:
    """Refer the row to its people: a name nobody in the branch bears is a fault.

    Of two of one name nobody is taken: hours must not go to the wrong person.
    """
    if "members" not in workspace.plans:
        return
    for name in row.data.people or ():
        if len(workspace.find("members", (branch, name))) > 1:
            row.fault(
                "people",
                _("Several persons of the branch are called %(name)s; the hours are not counted."),
                _("Add the hours in the system, where the person can be chosen."),
                code="ambiguous",
                severity=Severity.WARN,
                name=name,
            )
            continue
        workspace.refer(
            row,
            "people",
            "members",
            (branch, name),
            _("There is no %(name)s in %(branch)s."),
            _("Check the spelling, or add the person to the roster."),
            name=name,
            branch=branch,
        )


def _counted(row: Row[VisitRow]) -> list[str]:
    """Return the names of the people whose hours count."""
    return [
        target.existing.name if target.existing is not None else target.row.data.name  # type: ignore[union-attr]
        for target in row.all_targets("people")
    ]


def _match(rows: Sequence[Row[VisitRow]]) -> None:
    """Match rows with records; a line that stands twice is two records."""
    unit_ids = {unit.pk for row in rows if (unit := _unit(row)) is not None}
    known: dict[Any, list[ServiceVisit]] = {}
    for visit in queries.list_standing(unit_ids):
        known.setdefault(cells.key_of(services.natural_key(visit)), []).append(visit)
    for row in rows:
        data, unit = row.data, _unit(row)
        row.existing = None
        if unit is not None:
            key = (data.team, unit.pk, data.occurred_on, data.content, data.place or "")
            waiting = known.get(cells.key_of(key))
            row.existing = waiting.pop(0) if waiting else None


def _draft(row: Row[VisitRow]) -> services.VisitDraft:
    """Return what is to be written; blank cells change nothing."""
    data, known = row.data, row.existing
    served, partner = (known.people_served, known.partner) if known else (0, "")
    return services.VisitDraft(
        team=known.team.name if known else data.team or "",
        unit=_unit(row),
        occurred_on=data.occurred_on or date.min,  # required: a good row has it
        content=known.content if known else data.content or "",
        place=known.place if known else data.place or "",
        hours=data.hours or 0,
        people=tuple(target.object for target in row.all_targets("people")),
        people_served=served if data.people_served is None else data.people_served,
        partner=data.partner or partner,
    )


# -- export --------------------------------------------------------------------------------------


def list_visit_rows(selection: Selection) -> Iterable[list[Any]]:
    """Yield activities as the lines of the customer's own sheet, in the order of its columns."""
    found = selection.apply(
        ServiceVisit.objects.filter(withdrawn_at=None).order_by("occurred_on", "pk"),
        unit="team__unit",
    )
    if selection.person_id is not None:
        found = found.filter(participations__person_id=selection.person_id)
    people = Prefetch("participations", Participation.objects.select_related("person"))
    for visit in found.select_related("team").prefetch_related(people).iterator(chunk_size=CHUNK):
        yield [
            visit.occurred_on,
            visit.team.name,
            "、".join(p.person.name for p in visit.participations.all()) or NONE,
            visit.content,
            visit.place or NONE,
            visit.hours / 100,
            visit.people_served,
            visit.partner or NONE,
        ]


LEDGER_SHEETS = (
    LedgerSheet(
        code="service",
        title=VisitSheet.names[0],
        # The column of the branch is for files whose teams have free names; the export has none.
        columns=[export.Column(c.heading, c.width or 0) for c in VisitSheet.columns[:-1]],
        rows=list_visit_rows,
        covers=lambda kind: kind == "service.visit",
        order=20,
    ),
)
