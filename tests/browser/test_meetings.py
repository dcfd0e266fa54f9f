"""会议: recorded once; votes, task, make-up study, minutes, book and the report back follow. Desktop and phone."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import IN_CHINESE, Hand, heading, keep_picture

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")
FIELDS_OF_THE_LOOP = 12  # two meetings, a vote, a task done, a make-up and a report


def record(hand: Hand, topic: str, *, away: bool = False) -> None:
    """Record a theme day of today; the first of the list may be away."""
    page = hand.page
    page.goto("/activities/record/?kind=theme_day&on=2026-11-21")
    hand.fill(page.get_by_label("主题", exact=True), topic)
    if away:
        hand.fields += 1
        page.locator("input[name=present]").first.uncheck()
        page.locator("select[name^=reason-]").first.select_option(index=1)
    hand.button("保存")
    expect(heading(page)).to_have_text(topic)


def read_docx(data: bytes) -> str:
    """Return the words of a Word file."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return re.sub(r"<[^>]+>", "", package.read("word/document.xml").decode())


@pytest.mark.parametrize("device", DEVICES)
def test_one_entry_of_a_meeting_gives_votes_tasks_minutes_and_the_book(hand, device):
    secretary, word = hand("secretary", device), IN_CHINESE[device]
    page = secretary.page
    record(secretary, f"研究冬季保电（{word}）", away=True)

    # the item: who did not agree is all that is typed of a vote; a task follows
    secretary.link("添加议题")
    text = page.get_by_role("main").inner_text()
    entitled, present = map(int, re.search(r"有表决权(\d+)人，实到(\d+)人", text).groups())
    assert entitled == present + 1
    secretary.fill(page.get_by_label("议题", exact=True), f"成立保电小组（{word}）")
    secretary.fill(page.get_by_label(re.compile("^议定结果")), "由支部组织委员牵头，月底前到位。")
    secretary.fields += 1
    page.get_by_label("进行了表决").check()
    secretary.fill(page.get_by_label(re.compile("^反对")), "1")
    secretary.fill(page.get_by_label(re.compile("^后续任务")), f"保电小组到位（{word}）")
    assert page.get_by_label(re.compile("^要求完成日期")).input_value() != ""
    secretary.button("保存")
    expect(page.get_by_text(f"赞成{present - 1}，反对1，弃权0").first).to_be_visible()
    expect(
        page.get_by_text("已通过").or_(page.get_by_text("通过", exact=True)).first
    ).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    keep_picture(page, f"meetings-{device}")

    # who was away makes up; the minutes say everything that was entered
    secretary.link("登记补学")
    secretary.button("保存")
    expect(page.get_by_text("自学会议材料").first).to_be_visible()
    meeting = page.url
    minutes = read_docx(secretary.take(page.get_by_role("link", name="会议记录（.docx）"), "docx"))
    for words in (f"成立保电小组（{word}）", "反对1人", "自学会议材料", "由支部组织委员牵头"):
        assert words in minutes, words

    # the task stands in the lists, is done there, and is reported back to the next meeting
    finish(secretary, f"保电小组到位（{word}）")
    record(secretary, f"听取落实情况（{word}）")
    page.get_by_role("link", name=f"成立保电小组（{word}）").first.click()
    assert page.get_by_label("议题", exact=True).input_value() == f"成立保电小组（{word}）"
    secretary.button("保存")
    page.goto(f"/meetings/resolutions/?q=成立保电小组（{word}）")
    expect(page.locator("main").get_by_text("已汇报").filter(visible=True).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    secretary.tell(f"a resolution from vote to report on a {device}", fields=FIELDS_OF_THE_LOOP)
    look_at_the_book(hand, device, word, meeting)


def finish(secretary: Hand, task: str) -> None:
    page = secretary.page
    page.goto(f"/worklists/?q={task}")
    secretary.link(task)
    secretary.button(re.compile("^完成$"))
    expect(page.get_by_text(f"已完成：{task}")).to_be_visible()


def look_at_the_book(hand, device: str, word: str, meeting: str) -> None:
    """The officer reads it all in the unit's book without asking anybody for a ledger."""
    officer = hand("officer", device)
    page: Page = officer.page
    page.goto(meeting)
    officer.link("会议记录本")
    expect(heading(page)).to_have_text("会议记录本")
    expect(page.get_by_role("link", name=f"研究冬季保电（{word}）").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    book = read_docx(officer.take(page.get_by_role("link", name="记录本（.docx）"), "docx"))
    assert f"听取落实情况（{word}）" in book
    assert f"成立保电小组（{word}）" in book
