"""P20 办实事: promised, reported once, answered by those who benefit, a low mark becomes a problem."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.hand import heading, keep_picture

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_promise_is_kept_in_front_of_those_who_benefit(hand, device):
    title = f"楼道照明修复（{device}）"
    secretary = hand("secretary", device)
    page = secretary.page
    page.goto("/campaigns/commitments/")
    secretary.link("新增承诺")
    secretary.fill(page.get_by_label("承诺", exact=True), title)
    secretary.fill(page.get_by_label("承诺内容"), "一周内修好无灯楼道")
    secretary.fill(page.get_by_label("受益对象"), "小区居民")
    secretary.fill(page.get_by_label("期限", exact=False).first, "2026-12-31")
    page.get_by_label("对外公开").check()
    secretary.button("作出承诺")
    expect(heading(page)).to_have_text(title)

    secretary.fill(page.get_by_label("做了什么"), "修复12处")
    secretary.fill(page.get_by_label("受益人数"), "36")
    page.get_by_label("至此承诺已兑现").check()
    secretary.button("记录")
    expect(page.get_by_text("承诺已兑现。")).to_be_visible()
    secretary.tell(f"a commitment made, reported and kept on a {device}", fields=6)
    public = page.locator("a[href*='/campaigns/p/']").get_attribute("href")
    keep_picture(page, f"p20-{device}")

    visitor = hand("", device)
    visitor.page.goto(public)
    visitor.click(visitor.page.get_by_label("不满意"))
    visitor.fill(visitor.page.get_by_label("哪里可以更好？"), "三单元还没亮")
    visitor.button("提交")
    expect(visitor.page.get_by_text("评价已匿名记录")).to_be_visible()
    visitor.tell(f"an answer given on a {device}", clicks=2, fields=1)

    page.reload()
    secretary.button("转为问题整改")
    expect(heading(page)).to_contain_text("三单元还没亮")
    page.goto("/campaigns/commitments/")
    expect(page.get_by_text(title).first).to_be_visible()
