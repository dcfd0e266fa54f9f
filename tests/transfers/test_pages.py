"""Pages of transfers: what is asked, who sees reasons, papers, exports with their purpose."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from linghang.platform.audit.models import Entry as Act
from linghang.transfers.enums import Stage
from linghang.transfers.models import Away, Transfer
from tests.transfers.conftest import NUMBER, OUTSIDE


@pytest.fixture
def go(client, house):
    """Return a function that asks a page as somebody and returns the response with its text."""

    def ask(person, name, *parts, data=None, **query):
        client.force_login(person.user)
        address = reverse(f"transfers:{name}", args=parts)
        answer = client.post(address, data) if data is not None else client.get(address, query)
        text = b"".join(answer).decode(errors="replace")
        answer.text = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", text))
        return answer

    return ask


def read_docx(answer) -> str:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        return re.sub(r"<[^>]+>", "", file.read("word/document.xml").decode())


def test_a_transfer_out_goes_through_its_pages(house, go):
    secretary, officer = house.bureau.secretary, house.bureau.officer
    data = {"person": house.member.pk, "purpose": "work", "other": OUTSIDE}
    asked = go(secretary, "out", data=data)
    assert asked.status_code == 422
    assert "没有该党员的党费记录" in asked.text
    opened = go(secretary, "out", data=data | {"paid_until": "2026-10"})
    transfer = Transfer.objects.get()
    assert opened.url == reverse("transfers:transfer", args=[transfer.pk])
    assert "上级" in go(secretary, "transfer", transfer.pk).text  # who acts next
    asked = go(officer, "act", transfer.pk, "approve", data={"days": 30})
    assert (asked.status_code, "一般10天左右" in asked.text) == (422, True)
    assert go(officer, "act", transfer.pk, "approve", data={"days": 10}).status_code == 302
    done = go(officer, "act", transfer.pk, "receipt", data={"on": "2026-11-21", "signed_by": "丁"})
    assert done.status_code == 302
    transfer.refresh_from_db()
    assert transfer.stage == Stage.DONE
    assert "已转接" in go(officer, "transfers", stage="done").text
    assert "没有" in go(officer, "transfers", due="late").text


def test_every_other_act_has_its_page(house, go):
    officer, secretary = house.bureau.officer, house.bureau.secretary
    for code, data, became in (
        ("refuse", {"reason": "正在核查"}, Stage.REFUSED),
        ("withdraw", {"reason": "取消"}, Stage.WITHDRAWN),
    ):
        transfer = house.open()
        person = officer if code == "refuse" else secretary
        page = go(person, "act", transfer.pk, code)
        assert page.status_code == 200
        assert ("不得无故拒转拒接" in page.text) == (code == "refuse")
        assert go(person, "act", transfer.pk, code, data=data).status_code == 302
        transfer.refresh_from_db()
        assert transfer.stage == became
        assert data["reason"] in go(officer, "transfer", transfer.pk).text
    transfer = house.approve(house.open())
    renew = {"why": "遗失", "days": 10}
    assert go(officer, "act", transfer.pk, "renew", data=renew).status_code == 302
    transfer.refresh_from_db()
    letters = transfer.letters.order_by("pk").values_list("void", flat=True)
    assert (transfer.stage, list(letters)) == (Stage.UNDER_WAY, [True, False])
    assert go(officer, "act", transfer.pk, "recall", data={"reason": "x"}).status_code == 302
    transfer.refresh_from_db()
    assert transfer.stage == Stage.RECALLED
    transfer = house.approve(house.open())
    assert go(officer, "act", transfer.pk, "return", data={"reason": "退"}).status_code == 302
    transfer.refresh_from_db()
    assert transfer.stage == Stage.RETURNED


def test_a_letter_from_outside_goes_through_its_pages(house, go):
    officer, secretary = house.bureau.officer, house.bureau.secretary
    data = {
        "unit": house.bureau.branch.pk, "name": "戴新来", "identity_number": NUMBER,
        "member_kind": "full", "joined_on": "2015-07-01", "full_on": "2016-07-01",
        "other": OUTSIDE, "number": "311号", "issued_on": "2026-11-16", "days": 10,
        "paid_until": "2026-10", "purpose": "work",
    }  # fmt: skip
    form = go(officer, "in").context["form"]
    assert set(data) == {name for name in form.fields if name in data}  # what the letter says
    go(officer, "in", data=data)
    transfer = Transfer.objects.get()
    assert (transfer.stage, transfer.other) == (Stage.RECEIVED, OUTSIDE)
    go(secretary, "act", transfer.pk, "confirm", data={"on": "2026-11-20"})
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.moved_on) == (Stage.DONE, date(2026, 11, 20))
    paper = read_docx(go(secretary, "paper", transfer.pk, "receipt"))
    assert "2026年11月20日" in paper
    assert NUMBER in paper


def test_the_letter_has_three_parts_and_each_print_is_recorded(house, go):
    transfer = house.approve(house.open())
    paper = read_docx(go(house.bureau.officer, "paper", transfer.pk, "letter"))
    for words in ("存根", "介绍信", "回执", "〔2026〕第0001号", "2026年10月", OUTSIDE):
        assert words in paper
    assert Act.objects.filter(verb="transfer.printed").count() == 1
    assert go(house.bureau.officer, "paper", transfer.pk, "receipt").status_code == 404


def test_a_member_sees_the_own_transfer_without_reasons_and_a_stranger_none(house, go):
    transfer = house.open(person=house.bureau.member, reason="补交中", paid_until=None)
    assert "补交中" in go(house.bureau.secretary, "transfer", transfer.pk).text
    mine = go(house.bureau.member, "transfer", transfer.pk)
    assert (OUTSIDE in mine.text, "补交中" in mine.text) == (True, False)
    assert go(house.bureau.stranger, "transfer", transfer.pk).status_code == 404


def test_an_export_asks_what_it_is_for(house, go):
    house.open()
    house.leave(person=house.bureau.colleague)
    officer = house.bureau.officer
    for name, listed in (("export", "甘一"), ("away-export", "许怡书")):
        assert "purpose" in go(officer, name).context["form"].fields
        assert go(officer, name, data={"purpose": " "}).status_code == 422
        sheet = openpyxl.load_workbook(
            io.BytesIO(go(officer, name, data={"purpose": "年度统计"}).content)
        ).active
        text = str(list(sheet.iter_rows(values_only=True)))
        assert listed in text
        assert "示范戊省" not in text
    assert (
        list(Act.objects.filter(verb="transfer.exported").values_list("reason", flat=True))
        == ["年度统计"] * 2
    )


def test_away_and_out_of_touch_go_through_their_pages(house, go):
    secretary, officer = house.bureau.secretary, house.bureau.officer
    data = {"person": house.member.pk, "since": "2026-03-02", "place": "示范市", "contact": "工地"}
    assert go(secretary, "leave", data=data).status_code == 302
    away = Away.objects.get()
    page = go(secretary, "absence", away.pk).text
    assert "应办日期为2026-06-02" in page
    contact = {"on": "2026-04-01", "note": "电话"}
    assert go(secretary, "care", away.pk, "contact", data=contact).status_code == 302
    assert go(secretary, "care", away.pk, "lose", data={"cause": "moved_home"}).status_code == 302
    search = {"on": "2026-11-01", "note": "走访"}
    assert go(secretary, "care", away.pk, "search", data=search).status_code == 302
    decided = {"on": "2026-11-20", "document_number": "示党40号"}
    assert go(officer, "care", away.pk, "suspend", data=decided).status_code == 302
    assert go(officer, "care", away.pk, "remove", data=decided).status_code == 422
    assert go(officer, "care", away.pk, "restore", data=decided).status_code == 302
    lost = {"person": house.member.pk, "last_contact_on": "2026-03-02", "cause": "went_abroad"}
    assert go(secretary, "lost", data=lost).status_code == 302
    away = Away.objects.first()
    assert go(secretary, "care", away.pk, "found", data=search).status_code == 302
    assert "已找到" in go(officer, "away").text


def test_the_second_of_two_is_sent_back_to_look(house, go):
    transfer = house.open()
    seen = transfer.seen
    house.approve(transfer)
    answer = go(house.bureau.officer, "act", transfer.pk, "approve", data={"days": 5, "seen": seen})
    assert answer.status_code == 302
    assert transfer.letters.get().days == 10


def test_the_branch_that_receives_confirms(house, go):
    transfer = house.approve(house.within())
    assert go(house.bureau.secretary, "act", transfer.pk, "confirm").status_code == 403
    other = house.bureau.other_branch.appointments.get(post_id="secretary").person
    data = {"on": "2026-11-21"}
    assert go(other, "act", transfer.pk, "confirm", data=data).status_code == 302
    assert house.homes()[-1] == ("输电运检党支部", date(2026, 11, 21), None)
