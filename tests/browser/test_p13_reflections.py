"""P13 学思清单和学习感悟: a study list done, a draft kept, warned of a near copy, published, taken back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hand import IN_CHINESE, heading, keep_picture

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")
FIRST = (
    "这次到{place}，我看到老师傅把接地线一根一根数过去，再数回来。"
    "他说规矩不是写给检查的人看的，是写给晚上要回家吃饭的人看的。我想把这句话带回班组。"
)
COPY = (
    "听了一课，印象很深。老师傅把接地线一根一根数过去，再数回来，"
    "规矩不是写给检查的人看的，是写给晚上要回家吃饭的人看的。{place}"
)
OWN = "我在{place}值班时也想过这件事：多数一遍不费工夫，省下的却是一整夜的担心。"
PLACES = {"desktop": "东岭变电站", "phone": "西湖开关站"}


@pytest.mark.parametrize("device", DEVICES)
def test_a_study_list_shows_its_progress_to_its_owner_and_by_level(hand, device):
    secretary, officer = hand("secretary", device), hand("officer", device)
    page, other = secretary.page, officer.page
    page.goto("/study/")
    secretary.link("我的学思清单")
    main = page.get_by_role("main")
    before = read_progress(main.inner_text())
    assert before[1] == 5
    # the task is done where tasks are done, and both pages follow
    todo = page.get_by_role("row").filter(has_text=re.compile("进行中|已逾期"))
    if device == "desktop":
        secretary.click(todo.first.get_by_role("link"))
        secretary.button(re.compile("^(完成|提交)"))
        page.goto("/study/lists/mine/")
        assert read_progress(main.inner_text()) == (before[0] + 1, 5)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    if device == "phone":
        keep_picture(page, "p13-phone")
    name = page.locator(".lh-menu-name").first.text_content().strip()
    other.goto("/study/lists/")
    for level in ("党委书记", "党委委员", "党支部书记"):
        expect(other.get_by_role("heading", name=level, exact=True)).to_be_visible()
    row = other.get_by_role("row").filter(has_text=name).first
    expect(row).to_contain_text(f"{read_progress(main.inner_text())[0]}/5")
    assert other.evaluate("document.documentElement.scrollWidth") <= other.viewport_size["width"]


@pytest.mark.parametrize("device", DEVICES)
def test_a_reflection_is_private_checked_by_its_author_published_and_taken_back(hand, device):
    secretary, member = hand("secretary", device), hand("member", device)
    page, other = secretary.page, member.page
    place = PLACES[device]
    # somebody has published before
    write(secretary, f"数接地线（{IN_CHINESE[device]}）", FIRST.format(place=place), publish=True)
    expect(page.get_by_text("没有明显雷同")).to_be_visible()
    secretary.button("发布")
    expect(page.get_by_text("已发布，可随时撤回。")).to_be_visible()

    title = f"听课有感（{IN_CHINESE[device]}）"
    write(member, title, COPY.format(place=place), publish=False)
    expect(other.get_by_text("上级和管理员都看不到")).to_be_visible()
    draft = other.url
    for role in ("secretary", "officer", "leader", "admin"):
        assert hand(role, device).page.request.get(draft).status == 404
    member.link("发布")
    expect(other.get_by_text("与他人已发布的内容有较多相同")).to_be_visible()
    expect(other.get_by_text("系统不留存")).to_be_visible()
    passage = other.locator("mark").filter(has_text="是写给晚上要回家吃饭的人看的")
    expect(passage.first).to_be_visible()
    assert other.evaluate("document.documentElement.scrollWidth") <= other.viewport_size["width"]
    if device == "desktop":
        keep_picture(other, "p13")
    member.link("修改感悟")
    member.fill(other.get_by_label("所思所悟"), OWN.format(place=place))
    member.button("保存并查看雷同提示")
    expect(other.get_by_text("没有明显雷同")).to_be_visible()
    member.button("发布")
    expect(heading(other)).to_have_text(title)
    page.goto("/study/reflections/")
    secretary.link(title)
    expect(page.get_by_text(OWN.format(place=place))).to_be_visible()
    member.button("撤回")
    expect(other.get_by_text("现在只有您自己能看").first).to_be_visible()
    assert page.request.get(draft).status == 404


def write(hand, title: str, text: str, *, publish: bool) -> None:
    page = hand.page
    page.goto("/study/reflections/")
    hand.link("写感悟")
    hand.fill(page.get_by_label("感悟标题"), title)
    hand.fill(page.get_by_label("所思所悟"), text)
    hand.button("保存并查看雷同提示" if publish else "存为草稿")


def read_progress(text: str) -> tuple[int, int]:
    found = re.search(r"共(\d+)项，已完成(\d+)项", text)
    return int(found[2]), int(found[1])
