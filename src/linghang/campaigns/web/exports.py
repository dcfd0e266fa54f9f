"""The bulletin of a special action: every sentence is filled from the board, gaps stay gaps."""

from __future__ import annotations

from datetime import date

from linghang.campaigns.enums import CampaignState
from linghang.campaigns.models import Campaign
from linghang.campaigns.queries import Board
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


def _goals(board: Board) -> str:
    return "".join(
        f"{goal.title}：完成{goal.value / 100:g}，目标{goal.target / 100:g}，达到{goal.percent}%。"
        for goal in board.goals
    )


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
    kinds = ledger.list_kinds()
    parts = [
        f"{kinds[code].title if code in kinds else code}{count}次" for code, count in board.entries
    ]
    return "、".join(parts) + "。" if parts else ""
