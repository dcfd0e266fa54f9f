"""党员: who is a member of which branch."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from linghang.org import api as org
from linghang.people import services
from linghang.people.enums import MEMBER_POST, MemberKind, Sex, Standing
from linghang.people.models import Appointment, Person
from linghang.people.sheets import details
from linghang.people.sheets.checks import (
    check_branch,
    check_dates,
    check_entry,
    check_owner,
    compare_identity,
    kind_without_date,
    warn_of_areas,
)
from linghang.people.sheets.codes import EDUCATION, ETHNIC_GROUPS, coded
from linghang.people.sheets.details import DetailRow
from linghang.platform.crypto.fields import index
from linghang.platform.sheets import cells
from linghang.platform.sheets.days import refuse_future
from linghang.platform.sheets.faults import Severity
from linghang.platform.sheets.plan import (
    Column,
    Context,
    Progress,
    Reference,
    Row,
    SheetPlan,
    register,
)
from linghang.platform.sheets.workspace import Workspace

CHUNK = 500
FIELDS = tuple(name for name in services.FIELDS if name != "name")
NO_BRANCH = _("There is no branch of this name, neither in the files nor in the system.")


SEX_WORDS = {
    Sex.MALE: ("男", "男性", "1"),
    Sex.FEMALE: ("女", "女性", "2"),
    Sex.UNKNOWN: ("未知", "0"),
    Sex.UNSTATED: ("未说明", "9"),
}
KIND_WORDS = {
    MemberKind.FULL: ("正式党员", "正式", "中共正式党员", "1"),
    MemberKind.PROBATIONARY: ("预备党员", "预备", "中共预备党员", "2"),
}
STANDING_WORDS = {
    Standing.NORMAL: ("正常", "1"),
    Standing.SUSPENDED: ("停止党籍", "停止", "中止", "3"),
    Standing.LEFT: ("已出党", "出党", "终止", "4"),
}


@dataclass(slots=True, kw_only=True)
class MemberRow(DetailRow):
    """One row of 党员; None where blank, faulty or without a column."""

    name: str | None = None
    identity_number: str | None = None
    sex: Sex | None = None
    ethnic_group: str | None = None
    born_on: date | None = None
    education: str | None = None
    member_kind: MemberKind | None = None
    unit: str | None = None
    joined_on: date | None = None
    full_on: date | None = None
    job: str | None = None
    phone: str | None = None
    address: str | None = None
    standing: Standing | None = None
    is_lost: bool | None = None
    is_floating: bool | None = None


@register
class MemberSheet(SheetPlan[MemberRow]):
    """党员: the roster of members.

    Rows name a person by ("id", keyed index of the identity number), by (branch, name), or by
    ("*", name) anywhere in the bureau; other plans refer to them so.
    """

    code = "members"
    title = gettext_lazy("Members")
    names = ("党员", "党员信息", "党员花名册", "党员名册")
    note = "填表说明：请勿留空，没有的填“无”；日期填到日。"
    row_type = MemberRow
    after = ("units", "business_units")
    columns = (
        Column(
            "name",
            "姓名",
            cells.name(longest=60),
            aliases=("党员姓名",),
            required=True,
            example="张示范",
        ),
        Column(
            "identity_number",
            "公民身份号码",
            cells.identity_number(),
            aliases=("身份证号", "身份证号码", "身份证", "居民身份证号码", "公民身份证号码"),
            required=True,
            sensitive=True,
            help="18位，按文本格式填写",
            width=22,
        ),
        Column(
            "sex",
            "性别",
            cells.choice(SEX_WORDS),
        ),
        Column("ethnic_group", "民族", coded(ETHNIC_GROUPS, longest=20), example="汉族"),
        Column(
            "born_on",
            "出生日期",
            cells.day(),
            aliases=("出生年月日", "生日", "出生年月"),
            example="1990-05-30",
        ),
        Column(
            "education",
            "学历",
            coded(EDUCATION, longest=30),
            aliases=("文化程度", "最高学历"),
        ),
        Column(
            "member_kind",
            "人员类别",
            cells.choice(KIND_WORDS),
            aliases=("党员类别", "党员类型", "类别"),
            example="正式党员",
        ),
        Column(
            "unit",
            "所在党支部",
            cells.name(),
            aliases=(
                "所属支部",
                "所属党支部",
                "所在支部",
                "党支部",
                "支部",
                "支部名称",
                "所在党组织",
            ),
            required=True,
            example="示范第一党支部",
            width=28,
        ),
        Column(
            "joined_on",
            "加入党组织日期",
            cells.day(),
            aliases=("入党时间", "入党日期", "加入中共组织日期", "入党年月", "加入党组织时间"),
            example="2015-07-01",
        ),
        Column(
            "full_on",
            "转为正式党员日期",
            cells.day(),
            aliases=("转正时间", "转正日期", "转为正式党员时间"),
            help="预备党员留空或填“无”",
            example="2016-07-01",
        ),
        Column("job", "工作岗位", cells.name(longest=60), aliases=("岗位", "职务", "工作职务")),
        Column(
            "phone",
            "联系电话",
            cells.phone(),
            aliases=("手机号码", "手机", "手机号", "电话", "联系方式"),
            sensitive=True,
            on_fault=Severity.WARN,
            width=16,
        ),
        Column(
            "address",
            "家庭住址",
            cells.text(longest=200),
            aliases=("住址", "家庭地址", "现住址"),
            sensitive=True,
            width=30,
        ),
        Column(
            "standing",
            "党籍状态",
            cells.choice(STANDING_WORDS),
            on_fault=Severity.WARN,
        ),
        Column("is_lost", "是否失联", cells.yes_no(), aliases=("失联",), on_fault=Severity.WARN),
        Column(
            "is_floating",
            "是否流动",
            cells.yes_no(),
            aliases=("流动", "是否流动党员", "流动党员"),
            on_fault=Severity.WARN,
        ),
        *details.COLUMNS,
    )
    key = ("identity_number",)
    references = (Reference("unit", "units", message=NO_BRANCH),)

    def load(self, rows: Sequence[Row[MemberRow]], context: Context) -> Mapping[Hashable, Any]:
        org.settle_bureau(context, (row.data.unit or "" for row in rows))
        indices = {
            index(row.data.identity_number): row.data.identity_number
            for row in rows
            if row.data.identity_number
        }
        own = Appointment.objects.filter(valid_to=None, post_id=MEMBER_POST).select_related("unit")
        found: dict[Hashable, Any] = {}
        wanted = list(indices)
        for start in range(0, len(wanted), CHUNK):
            people = Person.objects.select_related("details").filter(
                identity_index__in=wanted[start : start + CHUNK]
            )
            for person in people.prefetch_related(Prefetch("appointments", own, to_attr="own")):
                found[indices[person.identity_index]] = person
        return found

    def load_targets(self, context: Context) -> Mapping[Hashable, Sequence[Any]]:
        rows = list_appointments(context).only("person", "unit__name")
        found: dict[Hashable, dict[int, Person]] = {}
        for row in rows:
            for key in _keys(row.unit.name, row.person.name, row.person.identity_index):
                found.setdefault(key, {})[row.person_id] = row.person
        return {key: list(people.values()) for key, people in found.items()}

    def targets(self, row: Row[MemberRow]) -> Iterable[Hashable]:
        number = row.data.identity_number
        return _keys(row.data.unit, row.data.name, index(number) if number else "")

    def label_of(self, row: Row[MemberRow]) -> str:
        return row.data.name or ""

    def check(self, row: Row[MemberRow], context: Context) -> None:
        data = row.data
        compare_identity(row)
        if data.member_kind is None and not row.has_fault("member_kind"):
            # The sheet of some bureaus has no such column; the date tells.
            data.member_kind = MemberKind.FULL if data.full_on else kind_without_date(row)
        refuse_future(
            row,
            "joined_on",
            "full_on",
            "born_on",
            "started_work_on",
            "entered_on",
            "other_party_on",
            context=context,
        )
        check_dates(row)

    def check_all(self, rows: Sequence[Row[MemberRow]], workspace: Workspace) -> None:
        visible = set(org.importable_units(workspace.context).values_list("pk", flat=True))
        for row in rows:
            check_branch(row)
            check_owner(row, visible)
            check_entry(row)
        warn_of_areas(rows)

    def current(self, existing: Person, row: Row[MemberRow]) -> Mapping[str, Any]:  # noqa: ARG002  a hook
        present = {
            name: services.read_value(existing, name)
            for name in (*services.FIELDS, *services.DETAIL_FIELDS)
        }
        present["unit"] = existing.own[0].unit if existing.own else None  # type: ignore[attr-defined]
        return present

    def apply(
        self, rows: Sequence[Row[MemberRow]], workspace: Workspace, progress: Progress
    ) -> None:
        context = workspace.context
        new = [row for row in rows if row.existing is None]
        for start in range(0, len(new), CHUNK):
            chunk = new[start : start + CHUNK]
            people = services.register_people([_draft(row) for row in chunk], actor=context.actor)
            for row, person in zip(chunk, people, strict=True):
                row.object = person
            progress(start + len(chunk), len(rows))
        changed = [row for row in rows if row.existing is not None]
        services.correct_people(
            corrections=[(row.existing, _corrections(row)) for row in changed],
            reason="import",
            actor=context.actor,
        )
        moved = [
            (row.existing, row.target("unit").object)  # type: ignore[union-attr]
            for row in changed
            if any(change.key == "unit" for change in row.changes)
        ]
        if moved:
            services.transfer_members(moves=moved, on=context.today, actor=context.actor)
        progress(len(rows), len(rows))


def _keys(unit: str | None, name: str | None, identity_index: str) -> list[Hashable]:
    keys: list[Hashable] = []
    if identity_index:
        keys.append(("id", identity_index))
    if name:
        keys.append(("*", name))
        if unit:
            keys.append((unit, name))
    return keys


def list_appointments(context: Context) -> Any:
    """Return the appointments of every time in the units an import may name."""
    units = org.importable_units(context).values("pk")
    return Appointment.objects.filter(unit__in=units).select_related("person", "unit")


def _draft(row: Row[MemberRow]) -> services.PersonDraft:
    data = row.data
    given = {name: getattr(data, name) for name in FIELDS if getattr(data, name) is not None}
    known = {name: getattr(data, name) for name in services.DETAIL_FIELDS}
    return services.PersonDraft(
        name=data.name or "",
        unit=row.named("unit"),
        member_from=data.entered_on,
        details={name: value for name, value in known.items() if value is not None},
        **given,
    )


def _corrections(row: Row[MemberRow]) -> dict[str, Any]:
    return {change.key: change.new for change in row.changes if change.key != "unit"}
