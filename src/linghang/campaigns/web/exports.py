"""Bulletins of a special action, filled from its records, gaps staying gaps; codes of public pages."""

from __future__ import annotations

import io
from datetime import date

import segno
from django.utils.safestring import SafeString

from linghang.campaigns.enums import CampaignState
from linghang.campaigns.models import Campaign
from linghang.campaigns.queries import Board, GoalStanding, Week
from linghang.ledger import api as ledger
from linghang_core import documents
from linghang_core.periods import chinese_date


def write_bulletin(campaign: Campaign, board: Board, on: date) -> bytes:
    """Return the bulletin as .docx in the page model of GB/T 9704; only recorded things stand in it."""
    body: list[documents.Block] = [documents.Paragraph(_tell_whole(campaign, board, on))]
    body += _tell("一、目标进展", _goals(board), "【未设定目标】")
    body += _tell("二、清单落实", _tasks(board), "【未关联清单】")
    body += _tell("三、问题整改", _problems(board), "【未关联问题清单】")
    body += _tell("四、活动和服务", _entries(board), "【本期无相关记录】")
    if campaign.state == CampaignState.CLOSED:
        body += _tell("五、总结", campaign.summary, "【未填写总结】")
    made = documents.OfficialDocument(
        title=f"{campaign.title}进展情况通报",
        body=tuple(body),
        issuer=campaign.root.name,
        dated=on,
        sealed=False,
    )
    return documents.write_docx(made)


def _tell(heading: str, text: str, gap: str) -> list[documents.Block]:
    return [documents.Heading(heading.partition("、")[2]), documents.Paragraph(text or gap)]


def _tell_whole(campaign: Campaign, board: Board, on: date) -> str:
    words = (
        f"{campaign.title}自{chinese_date(campaign.starts_on)}开始，"
        f"至{chinese_date(campaign.ends_on)}结束。"
        f"截至{chinese_date(on)}，时间过去{board.percent_of_time}%，还有{board.days_left}天。"
    )
    return words + (f"目标：{campaign.aim}" if campaign.aim else "")


def write_week(campaign: Campaign, board: Board, week: Week, on: date) -> bytes:
    """Return the bulletin of a week as .docx; what was not recorded is named as a gap, not left out."""
    body: list[documents.Block] = [
        documents.Paragraph(
            f"{chinese_date(week.monday)}至{chinese_date(week.sunday)}，{campaign.title}本周情况如下，"
            "全部取自系统记录。"
        )
    ]
    body += _tell("一、本周活动和服务", _count(week.entries), "【本周无相关记录】")
    body += [
        documents.Paragraph(f"{line.occurred_on:%m月%d日}，{line.unit.name}：{line.title}。")
        for line in week.lines
    ]
    body += _tell("二、本周任务和问题", _changes(board, week), "【未关联清单和问题清单】")
    goals = "".join(f"{title}：本周{value / 100:g}。" for title, value in week.goals)
    body += _tell("三、目标进展", goals + _goals(board), "【未设定目标】")
    if week.silent:
        names = "、".join(unit.name for unit in week.silent)
        body += _tell("四、本周无记录的支部", f"共{len(week.silent)}个：{names}。", "")
    made = documents.OfficialDocument(
        title=f"{campaign.title}周报",
        body=tuple(body),
        issuer=campaign.root.name,
        dated=on,
        sealed=False,
    )
    return documents.write_docx(made)


def _changes(board: Board, week: Week) -> str:
    words = ""
    if board.tasks.total:
        words += f"本周完成任务{week.finished}项，累计{board.tasks.done}/{board.tasks.total}项，"
        words += f"目前逾期{board.tasks.overdue}项，下周到期{week.due_next}项。"
    if board.problems.total:
        words += f"本周新发现问题{week.found}项，销号{week.solved}项，"
        words += f"目前未销号{board.problems.unsolved}项，其中超期{board.problems.overdue}项。"
    return words


def draw_code(address: str) -> SafeString:
    """Return the QR code of an address as SVG text without style attributes or scripts.

    Error correction M: readable with a seventh of it scratched, as sheets on a door are.
    """
    out = io.BytesIO()
    made = segno.make(address, error="m", micro=False)
    made.save(
        out,
        kind="svg",
        border=4,
        light="#ffffff",
        xmldecl=False,
        svgns=True,
        nl=False,
        omitsize=True,
    )
    return SafeString(
        out.getvalue().decode()
    )  # drawn of squares: nothing of the address stands in it


def _goals(board: Board) -> str:
    words = ""
    for goal in board.goals:
        target = f"{'上限' if goal.at_most else '目标'}{goal.target / 100:g}"
        words += f"{goal.title}：累计{goal.value / 100:g}{goal.unit}，{target}，"
        words += _judge(goal)
        before = "【专项行动前无记录】" if goal.baseline is None else f"{goal.baseline / 100:g}"
        words += f"，之前同样天数为{before}。"
    return words


def _judge(goal: GoalStanding) -> str:
    if goal.at_most:
        return "未超出" if goal.is_met else "已超出"
    return f"达到{goal.percent}%"


def _tasks(board: Board) -> str:
    found = board.tasks
    if not found.total:
        return ""
    return (
        f"应完成{found.total}项，已完成{found.done}项（{found.percent}%），"
        f"待验收{found.handed_in}项，逾期{found.overdue}项。"
    )


def _problems(board: Board) -> str:
    found = board.problems
    if not found.total:
        return ""
    return f"发现问题{found.total}项，已解决{found.solved}项，未销号{found.unsolved}项，其中超期{found.overdue}项。"


def _entries(board: Board) -> str:
    return _count(board.entries)


def _count(entries: tuple[tuple[str, int], ...]) -> str:
    kinds = ledger.list_kinds()
    parts = [f"{kinds[code].title if code in kinds else code}{count}次" for code, count in entries]
    return "、".join(parts) + "。" if parts else ""
