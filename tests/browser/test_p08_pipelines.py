"""P08 双培养: a mentor declines, another agrees, records prove the milestones, reviewed and ended; both devices."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hand import IN_CHINESE, keep_picture

pytestmark = pytest.mark.browser


def name_of(hand) -> str:
    hand.page.goto("/")
    return hand.page.locator(".lh-menu-name").first.text_content().strip()


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_member_is_developed_with_a_mentor_who_could_have_declined(hand, device):
    secretary, member = hand("secretary", device), hand("member", device)
    first, second = name_of(secretary), name_of(member)
    aim = f"能独立担任抢修负责人（{IN_CHINESE[device]}）"

    page = secretary.page
    page.goto("/pioneers/pipelines/")
    secretary.link("党员培养成骨干")
    names = page.locator("[name=candidate] option").all_text_contents()
    name = next(one for one in names[1:] if one not in {first, second})
    page.locator("[name=candidate]").select_option(label=name)
    page.locator("[name=mentor]").select_option(label=first)
    secretary.fill(page.locator("[name=aim]"), aim)
    secretary.button("建立并征求带教人意见")
    expect(page.get_by_text("已建立，等带教人答复。")).to_be_visible()

    # who is asked may decline; the branch asks another
    page.goto("/pioneers/pipelines/mentored/")
    card = page.locator("section").filter(has=page.get_by_text(aim))
    secretary.click(card.get_by_role("link", name="婉拒带教"))
    secretary.fill(page.locator("[name=reason]"), "近期长期驻站")
    secretary.button("婉拒带教")
    secretary.link("改派带教人")
    page.locator("[name=mentor]").select_option(label=second)
    secretary.fill(page.locator("[name=reason]"), "原带教人驻站")
    secretary.button("改派带教人")
    address = page.url

    page = member.page
    page.goto("/pioneers/pipelines/mentored/")
    card = page.locator("section").filter(has=page.get_by_text(aim))
    member.click(card.get_by_role("link", name="同意带教"))
    member.button("同意带教")
    expect(page.locator("#milestones").get_by_text("未到期")).to_have_count(3)

    # the branch records work once, where it records everything; each record proves one milestone
    for number in range(3):
        topic = f"处理低电压台区{number + 1}（{IN_CHINESE[device]}）"
        page = secretary.page
        page.goto("/activities/record/?kind=pioneer_deed")
        person = page.locator("select[name=person]")
        own = person.locator("option", has_text=name).first.get_attribute("value")
        person.select_option(value=own)
        secretary.fill(page.locator("[name=topic]"), topic)
        secretary.fill(page.locator("[name=occurred_on]"), "2026-11-21")
        secretary.button("保存")
        expect(page.get_by_text(topic).first).to_be_visible()
        page = member.page
        page.goto(address)
        member.click(page.get_by_role("link", name="用记录证明").first)
        page.get_by_label(topic).check()
        member.button("用记录证明")
        expect(page.locator("#milestones").get_by_text("已证明")).to_have_count(number + 1)

    page = secretary.page
    page.goto(address)
    secretary.link("阶段评议")
    page.get_by_label("进入下一阶段", exact=True).check()
    secretary.fill(page.locator("[name=reason]"), "三项任务都能独立完成")
    secretary.button("阶段评议")
    expect(page.locator("#reviews").get_by_text("三项任务都能独立完成")).to_be_visible()
    if device == "desktop":
        keep_picture(page, "p08")
    secretary.link("达到目标，结束培养")
    secretary.fill(page.locator("[name=outcome]"), "已担任抢修工作负责人")
    secretary.button("达到目标，结束培养")
    expect(page.locator("#outcome")).to_contain_text("已担任抢修工作负责人")
    # the mentor is no longer asked for anything, and the list says how it ended
    member.page.goto("/pioneers/pipelines/mentored/")
    expect(member.page.get_by_text(aim)).to_have_count(0)
    page.goto("/pioneers/pipelines/")
    row = (
        page.locator("tr, li, article")
        .filter(has_text=name)
        .filter(has_text=re.compile("达到目标"))
    )
    expect(row.first).to_be_visible()
