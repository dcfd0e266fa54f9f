"""The sheets 党员 and 任职: who is a member of which branch, and who holds which post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from linghang.org import api as org
from linghang.org.enums import UnitKind
from linghang.people import services
from linghang.people.enums import MEMBER_POST, MemberKind, Sex, Standing
from linghang.people.models import Appointment, Person, Post
from linghang.platform.crypto.fields import index
from linghang.platform.sheets import cells
from linghang.platform.sheets.faults import Message, Severity
from linghang.platform.sheets.plan import (
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
from linghang_core import regulations

CHUNK = 500
FIELDS = tuple(name for name in services.FIELDS if name != "name")
NO_BRANCH = _("There is no branch of this name, neither in the files nor in the system.")
# Dates of a member: the notice of the regulation, the column it is shown at, and its words.
DATE_FAULTS = {
    "member.too_young": (
        "joined_on",
        _("The person was younger than %(years)s when joining."),
        _("Check the date of birth and the date of joining."),
    ),
    "member.probation_too_short": (
        "full_on",
        _("Full membership comes at the earliest on %(earliest)s, a year after joining."),
        _("Check both dates."),
    ),
    "member.probationary_with_full_date": (
        "full_on",
        _("A probationary member has no date of full membership."),
        _("Clear the date, or write 正式党员."),
    ),
    "member.full_without_date": (
        "full_on",
        _("The date of full membership is missing."),
        _("Add it when it is known."),
    ),
}


@dataclass(slots=True, kw_only=True)
class MemberRow:
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
            cells.choice(
                {
                    Sex.MALE: ("男", "男性", "1"),
                    Sex.FEMALE: ("女", "女性", "2"),
                    Sex.UNKNOWN: ("未知", "0"),
                    Sex.UNSTATED: ("未说明", "9"),
                }
            ),
        ),
        Column("ethnic_group", "民族", cells.name(longest=20), example="汉族"),
        Column(
            "born_on",
            "出生日期",
            cells.day(),
            aliases=("出生年月日", "生日", "出生年月"),
            example="1990-05-30",
        ),
        Column("education", "学历", cells.name(longest=30), aliases=("文化程度", "最高学历")),
        Column(
            "member_kind",
            "人员类别",
            cells.choice(
                {
                    MemberKind.FULL: ("正式党员", "正式", "中共正式党员"),
                    MemberKind.PROBATIONARY: ("预备党员", "预备", "中共预备党员"),
                }
            ),
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
            cells.choice(
                {
                    Standing.NORMAL: ("正常",),
                    Standing.SUSPENDED: ("停止党籍", "停止", "中止"),
                    Standing.LEFT: ("已出党", "出党", "终止"),
                }
            ),
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
            people = Person.objects.filter(identity_index__in=wanted[start : start + CHUNK])
            for person in people.prefetch_related(Prefetch("appointments", own, to_attr="own")):
                found[indices[person.identity_index]] = person
        return found

    def load_targets(self, context: Context) -> Mapping[Hashable, Sequence[Any]]:
        rows = _appointments(context).only("person", "unit__name")
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
        _compare_identity(row)
        if data.member_kind is None and not row.has_fault("member_kind"):
            # The sheet of some bureaus has no such column; the date tells.
            data.member_kind = MemberKind.FULL if data.full_on else _kind_without_date(row)
        for key in ("joined_on", "full_on", "born_on"):
            value = getattr(data, key)
            if value and value > context.today:
                row.fault(key, _("This day has not come yet."), _("Check the year."), code="future")
        _check_dates(row)

    def check_all(self, rows: Sequence[Row[MemberRow]], workspace: Workspace) -> None:
        visible = set(org.importable_units(workspace.context).values_list("pk", flat=True))
        for row in rows:
            _check_branch(row)
            _check_owner(row, visible)
        _warn_of_areas(rows)

    def current(self, existing: Person, row: Row[MemberRow]) -> Mapping[str, Any]:
        present = {name: getattr(existing, name) for name in services.FIELDS}
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


def _appointments(context: Context) -> Any:
    """Return the appointments of every time in the units an import may name."""
    units = org.importable_units(context).values("pk")
    return Appointment.objects.filter(unit__in=units).select_related("person", "unit")


def _compare_identity(row: Row[MemberRow]) -> None:
    data, number = row.data, row.data.identity_number
    if number is None:
        return
    reading = regulations.read_identity_number(number)
    sex = Sex.MALE if reading.sex == regulations.Sex.MALE else Sex.FEMALE
    if data.sex in {Sex.MALE, Sex.FEMALE} and data.sex != sex:
        row.fault(
            "sex",
            _("The sex differs from the identity number."),
            _("Check the 17th digit of the number and the sex."),
            code="sex_differs",
        )
    if data.born_on and reading.born_on and data.born_on != reading.born_on:
        row.fault(
            "born_on",
            _("The date of birth differs from the identity number, which says %(found)s."),
            _("Correct the date, or the number if it is the number that is wrong."),
            code="birth_differs",
            found=reading.born_on.isoformat(),
        )
    if data.sex is None and not row.has_fault("sex"):
        data.sex = sex
    if data.born_on is None and not row.has_fault("born_on"):
        data.born_on = reading.born_on


def _kind_without_date(row: Row[MemberRow]) -> MemberKind | None:
    if row.has_fault("full_on"):
        return None
    if row.existing is not None:
        return MemberKind(row.existing.member_kind)
    return MemberKind.PROBATIONARY if row.data.joined_on else MemberKind.FULL


def _check_dates(row: Row[MemberRow]) -> None:
    data = row.data
    dates = regulations.MemberDates(
        born_on=None if row.has_fault("born_on") else data.born_on,
        joined_on=data.joined_on,
        full_on=data.full_on,
        probationary=data.member_kind == MemberKind.PROBATIONARY,
    )
    for notice in services.judge_dates(dates):
        column, message, remedy = DATE_FAULTS[notice.code]
        if row.has_fault(column) or (notice.code == "member.full_without_date" and _excused(row)):
            continue
        blocks = notice.severity is regulations.Severity.BLOCK
        row.fault(
            column,
            message,
            remedy,
            code=notice.code,
            severity=Severity.BLOCK if blocks else Severity.WARN,
            **notice.parameters,
        )


def _excused(row: Row[MemberRow]) -> bool:
    """Return whether a missing date of full membership says nothing: no such column, or no kind."""
    return "full_on" not in row.table.places or row.data.member_kind is None


def _check_branch(row: Row[MemberRow]) -> None:
    target = row.target("unit")
    kind = unit_kind(target)
    if kind is not None and not kind.is_branch:
        row.fault(
            "unit",
            _("Members belong to a branch; this unit is none."),
            _("Write the name of the branch."),
            code="not_a_branch",
        )


def _check_owner(row: Row[MemberRow], visible: set[int]) -> None:
    own = row.existing.own if row.existing is not None else []
    if own and own[0].unit_id not in visible:
        row.fault(
            "identity_number",
            _("This identity number is registered in another bureau."),
            _("Ask that bureau to transfer the membership first."),
            code="elsewhere",
        )


def _warn_of_areas(rows: Sequence[Row[MemberRow]]) -> None:
    """Warn once per unknown area code: districts are renamed, a row each would bury the real faults."""
    known = regulations.load_rules().find("identity.area").value["prefixes"]
    unknown = [
        row
        for row in rows
        if row.data.identity_number and row.data.identity_number[:2] not in known
    ]
    counts = Counter(row.data.identity_number[:6] for row in unknown)  # type: ignore[index]
    told: set[str] = set()
    for row in unknown:
        area = row.data.identity_number[:6]  # type: ignore[index]
        if area not in told:
            told.add(area)
            row.fault(
                "identity_number",
                _("The area code %(area)s is not known (in %(count)s rows, this is the first)."),
                _("Nothing needs to be done if the numbers are right."),
                code="area_unknown",
                severity=Severity.WARN,
                area=area,
                count=counts[area],
            )


def unit_kind(target: Target | None) -> UnitKind | None:
    """Return the kind of the unit a cell names."""
    if target is None:
        return None
    if target.row is not None:
        return target.row.data.kind
    return UnitKind(target.existing.kind)


def _draft(row: Row[MemberRow]) -> services.PersonDraft:
    data, unit = row.data, row.target("unit")
    given = {name: getattr(data, name) for name in FIELDS if getattr(data, name) is not None}
    return services.PersonDraft(name=data.name or "", unit=unit.object if unit else None, **given)


def _corrections(row: Row[MemberRow]) -> dict[str, Any]:
    return {change.key: change.new for change in row.changes if change.key != "unit"}


# -- 任职 ------------------------------------------------------------------------------------------

# What a committee's sheet calls 书记 is another post than a branch's: its holder leads the bureau.
OF_COMMITTEES = {
    "secretary": "committee_secretary",
    "deputy_secretary": "committee_leader",
    "committee_member": "committee_leader",
}
OPEN_WORDS = ("至今", "现任", "在任", "今")


def _posts() -> dict[str, tuple[str, ...]]:
    """Return the posts with the words for them; memberships come from the sheet of members."""
    return {
        post.code: (post.title_zh, *post.aliases, post.title_en)
        for post in Post.objects.exclude(code=MEMBER_POST)
    }


@dataclass(slots=True, kw_only=True)
class AppointmentRow:
    """One row of 任职."""

    name: str | None = None
    identity_number: str | None = None
    post: str | None = None
    unit: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    basis: str | None = None
    document_number: str | None = None


@register
class AppointmentSheet(SheetPlan[AppointmentRow]):
    """任职: posts with their days."""

    code = "appointments"
    title = gettext_lazy("Appointments")
    names = ("任职", "任职信息", "党内任职", "班子成员")
    note = "填表说明：终止日期空着表示现任。"
    row_type = AppointmentRow
    after = ("units", "members")
    columns = (
        Column("name", "姓名", cells.name(longest=60), required=True, example="张示范"),
        Column(
            "identity_number",
            "公民身份号码",
            cells.identity_number(),
            aliases=("身份证号", "身份证号码", "身份证", "居民身份证号码"),
            sensitive=True,
            help="同名时用来区分",
            width=22,
        ),
        Column(
            "post",
            "党内职务",
            cells.choice(_posts),
            aliases=("职务", "任职职务", "党内任职", "党务职务"),
            required=True,
            example="组织委员",
        ),
        Column(
            "unit",
            "所在党组织",
            cells.name(),
            aliases=("任职党组织", "党组织", "所在支部", "所属支部", "所在党支部", "支部名称"),
            required=True,
            example="示范第一党支部",
            width=28,
        ),
        Column(
            "valid_from",
            "任职起始日期",
            cells.day(),
            aliases=("任职时间", "任职日期", "起始日期", "任职开始日期", "任职起始时间"),
            required=True,
            example="2025-03-01",
        ),
        Column(
            "valid_to",
            "任职终止日期",
            cells.day(open_words=OPEN_WORDS),
            aliases=("终止日期", "免职日期", "任职结束日期", "免职时间", "任职终止时间"),
            help="空着表示现任",
        ),
        Column("basis", "任职依据", cells.text(longest=120), aliases=("依据",)),
        Column("document_number", "文号", cells.text(longest=80), aliases=("任职文号", "批复文号")),
    )
    references = (Reference("unit", "units", message=NO_BRANCH),)

    def key_of(self, row: Row[AppointmentRow]) -> Hashable | None:
        data = row.data
        parts = (_person_key(data), data.unit, data.post, data.valid_from)
        return None if any(part is None for part in parts) else parts

    # A row is doubled as a whole; the post is the cell to look at.
    duplicate_column = "post"

    def load(self, rows: Sequence[Row[AppointmentRow]], context: Context) -> Mapping[Hashable, Any]:
        org.settle_bureau(context, (row.data.unit or "" for row in rows))
        found: dict[Hashable, Any] = {}
        for held in _appointments(context).exclude(post_id=MEMBER_POST):
            for person in (held.person.identity_index, held.person.name):
                for post in _words_for(held.post_id):
                    found[(person, held.unit.name, post, held.valid_from)] = held
        return found

    def label_of(self, row: Row[AppointmentRow]) -> str:
        return row.data.name or ""

    def check(self, row: Row[AppointmentRow], context: Context) -> None:
        data = row.data
        if data.valid_from and data.valid_to and data.valid_to <= data.valid_from:
            row.fault(
                "valid_to",
                _("The appointment ends before it begins."),
                _("Check both days."),
                code="order",
            )
        if data.valid_from and data.valid_from > context.today:
            row.fault(
                "valid_from",
                _("This day has not come yet."),
                _("Check the year."),
                code="future",
            )

    def check_all(self, rows: Sequence[Row[AppointmentRow]], workspace: Workspace) -> None:
        for row in rows:
            self._find_person(row, workspace)
        _check_overlaps(rows)
        _compare_secretaries(rows, workspace)

    def current(self, existing: Appointment, row: Row[AppointmentRow]) -> Mapping[str, Any]:
        return {
            "valid_to": existing.valid_to,
            "basis": existing.basis,
            "document_number": existing.document_number,
        }

    def apply(
        self, rows: Sequence[Row[AppointmentRow]], workspace: Workspace, progress: Progress
    ) -> None:
        actor = workspace.context.actor
        new = [row for row in rows if row.existing is None]
        made = services.appoint_people([_appointment(row) for row in new], actor=actor)
        for row, appointment in zip(new, made, strict=True):
            row.object = appointment
        for done, row in enumerate(rows, 1):
            if row.existing is not None:
                _change_appointment(row, actor)
            progress(done, len(rows))

    def _find_person(self, row: Row[AppointmentRow], workspace: Workspace) -> None:
        data = row.data
        if data.name is None or row.has_fault("identity_number"):
            return
        if data.identity_number:
            column = "identity_number"
            key: Hashable = ("id", index(data.identity_number))
            message = _("Nobody with this identity number is registered.")
        else:
            here = (data.unit, data.name)
            known = data.unit is not None and workspace.find("members", here)
            column, key = "name", here if known else ("*", data.name)
            message = _("Nobody of this name is registered.")
        target = workspace.refer(
            row, column, "members", key, message, _("Add the person to the sheet 党员.")
        )
        if target is not None:
            row.targets["name"] = [target]
            name = target.row.data.name if target.row is not None else target.existing.name
            if name is not None and cells.match_key(name) != cells.match_key(data.name):
                row.fault(
                    "name",
                    _("The identity number belongs to another name."),
                    _("Check name and identity number."),
                    code="other_name",
                )


def _person_key(data: AppointmentRow) -> str | None:
    return index(data.identity_number) if data.identity_number else data.name


def _words_for(post: str) -> list[str]:
    return [post, *(word for word, meant in OF_COMMITTEES.items() if meant == post)]


def _post_of(row: Row[AppointmentRow]) -> str:
    post = row.data.post or ""
    if unit_kind(row.target("unit")) is UnitKind.COMMITTEE:
        return OF_COMMITTEES.get(post, post)
    return post


def _check_overlaps(rows: Sequence[Row[AppointmentRow]]) -> None:
    """Refuse the same post of the same person at the same unit twice at one time."""
    spans: dict[Hashable, list[tuple[Row[AppointmentRow], date, date | None]]] = {}
    ids = {
        target.existing.pk
        for row in rows
        if (target := row.target("name")) is not None and target.existing is not None
    }
    held = _held_by(ids)
    for row in rows:
        data, person = row.data, row.target("name")
        if data.valid_from is None or row.blocked or person is None:
            continue
        key = (_identity(person), data.unit, _post_of(row))
        others = [(a, b) for _r, a, b in spans.get(key, [])]
        if person.existing is not None and row.existing is None:
            others += held.get((person.existing.pk, data.unit, _post_of(row)), [])
        if any(_overlap((data.valid_from, data.valid_to), other) for other in others):
            row.fault(
                "valid_from",
                _("The person holds this post already at that time."),
                _("End the earlier appointment first, or delete this row."),
                code="overlap",
            )
        else:
            spans.setdefault(key, []).append((row, data.valid_from, data.valid_to))


def _held_by(person_ids: Iterable[int]) -> dict[Hashable, list[tuple[date, date | None]]]:
    found: dict[Hashable, list[tuple[date, date | None]]] = {}
    wanted = list(person_ids)
    for start in range(0, len(wanted), CHUNK):
        rows = Appointment.objects.filter(person_id__in=wanted[start : start + CHUNK])
        for person, unit, post, begin, end in rows.values_list(
            "person_id", "unit__name", "post_id", "valid_from", "valid_to"
        ):
            found.setdefault((person, unit, post), []).append((begin, end))
    return found


def _identity(target: Target) -> Hashable:
    return ("record", target.existing.pk) if target.existing is not None else id(target.row)


def _overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    return (one[1] is None or other[0] < one[1]) and (other[1] is None or one[0] < other[1])


def _compare_secretaries(rows: Sequence[Row[AppointmentRow]], workspace: Workspace) -> None:
    """Warn where the sheet of units names another secretary than the sheet of appointments."""
    holders: dict[str, list[str]] = {}
    for row in rows:
        data = row.data
        if data.post in {"secretary", "group_leader"} and data.valid_to is None and data.name:
            holders.setdefault(cells.match_key(data.unit or ""), []).append(data.name)
    for unit in workspace.rows.get("units", []):
        known = holders.get(cells.match_key(unit.data.name or ""))
        stated = unit.data.secretary
        if known and stated and cells.match_key(stated) not in map(cells.match_key, known):
            unit.add_fault(
                "secretary",
                Message(
                    _("The sheet of appointments names %(names)s."), {"names": "、".join(known)}
                ),
                Message(_("The appointment counts; check which of the two is right.")),
                code="other_secretary",
                severity=Severity.WARN,
            )


def _appointment(row: Row[AppointmentRow]) -> services.AppointmentDraft:
    data, person, unit = row.data, row.target("name"), row.target("unit")
    assert person is not None
    assert unit is not None
    assert data.valid_from is not None
    return services.AppointmentDraft(
        person=person.object,
        unit=unit.object,
        post=_post_of(row),
        valid_from=data.valid_from,
        valid_to=data.valid_to,
        basis=data.basis or "",
        document_number=data.document_number or "",
    )


def _change_appointment(row: Row[AppointmentRow], actor: Any) -> None:
    new = {change.key: change.new for change in row.changes}
    end = new.pop("valid_to", None)
    if end is not None:
        services.end_appointment(appointment=row.existing, on=end, reason="import", actor=actor)
    services.correct_appointment(
        appointment=row.existing, changes=new, reason="import", actor=actor
    )
    row.object = row.existing
