"""An objection to a published score: rejected, appealed, upheld by somebody else; the score changes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hand import heading

pytestmark = pytest.mark.browser
LONG = 120_000  # milliseconds: a run on a busy machine
TEXT = "十月的一次走访没有计入支部得分。"


@pytest.fixture
def published(hand):
    """October is public and open for objections, whoever published it."""
    officer = hand("officer")
    page = officer.page
    page.goto("/evaluation/?period=2026-10")
    if page.get_by_role("button", name=re.compile("开始评价|重新计算")).count():
        officer.button(re.compile("开始评价|重新计算"))
        expect(page.get_by_role("button", name="公示", exact=True)).to_be_visible(timeout=LONG)
    if page.get_by_role("button", name="公示", exact=True).count():
        officer.click(page.get_by_role("button", name="公示", exact=True))
        officer.button("立即公示")
        expect(page.get_by_text(re.compile("异议期进行中|待裁定"))).to_be_visible()


def decide(hand, address: str, verdict: str, words: str) -> None:
    page = hand.page
    page.goto(address)
    page.locator(f"input[value={verdict}]").check()
    hand.fill(page.locator("textarea[name=decision]"), words)
    hand.button("裁定")
    expect(page.get_by_text(words).first).to_be_visible()


def test_appeal_changes_a_published_score(published, hand):
    # the secretary objects to the score of the own branch, on a phone
    secretary = hand("secretary", "phone")
    page = secretary.page
    page.goto("/evaluation/scores/mine/")
    page.locator(".lh-card", has_text="我的支部").get_by_role("link").first.click()
    score = page.url
    secretary.link("提出异议")
    secretary.fill(page.locator("textarea[name=text]"), TEXT)
    secretary.button("提交异议")
    expect(page.get_by_text(TEXT)).to_be_visible()
    first = page.url

    decide(hand("supervisor"), first, "reject", "没有相应记录。")

    # a record turns up; the secretary enters it and appeals once
    page.goto(first)
    secretary.link("申诉")
    secretary.fill(page.locator("textarea[name=text]"), "记录已经补上，请复核。")
    secretary.button("提交申诉")
    expect(heading(page)).to_have_text("申诉")
    second = page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    supervisor = hand("supervisor").page
    supervisor.goto(second)
    expect(supervisor.get_by_text("原异议由您裁定，申诉由他人裁定")).to_be_visible()
    assert supervisor.locator("textarea[name=decision]").count() == 0

    record_improvement(hand("officer"), score)
    decide(hand("leader"), second, "uphold", "记录属实，予以采纳。")

    page.goto(score)
    expect(page.get_by_text("更正", exact=True).first).to_be_visible()
    correction = page.locator(".lh-notice", has_text="记录属实，予以采纳。").inner_text()
    old, new = (float(n) for n in re.search(r"([\d.]+)\s*→\s*([\d.]+)", correction).groups())
    assert new > old
    total = page.locator(".lh-stat", has_text="总分").locator(".lh-stat-value").inner_text()
    assert float(total) == old  # the published number stays; the correction stands beside it

    officer = hand("officer").page
    officer.goto("/evaluation/objections/statistics/")
    expect(officer.locator("main table", has_text="n = 1").first).to_be_visible()


def record_improvement(hand, score: str) -> None:
    """Enter the service of October that was missing, for the branch of the score."""
    page = hand.page
    page.goto(score)
    page.get_by_role("link", name="月考核、季督导、年底总评").click()
    unit = re.search(r"/units/(\d+)/", page.url).group(1)
    page.goto(f"/activities/record/?kind=improvement&unit={unit}&on=2026-10-20")
    hand.fill(page.get_by_role("textbox", name="内容"), "台区线损治理工具被采纳")
    page.locator("input[name=verified]").check()
    hand.button("保存")
    expect(page.get_by_text("已记录。")).to_be_visible()
