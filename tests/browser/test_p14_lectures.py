"""P14 党课轮值: a day taken, swapped, recorded with one button and rated; a show with its ranking."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import IN_CHINESE, heading, keep_picture

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.mark.parametrize("device", DEVICES)
def test_a_lecture_is_taken_swapped_held_and_rated(hand, device):
    secretary, member = hand("secretary", device), hand("member", device)
    before = read_hours(member.page)
    page, other = secretary.page, member.page
    title = f"党员讲党课（{IN_CHINESE[device]}）"
    page.goto("/study/rosters/")
    secretary.link("新建轮值表")
    secretary.fill(page.get_by_label("轮值表名称"), title)
    secretary.fill(page.get_by_label("开始日期"), "2026-11-20")
    secretary.fill(page.get_by_label("讲数"), "3")
    secretary.button("保存")
    expect(heading(page)).to_have_text(title)
    address = page.url

    # each takes a day, and they swap
    first, second = (
        f"停电抢修里的初心（{IN_CHINESE[device]}）",
        f"班组安全课（{IN_CHINESE[device]}）",
    )
    other.goto(address)
    member.link("认领")
    member.fill(other.get_by_role("textbox", name="主题"), first)
    member.button("保存")
    expect(other.get_by_text("2026-11-20由您主讲。")).to_be_visible()
    page.reload()
    secretary.link("认领")
    secretary.fill(page.get_by_role("textbox", name="主题"), second)
    secretary.button("保存")
    expect(heading(page)).to_have_text(second)
    other.goto(address)
    other.get_by_role("link", name=re.compile("^2026-11-20")).click()
    expect(heading(other)).to_have_text(first)
    lecture = other.url
    other.goto(lecture + "swap/")
    other.get_by_label(re.compile(second)).check()
    member.button("发出请求")
    expect(other.get_by_text("答复前不变")).to_be_visible()
    page.reload()
    secretary.button("同意调换")
    expect(page.get_by_text("已调换。")).to_be_visible()

    # the day has come: everything is known, one button
    page.goto(lecture)
    expect(heading(page)).to_have_text(second)
    secretary.link("记录已讲")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    secretary.button("记录已讲")
    expect(page.get_by_text(f"已记录：{second}")).to_be_visible()
    page.locator(".lh-file-add summary").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "课件.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    secretary.button("添加")
    expect(page.get_by_text("课件.pdf")).to_be_visible()
    assert read_hours(other) == before + 0.75

    # who was there gives stars, and changes them
    other.goto("/study/")
    member.link(second)
    member.button("3星")
    member.button("5星")
    expect(other.get_by_role("button", name="5星")).to_have_attribute("aria-pressed", "true")
    expect(other.get_by_text("谁评了几星任何人都看不到").first).to_be_visible()
    assert other.evaluate("document.documentElement.scrollWidth") <= other.viewport_size["width"]
    if device == "phone":
        keep_picture(other, "p14-phone")
    page.goto(lecture)
    expect(page.get_by_text("评价结束后显示票数")).to_be_visible()

    # the same entry stands in the ledger of the branch
    page.goto(f"/ledger/?q={title}")
    expect(page.get_by_text(f"{title}：{second}").filter(visible=True).first).to_be_visible()
    secretary.record("budget", f"a roster and a lecture on a {device}: {secretary.fields} fields")


@pytest.mark.parametrize("device", DEVICES)
def test_a_show_is_ranked_with_its_formula(hand, device):
    officer = hand("officer", device)
    page = officer.page
    page.goto("/study/rosters/")
    officer.link("“身边的先锋”微党课展示（2026年）", exact=False)
    expect(page.get_by_text("展示排名")).to_be_visible()
    expect(page.get_by_text("收缩平均＝（5×本场平均")).to_be_visible()
    expect(page.get_by_text("评价人数不足").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    if device == "desktop":
        keep_picture(page, "p14")


def read_hours(page: Page) -> float:
    """Return the sum of the reader's hours of the year as their page shows it."""
    page.goto("/study/hours/mine/")
    return float(re.search(r"已学([\d.]+)学时", page.get_by_role("main").inner_text())[1])
