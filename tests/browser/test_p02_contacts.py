"""P02 包保人、新任书记培训: a visit recorded once becomes a problem; a new secretary's list; both devices."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hand import IN_CHINESE, heading, keep_picture

pytestmark = pytest.mark.browser


LINE = '#lh-results a[href^="/pioneers/inductions/"]:not([href="/pioneers/inductions/"])'


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_visit_is_recorded_once_and_what_it_found_is_followed(hand, device):
    officer, leader, secretary = (hand(who, device) for who in ("officer", "leader", "secretary"))
    leader.page.goto("/")
    name = leader.page.locator(".lh-menu-name").first.text_content().strip()
    secretary.page.goto("/pioneers/contacts/")
    branch = (
        secretary.page.locator("#lh-results").get_by_role("link", name=re.compile("党支部")).first
    )
    unit = branch.inner_text()
    holder = secretary.page.locator("#lh-results").get_by_text(name)
    if not holder.filter(visible=True).count():  # the branch of the log-in has somebody else
        page = officer.page
        page.goto("/pioneers/contacts/")
        officer.link("指定包保人")
        page.get_by_label("包保人", exact=True).select_option(label=name)
        page.get_by_label(unit, exact=True).check()
        officer.fill(page.get_by_label("原因"), "分工调整")
        officer.button("指定包保人")
        expect(page.get_by_text("包保人已指定。")).to_be_visible()

    page = leader.page
    page.goto("/pioneers/mine/")
    leader.link(unit)
    leader.link("记录走访")
    topic, problem = (f"{word}（{IN_CHINESE[device]}）" for word in ("四季度指导", "学习记录缺页"))
    leader.fill(page.get_by_label("走访内容"), topic)
    leader.fill(page.get_by_label("发现的问题"), problem)
    leader.fill(page.get_by_label("问题整改期限"), "2026-12-20")
    leader.button("登记走访")
    expect(page.get_by_text("走访已记录。")).to_be_visible()
    expect(page.locator("#visits").get_by_role("link", name=problem)).to_be_visible()
    leader.tell(f"a contact's visit on a {device}", fields=3, clicks=3)

    # the branch has it in its problems, and the record in its ledger
    page = secretary.page
    page.goto("/rectification/")
    expect(page.get_by_text(problem).filter(visible=True).first).to_be_visible()
    officer.page.goto("/pioneers/contacts/")
    expect(officer.page.get_by_text("已走访").filter(visible=True).first).to_be_visible()
    if device == "desktop":
        keep_picture(officer.page, "p02")


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_the_induction_of_a_new_secretary_stands_on_one_page(hand, device):
    officer = hand("officer", device)
    page = officer.page
    page.goto("/pioneers/inductions/")
    officer.click(page.locator(LINE).first)
    expect(heading(page)).not_to_be_empty()
    expect(page.get_by_text("与前任书记交接支部档案和未办结事项")).to_be_visible()
    expect(page.get_by_text("已完成").filter(visible=True).first).to_be_visible()
