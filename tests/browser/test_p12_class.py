"""P12 读书班和学时: planned, roll called on a phone or desktop, made up for, and the hours follow."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import IN_CHINESE, Hand, heading, keep_picture

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")
DAY = {"desktop": "2026-11-17", "phone": "2026-11-18"}
TOLD = {"desktop": "2026-08-03", "phone": "2026-08-10"}


@pytest.mark.parametrize("device", DEVICES)
def test_a_class_is_planned_held_made_up_for_and_counted(hand, device):
    secretary, member = hand("secretary", device), hand("member", device)
    before = read_hours(member.page)
    name = member.page.locator(".lh-menu-name").first.text_content().strip()
    page = secretary.page
    title = f"支部读书班（{IN_CHINESE[device]}）"
    page.goto("/study/classes/")
    secretary.link("新建读书班")
    secretary.fill(page.get_by_label("读书班名称"), title)
    secretary.fill(page.get_by_label("阶段"), "原文自学\n交流研讨")
    secretary.button("保存")
    expect(heading(page)).to_have_text(title)
    address = page.url
    secretary.link("参加人员")
    page.get_by_role("group", name="组织").get_by_role("checkbox").first.check()
    page.get_by_role("group", name="职务").get_by_label("党员", exact=True).check()
    secretary.button("保存")
    expect(page.get_by_text(re.compile(r"已增加\d+名学员"))).to_be_visible()
    add(secretary, "原文导读", DAY[device], "08:30", "11:30", "lecture")
    add(secretary, "分组研讨", DAY[device], "14:00", "15:30", "seminar", stage="交流研讨")

    # the roll: everybody is there but one
    secretary.link("点名")
    expect(page.get_by_text("按规则4学时")).to_be_visible()
    page.get_by_label(name, exact=True).uncheck()
    page.get_by_label(f"{name}未到原因").select_option("值班")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    if device == "phone":
        keep_picture(page, "p12-phone")
    secretary.button("保存")
    expect(page.get_by_text("学时和台账自动生成")).to_be_visible()
    if device == "desktop":
        keep_picture(page, "p12")
    assert read_hours(member.page) == before
    secretary.link("待补学1人")
    expect(page.get_by_label(name, exact=True)).to_be_checked()
    secretary.button("保存")
    expect(page.get_by_text("已登记补学1人")).to_be_visible()
    assert read_hours(member.page) == before + 4

    # the second session, with nobody away
    page.goto(address)
    secretary.link("点名")
    secretary.button("保存")
    expect(page.get_by_text("已结业").first).to_be_visible()
    assert read_hours(member.page) == before + 5.5
    secretary.link("点名册")
    expect(page.get_by_text("已补学").first).to_be_visible()

    # the same entry stands in the ledger of the branch
    page.goto(f"/ledger/?q={title}")
    expect(page.get_by_text(f"{title}：原文导读").filter(visible=True).first).to_be_visible()
    secretary.record("budget", f"a class on a {device}: {secretary.fields} fields")


@pytest.mark.parametrize("device", DEVICES)
def test_training_elsewhere_is_told_and_confirmed(hand, device):
    member, secretary = hand("member", device), hand("secretary", device)
    before = read_hours(member.page)
    member.link("填报外出培训")
    page = member.page
    title = f"骨干培训（{IN_CHINESE[device]}）"
    member.fill(page.get_by_label("培训名称"), title)
    member.fill(page.get_by_label("主办单位"), "示范省电力公司党校")
    member.fill(page.get_by_label("开始日期"), TOLD[device])
    member.fill(page.get_by_label("结束日期"), TOLD[device])
    member.fill(page.get_by_label("凭证"), "培训通知〔2026〕21号")
    member.button("填报")
    expect(page.get_by_text("待书记确认").first).to_be_visible()
    assert read_hours(page) == before
    other = secretary.page
    other.goto("/study/hours/")
    secretary.link(title, exact=False)
    other.get_by_label("已核实", exact=True).check()
    secretary.button("保存")
    expect(other.get_by_text("已核实").first).to_be_visible()
    assert read_hours(page) == before + 8


def add(
    hand: Hand, topic: str, on: str, begins: str, ends: str, form: str, stage: str = "原文自学"
) -> None:
    page = hand.page
    hand.link("增加课程")
    page.get_by_label("阶段").select_option(label=stage)
    hand.fill(page.get_by_label("日期"), on)
    hand.fill(page.get_by_label("开始时间"), begins)
    hand.fill(page.get_by_label("结束时间"), ends)
    hand.fill(page.get_by_role("textbox", name="主题"), topic)
    page.get_by_label("形式").select_option(form)
    hand.button("保存")
    expect(page.get_by_text(f"已排入课程表：{topic}")).to_be_visible()


def read_hours(page: Page) -> float:
    """Return the sum of the reader's hours of the year as their page shows it."""
    page.goto("/study/hours/mine/")
    return float(re.search(r"已学([\d.]+)学时", page.get_by_role("main").inner_text())[1])
