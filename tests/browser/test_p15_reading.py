"""P15 必学、选学书目: issued from the pack, read with one tap, seen by title, unit and person."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hand import heading, keep_picture
from tests.browser.test_p16_lists import issue

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")
CHARTER = "《中国共产党章程》"
OPTIONAL = "《中国共产党简史》"


@pytest.mark.parametrize("device", DEVICES)
def test_titles_are_issued_read_with_one_tap_and_counted(hand, device):
    officer = hand("officer", device)
    page = officer.page
    page.goto("/worklists/lists/start/")
    template = page.locator("li", has_text="年度必学选学书目")
    officer.click(template.get_by_role("button", name="用此模板"))
    title = heading(page).inner_text()
    issue(officer)
    officer.tell(f"a reading list issued on a {device}", clicks=2, fields=1)
    address = page.url

    member = hand("member", device)
    own = member.page
    own.goto(address + "reading/")
    expect(own.get_by_text("不要求其他内容")).to_be_visible()
    member.button(f"已读{CHARTER}")
    expect(own.get_by_text(f"已读：{CHARTER}")).to_be_visible()
    member.tell(f"a title read on a {device}", clicks=1, fields=0)
    member.button(f"已读{OPTIONAL}")
    expect(own.get_by_role("button", name=f"已读{OPTIONAL}")).to_have_count(0)
    if device == "phone":
        keep_picture(own, "p15-phone")
    expect(own.get_by_text("按人员")).to_have_count(0)  # whom others see is not a member's
    assert own.evaluate("document.documentElement.scrollWidth") <= own.viewport_size["width"]

    # the secretary sees who has read; nobody is ranked
    secretary = hand("secretary", device)
    branch = secretary.page
    branch.goto(address + "reading/")
    charter = branch.locator("tr", has_text=CHARTER).first
    expect(charter).to_contain_text(re.compile(r"1/\d+"))
    expect(branch.get_by_text("按人员")).to_be_visible()

    # the effect: the list's card counts the required title, never the optional one
    page.goto("/worklists/lists/")
    card = page.locator("article", has_text=title).first
    expect(card).to_contain_text("已完成1项")
    page.goto(address + "reading/")
    if device == "desktop":
        keep_picture(page, "p15")
    expect(page.locator("tr", has_text=OPTIONAL)).to_contain_text("选学")
