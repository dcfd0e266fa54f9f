"""减负体检: what was asked stands in the meter at once, for the bureau and for the branch, with its reason."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hand import IN_CHINESE, Hand, heading, keep_picture, read_sheets

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")


@pytest.mark.parametrize("device", DEVICES)
def test_the_officer_sees_who_asks_what_of_whom_and_takes_it_away(hand, device):
    officer = hand("officer", device)
    page = officer.page
    page.goto("/burden/")
    expect(heading(page)).to_have_text("减负体检")
    for name in ("谁在交办", "可能重复"):
        expect(page.get_by_role("heading", name=name, exact=True).first).to_be_visible()
    expect(page.locator(".lh-heat tbody tr").first).to_be_visible()
    officer.link("填写栏目")
    expect(page.get_by_role("heading", name="各组织按月：填写栏目")).to_be_visible()
    if device == "desktop":
        keep_picture(page, "burden")
    sheets = read_sheets(officer.take(page.get_by_role("link", name="Excel"), "xlsx"))
    assert list(sheets) == ["按月", "谁在交办", "可能重复"]
    assert len(sheets["按月"]) > 3
    officer.click(page.locator(".lh-heat tbody th a").first)
    expect(page.get_by_text(re.compile("本组织交办|超过上限"))).to_be_visible()
    officer.tell(f"from the meter to one unit on a {device}", clicks=3, fields=0)


@pytest.mark.parametrize("device", DEVICES)
def test_a_secretary_reads_what_the_own_branch_is_asked_and_a_member_a_sentence(hand, device):
    page = hand("secretary", device).page
    page.goto("/burden/")
    expect(page).to_have_url(re.compile(r"/burden/units/\d+/"))
    expect(page.get_by_role("heading", name="按月", exact=True)).to_be_visible()
    page = hand("member", device).page
    page.goto("/burden/")
    expect(page.get_by_text("向本组织交办")).to_be_visible()
    expect(page.get_by_role("heading", name="谁在交办")).to_have_count(0)


def prepare_list(officer: Hand) -> None:
    """Draft the list of 36 items and look at who gets what."""
    officer.page.goto("/worklists/lists/start/")
    template = officer.page.locator("li", has_text="党建工作任务一览表")
    officer.click(template.get_by_role("button", name="用此模板"))
    expect(officer.page.get_by_text("谁收到什么")).to_be_visible()


@pytest.mark.parametrize("device", DEVICES)
def test_who_asks_above_the_cap_gives_a_reason_that_stands_in_the_meter(hand, device):
    officer = hand("officer", device)
    page = officer.page
    prepare_list(officer)
    reason = page.get_by_label("仍要下发的理由")
    issue = page.get_by_role("button", name=re.compile("下发.+项任务"))
    issued = page.get_by_text(re.compile(r"已下发：[\d,]+项任务"))
    if not reason.count():  # the first list of the month is below the cap, the same again is not
        officer.click(issue)
        expect(issued).to_be_visible(timeout=30_000)
        prepare_list(officer)
    expect(page.locator("main")).to_contain_text("《整治形式主义为基层减负若干规定》")
    title = heading(page).inner_text()
    officer.click(issue)  # without a reason nothing goes down
    expect(issued).to_have_count(0)
    why = f"上级集中部署，本月一次下发（{IN_CHINESE[device]}）"
    officer.fill(reason, why)
    officer.click(issue)
    expect(issued).to_be_visible(timeout=30_000)

    # the effect: the meter shows the reason, and which units are above the cap
    page.goto("/burden/")
    card = page.locator(".lh-card", has=page.get_by_role("heading", name="超上限下发"))
    expect(card.get_by_text(why)).to_be_visible()
    over = page.locator(".lh-stat", has=page.get_by_text("超上限的组织", exact=True))
    assert int(over.locator(".lh-stat-value").inner_text()) > 0
    officer.click(card.locator("li", has_text=why).get_by_role("link"))
    expect(heading(page)).to_have_text(title)

    # the branch reads the same of itself, on any screen
    page = hand("secretary", device).page
    page.goto("/burden/")
    expect(page.get_by_text(re.compile("超过上限"))).to_be_visible()
    expect(page.get_by_text(why)).to_be_visible()
    row = page.locator("main tbody tr").first
    expect(row.locator("td[data-label=事项]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
