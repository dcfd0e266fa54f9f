"""P32 星级支部: a star lost after warning and grace, regained by appeal; another one awarded; desktop and phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hand import heading, keep_picture

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")


@pytest.mark.parametrize("device", DEVICES)
def test_a_star_is_lost_and_regained(hand, device):
    leader, officer, supervisor = (hand(one, device) for one in ("leader", "officer", "supervisor"))
    page = leader.page
    page.goto("/distinctions/")
    waiting = page.locator("#waiting")
    if device == DEVICES[0]:
        keep_picture(page, "p32")

    # the publicity of a new star is over: the committee awards it, and the board counts it
    leader.click(waiting.get_by_role("link", name=re.compile("一星")).first)
    awarded = heading(page).inner_text().split(" · ")[0]
    leader.link("命名")
    leader.button("命名")
    expect(page.get_by_text("已登记：命名。")).to_be_visible()
    page.goto("/distinctions/")
    row = page.locator("tr", has=page.get_by_role("link", name=awarded, exact=True))
    expect(row.get_by_text("★☆☆☆☆ 一星")).to_be_visible()

    # a level whose conditions failed past the grace is taken away, with reason and number
    leader.click(waiting.get_by_role("link", name=re.compile("五星|四星|三星|二星")).first)
    title = heading(page).inner_text()
    address = page.url
    expect(page.get_by_text("整改期至2026-11-15").first).to_be_visible()
    leader.link("登记降星")
    leader.fill(page.get_by_label("文号"), "示党〔2026〕60号")
    leader.fill(page.get_by_label("原因"), "整改期满仍有逾期问题")
    leader.button("登记降星")
    expect(page.locator("#demotion").get_by_text("整改期满仍有逾期问题")).to_be_visible()
    if device == DEVICES[1]:
        keep_picture(page, "p32-phone")

    # the branch appeals, and somebody who did not record it decides
    page = officer.page
    page.goto(address)
    officer.link("申诉")
    officer.fill(page.get_by_label("哪里不对"), "问题已整改，销号手续在办")
    officer.button("对降星提出申诉")
    page = supervisor.page
    page.goto(address)
    supervisor.link("裁定")
    page.get_by_label("成立", exact=True).check()
    supervisor.fill(page.get_by_label("裁定理由"), "复核属实，恢复等级")
    supervisor.button("裁定异议")
    expect(page.get_by_text("申诉成立，恢复等级").first).to_be_visible()
    expect(page.get_by_text(title.split(" · ")[1]).first).to_be_visible()

    # what was lost and regained stands on the time line of the unit
    page.goto("/ledger/?q=星级党支部")
    expect(
        page.get_by_text(re.compile("星级党支部：.*→")).filter(visible=True).first
    ).to_be_visible()
    leader.tell(f"a star awarded and one taken away on a {device}", clicks=8, fields=2)


def test_a_secretary_sees_what_is_missing_and_cannot_tick_it(hand):
    secretary = hand("secretary")
    page = secretary.page
    page.goto("/distinctions/")
    secretary.link("本支部条件与申报")
    expect(page.get_by_text(re.compile("未达到|已是最高等级|限期整改")).first).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(0)
    expect(page.get_by_role("button", name="申报")).to_have_count(0)
