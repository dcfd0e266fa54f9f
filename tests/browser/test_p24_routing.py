"""P24 信息共享和问题管控: from the front through middle office and units back to who raised it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hand import IN_CHINESE, heading, keep_picture, read_sheets

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")


@pytest.mark.parametrize("device", DEVICES)
def test_problem_goes_from_the_front_to_who_solves_it_and_back(hand, device):
    text = f"清溪台区变台有放电声（{IN_CHINESE[device]}）"
    member = hand("member", device)
    page = member.page
    page.goto("/routing/")
    member.link("提出问题")
    member.fill(page.get_by_label("什么问题"), text)
    member.click(page.get_by_label("设备缺陷"))
    member.click(page.get_by_label("较急"))
    member.button("提出")
    expect(heading(page)).to_have_text(text)
    expect(page.get_by_text(re.compile(r"已提出，编号WT2026-\d{4}"))).to_be_visible()
    member.tell(f"a problem raised on a {device}", clicks=4, fields=1)
    address = page.url

    # 中台: one tap on the suggested unit, which says why
    officer = hand("officer", device)
    office = officer.page
    office.goto("/routing/?show=mine")
    officer.link(text)
    expect(office.get_by_text("运检专业归口").first).to_be_visible()
    officer.click(office.get_by_role("button", name="派发给变电运维中心党支部"))
    officer.tell(f"a problem assigned on a {device}", clicks=2, fields=0)
    expect(office.locator("#next")).to_contain_text("变电运维中心党支部")

    # the unit hands it on; the whole way's clock stays
    whole_way = page.locator("dt", has_text="全程").locator("xpath=following-sibling::dd[1]")
    page.goto(address)
    due = whole_way.locator("time").get_attribute("datetime")
    officer.link("转办")
    branch = page.locator("dt", has_text="提出人").locator("xpath=following-sibling::dd[1]")
    front = branch.inner_text().split("·")[-1].strip()
    office.get_by_label("办理单位").select_option(label=front)
    officer.fill(office.get_by_label("转办原因"), "台区归供电所管")
    officer.button("转办")
    expect(office.get_by_text("已转办")).to_be_visible()
    expect(office.get_by_text("台区归供电所管")).to_be_visible()

    # the branch of the place takes it up and answers
    secretary = hand("secretary", device)
    own = secretary.page
    own.goto("/routing/?show=mine")
    secretary.link(text)
    secretary.link("开始办理")
    secretary.button("开始办理")
    secretary.link("答复")
    secretary.fill(own.get_by_label("办理情况"), "已紧固线夹")
    secretary.button("答复")
    expect(own.get_by_text("由提出人确认是否解决")).to_be_visible()

    # not solved: it goes back, counted, with its clock running on
    page.goto(address)
    member.link("未解决")
    member.fill(page.get_by_label("还有什么没有解决"), "夜里还有声音")
    member.button("未解决")
    expect(page.get_by_text("夜里还有声音")).to_be_visible()
    own.goto(address)
    secretary.link("答复")
    secretary.fill(own.get_by_label("办理情况"), "已更换避雷器")
    secretary.button("答复")

    page.goto(address)
    member.button("确认已解决")
    expect(page.get_by_text("已确认解决，谢谢")).to_be_visible()
    assert whole_way.locator("time").get_attribute("datetime") == due
    for word in ("提出", "受理", "派发", "处理", "答复", "转办", "未解决"):
        expect(page.locator(".lh-timeline").get_by_text(word).first).to_be_visible()

    # the effect: closed in rectification, a line in the branch's ledger, counted in the statistics
    own.goto(address)
    secretary.link("在问题整改中查看")
    expect(own.get_by_text("已销号").first).to_be_visible()
    own.goto("/ledger/")
    expect(own.get_by_text(text).first).to_be_visible()
    office.goto("/routing/")
    officer.link("统计")
    expect(office.get_by_text("按办理单位（只计本单位用时）").first).to_be_visible()
    expect(office.get_by_text(front).first).to_be_visible()


@pytest.mark.parametrize("device", DEVICES)
def test_board_list_and_workbook_show_the_same_problems(hand, device):
    officer = hand("officer", device)
    page = officer.page
    page.goto("/routing/")
    for stage in ("提出", "受理", "派发", "处理", "答复"):
        expect(page.get_by_role("heading", name=re.compile(f"^{stage}")).first).to_be_visible()
    expect(page.get_by_text("已提级").first).to_be_visible()
    if device == "desktop":
        keep_picture(page, "p24")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.goto("/routing/list/?stage=declined")
    assert page.get_by_text("不予派发").count() or page.get_by_text("没有符合").count()
    page.goto("/routing/list/")
    data = officer.take(page.get_by_role("link", name="导出").first, "xlsx")
    (rows,) = read_sheets(data).values()
    assert rows[2][:3] == ("编号", "问题", "类别")
    assert len(rows) > 10


def test_late_problem_stands_before_the_leader_by_itself(hand):
    leader = hand("leader", "phone")
    page = leader.page
    page.goto("/routing/?show=mine")
    card = page.locator(".lh-way-card").first
    expect(card.get_by_text("已提级")).to_be_visible()
    leader.click(card.get_by_role("link").first)
    expect(page.get_by_text("自动提级至后台（党委领导）")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("派给其他单位|转办")).first).to_be_visible()
