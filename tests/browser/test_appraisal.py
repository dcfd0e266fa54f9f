"""民主评议党员: own words, an anonymous ballot, an observer's recount, the grades, what each is told."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from linghang_core.regulations import recount_list
from tests.browser.hand import Hand, keep_picture

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")
YEARS = {"desktop": "2026", "phone": "2025"}  # both devices share the branch, a year has one
TODAY = "2026-11-21"
VOTERS = ("secretary", "member", "voter-1", "voter-2", "voter-3")


@pytest.mark.parametrize("device", DEVICES)
def test_members_appraise_each_other_and_an_observer_counts_again(hand, device):
    secretary, member, officer = (hand(role, device) for role in ("secretary", "member", "officer"))
    page, year = secretary.page, YEARS[device]
    page.goto(f"/appraisal/?year={year}")
    secretary.click(
        page.get_by_role("main").get_by_role("link", name=re.compile("供电所党支部")).first
    )
    expect(page.get_by_text("参加评议；预备党员参加评议，不评定等次")).to_be_visible()
    for label in ("自评截止日期", "测评截止日期"):
        secretary.fill(page.get_by_label(label), TODAY)
    secretary.button("启动")
    expect(page.get_by_text("民主评议已启动。")).to_be_visible()
    address = page.url

    for one in (secretary, member):
        write(one, address)
    page.goto(address)
    secretary.link("开启测评")
    secretary.fill(page.get_by_label("原因"), "在外值班，会上口头自评")
    secretary.button("开启测评")

    codes = {role: vote(hand(role, device), address) for role in VOTERS}
    page.goto(address)
    expect(page.get_by_text(re.compile("系统内已投5人"))).to_be_visible()
    secretary.link("结束测评")
    secretary.button("结束测评")
    expect(page.get_by_text("已登记：结束测评。")).to_be_visible()

    recount(member, address, [code for mine in codes.values() for code in mine])
    keep_picture(member.page, f"appraisal-{device}")

    page.goto(address)
    secretary.link("评定等次")
    page.get_by_label("等次").first.select_option(label="优秀")
    secretary.button("评定等次")
    for deed in ("报告等次",):
        secretary.link(deed)
        secretary.button(deed)
    expect(page.get_by_text("已登记：报告等次。")).to_be_visible()
    officer.page.goto(address)
    officer.link("审批等次")
    officer.button("审批等次")
    expect(officer.page.get_by_text("已登记：审批等次。")).to_be_visible()
    page.goto(address)
    secretary.link("反馈本人")
    secretary.button("反馈本人")

    # what follows: the member's own grade and no other, the duty met, the ledger line
    member.page.goto(address)
    expect(member.page.locator("#grades")).to_have_count(0)
    member.link("我的评议")
    expect(member.page.locator("#result")).to_contain_text(re.compile("优秀|合格"))
    page.goto(f"/appraisal/?year={year}")
    expect(page.get_by_text("已反馈每名党员").filter(visible=True).last).to_be_visible()
    officer.page.goto(f"/ledger/?q={year}年度民主评议党员")
    expect(officer.page.get_by_text(f"{year}年度民主评议党员").first).to_be_visible()
    secretary.record("budget", f"appraisal on a {device}: {secretary.fields} fields typed")


def write(hand: Hand, address: str) -> None:
    page = hand.page
    page.goto(address)
    hand.link("写个人自评")
    expect(page.get_by_text("台账中你的一年")).to_be_visible()
    for label in ("我承诺了什么", "我做了什么", "差距和整改打算"):
        hand.fill(page.get_by_label(label), "带头值守，按期完成。")
    hand.button("提交自评")
    expect(page.get_by_text("个人自评已提交。")).to_be_visible()


def vote(hand: Hand, address: str) -> list[str]:
    """Cast a ballot and return the receipt codes; the way back leads to no second one."""
    page = hand.page
    page.goto(address)
    hand.link("去投票")
    for box in page.get_by_role("radio", name="合格", exact=True).all():
        box.check()
    page.get_by_role("radio", name="优秀", exact=True).first.check()
    hand.button("投入票箱")
    expect(page.get_by_text("投票成功")).to_be_visible()
    codes = page.locator("#receipt code").all_inner_texts()
    hand.link("返回民主评议")
    expect(page.get_by_text("你已投票，或为纸质投票。")).to_be_visible()
    return codes


def recount(hand: Hand, address: str, codes: list[str]) -> None:
    """Find every code in the list, count the file again, and meet the digest of the page."""
    page: Page = hand.page
    page.goto(address)
    hand.link("票单与重新计票")
    expect(page.get_by_text("各项合计与公布的一致")).to_be_visible()
    text = hand.take(page.get_by_role("link", name="CSV"), "csv").decode("utf-8")
    found = recount_list(text)
    assert (found.slips, found.faults) == (len(codes), ())
    assert all(code in text for code in codes)
    expect(page.get_by_text(found.digest)).to_be_visible()
    voters = {sum(grades.values()) for grades in found.totals.values()}
    assert voters == {len(VOTERS), len(VOTERS) - 1}
