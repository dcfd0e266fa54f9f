"""组织关系转接: out to its receipt, and in to the roster and the dues page, desktop and phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from linghang_core.regulations.numbers import identity_check_digit
from tests.browser.hand import IN_CHINESE, heading, keep_picture

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")
OUTSIDE = "中共示范水务集团有限公司委员会"


@pytest.mark.parametrize("device", DEVICES)
def test_a_member_leaves_with_a_letter_and_stays_until_the_receipt(hand, device):
    secretary, officer = hand("secretary", device), hand("officer", device)
    page = secretary.page
    page.goto("/transfers/")
    staff = {read_name(page), read_name(hand("member", device).page)}
    secretary.link("发起转接")
    options = page.get_by_label("党员").locator("option").all_inner_texts()
    name = next(one for one in options if one not in staff and re.match(r"^\w", one))
    page.get_by_label("党员").select_option(label=name)
    page.get_by_label("转接原因").select_option(label="工作单位变动")
    secretary.fill(page.get_by_label("或单位外接收党组织全称"), OUTSIDE)
    secretary.button("发起转接")
    if page.get_by_text("请说明原因").or_(page.get_by_text("未交")).count():
        secretary.fill(page.locator("[name=reason]"), "本月补交")
        secretary.button("发起转接")
    expect(page.get_by_text("已登记：发起转接。")).to_be_visible()
    address = page.url

    officer.page.goto(address)
    officer.link("审批转接")
    officer.fill(officer.page.get_by_label("有效天数"), "30")
    officer.button("审批转接")
    expect(officer.page.get_by_text("一般10天左右").first).to_be_visible()
    officer.fill(officer.page.locator("[name=reason]"), "跨省路途较远")
    officer.button("审批转接")
    expect(officer.page.get_by_text("已登记：审批转接。")).to_be_visible()
    keep_picture(officer.page, f"transfer-{device}")
    letter = officer.page.get_by_role("link", name="介绍信（.docx）")
    assert officer.take(letter, "docx").startswith(b"PK")

    # still a member until the receipt
    page.goto(f"/people/?q={name}")
    expect(page.get_by_role("link", name=name).first).to_be_visible()
    officer.page.goto(address)
    officer.link("登记回执")
    officer.fill(officer.page.get_by_label("经办人"), "丁经办")
    officer.button("登记回执")
    expect(officer.page.get_by_text("已登记：登记回执。")).to_be_visible()
    officer.page.goto(f"/people/?q={name}")
    officer.click(officer.page.get_by_role("link", name=name).first)
    expect(officer.page.get_by_text("2026-11-21").filter(visible=True).first).to_be_visible()
    officer.record(
        "budget", f"transfer out on a {device}: {secretary.fields + officer.fields} fields"
    )


@pytest.mark.parametrize("device", DEVICES)
def test_a_member_arrives_with_a_letter_and_dues_go_on(hand, device):
    secretary, officer = hand("secretary", device), hand("officer", device)
    page = secretary.page
    page.goto("/dues/")
    expect(heading(page)).to_have_text("2026年党费")
    branch = page.get_by_text(re.compile("供电所党支部")).first.inner_text().strip()
    name = f"贺新{IN_CHINESE[device][0]}"
    first = "1101011992040600" + str(3 + 2 * DEVICES.index(device))
    form = officer.page
    form.goto("/transfers/")
    officer.link("登记介绍信")
    form.get_by_label("接收党支部").select_option(label=branch)
    for label, text in (
        ("姓名", name),
        ("公民身份号码", first + identity_check_digit(first)),
        ("入党日期", "2015-07-01"),
        ("转正日期", "2016-07-01"),
        ("开具介绍信的党组织", OUTSIDE),
        ("介绍信编号", f"〔2026〕第03{DEVICES.index(device)}1号"),
        ("介绍信日期", "2026-11-16"),
        ("党费交至", "2026-09"),
    ):
        officer.fill(form.get_by_label(label), text)
    officer.button("登记介绍信")
    expect(form.get_by_text("已登记：登记介绍信。")).to_be_visible()

    page.goto("/transfers/?way=in")
    secretary.link(name)
    secretary.link("确认到达")
    secretary.fill(page.get_by_label("到达日期"), "2026-11-20")
    secretary.button("确认到达")
    expect(page.get_by_text("已登记：确认到达。")).to_be_visible()
    receipt = page.get_by_role("link", name="回执（.docx）")
    assert secretary.take(receipt, "docx").startswith(b"PK")

    # in the roster, and dues go on with the month after the letter's
    page.goto(f"/people/?q={name}")
    expect(page.get_by_role("link", name=name).first).to_be_visible()
    page.goto("/dues/")
    year = page.url
    secretary.link("缴费基数")
    page.get_by_label("起始日期").fill("2026-09")
    secretary.fill(page.get_by_label(f"{name}：月缴费基数（元）"), "6000")
    secretary.button("保存")
    page.goto(f"{year}9/")
    expect(heading(page)).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=name)).to_have_count(0)
    page.goto(f"{year}10/")
    expect(page.get_by_role("row").filter(has_text=name)).to_contain_text("90.00")
    secretary.record(
        "budget", f"transfer in on a {device}: {secretary.fields + officer.fields} fields"
    )


def read_name(page: Page) -> str:
    """Return who is signed in, as the menu names them."""
    if page.url == "about:blank":
        page.goto("/")
    return page.locator(".lh-menu-name").first.text_content().strip()
