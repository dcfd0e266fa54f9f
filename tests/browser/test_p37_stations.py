"""P37 星级班站所: a station's leader reads the own stars and why; what is recorded next would change them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hand import heading, keep_picture

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")


@pytest.mark.parametrize("device", DEVICES)
def test_a_station_leader_reads_the_own_stars_and_why(hand, device):
    secretary = hand("secretary", device)
    page = secretary.page
    page.goto("/evaluation/stations/")
    expect(heading(page)).to_have_text("星级班站所")
    own = page.locator("[id^=own-]").first
    expect(own.get_by_text(re.compile("[五四三二一无]星")).first).to_be_visible()
    expect(page.get_by_role("rowheader", name=re.compile("[五四三二一无]星")).first).to_be_visible()
    if device == "desktop":
        keep_picture(page, "p37")
    total = re.search(r"\d+\.\d\d", own.inner_text())[0]
    secretary.click(own.get_by_role("link", name="为什么是这个分"))
    expect(heading(page)).to_have_text("为什么是这个分")
    expect(page.get_by_text(f"= {total}")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("违章控制"))).to_be_visible()
    expect(page.get_by_text("近3个月违章记分").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    secretary.tell(f"own stars and why on a {device}", clicks=1)
