"""党费: bases in, a month paid with an exception, the statement, the own view, the fact on the ledger."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import Hand, heading, keep_picture, read_sheets

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")
# A month the demo has not kept, a base just above an edge of the table, and the step it comes to.
ENTERED = {"desktop": (5, "5000.01", "75.00"), "phone": (6, "10000.01", "200.00")}


def open_year(page: Page) -> str:
    page.goto("/dues/")
    expect(heading(page)).to_have_text("2026年党费")
    return page.url


def enter_bases(hand: Hand, year: str, month: str, base: str) -> str:
    """Let the first member pay on another base from the month on; return the member's name."""
    page = hand.page
    page.goto(year)
    hand.link("缴费基数")
    expect(heading(page)).to_have_text("缴费基数")
    page.get_by_label("起始日期").fill(month)
    field = page.get_by_label(re.compile("：月缴费基数（元）$")).first
    hand.fill(field, base)
    name = field.get_attribute("aria-label").removesuffix("：月缴费基数（元）")
    hand.button("保存")
    expect(page.get_by_text(re.compile(r"已录入[1-9]\d*条缴费基数。"))).to_be_visible()
    return name


@pytest.mark.parametrize("device", DEVICES)
def test_a_month_is_paid_with_an_exception_and_everything_follows(hand, device):
    secretary = hand("secretary", device)
    page = secretary.page
    year = open_year(page)
    number, base, due = ENTERED[device]
    first = enter_bases(secretary, year, f"2026-0{number}", base)

    page.goto(f"{year}{number}/")
    names = page.get_by_role("checkbox", name=re.compile("已交$"))
    labels = [box.get_attribute("aria-label").removesuffix("已交") for box in names.all()]
    second = next(name for name in labels if name != first)
    expect(page.get_by_role("row").filter(has_text=first)).to_contain_text(due)
    secretary.fill(page.get_by_label("交纳日期"), f"2026-0{number}-12")
    secretary.fill(page.get_by_label(f"{first}：其他金额"), "999.99")
    secretary.button("登记已交")
    expect(page.get_by_text(f"{first}实交与应交不一致，请说明原因。").first).to_be_visible()
    secretary.fill(page.get_by_label(f"{first}：金额不同的原因"), "补交上月差额")
    secretary.fill(page.get_by_label(f"{second}：其他日期"), "2026-11-02")
    secretary.button("登记已交")
    expect(page.get_by_text(f"已登记{len(labels)}人缴费。")).to_be_visible()
    expect(page.get_by_text("逾期补交").first).to_be_visible()

    # a slip is put right with a reason; the former row stays
    secretary.link(f"更正：{first}")
    secretary.fill(page.get_by_label("金额（元）"), due)
    secretary.fill(page.get_by_label("原因"), "差额记错")
    secretary.button("更正缴费")
    expect(page.get_by_text("差额记错")).to_be_visible()

    # the statement says it without another entry, on paper and as a workbook
    page.goto(year)
    row = page.get_by_role("row").filter(has_text=first)
    expect(row.get_by_text(due, exact=True).first).to_be_visible()
    keep_picture(page, f"dues-{device}")
    book = read_sheets(secretary.take(page.get_by_role("link", name="导出"), "xlsx"))
    (rows,) = book.values()
    line = next(row for row in rows if row[0] == first)
    assert line[number] == float(due)
    assert base not in str(rows)

    # the ledger counts members, never amounts
    page.goto(f"/ledger/?q=党费收缴 2026-0{number}")
    expect(page.get_by_text(f"党费收缴 2026-0{number}").first).to_be_visible()
    secretary.record(
        "budget",
        f"dues of {len(labels)} on a {device}: {secretary.fields} fields, {secretary.clicks} clicks",
    )


@pytest.mark.parametrize("device", DEVICES)
def test_a_member_sees_the_own_year_with_its_reasons_and_no_bases_of_others(hand, device):
    member = hand("member", device)
    page = member.page
    page.goto("/dues/")
    expect(heading(page)).to_have_text("我的党费")
    expect(page.get_by_text("在职党员（月薪、年薪）").first).to_be_visible()
    expect(page.get_by_text("×").first).to_be_visible()
    expect(page.get_by_text("缴费基数只有您本人和本支部党费管理人可见。")).to_be_visible()


@pytest.mark.parametrize("device", DEVICES)
def test_the_officer_sees_every_branch_and_who_has_not_paid_for_months(hand, device):
    officer = hand("officer", device)
    page = officer.page
    page.goto("/dues/branches/")
    expect(page.get_by_role("heading", name="连续未交党费")).to_be_visible()
    expect(page.get_by_text("应予提醒").first).to_be_visible()
    officer.link(page.locator("#warned a").first.inner_text())
    expect(heading(page)).to_have_text("2026年党费")
