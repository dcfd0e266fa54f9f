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

    visitor = hand("", device)
    visitor.page.goto(public)
    visitor.click(visitor.page.locator("input[name=mark][value='1']"))
    visitor.fill(visitor.page.locator("#id_text"), "三单元还没亮")
    visitor.button("提交")
    expect(visitor.page.get_by_text("评价已匿名记录")).to_be_visible()
    visitor.tell(f"an answer given on a {device}", clicks=2, fields=1)

    page.reload()
    secretary.button("转为问题整改")
    expect(heading(page)).to_contain_text("三单元还没亮")
    page.goto("/campaigns/commitments/")
    expect(page.get_by_text(title).first).to_be_visible()
