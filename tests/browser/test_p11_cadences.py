"""P11 频次: a duty falls due by itself, one ordinary record meets it, the matrix above shows it at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import IN_CHINESE, heading, keep_picture

pytestmark = pytest.mark.browser
BRANCH = "东岭供电所党支部"
DUTIES = {"desktop": "每月专题", "phone": "组织生活会"}


def find_cell(page: Page, duty: str) -> Locator:
    """Return the cell of the branch under the duty."""
    row = page.locator("main tbody tr", has=page.get_by_role("rowheader", name=BRANCH))
    return row.locator(f"td[data-label={duty}]")


@pytest.mark.parametrize("device", list(DUTIES))
def test_one_record_meets_a_duty_that_fell_due_by_itself(hand, device):
    duty, topic = DUTIES[device], f"学习新型电力系统建设（{IN_CHINESE[device]}）"
    secretary = hand("secretary", device)
    page = secretary.page
    page.goto("/activities/cadence/")
    expect(find_cell(page, duty)).to_contain_text("待开展")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    secretary.click(find_cell(page, duty).get_by_role("link"))
    secretary.fill(page.get_by_label("主题", exact=True), topic)
    secretary.button("保存")
    expect(heading(page)).to_contain_text(topic)
    secretary.tell(f"an open duty met on a {device}", clicks=2, fields=1)

    # the effect: met here and in the matrix of all, from where the record is one click away
    page.goto("/activities/cadence/")
    expect(find_cell(page, duty)).to_contain_text("已完成")
    officer = hand("officer", device)
    page = officer.page
    page.goto("/activities/cadence/")
    assert page.locator("main tbody tr").count() >= 6
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    if device == "desktop":
        keep_picture(page, "p11")
    expect(find_cell(page, duty)).to_contain_text("已完成")
    officer.click(find_cell(page, duty).get_by_role("link"))
    expect(page.get_by_role("link", name=re.compile(re.escape(topic))).first).to_be_visible()
