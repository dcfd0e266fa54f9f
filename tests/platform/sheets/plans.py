"""Small real plans over the sample workbooks: units, members of units, and service by members.

Their records stand in a `Register`, a store of plain dictionaries, so that the tests of reading and checking
need no tables; `apply` writes there through the same door as `load` reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from linghang.platform.sheets import cells
from linghang.platform.sheets.plan import Column, Context, Reference, SheetPlan

UNIT_KINDS = {
    "committee": ("党委",),
    "general_branch": ("党总支",),
    "branch": ("党支部", "支部"),
    "joint_branch": ("联合党支部",),
    "group": ("党小组",),
}


@dataclass(frozen=True)
class Unit:
    name: str
    kind: str
    parent: Unit | None
    founded_on: date | None


@dataclass(frozen=True)
class Member:
    identity: str
    name: str
    sex: str
    unit: Unit
    joined_on: date
    full_on: date | None
    phone: str | None


@dataclass
class Register:
    units: dict[str, Unit] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    services: dict[tuple, tuple] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class UnitRow:
    name: str | None = None
    kind: str | None = None
    parent: str | None = None
    founded_on: date | None = None


class UnitSheet(SheetPlan[UnitRow]):
    code = "units"
    title = gettext_lazy("Party units")
    names = ("党组织", "党组织信息")
    note = "填表说明：党组织名称填写全称。"
    row_type = UnitRow
    columns = (
        Column(
            "name",
            "党组织名称",
            cells.name(),
            aliases=("组织名称", "党组织全称"),
            required=True,
            help="与公章一致的全称",
            example="示范第一党支部",
        ),
        Column(
            "kind",
            "党组织类别",
            cells.choice(UNIT_KINDS),
            aliases=("组织类别",),
            required=True,
            example="党支部",
        ),
        Column("parent", "上级党组织", cells.name(), aliases=("上级组织",)),
        Column("founded_on", "成立日期", cells.day(), aliases=("成立时间",), example="2020-07-01"),
    )
    key = ("name",)
    references = (Reference("parent", "units"),)

    def __init__(self, register: Register) -> None:
        self.register = register

    def load(self, rows, context):
        return {u.name: u for u in self.register.units.values()}

    def load_targets(self, context):
        return {u.name: [u] for u in self.register.units.values()}

    def current(self, existing, row):
        return {"kind": existing.kind, "parent": existing.parent, "founded_on": existing.founded_on}

    def apply(self, rows, workspace, progress):
        for done, row in enumerate(rows, 1):
            parent = row.target("parent")
            values = {c.key: c.new for c in row.changes} | (
                {"parent": parent.object} if parent else {}
            )
            row.object = (
                replace(row.existing, **values)
                if row.existing
                else Unit(
                    row.data.name,
                    row.data.kind,
                    parent.object if parent else None,
                    row.data.founded_on,
                )
            )
            self.register.units[row.data.name] = row.object
            progress(done, len(rows))


@dataclass(slots=True, kw_only=True)
class MemberRow:
    name: str | None = None
    identity: str | None = None
    sex: str | None = None
    born_on: date | None = None
    standing: str | None = None
    unit: str | None = None
    joined_on: date | None = None
    full_on: date | None = None
    phone: str | None = None


class MemberSheet(SheetPlan[MemberRow]):
    code = "members"
    title = gettext_lazy("Members")
    names = ("党员", "党员名册", "花名册")
    row_type = MemberRow
    after = ("units",)
    columns = (
        Column(
            "name", "姓名", cells.name(), aliases=("党员姓名",), required=True, example="示例同志"
        ),
        Column(
            "identity",
            "公民身份号码",
            cells.identity_number(),
            aliases=("身份证号", "身份证号码"),
            required=True,
            sensitive=True,
            example="999999199001010015",
        ),
        Column(
            "sex",
            "性别",
            cells.choice({"male": ("男", "男性", "1"), "female": ("女", "女性", "2")}),
        ),
        Column("born_on", "出生日期", cells.day(), aliases=("出生年月日",)),
        Column(
            "standing",
            "人员类别",
            cells.choice({"full": ("正式党员",), "probationary": ("预备党员",)}),
            required=True,
        ),
        Column("unit", "所在党支部", cells.name(), aliases=("所属支部", "所在支部"), required=True),
        Column(
            "joined_on",
            "加入党组织日期",
            cells.day(),
            aliases=("入党时间", "入党日期"),
            required=True,
        ),
        Column("full_on", "转为正式党员日期", cells.day(), aliases=("转正时间",)),
        Column("phone", "联系电话", cells.phone(), aliases=("手机号码",), sensitive=True),
    )
    key = ("identity",)
    references = (Reference("unit", "units", message=_("There is no such branch.")),)

    def __init__(self, register: Register) -> None:
        self.register = register

    def load(self, rows, context):
        return self.register.members

    def load_targets(self, context):
        found = {}
        for member in self.register.members.values():
            found.setdefault((member.unit.name, member.name), []).append(member)
        return found

    def targets(self, row):
        if row.data.name and row.data.unit:
            yield row.data.unit, row.data.name

    def current(self, existing, row):
        return {
            k: getattr(existing, k)
            for k in ("name", "sex", "unit", "joined_on", "full_on", "phone")
        }

    def check(self, row, context: Context):
        data = row.data
        if (
            data.identity
            and data.sex
            and cells.identity_is_male(data.identity) != (data.sex == "male")
        ):
            row.fault("sex", _("The sex differs from the identity number."), code="sex_differs")
        if (
            data.identity
            and data.born_on
            and cells.identity_birth_date(data.identity) != data.born_on
        ):
            row.fault(
                "born_on",
                _("The date of birth differs from the identity number."),
                code="birth_differs",
            )
        if (
            data.born_on
            and data.joined_on
            and data.joined_on
            < data.born_on.replace(year=data.born_on.year + 18, day=min(data.born_on.day, 28))
        ):
            row.fault("joined_on", _("Younger than 18 on joining."), code="too_young")
        if (
            data.joined_on
            and data.full_on
            and data.full_on
            < data.joined_on.replace(year=data.joined_on.year + 1, day=min(data.joined_on.day, 28))
        ):
            row.fault("full_on", _("Less than one year after joining."), code="too_early")

    def apply(self, rows, workspace, progress):
        for done, row in enumerate(rows, 1):
            data = row.data
            values = {
                "identity": data.identity,
                "name": data.name,
                "sex": data.sex,
                "unit": row.target("unit").object,
                "joined_on": data.joined_on,
                "full_on": data.full_on,
                "phone": data.phone,
            }
            if row.existing:
                values = {c.key: values[c.key] for c in row.changes}
                row.object = replace(row.existing, **values)
            else:
                row.object = Member(**values)
            self.register.members[row.object.identity] = row.object
            progress(done, len(rows))


@dataclass(slots=True, kw_only=True)
class ServiceRow:
    held_on: date | None = None
    team: str | None = None
    people: tuple[str, ...] | None = None
    content: str | None = None
    hours: int | None = None


class ServiceSheet(SheetPlan[ServiceRow]):
    code = "service"
    title = gettext_lazy("Volunteering")
    names = ("志愿服务",)
    row_type = ServiceRow
    after = ("members",)
    columns = (
        Column("held_on", "日期", cells.day(), required=True),
        Column("team", "服务队", cells.name(), required=True),
        Column("people", "参加人员", cells.names(), required=True),
        Column("content", "服务内容", cells.text(), required=True),
        Column("hours", "服务时长(小时)", cells.hundredths(units=("小时",)), required=True),
    )
    key = ("held_on", "team", "content", "people")
    duplicate_column = "content"

    def __init__(self, register: Register) -> None:
        self.register = register

    def load(self, rows, context):
        return self.register.services

    def check_all(self, rows, workspace):
        for row in rows:
            if not row.data.team or not row.data.people:
                continue
            branch = cells.match_key(row.data.team.replace("党员服务队", "党支部"))
            if branch == "月塘供电所党支部":  # that station belongs to a joint branch
                branch = "沿海片区联合党支部"
            for person in row.data.people:
                workspace.refer(
                    row,
                    "people",
                    "members",
                    (branch, person),
                    _("There is no such person in the branch."),
                )

    def apply(self, rows, workspace, progress):
        for done, row in enumerate(rows, 1):
            self.register.services[row.key] = row.object = tuple(
                t.object.identity for t in row.all_targets("people")
            )
            progress(done, len(rows))


def sample_plans(register: Register):
    return [UnitSheet(register), MemberSheet(register), ServiceSheet(register)]
