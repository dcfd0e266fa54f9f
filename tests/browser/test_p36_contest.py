"""P36 百日百分: prepared, started, a record that counts, the table moves, why, and a result made final."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import IN_CHINESE, heading, keep_picture

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")


@pytest.mark.parametrize("device", DEVICES)
def test_a_contest_counts_what_is_recorded(hand, device):
    officer, secretary = hand("officer", device), hand("secretary", device)
    page, title = officer.page, f"冬季服务竞赛（{IN_CHINESE[device]}）"
    page.goto("/contests/")
    officer.link("筹备竞赛")
    officer.fill(page.locator("#id_title"), title)
    boxes = page.get_by_role("checkbox", name=re.compile("供电所党支部"))
    for box in boxes.all():
        officer.clicks += 1
        box.check()
    officer.fill(page.locator("#id_points-A1"), "20")
    officer.button("保存")
    expect(page.get_by_text("基本分合计为95分").first).to_be_visible()
    officer.fill(page.locator("#id_points-C1"), "25")
    officer.button("保存")
    expect(heading(page)).to_have_text(title)
    officer.link("启动竞赛")
    officer.button("启动竞赛")
    row = page.locator("#table tbody tr").filter(has_text=read_branch(secretary.page))
    before = read_points(row)
    address, deed = page.url, f"走访独居老人（{IN_CHINESE[device]}）"

    own = secretary.page
    own.goto("/service/add/")
    own.get_by_label("开展情况").fill(deed)
    own.get_by_label("服务时长（小时）").fill("2")
    own.locator("input[name=people]").first.check()
    secretary.button("保存")
    expect(own.locator("main").get_by_text(deed).first).to_be_visible()

    page.goto(address)
    assert read_points(row) > before
    officer.click(row.get_by_role("link").filter(visible=True).first)
    expect(heading(page)).to_have_text("为什么是这个分")
    expect(page.locator("#B1").get_by_text("2.50 / 15.00").first).to_be_visible()  # one day of six
    expect(page.locator("#B1").get_by_text(deed).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]

    page.goto("/contests/")
    officer.link("迎峰度冬百日百分竞赛")
    expect(page.get_by_text("/ 100").first).to_be_visible()
    if device == "desktop":
        keep_picture(page, "p36")
    page.goto("/contests/")
    officer.link("春季检修百日百分竞赛")
    if page.get_by_role("link", name="定为最终结果").count():  # the other device has been here else
        officer.link("定为最终结果")
        officer.button("定为最终结果")
        expect(page.get_by_text("已登记：定为最终结果。")).to_be_visible()
    expect(page.get_by_text("竞赛归档，结果为最终结果")).to_be_visible()
    expect(page.get_by_text("摘要值")).to_be_visible()
    officer.record(
        "budget", f"contest on a {device}: {officer.fields} fields, {officer.clicks} clicks"
    )


def read_branch(page: Page) -> str:
    """Return the branch of the reader, as the menu names it."""
    page.goto("/")
    return page.get_by_text(re.compile(r"^\s*\S+供电所党支部\s*$")).first.text_content().strip()


def read_points(row: Locator) -> Decimal:
    return Decimal(row.locator("td b").first.inner_text())
