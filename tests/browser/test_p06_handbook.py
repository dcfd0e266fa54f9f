"""P06 标准化手册: what a branch records meets a standard at once; the next generation is written; both devices."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser.hand import IN_CHINESE, keep_picture

pytestmark = pytest.mark.browser

MONTH = {"desktop": "2026-11", "phone": "2026-10"}


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_record_meets_a_standard_and_the_next_generation_changes_no_page_before(hand, device):
    officer, secretary = hand("officer", device), hand("secretary", device)

    # the branch finds what is not met, and records it where it records everything
    page = secretary.page
    page.goto("/")
    unit_page = re.search(r'href="/units/([0-9]+)/', page.content())[1]
    sheet = f"/handbook/units/{unit_page}/?period={MONTH[device]}"
    topic = f"研究年度重点（{IN_CHINESE[device]}）"
    page.goto(f"/activities/record/?kind=theme_day&unit={unit_page}&on={MONTH[device]}-20")
    secretary.fill(page.locator("[name=topic]"), topic)
    secretary.fill(page.locator("[name=occurred_on]"), f"{MONTH[device]}-20")
    secretary.button("保存")
    expect(page.get_by_text(topic).first).to_be_visible()
    page.goto(sheet)
    line = page.locator("li").filter(has_text="每月相对固定1天开展主题党日")
    expect(line.get_by_text("达标", exact=True)).to_be_visible()
    secretary.click(line.get_by_text("相关记录"))
    expect(line.get_by_role("link", name=re.compile(re.escape(topic)))).to_be_visible()
    paper = secretary.take(page.get_by_role("link", name="对照表（.docx）"), "docx")
    with zipfile.ZipFile(io.BytesIO(paper)) as file:
        assert "不作自报" in file.read("word/document.xml").decode()

    # the officer sees all branches by chapter, and goes from a cell to its standards
    page = officer.page
    page.goto("/handbook/")
    page.locator("select[name=period]").select_option("2026Q3")
    officer.button("查看")
    cells = page.locator("#matrix td a")
    expect(cells.first).to_be_visible()
    if device == "desktop":
        keep_picture(page, "p06")
    officer.click(cells.first)
    expect(page.locator("#counts").get_by_text("达标", exact=True)).to_be_visible()

    # the next generation: a copy, a standard more, looked at beside the one before, and put away
    page.goto("/handbook/")
    officer.link("手册")
    officer.button("编写下一代")
    draft = page.url
    officer.click(page.locator("#add").get_by_role("link", name="开展某类会议或活动"))
    officer.fill(page.locator("[name=chapter]"), "基础保障")
    text = f"每月研究一次网点服务（{IN_CHINESE[device]}）"
    officer.fill(page.locator("[name=text]"), text)
    page.locator("[name=kind]").select_option("theme_day")
    officer.fill(page.locator("[name=least]"), "1")
    page.locator("[name=rhythm]").select_option("month")
    officer.button("增加标准")
    officer.link("对照上一代")
    expect(page.locator("#changes li")).to_have_count(1)
    expect(page.locator("#changes").get_by_text(text)).to_be_visible()
    page.goto(draft)
    if device == "desktop":
        officer.link("放弃草案")
        officer.button("放弃草案")
        expect(page.get_by_text("草案已放弃。")).to_be_visible()
        return
    officer.link("发布新一代")
    officer.fill(page.locator("[name=valid_from]"), "2027-01-01")
    officer.button("发布新一代")
    expect(page.get_by_text("以前的期间仍按当时的手册").first).to_be_visible()
    secretary.page.goto(sheet)
    expect(secretary.page.get_by_text(text)).to_have_count(0)
    expect(secretary.page.get_by_text("对照第3代手册")).to_be_visible()
