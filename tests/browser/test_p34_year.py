"""月考核、季督导、年底总评: published months become the quarter, months and signed visits the year."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import heading, keep_picture

pytestmark = pytest.mark.browser
LONG = 120_000  # milliseconds: a run on a busy machine
QUARTER = "/evaluation/?period=2026Q3"
YEAR = "/evaluation/?period=2026"


def run(hand, address: str) -> None:
    """Run the evaluation of a period, the first time or again, and wait until it is there."""
    page = hand.page
    page.goto(address)
    hand.button(re.compile("开始评价|重新计算"))
    expect(page.get_by_role("link", name="结果", exact=True)).to_be_visible(timeout=LONG)


def publish_quarter(hand) -> None:
    """Run and publish the third quarter, unless the other device did."""
    page = hand.page
    page.goto(QUARTER)
    expect(page.get_by_text("以下列已公示结果为基础")).to_be_visible()
    if page.get_by_role("button", name=re.compile("开始评价|重新计算")).count():
        run(hand, QUARTER)
        hand.button("公示")
        hand.button("立即公示")
    expect(page.get_by_text("异议期进行中")).to_be_visible()


def open_chain(page: Page) -> None:
    """From the results of the quarter to the year of the first branch."""
    page.goto(QUARTER)
    page.get_by_role("link", name="结果", exact=True).click()
    page.locator("main tbody th a").first.click()
    page.get_by_role("link", name="月考核、季督导、年底总评").click()
    expect(heading(page)).to_have_text("月考核、季督导、年底总评")


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_months_become_a_quarter_and_a_year(hand, device):
    officer = hand("officer", device)
    page = officer.page
    publish_quarter(officer)
    run(officer, YEAR)
    open_chain(page)
    totals = page.locator("main table", has_text="已公示").first.locator("tbody tr")
    months = [
        float(row.locator("td").first.inner_text())
        for row in totals.all()
        if re.search("已公示|更正", row.inner_text())
    ]
    mean = page.locator(".lh-stat", has_text="已公示各月平均分").locator(".lh-stat-value")
    assert abs(float(mean.inner_text()) - sum(months) / len(months)) < 0.006
    quarter = page.locator(".lh-card", has_text="2026年第三季度").first
    expect(quarter.get_by_text("已公示")).to_be_visible()

    visits = page.locator(".lh-stat", has_text="督导次数").locator(".lh-stat-value")
    expect(visits).to_have_text(re.compile(r"\d+"))
    find_visits(officer)
    run(officer, YEAR)
    open_chain(page)
    appraisal = page.locator("main table", has=page.locator("caption", has_text="年底总评"))
    row = appraisal.locator("tr", has_text="督导及时签认")
    expect(row.locator("td").nth(1)).to_have_text(re.compile(r"\d+\.\d\d|–"))
    expect(page.get_by_text("年度结果（累计）")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= (
        1440 if device == "desktop" else 390
    )
    if device == "desktop":
        keep_picture(page, "p34")
    row.get_by_role("link", name="督导及时签认").click()
    expect(heading(page)).to_have_text("为什么是这个分")
    expect(page.locator("#Y2-1")).to_contain_text("督导及时签认")


def find_visits(hand) -> None:
    """From the page of the year to the round of visits, or to where the officer opens one."""
    hand.link("督导安排")
    expect(hand.page).to_have_url(re.compile(r"/assessment/(\d+/|new/\?form=quarterly-visit)$"))
    expect(hand.page.locator("main")).to_contain_text("季度督导")
