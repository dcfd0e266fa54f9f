"""A member's file (党员档案材料) as a document, filled from the records; what is not there is a gap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from linghang.people import api as people
from linghang.people.enums import SENSITIVE
from linghang.people.models import Appointment
from linghang.people.sheets import MemberSheet
from linghang.people.sheets.members import KIND_WORDS, SEX_WORDS, STANDING_WORDS
from linghang.reports.mapping.papers import (
    PaperMark,
    bind,
    make_facts,
    make_section,
    tell_day,
    tell_yuan,
)
from linghang.reports.queries import MemberFile
from linghang_core.documents import Block, Heading, OfficialDocument, Paragraph

WORDS: dict[str, Any] = {
    "sex": SEX_WORDS,
    "member_kind": KIND_WORDS,
    "standing": STANDING_WORDS,
}
OUTCOMES = {
    "passed": "通过",
    "refused": "未通过",
    "extended": "延长预备期",
    "cancelled": "取消资格",
}
ELSEWHERE = frozenset({"unit", "entered_on"})


def compose_member_file(
    file: MemberFile, mark: PaperMark, on: date, *, in_full: bool
) -> OfficialDocument:
    """Return the file; sensitive values in full only where the reader may see them and asked to."""
    unit = next((row.unit for row in reversed(file.memberships) if row.valid_to is None), None)
    return bind(
        f"{file.person.name}同志党员档案材料",
        [
            *make_facts("基本信息", list(_tell_person(file, in_full=in_full))),
            *_tell_way(file),
            *make_section(
                "所在党支部",
                (("党支部", 5), ("起", 3), ("止", 3)),
                (_tell_span(row, row.unit.name) for row in file.memberships),
            ),
            *make_section(
                "党内任职",
                (("职务", 5), ("起", 3), ("止", 3)),
                (_tell_span(row, f"{row.unit.name}{row.post.title_zh}") for row in file.posts),
            ),
            *make_section(
                "参加组织生活",
                (("年度", 2), ("应到", 2), ("实到", 2), ("请假", 2), ("缺席", 2)),
                (
                    (str(y.year), str(y.due), str(y.present), str(y.leave), str(y.absent))
                    for y in file.attended
                ),
            ),
            *make_section(
                "教育培训学时",
                (("年度", 2), ("学时", 3)),
                ((str(year), f"{hours / 100:g}") for year, hours in file.hours if hours),
            ),
            *_tell_dues(file),
            *make_section(
                "获得表彰",
                (("日期", 3), ("表彰名称", 5), ("授奖单位", 5), ("文号", 4)),
                (
                    (tell_day(a.awarded_on), a.title, a.body, a.document_number or "—")
                    for a in file.awards
                ),
            ),
            *make_section(
                "组织关系转接",
                (("转接日期", 3), ("转出党组织", 5), ("转入党组织", 5)),
                (
                    (tell_day(t.moved_on) if t.moved_on else "办理中", t.from_name, t.to_name)
                    for t in file.transfers
                ),
            ),
        ],
        mark,
        unit.name if unit else "—",
        on,
    )


def _tell_person(file: MemberFile, *, in_full: bool) -> Iterator[tuple[str, str]]:
    details = people.details_of(file.person)
    for column in MemberSheet.columns:
        if column.key in ELSEWHERE:
            continue
        owner = file.person if hasattr(file.person, column.key) else details
        value = getattr(owner, column.key)
        if column.key in SENSITIVE and value and not in_full:
            value = people.MASKS[column.key](value)
        yield column.heading, _tell_value(column.key, value)


def _tell_value(key: str, value: Any) -> str:
    if key in WORDS:
        return next((names[0] for code, names in WORDS[key].items() if code == value), "")
    if isinstance(value, bool):
        return "是" if value else "否"
    return tell_day(value) if isinstance(value, date) else str(value or "")


def _tell_way(file: MemberFile) -> list[Block]:
    blocks: list[Block] = [Heading("发展历程")]
    if not file.applications:
        blocks.append(Paragraph("【系统内没有发展过程记录，入党和转正日期见基本信息】"))
        return blocks
    for application, rows in file.applications:
        applied = f"{tell_day(application.applied_on)}向{application.unit.name}递交入党申请书。"
        if application.ended_on and application.end_reason:
            applied += f"{tell_day(application.ended_on)}终止：{application.end_reason}。"
        blocks.append(Paragraph(applied))
        section = make_section(
            "",
            (("日期", 3), ("步骤", 6), ("结果", 3)),
            ((tell_day(row.on), row.name, OUTCOMES.get(row.outcome, "—")) for row in rows),
        )
        blocks += section[1:]
    return blocks


def _tell_span(row: Appointment, what: str) -> tuple[str, str, str]:
    return what, tell_day(row.valid_from), tell_day(row.valid_to) if row.valid_to else "至今"


def _tell_dues(file: MemberFile) -> list[Block]:
    if file.paid is None:
        return [Heading("交纳党费"), Paragraph("【只向本人和党支部提供】")]
    return make_section(
        "交纳党费",
        (("年度", 2), ("已交月数", 3), ("未交月数", 3), ("金额（元）", 3)),
        ((str(y.year), str(y.months), str(y.open), tell_yuan(y.cents)) for y in file.paid),
    )
