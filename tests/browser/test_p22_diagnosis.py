"""P22 专业自检 + 专家面检: a round from opening to problems with who leads each, on a desktop and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import IN_CHINESE, heading, keep_picture, read_sheets

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")
BRANCH = "东岭供电所党支部"


def answer(page: Page, number: str, verdict: str, note: str = "") -> None:
    """Answer one line and wait until the page says it is saved."""
    line = page.locator("article").filter(has=page.locator("h3 b", has_text=re.compile(number)))
    line.locator("form").get_by_text(verdict, exact=True).click()
    if note:
        line.get_by_label("一句话说明").fill(note)
        line.get_by_label("一句话说明").press("Tab")
    expect(line.get_by_role("status")).to_contain_text("已保存")


@pytest.mark.parametrize("device", DEVICES)
def test_a_round_goes_from_self_check_over_blind_experts_to_problems(hand, device):
    title = f"第二轮诊断（{IN_CHINESE[device]}）"
    found, own_words = (
        f"工作票延期漏签（{IN_CHINESE[device]}）",
        f"自查漏两张（{IN_CHINESE[device]}）",
    )
    officer = hand("officer", device)
    office = officer.page
    office.goto("/diagnosis/")
    officer.link("开展新一轮")
    officer.fill(office.get_by_label("名称"), title)
    for box in office.locator("[name=units]").all():
        box.set_checked(False)
    officer.click(office.get_by_label(BRANCH))
    officer.button("开展")
    expect(heading(office)).to_have_text(title)
    officer.tell(f"a diagnosis round opened on a {device}", fields=1)
    address = office.url

    # the unit: what it said last time is there, two lines change, one act confirms the rest
    secretary = hand("secretary", device)
    page = secretary.page
    page.goto("/diagnosis/")
    secretary.click(page.get_by_role("link", name=re.compile(f"自检.*{BRANCH}")).first)
    expect(page.get_by_text("沿用上次，待确认").first).to_be_visible()
    sheet = page.url
    answer(page, "A-2", "部分符合", own_words)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    secretary.button("报送自检")
    expect(page.get_by_text("已报自检").first).to_be_visible()
    secretary.tell(f"a self-check of 36 standards handed in on a {device}", clicks=4)

    office.goto(address)
    officer.link("开始专家面检")
    officer.button("开始专家面检")

    # the expert: blind before the own answer, both sides after it
    expert = hand("expert", device)
    page = expert.page
    page.goto(sheet)
    expect(page.get_by_text(own_words)).to_have_count(0)
    expect(page.get_by_text("作答后显示").first).to_be_visible()
    answer(page, "A-2", "不符合", found)
    expect(page.get_by_text(own_words).first).to_be_visible()
    expect(page.get_by_text("自检偏宽").first).to_be_visible()
    answer(page, "B-2", "部分符合", "两条线路没有治理计划")
    numbers = page.locator("article h3 b").all_inner_texts()
    assert len(numbers) == 36
    for number in numbers:
        if number not in {"A-2", "B-2"}:
            answer(page, number, "符合")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    expect(page.locator("#lh-check-done")).to_contain_text("100%")
    expert.button("完成本单位面检")
    expect(page.get_by_text("面检完成").first).to_be_visible()

    # both sides compared, what failed becomes problems: the proposal says who leads
    office.goto(address)
    officer.link("结束检查并对照")
    officer.button("结束检查并对照")
    officer.link("差异对照")
    expect(office.locator(".lh-diff-kinder").first).to_be_visible()
    office.goto(address)
    again = officer.begin()
    again.link("列出问题")
    expect(office.get_by_text(found).first).to_be_visible()
    again.button(re.compile("列为问题"))
    expect(office.get_by_text("已列出2个问题。")).to_be_visible()
    again.tell(f"problems of a round stated and assigned on a {device}", clicks=2, fields=0)
    for lead in ("党委牵头", "支部牵头"):
        row = office.locator("tr", has=office.get_by_role("rowheader", name=lead))
        expect(row.locator("td").first).to_contain_text("1")

    # the effect: the branch has its problem, the ledger its line for the schemes
    page = secretary.page
    page.goto("/rectification/")
    secretary.link(found)
    expect(heading(page)).to_have_text(found)
    expect(page.get_by_text(title).first).to_be_visible()
    page.goto(sheet)
    expect(page.get_by_text(found).first).to_be_visible()
    page.goto("/ledger/?kind=diagnosis")
    expect(page.get_by_role("link", name=title).first).to_be_visible()


@pytest.mark.parametrize("device", DEVICES)
def test_the_comparison_of_a_finished_round_is_read_printed_and_taken_away(hand, device):
    officer = hand("officer", device)
    page = officer.page
    page.goto("/diagnosis/")
    officer.link("2026年专业诊断")
    row = page.locator("tr", has=page.get_by_role("rowheader", name="支部牵头"))
    expect(row.locator("td").first).to_contain_text("28")
    officer.link("差异对照")
    expect(page.get_by_role("rowheader", name=re.compile("^A-1")).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    keep_picture(page, f"p22-{device}")
    if device == "desktop":
        assert len(page.pdf()) > 10_000
    sheets = read_sheets(officer.take(page.get_by_role("link", name="Excel"), "xlsx"))
    assert len(sheets["差异"]) >= 36
    officer.tell(f"from all rounds to the differences of one on a {device}", clicks=3)
