"""党员花名册: imported whole, corrected by the member it is about, exported for a purpose; desktop and phone."""

from __future__ import annotations

import pytest
import xlsxwriter
from playwright.sync_api import expect

from linghang_core.regulations.numbers import identity_check_digit
from tests.browser.hand import IN_CHINESE, heading, keep_picture, read_sheets

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")


def write_roster(path, branch: str, name: str, number: str) -> None:
    """Write a roster of one row in the national form, with codes where people type codes."""
    row = {
        "姓名": name,
        "公民身份号码": number,
        "性别": "2",
        "民族": "01",
        "出生日期": "1993-07-12",
        "学历": "20",
        "人员类别": "正式党员",
        "所在党支部": branch,
        "加入党组织日期": "2016-07-01",
        "转为正式党员日期": "2017-07-01",
        "工作岗位": "变电运维工",
        "籍贯": "示范省示范市",
        "全日制学历": "20",
        "全日制毕业院校": "示范电力大学",
        "专业技术职务": "助理工程师",
        "入党介绍人": "李示范、王示范",
        "户籍所在地派出所": "示范市公安局城南派出所",
    }
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("党员")
        sheet.write_row(0, 0, list(row))
        sheet.write_row(1, 0, list(row.values()))


@pytest.mark.parametrize("device", DEVICES)
def test_a_roster_is_imported_corrected_by_its_member_and_exported(hand, device, tmp_path):
    officer, member, secretary = (hand(role, device) for role in ("officer", "member", "secretary"))
    page = officer.page

    # import: one person in the national form
    page.goto("/dues/branches/")
    branch = page.locator("td.lh-title, th.lh-title").first.inner_text().strip()
    name = f"柳名册{IN_CHINESE[device][0]}"
    first = "1101011993071200" + str(2 + 2 * DEVICES.index(device))
    number = first + identity_check_digit(first)
    file = tmp_path / "花名册.xlsx"
    write_roster(file, branch, name, number)
    page.goto("/people/")
    officer.link("导入花名册")
    page.locator("input[type=file]").set_input_files(file)
    officer.button("检查文件")
    go = page.get_by_role("button", name="行正确数据")
    expect(go).to_be_visible(timeout=90_000)
    officer.click(go)
    expect(page.get_by_text("正确的行已导入")).to_be_visible(timeout=90_000)
    page.goto(f"/people/?q={name}")
    officer.click(page.get_by_role("link", name=name).first)
    main = page.locator("main")
    expect(heading(page)).to_have_text(name)
    for word in ("李示范、王示范", "示范电力大学", "助理工程师", "汉族", "未登记："):
        expect(main).to_contain_text(word)
    expect(main).not_to_contain_text(number)
    officer.fill(page.get_by_label("查看用途"), "核对身份证件")
    officer.button("显示完整信息")
    expect(main).to_contain_text(number)
    if device == "desktop":
        page.goto(page.url)
        keep_picture(page, "roster")

    # the member asks for a correction of the own data, the secretary decides
    own = member.page
    own.goto("/people/me/")
    title = f"高级工程师（{IN_CHINESE[device]}）"
    member.link("提出更正")
    own.get_by_label("哪里不对？").select_option(label="专业技术职务")
    member.fill(own.get_by_label("正确的内容"), title)
    member.fill(own.get_by_label("原因"), "今年9月已聘任")
    member.button("提交")
    expect(own.get_by_text("更正申请已送交支部")).to_be_visible()

    desk = secretary.page
    desk.goto("/people/corrections/")
    secretary.click(desk.get_by_role("link").filter(has_text=own_name(own)).first)
    expect(desk.get_by_text(title)).to_be_visible()
    secretary.fill(desk.get_by_label("给本人的答复"), "已核对聘书")
    secretary.button("予以更正")
    expect(desk.get_by_text("决定已登记")).to_be_visible()
    own.goto("/people/me/")
    expect(own.locator("main")).to_contain_text(title)
    expect(own.locator("main")).to_contain_text("已核对聘书")

    # export: masked without asking for more, with its purpose
    page.goto(f"/people/?q={name}")
    officer.link("导出花名册")
    officer.button("导出")
    expect(page.locator("[name=purpose][aria-invalid=true]")).to_be_visible()
    officer.fill(page.get_by_label("名单用途"), "年度党内统计")
    sheets = read_sheets(officer.take(page.get_by_role("button", name="导出"), "xlsx"))
    headings, line = sheets["党员"][2], sheets["党员"][3]
    row = dict(zip(headings, line, strict=True))
    assert (row["姓名"], row["民族"], row["学历"], row["全日制学历"]) == (
        name,
        "汉族",
        "大学本科",
        "大学本科",
    )
    assert row["公民身份号码"] == f"1101**********{number[-4:]}"
    assert "年度党内统计" in str(sheets["导出说明"])
    fields = officer.fields + member.fields + secretary.fields
    officer.record("budget", f"a roster in, corrected and out on a {device}: {fields} fields")


def own_name(page) -> str:
    """Return who is signed in, as the menu names them."""
    return page.locator(".lh-menu-name").first.text_content().strip()
