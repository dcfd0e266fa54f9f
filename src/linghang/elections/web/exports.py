"""The request and the report of a re-election as official documents, filled from its records."""

from __future__ import annotations

from datetime import date

from linghang.elections import queries
from linghang.elections.enums import Office, Timing
from linghang.elections.models import Ballot, Election
from linghang.org.enums import UnitKind
from linghang.platform.sheets import export
from linghang.platform.ui.tables import BoundTable
from linghang_core import documents
from linghang_core.periods import chinese_date


def write_request(election: Election, on: date) -> bytes:
    """Return the request (请示) as .docx; what was not recorded is named as a gap."""
    term = _day(election.term_ended_on, "【届期未登记】")
    shift = {Timing.EARLY: "拟提前换届", Timing.LATE: "拟延期换届"}.get(Timing(election.timing), "")
    body: list[documents.Block] = [
        documents.Paragraph(
            f"{election.unit.name}本届任期至{term}。按照《中国共产党基层组织选举工作条例》，"
            f"拟于{_day(election.planned_on, '【召开日期未定】')}召开党员大会进行换届选举。{shift}"
        )
    ]
    if shift:
        body.append(documents.Paragraph(f"理由：{election.reason or '【理由未填】'}"))
    lines = [
        f"{_name_office(election, office)}{election.count_seats(office)}名"
        for office in election.offices
    ]
    body.append(documents.Paragraph(f"拟选举{'、'.join(lines)}。{_tell_way(election)}"))
    body.append(documents.Paragraph("妥否，请批示。"))
    return _write(election, f"关于{election.unit.name}换届选举的请示", body, on)


def write_report(election: Election, on: date) -> bytes:
    """Return the report of the result (报告) as .docx: rolls and counts, never who voted how."""
    held = _day(election.held_on, "【选举尚未进行】")
    body: list[documents.Block] = [
        documents.Paragraph(f"{election.unit.name}于{held}召开党员大会进行换届选举，情况报告如下。")
    ]
    for ballot in queries.read_ballots(election):
        body += _tell_ballot(election, ballot)
    elected = list(election.elected.select_related("person", "post"))
    names = "；".join(f"{one.post.title_zh}：{one.person.name}" for one in elected)
    body += [
        documents.Heading("选举结果"),
        documents.Paragraph(f"{names}。" if names else "【当选人分工尚未报告】"),
        documents.Paragraph("请予批复。"),
    ]
    return _write(election, f"关于{election.unit.name}换届选举结果的报告", body, on)


def write_list(title: str, table: BoundTable) -> bytes:
    """Return the list as a workbook, the columns as the page has them."""
    with export.Workbook(title=title) as book:
        head, *rows = table.export_rows()
        sheet = book.add_sheet(title, title=title, columns=[export.Column(one) for one in head])
        for row in rows:
            sheet.append(row)
    return book.to_bytes()


def _tell_way(election: Election) -> str:
    if not election.has_committee:
        return "由党员大会直接选举。"
    needed = queries.count_needed(election, Office.COMMITTEE)
    return (
        f"委员由党员大会差额选举，候选人不少于{needed}名；书记、副书记由新一届委员会全体会议选举。"
    )


def _tell_ballot(election: Election, ballot: Ballot) -> list[documents.Block]:
    words = (
        f"{chinese_date(ballot.on)}，应到会{ballot.entitled}人，实到会{ballot.present}人，"
        f"发出选票{ballot.sent_out}张，收回{ballot.returned}张，有效{ballot.valid}张。"
    )
    blocks: list[documents.Block] = [
        documents.Heading(
            f"选举{_name_office(election, Office(ballot.office))}（应选{ballot.seats}名）"
        ),
        documents.Paragraph(words + ("" if ballot.counts else "本次选举无效。")),
    ]
    rows = tuple(
        (
            vote.person.name,
            str(vote.number),
            "当选" if vote.elected else "票数相等" if vote.tied else "未当选",
        )
        for vote in ballot.votes.all()
    )
    if rows:
        columns = tuple(documents.Column(name) for name in ("姓名", "赞成票", "结果"))
        blocks.append(documents.Table(columns, rows))
    return blocks


def _name_office(election: Election, office: Office) -> str:
    if office != Office.COMMITTEE:
        return {Office.SECRETARY: "书记", Office.DEPUTY: "副书记"}[office]
    general = election.unit.kind == UnitKind.GENERAL_BRANCH
    return "总支部委员会委员" if general else "支部委员会委员"


def _day(day: date | None, gap: str) -> str:
    return chinese_date(day) if day else gap


def _write(election: Election, title: str, body: list[documents.Block], on: date) -> bytes:
    superior = election.unit.parent
    made = documents.OfficialDocument(
        title=title,
        body=tuple(body),
        issuer=election.unit.name,
        addressee=superior.name if superior else "",
        dated=on,
        sealed=False,
    )
    return documents.write_docx(made)
