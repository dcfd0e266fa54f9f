"""减负体检: a list goes down and stands in the meter at once, for the bureau and for the branch."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hand import heading, keep_picture, read_sheets

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")


@pytest.mark.parametrize("device", DEVICES)
def test_the_officer_sees_who_asks_what_of_whom_and_takes_it_away(hand, device):
    officer = hand("officer", device)
    page = officer.page
    page.goto("/burden/")
    expect(heading(page)).to_have_text("减负体检")
    for name in ("谁在交办", "可能重复"):
        expect(page.get_by_role("heading", name=name, exact=True).first).to_be_visible()
    expect(page.locator(".lh-heat tbody tr").first).to_be_visible()
    officer.link("填写栏目")
    expect(page.get_by_role("heading", name="各组织按月：填写栏目")).to_be_visible()
    if device == "desktop":
        keep_picture(page, "burden")
    sheets = read_sheets(officer.take(page.get_by_role("link", name="Excel"), "xlsx"))
    assert list(sheets) == ["按月", "谁在交办", "可能重复"]
    assert len(sheets["按月"]) > 3
    officer.click(page.locator(".lh-heat tbody th a").first)
    expect(page.get_by_text(re.compile("本组织交办|超过上限"))).to_be_visible()
    officer.tell(f"from the meter to one unit on a {device}", clicks=3, fields=0)


@pytest.mark.parametrize("device", DEVICES)
def test_a_secretary_reads_what_the_own_branch_is_asked_and_a_member_a_sentence(hand, device):
    page = hand("secretary", device).page
    page.goto("/burden/")
    expect(page).to_have_url(re.compile(r"/burden/units/\d+/"))
    expect(page.get_by_role("heading", name="按月", exact=True)).to_be_visible()
    page = hand("member", device).page
    page.goto("/burden/")
    expect(page.get_by_text("向本组织交办")).to_be_visible()
    expect(page.get_by_role("heading", name="谁在交办")).to_have_count(0)
