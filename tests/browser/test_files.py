"""A member's file and a year book printed; an award recorded; a visit of solace; desktop and phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hand import IN_CHINESE, heading, keep_picture

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")


@pytest.mark.parametrize("device", DEVICES)
def test_an_award_a_visit_a_file_and_a_year_book(hand, device):
    secretary, leader = hand("secretary", device), hand("leader", device)
    page = secretary.page
    word = IN_CHINESE[device]

    # an award of a member
    page.goto("/care/awards/")
    secretary.link("登记表彰")
    choice = page.get_by_label("受表彰党员")
    name = choice.locator("option").nth(3 + DEVICES.index(device)).inner_text().strip()
    choice.select_option(label=name)
    award = f"安全生产先进个人（{word}）"
    secretary.fill(page.get_by_label("表彰名称"), award)
    page.get_by_label("等级").select_option(label="本单位级")
    secretary.fill(page.get_by_label("授奖单位"), "示范海湾供电公司")
    secretary.fill(page.get_by_label("授奖日期"), "2026-11-02")
    secretary.button("保存")
    expect(page.get_by_text("表彰已登记")).to_be_visible()
    expect(heading(page)).to_have_text(award)

    # a member in hardship, and the first visit
    page.goto("/care/hardship/")
    secretary.link("登记困难党员")
    page.get_by_label("党员", exact=True).select_option(label=name)
    page.get_by_label("类别").select_option(label="疾病")
    situation = f"术后康复（{word}）"
    secretary.fill(page.get_by_label("具体情况"), situation)
    secretary.button("保存")
    expect(page.get_by_text("已登记，走访慰问在本页登记")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text(situation)
    secretary.link("记录走访")
    secretary.fill(page.get_by_label("金额（元）"), "600")
    secretary.button("保存")
    expect(page.get_by_text("已登记：").first).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("600.00")
    secretary.button("查看情况和金额")
    expect(page.locator("main")).to_contain_text(situation)
    expect(page.locator("main")).to_contain_text("600.00")

    # the leader sees counts and no name
    leader.page.goto("/care/hardship/")
    expect(leader.page.locator("main")).to_contain_text("帮扶中")
    expect(leader.page.locator("main")).not_to_contain_text(name)

    # the member's file
    page.goto(f"/people/?q={name}")
    secretary.click(page.get_by_role("link", name=name).first)
    secretary.link("党员档案")
    secretary.fill(page.get_by_label("用途"), "干部考察")
    secretary.button("打印页")
    paper = page.locator("article.lh-paper")
    expect(heading(page)).to_have_text(f"{name}同志党员档案材料")
    expect(paper).to_contain_text(award)
    expect(paper).to_contain_text("用途：干部考察")
    expect(paper).not_to_contain_text(situation)
    if device == "desktop":
        keep_picture(page, "memberfile")

    # the year book
    page.goto("/people/me/")
    secretary.click(page.locator("main a[href^='/units/']").first)
    secretary.link("年度工作手册")
    secretary.fill(page.get_by_label("用途"), "年度归档")
    secretary.button("打印页")
    expect(heading(page)).to_have_text(re.compile("2026年度工作手册$"))
    for part in ("党员名册", "会议和活动", "党费收缴", "问题整改", "走访慰问"):
        expect(paper).to_contain_text(part)
    expect(paper).to_contain_text(award)
    expect(paper).not_to_contain_text(situation)
    keep_picture(page, f"yearbook-{device}")
    page.go_back()
    secretary.fill(page.get_by_label("用途"), "年度归档")
    taken = secretary.take(page.get_by_role("button", name="下载 .docx"), "docx")
    assert taken.startswith(b"PK")
    secretary.record(
        "budget", f"award, visit, file and year book on a {device}: {secretary.fields} fields"
    )
