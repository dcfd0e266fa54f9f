"""Pages of the handbook: adopted, looked at by branch and chapter, written on, printed."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from django.urls import reverse

from linghang.handbook.models import Handbook, Standard, Template, Version


@pytest.fixture
def go(client, house):
    """Return a function that asks a page as somebody and returns the response with its text."""

    def ask(person, name, *parts, data=None, **query):
        client.force_login(person.user)
        address = reverse(f"handbook:{name}", args=parts)
        answer = client.post(address, data) if data is not None else client.get(address, query)
        text = b"".join(answer).decode(errors="replace")
        answer.text = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", text))
        return answer

    return ask


def read_docx(answer) -> str:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        return re.sub(r"<[^>]+>", "", file.read("word/document.xml").decode())


def test_the_officer_adopts_the_handbook_of_the_pack(house, go):
    bureau = house.bureau
    assert "还没有手册" in go(bureau.secretary, "home").text
    page = go(bureau.officer, "adopt").text
    assert "中共示范甲供电公司委员会" in page
    data = {"unit": bureau.committee.pk, "template": Template.objects.get().pk}
    assert go(bureau.officer, "adopt", data=data).status_code == 302
    handbook = Handbook.objects.get()
    assert go(bureau.officer, "home").url == reverse("handbook:matrix", args=[handbook.pk])
    assert go(bureau.secretary, "home").url == reverse("handbook:sheet", args=[bureau.branch.pk])


def test_a_branch_sees_each_standard_with_its_records_and_what_to_do_next(house, go):
    house.adopt()
    bureau = house.bureau
    page = go(bureau.secretary, "sheet", bureau.branch.pk, period="2026Q3").text
    assert (
        "支部党员大会一般每季度召开1次每季度·“支部党员大会”至少1次2026Q3已有0，需要1→去登记" in page
    )
    house.hold("members_meeting", date(2026, 8, 3))
    page = go(bureau.secretary, "sheet", bureau.branch.pk, period="2026Q3").text
    assert "2026Q3已有1，需要12026-08-03members_meeting2026-08-03" in page
    assert "对照第3代手册" in page
    assert "看现场→由包保人或党建专责到现场看" in page
    old = go(bureau.secretary, "sheet", bureau.branch.pk, period="2021").text
    assert "对照第1代手册" in old
    before = go(bureau.secretary, "sheet", bureau.branch.pk, period="2018").text
    assert "当时还没有手册" in before
    assert "达标情况" in go(bureau.officer, "matrix", Handbook.objects.get().pk, period="x").text


def test_the_matrix_counts_what_can_be_told_and_leads_to_the_sheet(house, go):
    handbook = house.adopt()
    house.hold("members_meeting", date(2026, 8, 3))
    answer = go(house.bureau.officer, "matrix", handbook.pk, period="2026Q3")
    link = f"/handbook/units/{house.bureau.branch.pk}/?period=2026Q3#chapter-2"
    assert link.encode() in answer.content
    assert "变电运维党支部" in answer.text
    assert "输电运检党支部" in answer.text
    assert "变电一班党小组" not in answer.text
    only = go(house.bureau.secretary, "matrix", handbook.pk, period="2026Q3").text
    assert "输电运检党支部" not in only


def test_the_next_generation_is_written_on_its_pages(house, go):
    handbook, officer = house.adopt(), house.bureau.officer
    third = handbook.versions.get(number=3)
    assert go(officer, "draft", third.pk, data={"x": 1}).status_code == 302
    version = Version.objects.get(state="draft")
    asked = go(officer, "add", version.pk, "lecture").text
    assert "主讲人" in asked
    assert "几天之内" not in asked
    data = {
        "chapter": "创新",
        "text": "每季度开展一次义务巡线",
        "kinds": ["branch"],
        "concern": "any",
        "rhythm": "quarter",
        "fact": "record.hazard_fixed",
        "least": "1",
    }
    bad = go(officer, "add", version.pk, "facts", data=data | {"least": "0"})
    assert bad.status_code == 422
    assert go(officer, "add", version.pk, "facts", data=data).status_code == 302
    made = Standard.objects.get(text="每季度开展一次义务巡线")
    stale = go(officer, "standard", made.pk, data=data | {"seen": "draft-0", "text": "改"})
    assert "有人刚改过草案" in stale.text
    compared = go(officer, "compare", version.pk, third.pk).text
    assert "每季度开展一次义务巡线" in compared
    assert "新增标准" in compared
    past = go(officer, "publish", version.pk, data={"valid_from": "2026-11-20"})
    assert "新一代手册自今天或以后的日期起施行" in past.text
    assert go(officer, "publish", version.pk, data={"valid_from": "2027-01-01"}).status_code == 302
    assert "自2027-01-01起施行" in go(house.bureau.member, "version", version.pk).text


def test_handbook_and_sheet_are_printed(house, go):
    handbook, bureau = house.adopt(), house.bureau
    third = handbook.versions.get(number=3)
    text = read_docx(go(bureau.member, "paper", third.pk))
    assert "党建标准化手册（第3代）" in text
    assert "自2025年1月1日起施行" in text
    assert "支委会配齐书记和至少3名委员" in text
    house.hold("members_meeting", date(2026, 8, 3))
    text = read_docx(go(bureau.secretary, "sheet-paper", bureau.branch.pk, "2026Q3"))
    assert "变电运维党支部标准化对照表（2026Q3）" in text
    assert "不作自报" in text
    assert "2026Q3 已有1，需要1" in text
    assert go(bureau.secretary, "sheet-paper", bureau.branch.pk, "2026-W01x").status_code == 404
