"""P05 示范岗、责任区、突击队: proposed, appointed, pledged, worked, reviewed, withdrawn; desktop and phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hand import IN_CHINESE, heading, keep_picture

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_post_is_held_its_work_is_read_from_the_ledger_and_reviewed(hand, device):
    secretary, officer, member = (hand(who, device) for who in ("secretary", "officer", "member"))
    title = f"台区运维示范岗（{IN_CHINESE[device]}）"
    member.page.goto("/")
    name = member.page.locator(".lh-menu-name").first.text_content().strip()

    page = secretary.page
    page.goto("/pioneers/")
    secretary.link("提出")
    page.get_by_label("示范岗", exact=True).check()
    secretary.fill(page.locator("[name=title]"), title)
    secretary.fill(page.locator("[name=place]"), "东岭台区")
    page.get_by_label("责任人（突击队为队长）").select_option(label=name)
    page.get_by_label("岗区队工作实绩").check()
    secretary.button("提出")
    expect(page.get_by_text("由党建专责审定").first).to_be_visible()

    page = officer.page
    page.goto(f"/pioneers/?q={title}")
    officer.link(title)
    address = page.url
    officer.link("授予")
    officer.fill(page.locator("[name=begins_on]"), "2026-09-01")
    officer.button("授予")
    expect(page.get_by_text("已登记：授予。")).to_be_visible()

    # the holder pledges in their own words, and sees the post on their own page
    page = member.page
    page.goto("/pioneers/mine/")
    card = page.locator("section").filter(has=page.get_by_role("heading", name=title))
    member.click(card.get_by_role("link", name="写承诺"))
    member.fill(page.get_by_label("我的承诺"), "台区故障半小时到场")
    member.button("写承诺")
    expect(page.locator("#pledge").get_by_text("台区故障半小时到场")).to_be_visible()

    # the branch records work once, where it records everything: the post shows it
    page = secretary.page
    page.goto("/activities/record/?kind=pioneer_deed")
    person = page.locator("select[name=person]")
    own = person.locator("option", has_text=name).first.get_attribute("value")
    person.select_option(value=own)
    secretary.fill(page.locator("[name=topic]"), f"更换漏保12只（{IN_CHINESE[device]}）")
    secretary.fill(page.locator("[name=occurred_on]"), "2026-11-20")
    secretary.button("保存")
    page.goto(address)
    # the other device may have recorded for the same holder
    expect(page.locator("#work")).to_contain_text(re.compile(r"[1-9]\d* ?条"))
    page.goto("/pioneers/board/")
    expect(page.get_by_role("link", name=title)).to_be_visible()
    if device == "desktop":
        keep_picture(page, "p05")

    page = officer.page
    page.goto(address)
    officer.link("年度评议")
    expect(page.get_by_text("台区故障半小时到场").first).to_be_visible()
    page.get_by_label("改进", exact=True).check()
    officer.fill(page.locator("[name=reason]"), "请补齐安全记录")
    officer.button("年度评议")
    expect(page.locator("#reviews").get_by_text("请补齐安全记录")).to_be_visible()
    officer.link("亮牌卡")
    expect(page.get_by_text("台区故障半小时到场")).to_be_visible()
    page.goto(address)
    officer.link("撤销")
    officer.fill(page.locator("[name=reason]"), "台区改造完成")
    officer.button("撤销")
    expect(heading(page)).to_have_text(title)
    expect(page.get_by_text("已撤销").filter(visible=True).first).to_be_visible()
    secretary.record("budget", f"a post proposed on a {device}: {secretary.fields} fields")
