"""P20 办实事: promised, reported once, answered by those who benefit, a low mark becomes a problem."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.hand import IN_CHINESE, heading, keep_picture

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_promise_is_kept_in_front_of_those_who_benefit(hand, device):
    title = f"楼道照明修复（{IN_CHINESE[device]}）"
    secretary = hand("secretary", device)
    page = secretary.page
    page.goto("/campaigns/commitments/")
    secretary.link("新增承诺")
    secretary.fill(page.locator("#id_title"), title)
    secretary.fill(page.locator("#id_promise"), "一周内修好无灯楼道")
    secretary.fill(page.locator("#id_beneficiaries"), "小区居民")
    secretary.fill(page.locator("#id_due_on"), "2026-12-31")
    page.locator("#id_is_public").check()
    secretary.button("作出承诺")
    expect(heading(page)).to_have_text(title)

    secretary.fill(page.locator("#id_text"), "修复12处")
    secretary.fill(page.locator("#id_people"), "36")
    page.locator("#id_kept").check()
    page.locator("form[action$='/report/'] button.btn-primary").click()
    expect(page.get_by_text("承诺已兑现。")).to_be_visible()
    secretary.tell(f"a commitment made, reported and kept on a {device}", fields=6)
    public = page.locator("a[href*='/campaigns/p/']").get_attribute("href")
    keep_picture(page, f"p20-{device}")

    sheet = secretary.begin()
    sheet.link("二维码张贴页")
    expect(page.get_by_role("img", name="公开页二维码")).to_be_visible()
    expect(page.get_by_text(public)).to_be_visible()
    code = sheet.take(page.get_by_role("link", name="仅下载二维码（SVG）"), "svg")
    assert code.startswith(b"<svg")
    sheet.tell(f"the sheet with the code taken on a {device}", clicks=2)

    for words in ("三单元还没亮", "按钮太高"):  # two neighbours behind one network address
        visitor = hand("", device)
        visitor.page.goto(public)
        expect(visitor.page.get_by_text("修复12处")).to_have_count(0)  # words stay inside
        visitor.click(visitor.page.locator("input[name=mark][value='1']"))
        visitor.fill(visitor.page.locator("#id_text"), words)
        visitor.button("提交")
        expect(visitor.page.get_by_text("评价已匿名记录")).to_be_visible()
    visitor.tell(f"an answer given on a {device}", clicks=2, fields=1)

    back = secretary.begin()
    page.go_back()
    page.reload()
    chosen = page.locator("li", has_text="三单元还没亮")  # the earlier of the two
    back.click(chosen.get_by_role("button", name="转为问题整改").first)
    expect(heading(page)).to_contain_text("三单元还没亮")
    back.tell(f"a low mark made a problem on a {device}", clicks=1)

    again = secretary.begin()
    page.goto("/campaigns/commitments/")
    again.link(title)
    expect(page.get_by_role("button", name="转为问题整改")).to_have_count(1)
    again.link("结转下年")
    again.button("结转下年")
    expect(page.get_by_text("已结转，两个年度可对照查看。")).to_be_visible()
    again.tell(f"a commitment carried over on a {device}", clicks=3, fields=0)
    following = page.url

    gone = secretary.begin()
    gone.link("撤回")
    gone.fill(page.locator("#id_reason"), "明年由物业统一改造")
    gone.button("撤回")
    expect(page.get_by_text("明年由物业统一改造")).to_be_visible()
    assert page.url == following
    gone.tell(f"a commitment withdrawn on a {device}", clicks=2, fields=1)
    page.goto("/campaigns/commitments/years/")
    expect(page.get_by_role("link", name=title)).to_be_visible()
    if device == "desktop":
        keep_picture(page, "p20-years")
