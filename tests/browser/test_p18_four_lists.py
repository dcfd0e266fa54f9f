"""P18 四张清单: a problem from stated to 销号, and the four lists it fills, on a desktop and on a phone."""

from __future__ import annotations

import io
import re

import docx
import pytest
from playwright.sync_api import expect

from tests.browser.hand import IN_CHINESE, heading, keep_picture, read_sheets

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")
LISTS = ("问题清单", "责任清单", "任务清单", "成果清单")


@pytest.mark.parametrize("device", DEVICES)
def test_a_problem_is_closed_by_three_reviewers_and_fills_its_lists(hand, device):
    text = f"配电巡视记录不完整（{IN_CHINESE[device]}）"
    secretary = hand("secretary", device)
    page = secretary.page
    page.goto("/rectification/add/")
    secretary.fill(page.get_by_label("问题", exact=True), text)
    secretary.fill(page.get_by_label("方面"), "担当作为")
    page.get_by_label("问题清单").fill("班组自查")
    secretary.button("保存")
    expect(heading(page)).to_have_text(text)
    address = page.url

    officer = hand("officer", device)
    officer.page.goto(address)
    officer.link("责任分工")
    officer.page.get_by_label("销号程序").select_option(label="四张清单程序（初审、复审、签批）")
    officer.button("保存")

    page.goto(address)
    secretary.link("制定措施")
    secretary.fill(page.get_by_label("措施"), "补齐巡视记录")
    secretary.button("制定措施")
    expect(page.get_by_text("还有1项措施未完成")).to_be_visible()
    secretary.link("补齐巡视记录")
    page.get_by_label("佐证").fill("巡视台账第3册")
    secretary.button(re.compile("完成|提交"))

    officer.page.goto(address)
    officer.link("补齐巡视记录")
    officer.button(re.compile("^(验收|通过|同意)"))

    page.goto(address)
    secretary.link("记录成果")
    secretary.fill(page.get_by_label("成果", exact=True), "巡视记录填写规范")
    secretary.button("记录成果")
    expect(page.get_by_text("巡视记录填写规范").first).to_be_visible()
    secretary.fill(page.get_by_label("开展情况"), "记录已补齐并抽查。")
    secretary.button("申请销号")
    expect(page.get_by_text("已完成待审").first).to_be_visible()
    secretary.tell(f"a problem stated, mended and handed in on a {device}", fields=8)

    # first review, second review, sign-off: each by another person, each finds it waiting
    for role, state in (("officer", "待审"), ("supervisor", "待审"), ("leader", "已销号")):
        reviewer = hand(role, device)
        reviewer.page.goto("/rectification/?state=review")
        reviewer.link(text)
        reviewer.button("通过")
        reviewer.tell(f"a step of a closure by the {role} on a {device}", clicks=3)
        reviewer.page.goto(address)
        expect(reviewer.page.get_by_text(state).first).to_be_visible()

    # the branch has it no more among what is open; its ledger, which the indexes count, keeps it
    page.goto("/rectification/?q=" + text)
    expect(page.locator("main").get_by_role("link", name=text)).to_have_count(0)
    page.goto(f"/ledger/?q={text}")
    expect(page.locator("main").get_by_role("link", name=text).first).to_be_visible()

    officer.page.goto(address)
    # one set of records: the problem stands in all four lists without another entry
    officer.page.get_by_role("link", name="班组自查").first.click()
    for name, words in zip(LISTS, (text, text, "补齐巡视记录", "巡视记录填写规范"), strict=True):
        officer.page.get_by_role("link", name=name, exact=True).first.click()
        expect(officer.page.get_by_text(words).first).to_be_visible()


@pytest.mark.parametrize("device", DEVICES)
def test_the_sixteen_problems_are_four_lists_printed_and_taken_away(hand, device):
    officer = hand("officer", device)
    page = officer.page
    page.goto("/rectification/books/")
    officer.link("主题教育检视整改")
    expect(page.get_by_text("问题16项")).to_be_visible()
    keep_picture(page, f"p18-{device}")
    for name in LISTS:
        page.get_by_role("link", name=name, exact=True).first.click()
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        assert len(page.pdf(format="A4", landscape=True)) > 10_000
    sheets = read_sheets(officer.take(page.get_by_role("link", name="Excel"), "xlsx"))
    assert list(sheets) == list(LISTS)
    assert sum("主题教育检视" in str(row) for row in sheets["问题清单"]) >= 16
    word = docx.Document(io.BytesIO(officer.take(page.get_by_role("link", name="Word"), "docx")))
    assert len(word.tables) == 1


def test_a_second_review_takes_three_clicks_with_all_evidence_on_one_page(hand):
    """The supervisor finds what waits for a second review, sees everything, and returns it."""
    supervisor = hand("supervisor", "phone")
    page = supervisor.page
    page.goto("/rectification/?state=review")
    supervisor.link("频繁停电线路责任落实不到人")
    for part in ("措施", "成果", "办理过程"):
        expect(page.get_by_role("heading", name=part, exact=True)).to_be_visible()
    page.get_by_label("意见").fill("包保名单缺少两条线路。")
    supervisor.button("退回")
    expect(page.get_by_text("已退回")).to_be_visible()
    supervisor.tell("a second review on a phone", clicks=3)
