"""P39 两级标杆: what a benchmark does better, its method written down, installed by others; desktop and phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hand import IN_CHINESE, keep_picture

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")


@pytest.mark.parametrize("device", DEVICES)
def test_a_method_is_written_down_and_taken_over(hand, device, tmp_path):
    secretary, officer, admin = (hand(one, device) for one in ("secretary", "officer", "admin"))
    # what the benchmark of the base committee does better, with numbers and peers
    page = officer.page
    page.goto("/distinctions/")
    officer.link("党建标杆")
    officer.link("变电运维中心党支部")
    officer.link("好在哪里")
    strengths = page.locator("#strengths")
    # two months are public from the start; the last one may be published by now, but one is never enough
    expect(strengths.get_by_text(re.compile("同类支部3个，已公示[23]期"))).to_be_visible()
    expect(strengths.get_by_role("link", name="问题按期销号")).to_be_visible()
    keep_picture(page, "p39" if device == DEVICES[0] else "p39-phone")

    # the secretary writes down the own method: five short fields
    page = secretary.page
    page.goto("/distinctions/")
    secretary.link("党建标杆")
    main = page.get_by_role("main")  # the side bar leads to the own unit, too
    secretary.click(main.get_by_role("link", name="东岭供电所党支部").filter(visible=True).first)
    secretary.link("好在哪里")
    address = page.url
    secretary.link("修改做法")
    name = f"晨会一刻钟（{IN_CHINESE[device]}）"
    secretary.fill(page.get_by_label("做法名称"), name)
    secretary.fill(page.get_by_label("解决什么问题"), "反复报修")
    secretary.fill(page.get_by_label("步骤"), "晨会公布未销号问题\n当日到现场处理")
    secretary.fill(page.get_by_label("需要什么条件"), "有服务队")
    secretary.fill(page.get_by_label("取得什么成效"), "按期销号")
    secretary.button("保存")
    expect(page.locator("#method").get_by_text(name)).to_be_visible()
    secretary.tell(f"a method written down on a {device}", fields=5, clicks=6)
    link = page.get_by_role("link", name="做法实践包")
    file = tmp_path / "method.yaml"
    file.write_bytes(secretary.take(link, "yaml"))

    # another installs it from the library; the benchmark sees who did
    page = admin.page
    page.goto("/library/upload/")
    page.locator("input[type=file]").set_input_files(file)
    admin.button("检查文件")
    admin.button(re.compile(r"安装 晨会一刻钟"))
    expect(page.get_by_text("已安装").first).to_be_visible()
    page = secretary.page
    page.goto(address)
    expect(page.locator("#taken").get_by_text("系统管理员").first).to_be_visible()
