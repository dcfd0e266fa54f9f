"""P19 调研和谈心谈话: from a topic to its report, and a talk of which others see only the count."""

from __future__ import annotations

import io
import re

import docx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import IN_CHINESE, heading, keep_picture

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")


def read_docx(data: bytes) -> str:
    file = docx.Document(io.BytesIO(data))
    cells = [c.text for table in file.tables for row in table.rows for c in row.cells]
    return "\n".join([p.text for p in file.paragraphs] + cells)


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.parametrize("device", DEVICES)
def test_topic_becomes_visit_findings_problem_measures_and_a_report_of_nothing_else(hand, device):
    title = f"抢修现场后勤保障调研（{IN_CHINESE[device]}）"
    officer = hand("officer", device)
    page = officer.page
    page.goto("/research/")
    officer.link("新课题")
    officer.fill(page.get_by_label("课题"), title)
    officer.fill(page.get_by_label("要回答什么问题"), "夜间抢修吃饭怎么解决\n工器具补给慢在哪里")
    officer.button("提出课题")
    expect(heading(page)).to_have_text(title)

    # 班子成员: two clicks from anywhere to a claimed topic
    leader = hand("leader", device)
    own = leader.page
    own.goto("/")
    if device == "phone":
        own.goto("/research/")
    else:
        leader.link("调研和谈心谈话")
    leader.click(own.get_by_role("button", name=f"认领{title}"))
    expect(own.get_by_text("该课题由您牵头，请计划走访并开始调研。")).to_be_visible()
    leader.tell(f"a topic claimed on a {device}", clicks=2, fields=0)
    topic = own.url

    # plan, and the visit recorded where it takes place: what is planned is filled in
    leader.link("计划走访")
    own.locator("[name=units]").nth(1).check()
    own.get_by_label("座谈").check()
    leader.fill(own.get_by_label("什么时候之前"), "2026-11-30")
    leader.fill(own.get_by_label("听取谁的意见"), "抢修班员")
    leader.button("计划")
    expect(own.locator("#plan").get_by_text("抢修班员")).to_be_visible()
    recorder = leader.begin()
    recorder.click(own.locator("#plan a.lh-todo-title").first)
    expect(own.get_by_label("听取了谁的意见")).to_have_value("抢修班员")
    recorder.fill(
        own.get_by_label("发现了什么"), "问题：夜间抢修吃不上热饭\n建议：工器具车随队补给"
    )
    recorder.button("保存")
    expect(own.get_by_text("走访已记录。")).to_be_visible()
    recorder.tell(f"a planned visit with two findings recorded on a {device}", clicks=2, fields=1)
    assert fits(own)

    # a finding becomes a problem with two measures
    leader.click(own.get_by_role("link", name="将“夜间抢修吃不上热饭”转为问题"))
    problem = f"夜间抢修后勤保障不到位（{IN_CHINESE[device]}）"
    leader.fill(own.get_by_label("问题", exact=True), problem)
    leader.fill(own.get_by_label("措施"), "与沿线食堂签订送餐协议\n抢修车配备保温箱")
    leader.button("列入问题清单")
    problems = own.locator("#problems")
    expect(problems.get_by_role("link", name=problem)).to_be_visible()
    expect(problems.get_by_role("link", name="抢修车配备保温箱")).to_be_visible()
    chain = own.locator(".lh-research-chain").first
    expect(chain).to_contain_text(re.compile(r"走访 1\s+.*发现 2\s+问题 1\s+措施 2\s+已解决 0"))

    # the report: gaps shown, two parts written, handed in, downloaded, read
    leader.link("报告")
    expect(own.get_by_text("【未记录：结论和建议】").first).to_be_visible()
    expect(own.get_by_text(re.compile("：参加人数$")).first).to_be_visible()
    leader.link("报告中我撰写的部分")
    leader.fill(own.get_by_label("背景"), "迎峰度冬期间夜间抢修增多。")
    leader.fill(own.get_by_label("结论和建议"), "后勤随队保障应列入抢修预案。")
    leader.button("保存")
    leader.button("提交报告")
    expect(own.get_by_text("报告已提交，并按提交时的内容保存。")).to_be_visible()
    data = leader.take(own.get_by_role("link", name=f"关于“{title}”的调研报告"), "docx")
    text = read_docx(data)
    for said in (
        "夜间抢修吃不上热饭（2026年11月21日",
        "工器具车随队补给（2026年11月21日",
        problem,
        "与沿线食堂签订送餐协议（进行中）；抢修车配备保温箱（进行中）",
        "后勤随队保障应列入抢修预案。",
        "（以下为课题牵头领导撰写）",
        "【未记录：参加人数】",
        "未记录事项",
    ):
        assert said in text, said

    # closing says what is not solved and asks who follows it; the effect on the list of problems
    page.goto(topic)
    expect(page.get_by_text("已成稿").first).to_be_visible()
    leader.link("办结")
    expect(own.get_by_text("还有1个问题没有解决：")).to_be_visible()
    leader.fill(own.get_by_label("未解决的问题由谁继续跟踪"), "由综合服务中心按月跟踪")
    leader.button("办结")
    expect(own.get_by_text("课题已办结。")).to_be_visible()
    page.goto("/rectification/?q=" + problem)
    expect(page.get_by_text(problem).first).to_be_visible()


@pytest.mark.parametrize("device", DEVICES)
def test_the_board_of_the_year_shows_every_topic_by_leader_with_numbers_that_lead_on(hand, device):
    page = hand("officer", device).page
    page.goto("/research/")
    for words in ("供电所班组减负增效", "客户诉求重复反映原因"):
        expect(page.get_by_role("link", name=words).first).to_be_visible()
    assert fits(page)
    if device == "desktop":
        page.set_viewport_size({"width": 1200, "height": 760})
        keep_picture(page, "p19")
    page.get_by_role("link", name="供电所班组减负增效").first.click()
    expect(page.get_by_text("同一数据在三张报表中重复报送").first).to_be_visible()
    page.goto("/research/visits/")
    expect(page.get_by_role("heading", name="调研走访")).to_be_visible()
    assert fits(page)


@pytest.mark.parametrize("device", DEVICES)
def test_talk_is_recorded_in_five_fields_and_a_stranger_sees_only_the_count(hand, device):
    note = f"笔记暗语{IN_CHINESE[device]}只有自己知道"
    secretary = hand("secretary", device)
    page = secretary.page
    officer = hand("officer", device).page
    officer.goto("/research/talks/counts/")
    unit = find_branch(page)
    before = count_of(officer, unit)

    page.goto("/research/talks/")
    talk = secretary.begin()
    talk.link("记录谈话")
    page.get_by_label("和谁谈").select_option(index=1)
    talk.fill(page.get_by_label("什么时候"), "2026-10-20")
    talk.click(page.get_by_label("提醒谈话"))
    talk.click(page.get_by_label("作业安全"))
    talk.fill(page.get_by_label("自己的笔记"), note)
    assert page.locator("main form .lh-field, main form fieldset").count() <= 8
    talk.button("保存")
    expect(page.get_by_text("谈话已记录。")).to_be_visible()
    talk.tell(f"a talk recorded on a {device}", clicks=4, fields=3)
    page.locator("a.lh-todo-title").first.click()
    assert note not in page.content()
    secretary.button("查看我的笔记")
    expect(page.get_by_text(note)).to_be_visible()
    assert fits(page)
    address = page.url.removesuffix("note/")

    # everybody else: the page is not there, the ledger says that a talk took place, the count rose
    for role in ("officer", "leader", "supervisor"):
        other = hand(role, device).page
        assert other.request.get(address).status == 404
        for place in ("/research/talks/", "/ledger/", "/"):
            other.goto(place)
            assert note not in other.content()
    supervisor = hand("supervisor", device).page
    supervisor.goto("/audit/")
    assert note not in supervisor.content()
    assert "提醒谈话" not in supervisor.content()
    officer.goto("/ledger/?q=谈心谈话")
    expect(officer.get_by_role("link", name="谈心谈话").first).to_be_visible()
    officer.goto("/research/talks/counts/")
    assert count_of(officer, unit) == before + 1
    assert fits(officer)


def find_branch(page: Page) -> str:
    """Return the name of the branch the secretary leads, as the page of talks says it."""
    page.goto("/research/talks/")
    words = page.get_by_role("heading", name=re.compile("年还没有谈过$")).first.inner_text()
    return words.split("：")[0]


def count_of(page: Page, unit: str) -> int:
    row = page.locator("tr", has=page.get_by_role("rowheader", name=unit, exact=True))
    return int(row.locator("td").first.inner_text())
