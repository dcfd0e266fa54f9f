"""P16 一览表: 36 tasks issued in one step, done below, seen in the matrix, urged, accepted, returned, withdrawn."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import IN_CHINESE, Hand, heading, keep_picture, read_sheets

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")
SUMMARY = "报送年度党建工作总结"
PLAN = "制定支部年度工作计划"
A3_LANDSCAPE = (1191, 842)  # points


def open_list(page: Page, title: str, part: str = "") -> None:
    """Go to the list of this title, to one of its tabs."""
    page.goto("/worklists/lists/")
    page.get_by_role("link", name=title, exact=True).first.click()
    if part:
        page.locator(".lh-tabs").get_by_role("link", name=part).click()


def issue(hand: Hand) -> None:
    """Issue what the preview shows; whoever asks more than the month's cap gives a reason."""
    reason = hand.page.get_by_label("仍要下发的理由")
    if reason.count():
        hand.fill(reason, "年度任务一次下发，全年不再另行布置")
    hand.button(re.compile(r"下发[\d,]+项任务"))
    expect(hand.page.get_by_text(re.compile(r"已下发：[\d,]+项任务"))).to_be_visible(timeout=30_000)


def open_cell(hand: Hand, item: str) -> None:
    """Go from the matrix to the one task under the reader's cell of the item."""
    number = re.compile(rf"{item}")
    cell = hand.page.locator(".lh-matrix tbody td a", has_text=number).first
    hand.click(cell)
    hand.link(item)


@pytest.mark.parametrize("device", DEVICES)
def test_36_tasks_are_issued_in_six_clicks_done_accepted_and_withdrawn(hand, device):
    officer = hand("officer", device)
    page = officer.page
    page.goto("/")
    officer.click(page.get_by_role("link", name="任务", exact=True).filter(visible=True).first)
    officer.link("清单")
    officer.link("下发清单")
    template = page.locator("li", has_text="党建工作任务一览表")
    officer.click(template.get_by_role("button", name="用此模板"))
    title = heading(page).inner_text()
    expect(page.get_by_text("谁收到什么")).to_be_visible()
    for word in ("党委", "基层党组织", "普通党员"):
        expect(
            page.locator("th.lh-title", has_text=re.compile(f"^\\s*{word}\\s*$"))
        ).to_be_visible()
    issue(officer)
    officer.tell(f"36 tasks issued to everybody on a {device}", clicks=6, fields=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]

    # below: the secretary does two of them, one of which somebody has to accept
    secretary = hand("secretary", device)
    own = secretary.page
    for item, button in ((PLAN, "完成"), (SUMMARY, "提交验收")):
        open_list(own, title, "矩阵")
        open_cell(secretary, item)
        secretary.button(re.compile(f"^{button}$"))
        expect(own.locator("main")).to_contain_text(item)

    # above: the matrix shows it; a column is urged, what was handed in is accepted
    open_list(page, title, "矩阵")
    if device == "desktop":
        keep_picture(page, "p16")
        done = page.locator("thead th", has_text=PLAN[:8])
        expect(done).to_contain_text(re.compile(r"1/\d+"))
        done.get_by_role("checkbox").check()
        officer.button("催办")
        expect(page.get_by_text(re.compile(r"已催办\d+项"))).to_be_visible()
    branch = page.locator(".lh-matrix tbody tr", has_text="待验收").first
    expect(branch).to_be_visible()
    officer.click(branch.locator("td a", has_text="待验收").first)
    page.get_by_role("checkbox", name=re.compile(SUMMARY)).first.check()
    officer.button("验收")
    expect(page.get_by_text("已验收1项")).to_be_visible()

    # an item is withdrawn with its reason: everybody is reached, the history tells it
    open_list(page, title)
    officer.link(re.compile("总结提炼支部工作法"))
    officer.link("撤回")
    officer.fill(page.locator("[name=reason]").first, f"改为自愿交流（{IN_CHINESE[device]}）")
    officer.button("撤回该事项")
    open_list(page, title, "历史")
    expect(page.get_by_text(f"改为自愿交流（{IN_CHINESE[device]}）").first).to_be_visible()
    open_list(own, title)
    expect(own.locator("tr", has_text="总结提炼支部工作法")).to_contain_text("已撤回")

    # one workbook with items and matrix
    sheets = read_sheets(officer.take(page.get_by_role("link", name="导出"), "xlsx"))
    assert len(sheets["事项"]) == 3 + 35
    assert sheets["矩阵"][-1][0] == "全部"


def test_the_matrix_prints_on_a3_with_its_head(hand):
    officer = hand("officer")
    page = officer.page
    open_list(page, "2026年党建工作任务一览表", "矩阵")
    paper = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[\s*0 0 (\d+)[\d.]* (\d+)", paper)
    assert boxes
    for wide, high in boxes:
        assert (int(wide), int(high)) == pytest.approx(A3_LANDSCAPE, abs=1)


def test_what_the_records_of_the_branch_prove_stands_finished_in_the_list(hand):
    secretary = hand("secretary")
    page = secretary.page
    open_list(page, "2026年党建工作任务一览表")
    secretary.link(re.compile("开展主题党日"))
    secretary.link("各组织进展")
    done = page.locator("main table tr", has_text="已完成").first
    expect(done).to_contain_text("主题党日")
