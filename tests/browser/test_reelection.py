"""换届选举: from the reminder to the new committee in the roster and the new term, desktop and phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import Hand, heading, keep_picture

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")


@pytest.mark.parametrize("device", DEVICES)
def test_a_branch_is_re_elected_and_its_new_term_begins(hand, device):
    secretary, officer = hand("secretary", device), hand("officer", device)
    page = secretary.page
    page.goto("/elections/")
    row = page.get_by_role("main").get_by_role("link", name=re.compile("供电所党支部"))
    branch = row.first.inner_text()
    early = page.get_by_text("2029-11-21").count() > 0  # the other device has been here
    if not early:
        expect(page.get_by_text("准备换届").filter(visible=True).first).to_be_visible()
    secretary.click(row.first)
    secretary.button("启动")
    expect(heading(page)).to_have_text("报送请示")
    secretary.fill(page.get_by_label("拟召开大会日期"), "2026-11-21")
    secretary.fill(page.get_by_label("委员名额"), "3")
    secretary.fill(page.get_by_label("副书记名额"), "0")
    secretary.button("报送请示")
    if early:
        expect(page.get_by_text("基层组织选举工作条例").first).to_be_visible()
        secretary.fill(page.get_by_label("原因"), "机构调整，班子缺额")
        secretary.button("报送请示")
    expect(page.get_by_text("已登记：报送请示。")).to_be_visible()
    address = page.url
    # more than a year too early: the superior says why, too
    decide(officer, address, "审批请示", "同意提前换届" if early else "")

    secretary.page.goto(address)
    secretary.link("登记推荐提名")
    head = read_name(page)
    names = nominate(secretary, page, head, read_name(hand("member", device).page))
    secretary.link("报批候选人")
    page.get_by_role("group", name="候选人：书记").get_by_label(head).check()
    secretary.button("报批候选人")
    expect(page.get_by_text("已登记：报批候选人。")).to_be_visible()
    decide(officer, address, "审批候选人")

    page.goto(address)
    due = int(re.search(r"应到会有选举权(\d+)人", page.locator("#roll").inner_text())[1])
    secretary.link("登记投票结果")
    vote(secretary, page, due // 2, names[:3], 1)  # no quorum: kept, and repeated
    expect(page.get_by_text("本次投票无效").first).to_be_visible()
    secretary.link("登记投票结果")
    vote(secretary, page, due, names[:3], due - 1)
    keep_picture(page, f"reelection-{device}")
    secretary.link("登记投票结果")
    vote(secretary, page, 3, [head], 3)
    secretary.link("报告选举结果")
    secretary.button("报告选举结果")
    decide(officer, address, "登记批复", number=f"示党组〔2026〕{31 + DEVICES.index(device)}号")
    expect(officer.page.get_by_text("新班子到任").first).to_be_visible()

    # the term and the committee follow without another entry
    page.goto("/elections/")
    expect(page.get_by_text("2029-11-21").filter(visible=True).first).to_be_visible()
    officer.page.goto(f"/people/?q={head}")
    officer.link(head)
    expect(officer.page.get_by_text("书记").filter(visible=True).first).to_be_visible()
    expect(officer.page.get_by_text("2026-11-21").filter(visible=True).first).to_be_visible()
    secretary.record("budget", f"re-election of {branch} on a {device}: {secretary.fields} fields")


def decide(hand: Hand, address: str, deed: str, reason: str = "", number: str = "") -> None:
    page = hand.page
    page.goto(address)
    hand.link(deed)
    if number:
        hand.fill(page.get_by_label("文号"), number)
    if reason:
        hand.fill(page.get_by_label("原因"), reason)
    hand.button(deed)
    expect(page.get_by_text(f"已登记：{deed}。")).to_be_visible()


def read_name(page: Page) -> str:
    """Return who is signed in, as the menu names them."""
    if page.url == "about:blank":
        page.goto("/")
    return page.locator(".lh-menu-name").first.text_content().strip()


def nominate(hand: Hand, page: Page, head: str, member: str) -> list[str]:
    """Nominate the secretary, who stays, and three others; the log-in of a member stays a member's."""
    boxes = page.get_by_role("checkbox")
    names = [box.evaluate("box => box.labels[0].textContent.trim()") for box in boxes.all()]
    others = [name for name in names if name not in {head, member}]
    chosen = [head, *others[-3:]]
    for name in chosen:
        page.get_by_label(name, exact=True).check()
    hand.button("登记推荐提名")
    expect(page.get_by_text("已登记：登记推荐提名。")).to_be_visible()
    return chosen


def vote(hand: Hand, page: Page, came: int, names: list[str], each: int) -> None:
    for label in ("实到人数", "发出选票", "收回选票", "有效票"):
        hand.fill(page.get_by_label(label).first, str(came))
    for name in names:
        hand.fill(page.get_by_label(f"{name}得票").first, str(each))
    hand.button("登记投票结果")
    expect(page.get_by_text("已登记：登记投票结果。")).to_be_visible()
