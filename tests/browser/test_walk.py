"""The walk from the customer's workbooks to a published, explained index, one story for each role.

The stories are told in order and stand on one another. Budgets are those of the roles' own lists;
clicks and fields are asserted, and printed with the seconds when all tests are done.
"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import heading, keep_picture, read_sheets

pytestmark = pytest.mark.browser
DATA = Path(__file__).parents[1] / "data"
WORKBOOKS = sorted(DATA.glob("*.xlsx"))
ANSWERS = json.loads(next(DATA.glob("*.json")).read_text(encoding="utf-8"))
WAITING = "异议期进行中"
LONG = 120_000  # milliseconds: an import of two thousand rows on a busy machine


# -- the newcomer: from two workbooks to a published index -----------------------------------------


def test_newcomer_brings_in_the_workbooks(hand):
    newcomer = hand("newcomer")
    page = newcomer.page
    page.goto("/")
    newcomer.link("导入")
    page.set_input_files("input[type=file]", WORKBOOKS)
    newcomer.button("检查文件")
    expect(page.get_by_role("heading", name="需要改正的内容")).to_be_visible(timeout=LONG)
    assert read_faults(page) >= {(f["sheet"], f["row"], f["column"]) for f in ANSWERS["faults"]}
    page.goto(page.url.partition("?")[0])
    keep_picture(page, "import")

    sheets = read_sheets(newcomer.take(page.get_by_role("link", name="错误行"), "xlsx"))
    assert set(sheets) >= {fault["sheet"] for fault in ANSWERS["faults"]}
    assert any("原因" in str(cell) for rows in sheets.values() for row in rows for cell in row)

    newcomer.button(re.compile(r"导入 [\d,]+ 行正确数据"))
    expect(page.get_by_text("正确的行已导入")).to_be_visible(timeout=LONG)
    newcomer.tell("two workbooks brought in", clicks=5)


def read_faults(page: Page) -> set[tuple[str, int, str]]:
    """Return sheet, row and column of every fault, over all pages of the list."""
    found = set()
    while True:
        table = page.locator("table", has=page.locator("caption", has_text="需要改正的内容"))
        for cells in table.locator("tbody tr").all():
            sheet, row, column = cells.locator("th, td").all_inner_texts()[:3]
            found.add((sheet.strip(), int(row), column.strip()))
        onward = page.locator("a[rel=next]")
        if not onward.count():
            return found
        onward.first.click()
        page.wait_for_load_state()


def test_the_same_workbooks_again_change_nothing(hand):
    newcomer = hand("newcomer")
    page = newcomer.page
    page.goto("/import/")
    page.set_input_files("input[type=file]", WORKBOOKS)
    newcomer.button("检查文件")
    expect(page.get_by_role("heading", name="需要改正的内容")).to_be_visible(timeout=LONG)
    assert page.get_by_role("button", name=re.compile("行正确数据")).count() == 0
    for label in ("新增", "变更"):
        stat = page.locator(".lh-stat", has=page.get_by_text(label, exact=True))
        expect(stat.locator(".lh-stat-value")).to_have_text("0")


def test_newcomer_looks_around(hand):
    newcomer = hand("newcomer")
    page = newcomer.page
    page.goto("/")
    newcomer.link("组织")
    expect(page.get_by_text("中共示范滨海供电公司委员会").first).to_be_visible()
    keep_picture(page, "p01")
    newcomer.click(page.locator("main").get_by_role("link", name="东岭供电所党支部").first)
    expect(heading(page)).to_have_text("东岭供电所党支部")
    newcomer.link("人员与任职")
    person = page.locator("main a[href^='/people/']").filter(has_text=re.compile(r"^\S{2,4}$"))
    name = person.first.inner_text()
    newcomer.click(person.first)
    expect(heading(page)).to_have_text(name)
    assert re.search(r"\d{4}\*{6,}\w{4}", page.locator("main").inner_text())
    page.keyboard.press("/")
    page.keyboard.type("东岭")
    page.keyboard.press("Enter")
    expect(page.locator("main").get_by_role("link", name="东岭供电所党支部").first).to_be_visible()


def test_newcomer_evaluates_the_month_and_publishes_it(hand):
    newcomer = hand("newcomer")
    page = newcomer.page
    page.goto("/")
    visited: list[str] = []
    page.on("framenavigated", lambda frame: visited.append(frame.url))
    newcomer.link("评价")
    newcomer.button("开始评价")
    publish = page.get_by_role("button", name="公示", exact=True)
    expect(publish).to_be_visible(timeout=LONG)  # the progress page leads here by itself
    newcomer.click(publish)
    newcomer.button("立即公示")
    expect(page.get_by_text(WAITING)).to_be_visible()
    assert any("/evaluation/progress/" in address for address in visited)
    newcomer.tell("a month from open to published", clicks=5)


# -- the secretary: one month of a branch ------------------------------------------------------


def test_secretary_records_a_theme_day_on_a_phone(hand):
    secretary = hand("secretary", "phone")
    page = secretary.page
    page.goto("/")
    secretary.click(page.get_by_role("link", name="录入").filter(visible=True).first)
    secretary.link("主题党日")
    seats = page.locator(".lh-seat")
    people = seats.count()
    keep_picture(page, "phone-record")
    shown = count_fields(page)
    secretary.fill(page.get_by_label("主题", exact=True), "迎峰度冬保电党员先行")
    for seat in (seats.nth(0), seats.nth(1)):
        secretary.click(seat.get_by_role("checkbox"))
    expect(page.locator("[data-lh-present]")).to_have_text(str(people - 2))
    secretary.button("保存")
    expect(heading(page)).to_contain_text("迎峰度冬保电党员先行")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    secretary.fields = shown
    secretary.tell(f"theme day of {people} people, two absent, on a phone", fields=8)

    secretary = secretary.begin()
    secretary.link("更正")
    secretary.fill(page.get_by_label("主题", exact=True), "迎峰度冬保电，党员先行")
    secretary.fill(page.get_by_label("更正理由"), "主题少了标点")
    secretary.button("保存")
    expect(heading(page)).to_contain_text("迎峰度冬保电，党员先行")
    expect(page.get_by_text("主题少了标点")).to_be_visible()
    secretary.tell("a record corrected", clicks=2, fields=2)


def count_fields(page: Page) -> int:
    """Return how many fields the form shows; the list of names is one."""
    shown = page.locator("main form.lh-narrow .lh-field").filter(visible=True)
    return shown.count()


def test_secretary_finishes_a_task_in_two_taps(hand):
    secretary = hand("secretary", "phone")
    page = secretary.page
    page.goto("/")
    task = page.locator("main a[href^='/worklists/']").filter(has_text="提出一条合理化建议")
    secretary.click(task.first)
    secretary.button("完成")
    expect(page.get_by_text("已完成：提出一条合理化建议")).to_be_visible()
    secretary.tell("a task finished", clicks=2)


def test_secretary_filters_the_time_line_and_takes_it_as_excel(hand):
    secretary = hand("secretary")
    page = secretary.page
    page.goto("/")
    secretary.link("台账")
    page.locator("main input[name=q]").fill("迎峰度冬保电")
    page.wait_for_url(re.compile("q="))
    expect(page.locator("main tbody tr")).to_have_count(1)
    data = secretary.take(page.get_by_role("link", name="导出 Excel"), "xlsx")
    cells = {str(cell) for rows in read_sheets(data).values() for row in rows for cell in row}
    assert "迎峰度冬保电，党员先行" in cells


# -- the officer: the month, the documents ---------------------------------------------------------


def test_officer_looks_through_the_results_and_publishes(hand):
    officer = hand("officer")
    page = officer.page
    page.goto("/")
    keep_picture(page, "home-officer")
    page.goto("/evaluation/")
    page.get_by_role("link", name="结果").first.click()
    expect(heading(page)).to_contain_text("红旗指数")
    keep_picture(page, "results")
    page.get_by_role("link", name="指标 × 支部").first.click()
    assert page.locator("main table tbody tr").count() >= 6
    page.get_by_role("link", name="结果").first.click()
    page.locator("main tbody a").first.click()
    page.get_by_role("link", name="为什么是这个分").first.click()
    expect(heading(page)).to_have_text("为什么是这个分")
    keep_picture(page, "why")
    assert_adds_up(page)

    officer = officer.begin()
    page.goto("/")
    officer.link("评价")
    # what the secretary recorded in November does not touch October
    assert page.get_by_role("button", name="重新计算").count() == 0
    officer.click(page.get_by_role("button", name="公示", exact=True))
    officer.button("立即公示")
    expect(page.get_by_text(WAITING)).to_be_visible()
    officer.tell("computed month published", clicks=5)


def assert_adds_up(page: Page) -> None:
    """The lines of the sum, as printed, add up to the total, as printed."""
    table = page.locator("table", has=page.locator("caption", has_text="总分怎样相加"))
    *lines, total = table.locator("tbody tr td").all_inner_texts()
    points = [round(float(line.replace("−", "-").replace("+", "")) * 100) for line in lines]
    assert sum(points) == round(float(re.search(r"[\d.]+", total).group()) * 100)


def test_officer_takes_bulletin_and_score_book_by_one_click(hand):
    officer = hand("officer")
    page = officer.page
    page.goto("/evaluation/publications/")
    page.locator("main tbody a").first.click()
    officer = officer.begin()
    data = officer.take(page.get_by_role("button", name="通报"), "docx")
    officer.tell("bulletin", clicks=1)
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(data)).paragraphs)
    assert "2026年10月" in text
    assert "总体情况" in text

    officer = officer.begin()
    sheets = read_sheets(officer.take(page.get_by_role("button", name="得分册"), "xlsx"))
    officer.tell("score book", clicks=1)
    assert "汇总" in next(iter(sheets))


# -- the member and the leader ---------------------------------------------------------------------


def test_member_sees_the_own_score_and_objects_in_one_sentence(hand):
    member = hand("member", "phone")
    page = member.page
    page.goto("/")
    expect(page.get_by_text("我的红星指数")).to_be_visible()
    member.click(page.get_by_role("link", name="为什么是这个分").first)
    expect(heading(page)).to_have_text("为什么是这个分")
    assert_adds_up(page)
    member.link("提出异议")
    member.fill(page.locator("textarea[name=text]"), "十月的一次志愿服务没有计入。")
    member.button("提交异议")
    expect(page.get_by_text("十月的一次志愿服务没有计入。")).to_be_visible()
    member.tell("an objection", clicks=3, fields=1)


def test_leader_decides_the_objection(hand):
    leader = hand("leader")
    page = leader.page
    page.goto("/")
    leader.click(page.get_by_role("link", name="十月的一次志愿服务没有计入。"))
    leader.click(
        page.locator("label", has_text="不成立").or_(page.locator("input[value=reject]")).first
    )
    leader.fill(page.locator("textarea[name=decision]"), "经查，该次服务记录在十一月。")
    leader.button("裁定")
    expect(page.get_by_text("经查，该次服务记录在十一月。").first).to_be_visible()
    leader.tell("an objection decided", clicks=3, fields=1)


def test_leader_gets_from_a_number_to_its_facts(hand):
    leader = hand("leader")
    page = leader.page
    page.goto("/")
    leader.click(page.locator(".lh-stat a", has_text="支部指数均值"))
    leader.click(page.locator("main tbody a").first)
    leader.link("为什么是这个分")
    facts = page.locator("main a[href^='/ledger/'], main a[href^='/activities/']")
    assert facts.count() > 0
    leader.tell("from a number to the facts under it", clicks=3)


def test_reader_changes_language_and_theme(hand):
    """Both switches are on every page and go both ways; the choice stays on the next page."""
    supervisor = hand("supervisor")
    page = supervisor.page
    language = page.locator("form[action='/language/'] button").filter(visible=True).first
    theme = page.locator("form[action='/ui/theme/'] button").filter(visible=True).first
    page.goto("/evaluation/objections/")
    language.click()
    expect(heading(page)).to_have_text("Objections")
    theme.click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.goto("/evaluation/publications/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    theme.click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    language.click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
