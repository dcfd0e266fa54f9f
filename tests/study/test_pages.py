"""Pages of study: a class from its plan to the hours, who sees names, the export with its purpose."""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from linghang.activities.models import Activity
from linghang.meetings import services as meetings
from linghang.platform.audit.models import Entry
from linghang.study import services
from linghang.study.models import Claim, Rating, Reflection, Roster, Session, StudyClass, Swap
from linghang.study.services import RollDraft
from linghang.worklists import api as worklists
from tests.cast import make_person
from tests.conftest import TODAY


@pytest.fixture
def go(client, school):
    """Return a function that asks a page as somebody and returns the response with its text."""

    def ask(person, name, *parts, data=None, **query):
        client.force_login(person.user)
        address = reverse(f"study:{name}", args=parts)
        answer = client.post(address, data) if data is not None else client.get(address, query)
        text = b"".join(answer).decode(errors="replace")
        answer.content_text = text
        answer.text = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", text))
        return answer

    return ask


def test_a_class_is_planned_and_its_roll_called_through_the_pages(school, go):
    secretary = school.bureau.secretary
    values = {"unit": school.bureau.branch.pk, "title": "读书班", "stages": "自学\n研讨"}
    assert go(secretary, "new-class", data=values).status_code == 302
    study_class = StudyClass.objects.get()
    pk = study_class.pk
    names = {"names": "林晓禾\n许怡书"}
    assert go(secretary, "people", pk, data=names).status_code == 302
    session = {
        "stage": 1,
        "on": "2026-11-09",
        "begins": "09:00",
        "ends": "12:00",
        "form": "lecture",
    }
    answer = go(secretary, "new-session", pk, data={**session, "topic": "导读", "another": 1})
    assert answer.url == reverse("study:new-session", args=[pk])
    again = go(secretary, "new-session", pk)
    assert (
        'value="2026-11-09"' in again.content_text
    )  # day and stage of the one before are proposed
    assert "读书班" in again.text
    row = Session.objects.get()
    member, colleague = school.bureau.member.pk, school.bureau.colleague.pk
    roll = {"seat": [member, colleague], "present": [member], f"reason-{colleague}": "出差"}
    assert go(secretary, "roll", row.pk, data=roll).status_code == 302
    assert "待补学1人" in go(secretary, "class", pk).text
    record = Activity.objects.get(kind__code="training_class")
    meetings.make_up(
        activity=record,
        people=[school.bureau.colleague],
        on=date(2026, 11, 10),
        way="自学材料",
        actor=secretary.user,
    )
    book = go(secretary, "book", pk).text
    assert "已补学" in book
    mine = go(school.bureau.member, "mine").text
    assert "已学4学时" in mine
    assert "读书班：导读2026-11-09" in mine
    away = go(school.bureau.member, "book", pk)
    assert away.status_code == 403


def test_the_list_shows_what_is_planned_and_what_the_reader_takes_part_in(school, go):
    school.ready()
    assert "学习贯彻读书班" in go(school.bureau.secretary, "classes").text
    assert "原文导读" not in go(school.bureau.member, "home").text  # its day has passed
    branches = go(school.bureau.officer, "branches").text
    assert "变电运维党支部4" in branches  # its members
    assert "输电运检党支部1" in branches
    assert "落后于时间进度" in branches


def test_a_member_sees_the_timetable_and_no_list_of_participants(school, go):
    study_class, session = school.ready()
    school.hold(session)
    text = go(school.bureau.member, "class", study_class.pk).text
    assert "原文导读" in text
    assert "许怡书" not in text
    assert go(school.bureau.member, "book", study_class.pk).status_code == 403


def test_a_class_of_the_bureau_is_found_by_who_takes_part_and_by_nobody_below_else(school, go):
    study_class = school.plan(unit=school.bureau.committee)
    school.invite(study_class, school.bureau.member)
    assert "学习贯彻读书班" in go(school.bureau.member, "class", study_class.pk).text
    assert go(school.bureau.secretary, "class", study_class.pk).status_code == 404


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"names": "查无此人"}, "查无此人"),
        ({"posts": ["member"]}, "要一起选"),
        ({"names": ""}, "请选择组织和职务"),
    ],
)
def test_a_choice_that_means_nobody_is_refused(school, go, values, words):
    study_class = school.plan()
    answer = go(school.bureau.secretary, "people", study_class.pk, data=values)
    assert answer.status_code == 422
    assert words in answer.text


def test_hours_are_told_and_confirmed_through_the_pages(school, go):
    member, secretary = school.bureau.member, school.bureau.secretary
    values = {
        "title": "骨干培训", "organiser": "省公司党校", "first_on": "2026-10-12",
        "last_on": "2026-10-13", "length": "full", "proof": "通知7号",
    }  # fmt: skip
    answer = go(member, "new-claim", data=values)
    claim = Claim.objects.get()
    assert answer.url == reverse("study:claim", args=[claim.pk])
    assert go(member, "claim", claim.pk, data={"answer": "yes"}).status_code == 403
    assert "骨干培训" in go(secretary, "branch", school.bureau.branch.pk).text
    refused = go(secretary, "claim", claim.pk, data={"answer": "no"})
    assert refused.status_code == 422
    assert go(secretary, "claim", claim.pk, data={"answer": "yes"}).status_code == 302
    assert school.hours(member) == 1600


def test_the_export_asks_what_for_and_keeps_it_in_the_trail(school, go, client):
    officer = school.bureau.officer
    assert go(officer, "export", data={"purpose": ""}).status_code == 422
    client.force_login(officer.user)
    answer = client.post(reverse("study:export"), {"purpose": "年度教育培训检查"})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert any("林晓禾" in row for row in rows)
    entry = Entry.objects.get(verb="study.hours_exported")
    assert (entry.new["purpose"], entry.new["rows"]) == ("年度教育培训检查", 5)


def test_the_second_of_two_is_sent_back_to_look(school, go):
    study_class, session = school.ready()
    seen = StudyClass.objects.get().seen
    school.hold(session)
    values = {"reason": "误", "seen": seen}
    answer = go(school.bureau.secretary, "call-off", study_class.pk, data=values)
    assert answer.status_code == 422
    assert "刚刚有变动" in answer.text


def test_a_day_is_taken_swapped_assigned_and_recorded_through_the_pages(school, go, client):
    secretary, member = school.bureau.secretary, school.bureau.member
    values = {
        "unit": school.bureau.branch.pk, "kind": "weekly", "title": "周一讲党课",
        "first_on": "2026-11-09", "lectures": 3, "begins": "08:30", "minutes": 45,
        "posts": ["member"],
    }  # fmt: skip
    answer = go(secretary, "new-roster", data=values)
    roster = Roster.objects.get()
    assert answer.url == reverse("study:roster", args=[roster.pk])
    first, second, third = roster.lectures.all()
    assert "2026-11-09" in go(member, "roster", roster.pk).text
    assert go(member, "claim-lecture", first.pk, data={"topic": "甲题"}).status_code == 302
    assert go(secretary, "claim-lecture", second.pk, data={"topic": "乙题"}).status_code == 302
    asked = go(member, "ask-swap", first.pk, data={"other": second.pk})
    assert asked.status_code == 302
    assert "林晓禾想与您调换" in go(secretary, "lecture", second.pk).text
    swap = Swap.objects.get()
    client.force_login(secretary.user)
    home = client.get("/").content.decode()
    assert "1人想与您调换讲课日期" in home
    assert reverse("study:lecture", args=[second.pk]) in home
    assert go(member, "answer-swap", swap.pk, data={"answer": "yes"}).status_code == 404
    assert go(secretary, "answer-swap", swap.pk, data={"answer": "yes"}).status_code == 302
    assert "2026-11-09" in go(secretary, "roster", roster.pk).text
    first.refresh_from_db()
    assert (first.person.name, first.topic) == ("韩帆", "乙题")
    values = {"on": "2026-11-20", "name": "许怡书", "topic": "丙题"}
    assert go(secretary, "assign-lecture", third.pk, data=values).status_code == 302
    assert "许怡书" in go(member, "roster", roster.pk).text
    unknown = go(secretary, "assign-lecture", third.pk, data={**values, "name": "查无此人"})
    assert unknown.status_code == 422
    colleague = school.bureau.colleague.pk
    seats = [secretary.pk, member.pk, colleague]
    roll = {"seat": seats, "present": seats[:2], f"reason-{colleague}": "出差"}
    assert "乙题" in go(secretary, "record-lecture", first.pk).text
    assert go(secretary, "record-lecture", first.pk, data=roll).status_code == 302
    record = Activity.objects.get(kind__code="party_lecture")
    assert (record.topic, record.host_name) == ("周一讲党课：乙题", "韩帆")
    assert go(member, "rate-lecture", first.pk, data={"stars": "4"}).status_code == 302
    page = go(member, "lecture", first.pk)
    assert re.search(r'value="4"\s+aria-pressed="true"', page.content_text)
    assert "谁评了几星任何人都看不到" in page.text
    assert "乙题" not in go(member, "home").text  # rated: nothing is asked twice


def test_the_ranking_of_a_show_stands_on_its_page_from_five_ratings_once_closed(school, go):
    secretary = school.bureau.secretary
    roster = school.roster("展示", 2, kind="show", first_on=date(2026, 11, 18), minutes=10)
    for lecture, topic in zip(roster.lectures.all(), ("甲课", "乙课"), strict=True):
        school.assign(lecture, make_person(f"主讲{topic}", school.bureau.branch), topic)
    guests = [make_person(f"听众{n}", school.bureau.branch) for n in range(5)]
    first, second = roster.lectures.all()
    services.record_lecture(lecture=first, draft=RollDraft(), actor=secretary.user)
    first.refresh_from_db()
    services.give_stars(lecture=first, stars={guest.pk: 5 for guest in guests})
    services.give_stars(lecture=second, stars={guest.pk: 5 for guest in guests[:4]})
    assert "展示排名" not in go(secretary, "roster", roster.pk).text
    assert "5.00" not in go(secretary, "lecture", first.pk).text
    assert go(secretary, "close-ratings", roster.pk, data={}).status_code == 302
    text = go(school.bureau.member, "roster", roster.pk).text
    assert "展示排名" in text
    assert re.search("甲课主讲甲课15.005.005", text)  # place, drawn, mean, ratings
    assert re.search("乙课主讲乙课评价人数不足", text)
    assert "评价人数不足" in go(secretary, "lecture", second.pk).text
    refused = go(school.bureau.member, "rate-lecture", first.pk, data={"stars": "1"})
    assert refused.status_code == 302
    assert Rating.objects.count() == 0


def test_a_study_list_shows_its_progress_to_its_owner_and_to_the_officer_by_level(school, go):
    secretary, officer = school.bureau.secretary, school.bureau.officer
    assert "您没有学思清单" in go(secretary, "study-list").text
    assert "还没有学思清单" in go(officer, "study-lists").text
    items = [
        item
        for item in worklists.list_template_items("personal-study-list", 2026)
        if item.post in {"secretary", "committee_secretary"}
    ]
    issued = worklists.issue_list(
        title="2026年学思清单", kind="learning", issuer=school.bureau.committee, items=items,
        actor=officer.user, template="personal-study-list",
    )  # fmt: skip
    own = issued.assignments.filter(person=secretary).order_by("due_on")
    assert own.count() == 5
    result = worklists.TaskResult(own[0], TODAY, "已学", "")
    worklists.finish_tasks(results=[result], actor=secretary.user)
    page = go(secretary, "study-list")
    assert "共5项，已完成1项" in page.text
    assert reverse("worklists:task", args=[own[1].pk]) in page.content_text
    assert "通读党支部工作条例对照检查本支部组织生活2026-03-31已完成" in page.text
    assert "2026-06-30超期" in page.text
    assert "您没有学思清单" in go(school.bureau.member, "study-list").text
    levels = go(officer, "study-lists").text
    assert "共3份学思清单" in levels  # one committee secretary, two branch secretaries
    assert levels.index("党委书记1份") < levels.index("党支部书记2份，完成10%")
    assert re.search("韩帆变电运维党支部20%1/53", levels)  # done, and overdue
    assert "方艳一" not in go(secretary, "study-lists").text
    assert go(school.bureau.member, "study-lists").status_code == 403


def test_a_reflection_is_kept_checked_published_and_taken_back_through_the_pages(school, go):
    secretary, member = school.bureau.secretary, school.bureau.member
    text = "老师傅把接地线一根一根数过去，再数回来：规矩是写给晚上要回家吃饭的人看的。"
    answer = go(secretary, "new-reflection", data={"title": "数接地线", "text": text, "publish": 1})
    first = Reflection.objects.get()
    assert answer.url == reverse("study:publish", args=[first.pk])
    assert "没有明显雷同" in go(secretary, "publish", first.pk).text
    assert go(secretary, "publish", first.pk, data={"audience": "branch"}).status_code == 302
    copy = {"title": "听课有感", "text": f"印象很深。{text}"}
    answer = go(member, "new-reflection", data=copy)
    mine = Reflection.objects.get(author=member)
    assert answer.url == reverse("study:reflection", args=[mine.pk])
    warned = go(member, "publish", mine.pk).text
    assert "与他人已发布的内容有较多相同" in warned
    assert "再数回来：规矩是写给晚上要回家吃饭的人看的" in warned
    assert "韩帆·占您文字的" in warned
    for reader in (secretary, school.bureau.officer, school.bureau.leader):
        assert "听课有感" not in go(reader, "reflections").text
        assert go(reader, "publish", mine.pk).status_code == 404
    assert "听课有感仅自己可见" in go(member, "reflections").text
    assert go(member, "publish", mine.pk, data={"audience": "bureau"}).status_code == 302
    assert "听课有感" in go(school.bureau.officer, "reflections").text
    assert "印象很深" in go(secretary, "reflection", mine.pk).text
    assert go(member, "take-back", mine.pk, data={}).status_code == 302
    assert go(secretary, "reflection", mine.pk).status_code == 404
    assert go(member, "drop-reflection", mine.pk, data={}).status_code == 302
    assert Reflection.objects.filter(author=member).count() == 0
