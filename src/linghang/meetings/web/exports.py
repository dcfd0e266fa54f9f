"""Minutes and the book of meetings as official documents, filled from what was entered once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from linghang.activities.enums import AttendanceState
from linghang.activities.models import Activity, Attendance
from linghang.meetings import queries
from linghang.meetings.enums import LeftOut, Outcome
from linghang.meetings.models import AgendaItem, MakeUp
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang_core import documents
from linghang_core.periods import chinese_date

OUTCOMES = {Outcome.PASSED: "通过", Outcome.FAILED: "未获通过"}
REASONS = {
    LeftOut.ILL: "因病不能表达意志",
    LeftOut.ABROAD: "因公出国（境）不能按时返回",
    LeftOut.PUNISHED: "留党察看",
    LeftOut.DETAINED: "被留置、逮捕",
    LeftOut.AWAY: "外出六个月以上",
    LeftOut.FLOATING: "流动党员提出申请",
}


def write_minutes(activity: Activity, on: date) -> bytes:
    """Return the minutes of one meeting as .docx; what was not recorded is named as a gap."""
    title = f"{activity.unit.name}{activity.kind.title_zh}记录"
    return _write(title, activity.unit, _tell_meetings([activity], headed=False), on)


def write_book(unit: Unit, meetings: Sequence[Activity], period: str, on: date) -> bytes:
    """Return the book of the meetings of a unit in a period as .docx."""
    title = f"{unit.name}会议记录本（{period}）"
    blocks = _tell_meetings(meetings, headed=True)
    return _write(title, unit, blocks or [documents.Paragraph("本期没有会议记录。")], on)


def _tell_meetings(meetings: Sequence[Activity], *, headed: bool) -> list[documents.Block]:
    agendas = queries.read_agendas(meetings)
    made_up = queries.read_make_ups(meetings)
    seats = queries.read_seats(meetings)
    names = _read_names(agendas)
    blocks: list[documents.Block] = []
    for meeting in meetings:
        if headed:
            day = chinese_date(meeting.occurred_on)
            blocks.append(documents.Heading(f"{day}　{meeting.kind.title_zh}"))
        blocks += _tell_head(meeting, seats[meeting.pk], made_up.get(meeting.pk, {}))
        for item in agendas[meeting.pk]:
            blocks += _tell_item(item, names, level=2 if headed else 1)
    return blocks


def _read_names(agendas: dict[int, list[AgendaItem]]) -> dict[str, str]:
    ids = {int(pk) for items in agendas.values() for item in items for pk in item.left_out}
    return {
        str(pk): name for pk, name in Person.objects.filter(pk__in=ids).values_list("pk", "name")
    }


def _tell_head(
    meeting: Activity, seats: list[Attendance], made_up: dict[int, MakeUp]
) -> list[documents.Block]:
    lines = [
        ("时间", chinese_date(meeting.occurred_on)),
        ("地点", meeting.place or "【未记录】"),
        ("主持人", meeting.host_name or "【未记录】"),
        ("记录人", str(meeting.created_by or "【未记录】")),
        ("主题", meeting.topic),
        ("到会情况", _tell_attendance(meeting, seats)),
    ]
    later = [
        f"{seat.person.name}（{chinese_date(row.on)}，{row.way}）"
        for seat in seats
        if seat.person is not None and (row := made_up.get(seat.person.pk)) is not None
    ]
    if later:
        lines.append(("补学", "；".join(later)))
    return [documents.Paragraph(text, bold_lead=f"{label}：") for label, text in lines]


def _tell_attendance(meeting: Activity, seats: Iterable[Attendance]) -> str:
    if meeting.due_count is None and meeting.present_count is None:
        return "【未记录】"
    due, present = (
        "【未记录】" if count is None else str(count)
        for count in (meeting.due_count, meeting.present_count)
    )
    words = f"应到{due}人，实到{present}人。"
    for state, word in ((AttendanceState.LEAVE, "请假"), (AttendanceState.ABSENT, "缺席")):
        names = [
            f"{seat.person.name if seat.person else seat.name}{_in_brackets(seat.reason)}"
            for seat in seats
            if seat.state == state
        ]
        words += f"{word}：{'、'.join(names)}。" if names else ""
    return words


def _in_brackets(text: str) -> str:
    return f"（{text}）" if text else ""


def _tell_item(item: AgendaItem, names: dict[str, str], *, level: int) -> list[documents.Block]:
    blocks: list[documents.Block] = [documents.Heading(item.topic, level=level)]
    if item.follows is not None:
        before = item.follows
        day = chinese_date(before.activity.occurred_on)
        blocks.append(
            documents.Paragraph(f"{day}议定的“{before.topic}”。", bold_lead="落实情况汇报：")
        )
    if item.discussed:
        blocks.append(documents.Paragraph(item.discussed, bold_lead="讨论情况："))
    if item.decided:
        blocks.append(documents.Paragraph(item.decided, bold_lead="议定事项："))
    if item.vote:
        blocks.append(documents.Paragraph(_tell_vote(item, names), bold_lead="表决："))
    if item.task is not None:
        blocks.append(documents.Paragraph(item.task.text, bold_lead="后续任务："))
    return blocks


def _tell_vote(item: AgendaItem, names: dict[str, str]) -> str:
    words = (
        f"应到会有表决权{item.entitled}人，实到{item.present}人，赞成{item.in_favour}人，"
        f"反对{item.against}人，弃权{item.abstained}人，{OUTCOMES[Outcome(item.outcome)]}。"
    )
    out = [f"{names.get(pk, '')}（{REASONS[LeftOut(why)]}）" for pk, why in item.left_out.items()]
    return words + (f"未计入应到会人数：{'、'.join(out)}。" if out else "")


def _write(title: str, unit: Unit, body: list[documents.Block], on: date) -> bytes:
    made = documents.OfficialDocument(
        title=title, body=tuple(body), issuer=unit.name, dated=on, sealed=False
    )
    return documents.write_docx(made)
