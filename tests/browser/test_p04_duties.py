"""P04 履责清单: issued once, due by itself, proved by an ordinary record, summed for who holds the post."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hand import IN_CHINESE, heading, keep_picture

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")


@pytest.mark.parametrize("device", DEVICES)
def test_a_lecture_proves_the_duty_of_who_gave_it(hand, device):
    officer = hand("officer", device)
    office = officer.page
    office.goto("/worklists/lists/start/")
    officer.fill(office.get_by_label("年度"), "2026")
    template = office.locator(".lh-templates li", has_text="支部委员履责清单")
    officer.click(template.get_by_role("button"))
    issue = office.get_by_role("button", name=re.compile("下发.+项任务"))
    expect(issue).to_be_visible()
    title = heading(office).inner_text()
    reason = office.get_by_label("仍要下发的理由")
    if reason.count():  # whoever asks more than the month's cap says why
        officer.fill(reason, "履责清单一年只下发一次")
    officer.click(issue)
    expect(office.get_by_text(re.compile(r"已下发：[\d,]+项任务"))).to_be_visible()
    expect(office.get_by_text(title).first).to_be_visible()
    officer.tell(f"a duty list issued to all branches on a {device}", clicks=6)

    # the secretary finds it at home, by posts, with what is asked this year
    secretary = hand("secretary", device)
    page = secretary.page
    page.goto("/")
    secretary.link("我的本年履责")
    expect(heading(page)).to_have_text("我的履责清单")
    expect(page.get_by_role("heading", name="书记")).to_be_visible()
    duty = page.locator(".lh-duties > li", has_text="主持党员大会").first
    secretary.click(duty.get_by_role("link", name="主持党员大会"))
    expect(page.get_by_text(title, exact=True)).to_be_visible()
    expect(page.locator("main .lh-chip", has_text="进行中").first).to_be_visible()
    task, topic = page.url, f"研究迎峰度冬工作（{IN_CHINESE[device]}）"

    # an ordinary record, entered once: nothing is filled in for the list
    page.goto("/activities/record/?kind=members_meeting")
    page.get_by_label("主题", exact=True).fill(topic)
    secretary.button("保存")
    expect(heading(page)).to_contain_text(topic)
    record = page.url
    page.goto(task)
    expect(page.locator("main .lh-chip", has_text="按期").first).to_be_visible()
    expect(page.get_by_role("link", name=topic, exact=True)).to_be_visible()
    expect(page.locator(".lh-timeline").get_by_text("由记录自动完成")).to_be_visible()
    holder = page.locator("dt", has_text="责任人").locator("xpath=following-sibling::dd[1]")
    name = holder.inner_text()

    # the effect: a line in the ledger for the schemes, the sum of the holder for the officer
    page.goto("/ledger/?kind=duty")
    expect(page.get_by_role("link", name="主持党员大会").first).to_be_visible()
    office.goto("/worklists/duties/all/")
    expect(heading(office)).to_have_text("各岗位履责情况")
    expect(office.get_by_role("link", name=name).first).to_be_visible()

    # the record turns out wrong: the duty is open again by itself
    page.goto(record)
    secretary.button("撤回")
    page.locator("[name=reason]").last.fill("未开展")
    page.get_by_role("dialog").get_by_role("button", name="撤回").last.click()
    expect(page.get_by_text(re.compile("已.*撤回")).first).to_be_visible()
    page.goto(task)
    expect(page.locator("main .lh-chip", has_text="进行中").first).to_be_visible()
    expect(page.locator(".lh-timeline").get_by_text("佐证撤回，重新打开")).to_be_visible()


@pytest.mark.parametrize("device", DEVICES)
def test_the_duties_of_a_year_are_summed_for_who_held_the_post(hand, device):
    leader = hand("leader", device)
    page = leader.page
    page.goto("/worklists/duties/")
    expect(heading(page)).to_have_text("我的履责清单")
    expect(page.get_by_role("heading", name="党委书记")).to_be_visible()
    expect(page.get_by_text("主持“第一议题”学习").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    keep_picture(page, f"p04-{device}")
    leader.link("各岗位履责情况")
    expect(page.get_by_role("heading", name="按事项")).to_be_visible()
    rows = page.locator("main tbody").first.locator("tr")
    assert rows.count() >= 6
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    # from a holder to the own list of that holder, in one click
    leader.click(rows.first.get_by_role("link"))
    expect(heading(page)).to_contain_text("的履责清单")
    leader.tell(f"from all posts to one holder's duties on a {device}", clicks=2)
