"""Awards recorded, shown, withdrawn and exported; hardship seen by the few who need to know."""

from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from linghang.care.models import Award, Hardship, Visit
from linghang.platform.audit.models import Entry
from tests.care.test_services import SECRET, award, hardship, visit


def go(client, person, address, *args, **query):
    client.force_login(person.user)
    return client.get(reverse(f"care:{address}", args=args), query)


def send(client, person, address, *args, **form):
    client.force_login(person.user)
    return client.post(reverse(f"care:{address}", args=args), form)


def main(response):
    return response.content.decode().split("<main", 1)[1]


def test_a_secretary_records_an_award_by_choosing_a_member(client, bureau):
    form = go(client, bureau.secretary, "add").context["form"]
    assert [str(label) for _value, label in form.fields["name"].choices] == [
        "支部集体",
        "韩帆",
        "林晓禾",
        "许怡书",
        "孟宇行",
    ]
    sent = send(
        client,
        bureau.secretary,
        "add",
        unit=bureau.branch.pk,
        name="林晓禾",
        title="优秀共产党员",
        level="bureau",
        body="中共示范甲供电公司委员会",
        awarded_on="2026-07-01",
    )
    made = Award.objects.get()
    assert sent["Location"] == reverse("care:award", args=[made.pk])
    assert (made.person, made.unit) == (bureau.member, bureau.branch)
    text = main(go(client, bureau.member, "award", made.pk))
    assert ("优秀共产党员" in text, "本单位级" in text, "2026-07-01" in text) == (True, True, True)


def test_a_name_nobody_bears_is_refused_at_its_field(client, bureau):
    sent = send(
        client,
        bureau.officer,
        "add",
        unit=bureau.branch.pk,
        name="无此人",
        title="优秀共产党员",
        level="bureau",
        body="中共示范甲供电公司委员会",
        awarded_on="2026-07-01",
    )
    assert (sent.status_code, list(sent.context["form"].errors)) == (422, ["name"])
    assert Award.objects.count() == 0


def test_the_list_is_narrowed_and_hides_what_was_withdrawn(client, bureau):
    award(bureau)
    award(bureau, person=None, title="先进基层党组织", level="city")
    taken = award(bureau, title="撤下的表彰")
    send(client, bureau.secretary, "withdraw", taken.pk, reason="登记有误")
    text = main(go(client, bureau.leader, "awards"))
    assert ("优秀共产党员" in text, "先进基层党组织" in text, "撤下的表彰" in text) == (
        True,
        True,
        False,
    )
    text = main(go(client, bureau.leader, "awards", whom="unit"))
    assert ("优秀共产党员" in text, "先进基层党组织" in text) == (False, True)


def test_the_export_asks_what_for_and_leaves_its_trail(client, bureau):
    award(bureau)
    assert send(client, bureau.officer, "export", purpose="").status_code == 422
    sent = send(client, bureau.officer, "export", purpose="七一表彰公示")
    lines = CalamineWorkbook.from_filelike(BytesIO(sent.content)).get_sheet_by_index(0).to_python()
    assert lines[2] == ["表彰名称", "受表彰对象", "党支部", "等级", "授奖单位", "授奖日期", "文号"]
    assert lines[3][:4] == ["优秀共产党员", "林晓禾", "变电运维党支部", "省部级"]
    assert "七一表彰公示" in lines[1][0]
    entry = Entry.objects.get(verb="care.exported")
    assert (entry.reason, entry.new) == ("七一表彰公示", {"rows": 1})


def test_awards_stand_on_the_page_of_the_person(client, bureau):
    award(bureau)
    client.force_login(bureau.member.user)
    page = client.get(reverse("people:person", args=[bureau.member.pk]), {"tab": "awards"})
    assert ("优秀共产党员" in main(page), "省部级" in main(page)) == (True, True)


def test_the_situation_is_shown_on_request_and_the_look_recorded(client, bureau):
    record = hardship(bureau)
    visit(bureau, record)
    text = main(go(client, bureau.officer, "hardship", record.pk))
    assert (SECRET in text, "500.00" in text, "精神尚好" in text) == (False, False, False)
    assert Entry.objects.filter(verb="care.read").count() == 0
    shown = send(client, bureau.officer, "hardship", record.pk)
    text = main(shown)
    assert (SECRET in text, "500.00" in text, "精神尚好" in text) == (True, True, True)
    assert shown["Cache-Control"] == "no-store"
    assert Entry.objects.get(verb="care.read").actor == bureau.officer.user


def test_the_member_reads_the_own_record_whole_and_changes_nothing(client, bureau):
    record = hardship(bureau)
    page = go(client, bureau.member, "hardship", record.pk)
    assert (SECRET in main(page), page.context["deeds"]) == (True, [])
    assert Entry.objects.filter(verb="care.read").count() == 0


@pytest.mark.parametrize("reader", ["leader", "supervisor", "stranger", "colleague_of_branch"])
def test_for_everybody_else_the_record_is_not_there(client, bureau, reader):
    record = hardship(bureau, bureau.colleague)
    who = bureau.member if reader == "colleague_of_branch" else getattr(bureau, reader)
    assert go(client, who, "hardship", record.pk).status_code == 404


def test_the_leader_sees_counts_and_no_name(client, bureau):
    visit(bureau, hardship(bureau))
    text = main(go(client, bureau.leader, "hardships"))
    assert ("林晓禾" in text, "帮扶中" in text, "不足3人的类别不显示" in text) == (
        False,
        True,
        True,
    )


def test_a_visit_review_and_end_through_the_pages(client, bureau):
    record = hardship(bureau)
    sent = send(
        client,
        bureau.secretary,
        "change",
        record.pk,
        "visit",
        on="2026-11-20",
        visitor=bureau.secretary.pk,
        help="money",
        amount="300",
        seen=record.seen,
    )
    assert sent["Location"] == reverse("care:hardship", args=[record.pk])
    assert str(Visit.objects.get().amount) == "300.00"
    stale = send(
        client, bureau.secretary, "change", record.pk, "review", review_on="2027-05-01", seen="0"
    )
    assert (stale.status_code, "已有人先行登记" in main(stale)) == (422, True)
    send(client, bureau.secretary, "change", record.pk, "review", review_on="2027-05-01", seen="1")
    send(
        client,
        bureau.secretary,
        "change",
        record.pk,
        "end",
        on="2026-11-21",
        reason="康复返岗",
        seen="2",
    )
    kept = Hardship.objects.get()
    assert (str(kept.review_on), str(kept.ended_on), kept.end_reason) == (
        "2027-05-01",
        "2026-11-21",
        "康复返岗",
    )


def test_nobody_keeps_the_own_record(client, bureau):
    record = hardship(bureau, bureau.secretary)
    sent = send(client, bureau.secretary, "change", record.pk, "visit")
    assert (sent.status_code, "由党建专责登记" in sent.content.decode()) == (403, True)
