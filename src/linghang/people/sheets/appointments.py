"""任职: who holds which post."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from linghang.org import api as org
from linghang.org.enums import UnitKind
from linghang.people import services
from linghang.people.enums import MEMBER_POST
from linghang.people.models import Appointment, Post
from linghang.people.sheets.members import CHUNK, NO_BRANCH, list_appointments
from linghang.platform.crypto.fields import index
from linghang.platform.sheets import cells
from linghang.platform.sheets.days import refuse_future
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
        for held in list_appointments(context).exclude(post_id=MEMBER_POST):
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
        refuse_future(row, "valid_from", context=context)

    def check_all(self, rows: Sequence[Row[AppointmentRow]], workspace: Workspace) -> None:
        for row in rows:
            self._find_person(row, workspace)
        _check_overlaps(rows)
        _compare_secretaries(rows, workspace)

    def current(self, existing: Appointment, row: Row[AppointmentRow]) -> Mapping[str, Any]:  # noqa: ARG002  a hook
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
    if org.kind_of(row.target("unit")) is UnitKind.COMMITTEE:
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
