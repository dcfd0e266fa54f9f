"""P23 对照共性问题自查、廉洁风险、预警线索: from what is asked to a problem; seen by few, on both devices."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import IN_CHINESE, heading, keep_picture, read_sheets

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")
BRANCH = "东岭供电所党支部"
ASKED = ("上级部署以转发代替落实", "会议多、层层开、陪会多", "工作群、打卡过多")


def answer(page: Page, finding: str, presence: str, **words: str) -> None:
    """Answer one finding; each field is saved as it is left."""
    line = page.locator("article").filter(has=page.locator("h2", has_text=finding))
    line.locator("form").get_by_text(presence, exact=True).click()
    expect(line.get_by_role("status")).to_contain_text("已保存")
    for label, text in words.items():
        field = line.get_by_label(label)
        with page.expect_response(lambda answered: "/answer/" in answered.url):
            field.fill(text)
            field.press("Tab")
        expect(line.get_by_label(label)).to_have_value(text)
    expect(line.get_by_role("status")).to_contain_text("已保存")


@pytest.mark.parametrize("device", DEVICES)
def test_what_is_asked_becomes_a_problem_of_the_unit_and_a_cell_of_the_matrix(hand, device):
    title = f"作风问题专项自查（{IN_CHINESE[device]}）"
    there = f"一个工作群每天打卡接龙（{IN_CHINESE[device]}）"
    supervisor = hand("supervisor", device)
    desk = supervisor.page
    desk.goto("/supervision/")
    supervisor.link("开展专项自查")
    supervisor.fill(desk.get_by_label("名称"), title)
    for box in desk.locator("[name=units]").all():
        box.set_checked(False)
    supervisor.click(desk.get_by_label(BRANCH))
    for finding in ASKED:
        supervisor.click(desk.get_by_label(finding))
    supervisor.button("开展专项自查")
    expect(heading(desk)).to_have_text(title)
    supervisor.tell(f"a self-examination opened on a {device}", clicks=6, fields=1)
    address = desk.url

    # the unit: told that it is asked, not what; each finding in a sentence, one is there
    secretary = hand("secretary", device)
    page = secretary.page
    page.goto("/notices/received/")
    expect(page.get_by_text(title)).to_have_count(0)
    page.goto("/supervision/asked/")
    secretary.link(title)
    reply = page.url
    answer(page, ASKED[0], "不存在", 查看了什么="抽看3份文件，都有任务和责任人")
    answer(page, ASKED[1], "已整改", 查看了什么="上月全部会议", 一句话说明="两个会已合并")
    secretary.button("报送答复")
    expect(page.get_by_text(re.compile("尚未作答：3")).first).to_be_visible()
    answer(
        page,
        ASKED[2],
        "存在",
        查看了什么="清点在用工作群",
        一句话说明=there,
        整改措施="取消接龙，改为群公告",
    )
    with page.expect_response(lambda answered: "/answer/" in answered.url):
        page.get_by_label("列为本单位问题").check()
    expect(page.get_by_label("列为本单位问题")).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    secretary.button("报送答复")
    expect(page.get_by_text("已报送，列为问题的已进入问题整改。")).to_be_visible()

    # the effect: the branch has its problem with the measure, the supervisor the cell
    page.goto("/rectification/")
    secretary.link(there)
    expect(heading(page)).to_have_text(there)
    expect(page.get_by_text("取消接龙，改为群公告").first).to_be_visible()
    desk.goto(address)
    row = desk.locator("tr", has=desk.get_by_role("link", name=BRANCH))
    expect(row.locator("td")).to_have_text([re.compile("已作答"), "不存在", "已整改", "存在"])
    again = supervisor.begin()
    again.link(BRANCH)
    expect(desk.get_by_text(there).first).to_be_visible()
    again.tell(f"from the matrix to what a unit answered on a {device}", clicks=1, fields=0)

    # nobody else
    for role, status in (("officer", 404), ("member", 403), ("expert", 403)):
        other = hand(role, device).page
        assert other.request.get(reply).status == status
        assert other.request.get(address).status == 403
        other.goto(f"/search/?q={title}")
        expect(other.locator("main a", has_text=title)).to_have_count(0)


@pytest.mark.parametrize(("device", "unit"), [("desktop", "调度控制中心"), ("phone", BRANCH)])
def test_hint_is_looked_at_and_decided_and_others_see_nothing(hand, device, unit):
    supervisor = hand("supervisor", device)
    page = supervisor.page
    page.goto(f"/supervision/hints/?q={unit}")
    supervisor.button("立即计算")  # nothing new: the night has done it
    page.goto(f"/supervision/hints/?q={unit}&state=new")
    again = supervisor.begin()
    again.link("整改措施长期超期")
    expect(page.get_by_text("线索只是记录提示应当问一问，不代表有错。")).to_be_visible()
    expect(page.get_by_text("已查看").first).to_be_visible()
    hint = page.url
    why = f"查看线索后的处置理由（{IN_CHINESE[device]}）"
    if device == "desktop":
        again.link("谈话提醒")
    else:
        again.link("转问题")
    again.fill(page.get_by_label("原因"), why)
    words = "两项整改措施超期一个月以上，月底前完成"
    if device == "phone":
        again.fill(page.get_by_label("问题内容（单位可见）"), words)
    again.button("处置线索")
    expect(page.get_by_text("已处置。")).to_be_visible()
    expect(page.get_by_text(why).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    again.tell(f"a hint looked at and decided on a {device}", clicks=3, fields=2)

    secretary = hand("secretary", device)
    own = secretary.page
    assert own.request.get(hint).status == 403
    own.goto("/")
    expect(own.get_by_role("link", name="监督", exact=True)).to_have_count(0)
    if device == "phone":
        # the unit has a problem in the supervisor's words, and nothing of why
        own.goto("/rectification/")
        secretary.link(words)
        expect(heading(own)).to_have_text(words)
        expect(own.get_by_text(why)).to_have_count(0)


@pytest.mark.parametrize("device", DEVICES)
def test_matrix_and_register_are_read_printed_and_taken_away(hand, device):
    supervisor = hand("supervisor", device)
    page = supervisor.page
    page.goto("/supervision/")
    supervisor.link("2026年共性问题专项自查")
    expect(page.get_by_text("是否逐项看过").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    keep_picture(page, f"p23-{device}")
    if device == "desktop":
        assert len(page.pdf()) > 10_000
    sheets = read_sheets(supervisor.take(page.get_by_role("link", name="Excel"), "xlsx"))
    assert len(next(iter(sheets.values()))) >= 8
    page.goto("/supervision/")
    supervisor.link("廉洁风险点")
    page.goto("/supervision/risks/?standing=late")
    supervisor.link("物资采购 · 需求提报")
    expect(page.get_by_text("应于2026-11-08复核").first).to_be_visible()
    supervisor.tell(f"the matrix and a late review found on a {device}", clicks=4, fields=0)
