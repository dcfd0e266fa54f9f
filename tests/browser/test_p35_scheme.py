"""P35 量化评价体系: a scheme from nothing to adopted, and a trial that stops a bad one."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hand import IN_CHINESE, heading, keep_picture

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")


def start(officer, title: str) -> str:
    """Begin a scheme from nothing, name it, and return the address of its draft."""
    officer.page.goto("/evaluation/schemes/")
    officer.button("新建方案")
    officer.fill(officer.page.get_by_label("名称", exact=True), title)
    officer.button("保存")
    expect(heading(officer.page)).to_have_text(title)
    return officer.page.url.split("#")[0]


def try_it(officer) -> None:
    officer.link("用往期试算")
    officer.page.get_by_role("button", name=re.compile("试算$")).click()
    officer.page.locator("#result").wait_for(timeout=60_000)


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.parametrize("device", DEVICES)
def test_a_scheme_from_nothing_to_adopted(hand, device):
    title = f"服务先锋支部评价（{IN_CHINESE[device]}）"
    officer = hand("officer", device)
    page = officer.page
    draft = start(officer, title)

    card = page.locator("#D3")
    officer.click(card.get_by_role("link", name="添加指标"))
    officer.fill(page.get_by_label("名称", exact=True), "服务时长人均")
    page.get_by_label("怎么度量").select_option("sum")
    search = page.get_by_label(re.compile("^查找事实"))
    expect(search).to_have_count(1)
    search.fill("服务")
    found = page.get_by_label(re.compile("service.hours"))
    found.wait_for()
    with page.expect_response("**/criteria/**"):
        found.check()
    tasks = page.get_by_label(re.compile("· task$"))
    tasks.uncheck()
    expect(tasks).to_have_count(0)
    page.get_by_label("满分值").fill("30")
    page.get_by_label("依据", exact=True).fill("本单位服务先锋办法")
    officer.button("保存")
    expect(page.locator("#D3-2")).to_contain_text("服务时长合计")
    expect(page.locator("main")).to_contain_text("合计 105 分")

    page.get_by_label("D3-1 分值").fill("15")
    page.get_by_label("D3-1 分值").press("Tab")
    expect(page.locator("main")).to_contain_text("正好等于基准分")
    assert fits(page)
    if device == "desktop":
        keep_picture(page, "p35")

    try_it(officer)
    expect(page.locator("main")).to_contain_text("前后档次分布")
    assert fits(page)
    page.goto(draft)
    officer.button("提交党委审定")
    expect(page.locator("main")).to_contain_text("待党委审定")

    leader = hand("leader", device)
    leader.page.goto(draft)
    leader.link("审定")
    reason = leader.page.get_by_label(re.compile("理由"))
    reason.fill("党委会研究同意试行一个季度")
    leader.button("同意审定")
    expect(heading(leader.page)).to_have_text(f"{title} 1.0.0")
    expect(leader.page.locator("main")).to_contain_text("生效")


@pytest.mark.parametrize("device", DEVICES)
def test_a_trial_stops_a_bad_scheme(hand, device):
    officer = hand("officer", device)
    page = officer.page
    draft = start(officer, f"活动积分（{IN_CHINESE[device]}）")
    officer.link("文本")
    area = page.get_by_label("方案", exact=True)
    area.fill(BAD)
    officer.button("保存")
    expect(page.locator("#D1-1")).to_contain_text("国办函〔2026〕12号")
    try_it(officer)
    verdict = page.locator(".lh-verdict")
    expect(verdict).to_contain_text("这个方案不应审定，因为")
    expect(verdict).to_contain_text("以打卡、签到计分")
    assert fits(page)
    page.goto(draft)
    officer.button("提交党委审定")

    leader = hand("leader", device)
    leader.page.goto(draft)
    leader.link("审定")
    expect(leader.page.locator("main")).to_contain_text("以打卡、签到计分")
    leader.button("同意审定")
    expect(leader.page.locator("main")).to_contain_text("请写明党委仍予审定的理由")
    leader.page.get_by_label(re.compile("理由")).fill("签到次数不能评价支部，退回重写")
    leader.button("写明理由退回")
    expect(leader.page.locator("main")).to_contain_text("已退回：签到次数不能评价支部，退回重写")


BAD = """\
code: activity-points
version: 1.0.0
title: {en: Activity points, zh: 活动积分}
subject: unit
unit_kinds: [branch, joint_branch]
period: month
base: '100'
total: {minimum: '0', maximum: '100'}
minimum_sample: {members: 3, months: 3}
peer_groups:
- code: all
  title: {en: All, zh: 全部支部}
  otherwise: true
bands:
- {code: high, title: {en: high, zh: 高}, from: '60'}
- {code: low, title: {en: low, zh: 低}, from: '0'}
dimensions:
- code: D1
  title: {en: Activity, zh: 活动}
  criteria:
  - code: D1-1
    title: {en: Clock-ins, zh: 打卡签到次数}
    nature: basic
    points: '100'
    window: month
    measure: {count: {kinds: ['activity.*']}}
    score: {proportional: {target: '10'}}
    basis: 无
"""
