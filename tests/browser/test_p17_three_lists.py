"""P17 三张清单: what a branch works on, learns and is measured by, on one sheet that follows its records."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hand import IN_CHINESE, heading, keep_picture

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_finished_task_moves_in_the_work_list_of_the_branch(hand, device):
    text = f"报送岗位实践小结（{IN_CHINESE[device]}）"
    secretary = hand("secretary", device)
    page = secretary.page
    page.goto("/rectification/add/")
    page.get_by_label("问题", exact=True).fill(f"岗位实践记录缺项（{IN_CHINESE[device]}）")
    secretary.button("保存")
    page.get_by_role("link", name="制定措施", exact=True).first.click()
    page.get_by_label("措施").fill(text)
    secretary.button("制定措施")
    expect(page.get_by_text("还有1项措施未完成")).to_be_visible()

    secretary = secretary.begin()
    page.goto("/")
    unit = re.search(r'href="(/units/[0-9]+/)', page.content())[1]
    page.goto(f"{unit}?tab=three-lists")
    secretary.link("一页打印")
    expect(heading(page)).to_have_text("三张清单")
    for name in ("工作清单", "学习计划", "堡垒指数"):
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    sheet = page.url
    secretary.link(text)
    secretary.fill(page.get_by_label("佐证"), "支部台账第6册")
    secretary.button(re.compile("^(完成|提交)"))
    page.goto(sheet)
    work = page.locator("section").filter(has=page.get_by_role("heading", name="工作清单"))
    finished = work.get_by_role("heading", name="最近完成").locator("xpath=following::ul[1]")
    expect(finished.get_by_text(text)).to_be_visible()
    secretary.tell(f"a task done from the three lists on a {device}", clicks=3, fields=1)
    if device == "desktop":
        keep_picture(page, "p17")
    if device == "desktop":
        pdf = page.pdf(format="A4", landscape=True, prefer_css_page_size=True)
        # one sheet of paper: the stories before this one have given the branch more tasks
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2
