"""A member's file and a branch's year book: what the records say, exactly, and gaps where they say nothing."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document

from linghang.activities import api as activities
from linghang.activities import mapping as kinds
from linghang.activities.models import ActivityKind
from linghang.care import api as care
from linghang.dues import api as dues
from linghang.library.api import install_packs
from linghang.meetings import services as meetings
from linghang.people import api as people
from linghang.platform.audit.models import Entry
from linghang.rectification import api as rectification

PURPOSE = "年度归档"
NUMBER = "999999199005300037"


@pytest.fixture
def year(bureau):
    """A year of the branch: two meetings, a lecture, a resolution, dues, a problem, an award, a visit."""
    install_packs(["organisation-life"], actor=None)
    known = {kind.code: kind for kind in ActivityKind.objects.all()}
    by = bureau.secretary.user

    def meet(kind, on, topic, away=(), **fields):
        draft = activities.ActivityDraft(
            known[kind],
            bureau.branch,
            on,
            topic,
            absences=tuple(activities.Absence(person_id=p.pk, reason="出差") for p in away),
            recorded_on=on,
            **fields,
        )
        return activities.record_activity(draft=draft, actor=by)

    held = meet("members_meeting", date(2026, 3, 12), "讨论年度计划", away=(bureau.member,))
    meet("members_meeting", date(2025, 6, 12), "上一年的会议")
    meet("party_lecture", date(2026, 5, 20), "为民服务", host_name="韩帆")
    meetings.add_item(
        activity=held,
        draft=meetings.ItemDraft(
            topic="更新责任区公示",
            decided="由许怡书负责。",
            task=meetings.TaskDraft("更新公示牌", date(2026, 12, 11), bureau.colleague),
        ),
        actor=by,
    )
    dues.set_bases(
        unit=bureau.branch,
        month=date(2026, 1, 1),
        drafts=[
            dues.BaseDraft(p, "employed", Decimal(6000)) for p in (bureau.member, bureau.colleague)
        ],
        reason="",
        actor=by,
    )
    dues.record_month(
        unit=bureau.branch,
        month=date(2026, 10, 1),
        paid=[dues.PaidDraft(bureau.member, date(2026, 10, 20))],
        actor=by,
    )
    rectification.create_problems(
        drafts=[
            rectification.ProblemDraft(
                source="支部查摆",
                text="工作票抽查不及时",
                unit=bureau.branch,
                due_on=date(2026, 12, 30),
                measure="每周抽查并通报",
                responsible=bureau.colleague,
            )
        ],
        actor=bureau.officer.user,
    )
    award = {
        "unit": bureau.branch,
        "level": "bureau",
        "body": "中共示范甲供电公司委员会",
        "awarded_on": date(2026, 7, 1),
    }
    care.record_awards(
        [
            care.AwardDraft(title="先进基层党组织", **award),
            care.AwardDraft(title="优秀共产党员", person=bureau.member, **award),
        ],
        actor=by,
    )
    record = care.register_hardship(
        unit=bureau.branch,
        draft=care.HardshipDraft(
            bureau.colleague, "illness", "术后长期服药", date(2026, 9, 1), date(2027, 3, 1)
        ),
        actor=by,
    )
    care.record_visit(
        hardship=record,
        draft=care.VisitDraft(date(2026, 9, 20), bureau.secretary, "money", Decimal(500)),
        actor=by,
    )
    people.correct_person(
        person=bureau.member,
        changes={"identity_number": NUMBER, "technical_title": "工程师"},
        reason="补登",
        actor=None,
    )
    yield bureau
    kinds.fact_kinds.forget()


def make(client, reader, name, pk, **form):
    client.force_login(reader.user)
    return client.post(reverse(f"reports:{name}", args=[pk]), {"purpose": PURPOSE, **form})


def read_sections(response):
    """Return the rows of each table or the texts under each heading, by heading."""
    found = {}
    for block in response.context["content"]["blocks"]:
        if block["kind"] == "heading":
            name = block["text"].split("、", 1)[1]
            found[name] = []
        elif block["kind"] == "table":
            found[name] += [[cell for cell, _left in row] for row in block["rows"]]
        else:
            found[name].append(block["text"])
    return found


def test_the_year_book_says_what_the_records_say_and_nothing_else(client, year):
    told = read_sections(make(client, year.secretary, "year_book", year.branch.pk, year=2026))
    assert told["党支部概况"] == [
        ["党支部名称", "变电运维党支部"],
        ["成立日期", "2010年1月1日"],
        ["本届任期", "【未登记】至【未登记】"],
        ["书记", "韩帆"],
        ["党员人数", "4"],
        ["统计截至", "2026年11月21日"],
    ]
    assert told["支部委员会"] == [["书记", "韩帆", "2020年1月1日"]]
    assert told["换届选举"] == ["本年没有换届。"]
    assert told["党员名册"] == [
        ["1", "韩帆", "未知", "正式党员", "2010年7月1日", "书记"],
        ["2", "林晓禾", "未知", "正式党员", "2010年7月1日", "—"],
        ["3", "许怡书", "未知", "正式党员", "2010年7月1日", "—"],
        ["4", "孟宇行", "未知", "正式党员", "2010年7月1日", "—"],
    ]
    assert told["会议和活动"] == [
        ["2026年3月12日", "支部党员大会", "讨论年度计划", "4", "3", "1"],
        ["2026年5月20日", "党课", "为民服务", "4", "4", "0"],
    ]
    assert told["党课"] == [["2026年5月20日", "为民服务", "韩帆"]]
    assert told["决议及落实"] == [
        ["2026年3月12日", "更新责任区公示", "许怡书", "2026年12月11日", "办理中"]
    ]
    assert told["党费收缴"] == [
        *([f"{month}月", "2", "0", "180.00", "0.00"] for month in range(1, 10)),
        ["10月", "2", "1", "180.00", "90.00"],
    ]
    assert told["问题整改"] == [
        ["1", "工作票抽查不及时", "每周抽查并通报", "2026年12月30日", "整改中"]
    ]
    assert told["民主评议党员"] == ["【本年度民主评议尚未完成】"]
    assert told["获得表彰"] == [
        ["2026年7月1日", "先进基层党组织", "变电运维党支部", "中共示范甲供电公司委员会"],
        ["2026年7月1日", "优秀共产党员", "林晓禾", "中共示范甲供电公司委员会"],
    ]
    assert told["走访慰问"][0] == "本年走访慰问困难党员1次。"
    assert told["发展党员"] == ["【无记录】"]


def test_a_year_without_records_is_a_book_of_gaps(client, year):
    told = read_sections(make(client, year.secretary, "year_book", year.branch.pk, year=2024))
    empty = {"会议和活动", "党课", "决议及落实", "问题整改", "获得表彰", "发展党员", "党费收缴"}
    assert {name: told[name] for name in empty} == {name: ["【无记录】"] for name in empty}


def test_neither_amounts_nor_who_is_in_hardship_stand_in_the_year_book(client, year):
    told = read_sections(make(client, year.leader, "year_book", year.branch.pk, year=2026))
    text = str(told)
    assert ("500" in text, "术后" in text, "慰问金" in text) == (False, False, False)
    assert "许怡书" not in str(told["走访慰问"])


def test_the_year_book_costs_the_same_queries_however_much_was_recorded(
    client, year, django_assert_max_num_queries
):
    with django_assert_max_num_queries(60):
        make(client, year.secretary, "year_book", year.branch.pk, year=2026)


def test_the_members_file_says_what_the_records_say(client, year):
    told = read_sections(make(client, year.secretary, "member_file", year.member.pk))
    facts = dict(told["基本信息"])
    assert [
        facts[name] for name in ("姓名", "公民身份号码", "专业技术职务", "籍贯", "入党介绍人")
    ] == [
        "林晓禾",
        f"9999{'*' * 10}0037",
        "工程师",
        "【未登记】",
        "【未登记】",
    ]
    assert told["发展历程"] == ["【系统内没有发展过程记录，入党和转正日期见基本信息】"]
    assert told["所在党支部"] == [["变电运维党支部", "2020年1月1日", "至今"]]
    assert told["参加组织生活"] == [["2025", "1", "1", "0", "0"], ["2026", "2", "1", "1", "0"]]
    assert told["交纳党费"] == [["2026", "1", "9", "90.00"]]
    assert told["获得表彰"] == [["2026年7月1日", "优秀共产党员", "中共示范甲供电公司委员会", "—"]]
    assert told["组织关系转接"][0] == "【无记录】"


def test_sensitive_values_stand_in_full_only_where_asked_for(client, year):
    masked = make(client, year.member, "member_file", year.member.pk)
    assert NUMBER not in masked.content.decode()
    full = make(client, year.member, "member_file", year.member.pk, in_full="on")
    assert NUMBER in full.content.decode()
    entry = Entry.objects.filter(verb="print_member_file").latest("pk")
    assert (entry.actor, entry.new, entry.reason, entry.object_id) == (
        year.member.user,
        {"in_full": 1},
        PURPOSE,
        year.member.pk,
    )


@pytest.mark.parametrize("name", ["member_file", "year_book"])
def test_without_a_purpose_nothing_is_made_and_nothing_recorded(client, year, name):
    pk = year.member.pk if name == "member_file" else year.branch.pk
    sent = make(client, year.secretary, name, pk, purpose=" ", year=2026)
    assert sent.status_code == 422
    assert Entry.objects.filter(verb__startswith="print_").count() == 0


@pytest.mark.parametrize(
    ("reader", "file", "book"),
    [
        ("stranger", 404, 404),
        ("colleague", 404, 403),
        ("leader", 403, 200),
        ("supervisor", 403, 403),
        ("member", 200, 403),
        ("officer", 200, 200),
    ],
)
def test_who_prints_what(client, year, reader, file, book):
    who = getattr(year, reader)
    if who.user is None:
        from tests.world import _give_login  # the colleague has no log-in in the cast

        _give_login(who, "colleague")
    assert make(client, who, "member_file", year.member.pk).status_code == file
    assert make(client, who, "year_book", year.branch.pk, year=2026).status_code == book


def test_the_file_carries_who_took_it_when_and_what_for(client, year):
    sent = make(client, year.secretary, "member_file", year.member.pk, format="docx")
    assert sent["Cache-Control"] == "no-store"
    text = "\n".join(p.text for p in Document(BytesIO(sent.content)).paragraphs)
    assert "林晓禾同志党员档案材料" in text.replace("\n", "")
    assert text.count("用途：年度归档") == 2
    assert text.count("韩帆 2026-11-21") == 2


def test_the_tabs_offer_both(client, year):
    client.force_login(year.secretary.user)
    page = client.get(reverse("people:person", args=[year.member.pk]), {"tab": "file"})
    assert reverse("reports:member_file", args=[year.member.pk]) in page.content.decode()
    page = client.get(reverse("org:unit", args=[year.branch.pk]), {"tab": "year_book"})
    text = page.content.decode()
    assert (reverse("reports:year_book", args=[year.branch.pk]) in text, "2023" in text) == (
        True,
        True,
    )
