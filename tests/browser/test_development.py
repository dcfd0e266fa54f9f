"""发展党员: a whole way into the Party, from the application to the roster, on a desktop and a phone."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import IN_CHINESE, Hand, heading, keep_picture, read_sheets

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")
# What is recorded, by whom, on which day; a second part is what the step asks for beyond its day.
WAY = (
    ("党组织派人谈话", "secretary", date(2022, 3, 20), ""),
    ("推荐和确定入党积极分子", "secretary", date(2022, 6, 1), ""),
    ("上级党委备案", "officer", date(2022, 6, 10), ""),
    ("指定培养联系人", "secretary", date(2022, 6, 10), "two people"),
    ("培养教育考察", "secretary", date(2022, 12, 1), ""),
    ("培养教育考察", "secretary", date(2023, 6, 1), ""),
    ("确定发展对象", "secretary", date(2023, 6, 20), ""),
    ("报上级党委备案", "officer", date(2023, 7, 1), ""),
    ("确定入党介绍人", "secretary", date(2023, 7, 5), ""),
    ("政治审查", "secretary", date(2023, 8, 1), ""),
    ("开展集中培训", "secretary", date(2023, 8, 20), "days"),
    ("支部委员会审查", "secretary", date(2023, 9, 1), ""),
    ("上级党委预审", "officer", date(2023, 9, 20), ""),
    ("填写入党志愿书", "secretary", date(2023, 9, 25), ""),
    ("支部大会讨论", "secretary", date(2023, 10, 10), "vote"),
    ("上级党委派人谈话", "officer", date(2023, 11, 1), ""),
    ("上级党委审批", "officer", date(2023, 12, 20), ""),
    ("再上一级党委组织部门备案", "officer", date(2024, 1, 5), ""),
    ("编入党支部和党小组", "secretary", date(2024, 1, 5), ""),
    ("入党宣誓", "secretary", date(2024, 7, 1), ""),
    ("继续教育和考察", "secretary", date(2024, 7, 10), ""),
    ("提出转正申请", "secretary", date(2024, 9, 20), ""),
    ("支部大会讨论转正", "secretary", date(2024, 10, 10), "vote"),
    ("上级党委审批转正", "officer", date(2024, 12, 1), ""),
    ("材料归档", "officer", date(2024, 12, 10), ""),
)


@pytest.mark.parametrize("device", DEVICES)
def test_somebody_applies_and_three_years_later_stands_in_the_roster(hand, device):
    name = {"desktop": "卓青禾", "phone": "卓晚晴"}[device]
    hands = {"secretary": hand("secretary", device)}
    secretary = hands["secretary"]
    page = secretary.page
    page.goto("/membership/")
    secretary.link("登记入党申请")
    secretary.fill(page.get_by_label("姓名"), name)
    page.get_by_label("女", exact=True).check()
    secretary.fill(page.get_by_label("出生日期"), "2004-03-02")
    secretary.fill(page.get_by_label("递交申请书日期"), "2022-03-01")
    secretary.button("收下")
    expect(page.get_by_text("18").first).to_be_visible()  # refused: a day too young
    expect(heading(page)).to_have_text("登记入党申请")
    secretary.fill(page.get_by_label("出生日期"), "1998-05-20")
    secretary.button("收下")
    expect(heading(page)).to_have_text(name)
    address = page.url

    hands["officer"] = hand("officer", device)
    for step, role, on, asked in WAY:
        take_step(hands[role], address, step, on, asked)
    expect(hands["officer"].page.get_by_text("已转正归档").first).to_be_visible()
    expect(hands["officer"].page.get_by_text("2024-10-10").first).to_be_visible()

    officer = hands["officer"]
    officer.page.goto("/membership/")
    rows = read_sheets(officer.take(officer.page.get_by_role("link", name="导出"), "xlsx"))
    assert name in str(rows)

    # the roster knows without another entry: a full member of the branch since the meeting
    page.goto(f"/people/?q={name}")
    secretary.link(name)
    expect(page.get_by_text("正式党员").first).to_be_visible()
    expect(page.get_by_text("2023-10-10").first).to_be_visible()
    for who, one in hands.items():
        one.record(
            "budget", f"25 steps on a {device}, {who}: {one.fields} fields, {one.clicks} clicks"
        )


def take_step(hand: Hand, address: str, step: str, on: date, asked: str) -> None:
    page = hand.page
    page.goto(address)
    hand.click(page.get_by_role("link", name=f"登记：{step}", exact=True))
    expect(heading(page)).to_have_text(step)
    hand.fill(page.get_by_label("日期", exact=True), on.isoformat())
    if asked == "two people":
        choose_members(page)
    elif asked == "days":
        hand.fill(page.get_by_label("培训天数"), "3")
        hand.fill(page.get_by_label("学时"), "24")
    elif asked == "vote":
        vote(hand, page)
    hand.button("登记")
    expect(page.get_by_text(f"已登记：{step}。")).to_be_visible()


def choose_members(page: Page) -> None:
    """Choose two who were full members by then: the page says since when they are."""
    boxes = page.get_by_role("checkbox")
    names = [box.evaluate("box => box.labels[0].textContent.trim()") for box in boxes.all()]
    early = [at for at, name in enumerate(names) if re.search(r"(19|20[01])\d", name)]
    for at in early[:2]:
        boxes.nth(at).check()


def vote(hand: Hand, page: Page) -> None:
    """First a vote that did not reach its majority, which is refused with its basis; then one that did."""
    voters = page.get_by_label("应到会有表决权人数")
    hand.fill(page.get_by_label("实到会人数"), "4")
    hand.fill(page.get_by_label("赞成", exact=True), "1")
    hand.button("登记")
    expect(page.get_by_role("alert")).to_be_visible()
    known = re.search(r"花名册有正式党员(\d+)人", page.get_by_role("alert").inner_text())
    if known:  # the branch has grown since: only who was a member then had a vote
        hand.fill(voters, known[1])
        hand.button("登记")
    expect(page.get_by_text("表决未通过").first).to_be_visible()
    hand.fill(page.get_by_label("实到会人数"), voters.input_value())
    hand.fill(page.get_by_label("赞成", exact=True), voters.input_value())


@pytest.mark.parametrize("device", DEVICES)
def test_what_waits_too_long_is_seen_and_asks_why(hand, device):
    secretary = hand("secretary", device)
    page = secretary.page
    page.goto("/membership/new/")
    secretary.fill(page.get_by_label("姓名"), f"甘若兰{IN_CHINESE[device]}")
    page.get_by_label("女", exact=True).check()
    secretary.fill(page.get_by_label("出生日期"), "1999-01-08")
    secretary.fill(page.get_by_label("递交申请书日期"), "2026-09-01")
    secretary.button("收下")
    expect(page.get_by_text("2026-10-01起超期")).to_be_visible()
    keep_picture(page, f"development-{device}")
    secretary.link("登记：党组织派人谈话")
    secretary.button("登记")  # today: six weeks late
    expect(page.get_by_text("2026-10-01").first).to_be_visible()
    secretary.fill(page.get_by_label("未按规定的原因"), "申请人外出支援抢修")
    secretary.button("登记")
    expect(page.get_by_text("申请人外出支援抢修")).to_be_visible()
