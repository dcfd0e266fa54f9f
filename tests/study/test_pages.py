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
from linghang.study.models import Claim, Session, StudyClass


@pytest.fixture
def go(client, school):
    """Return a function that asks a page as somebody and returns the response with its text."""

    def ask(person, name, *parts, data=None, **query):
        client.force_login(person.user)
        address = reverse(f"study:{name}", args=parts)
        answer = client.post(address, data) if data is not None else client.get(address, query)
        text = b"".join(answer).decode(errors="replace")
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
    assert go(secretary, "new-session", pk).status_code == 200
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
    assert "4" in go(school.bureau.member, "mine").text


def test_the_list_shows_what_is_planned_and_what_the_reader_takes_part_in(school, go):
    school.ready()
    assert "学习贯彻读书班" in go(school.bureau.secretary, "classes").text
    assert "原文导读" not in go(school.bureau.member, "home").text  # its day has passed
    assert go(school.bureau.officer, "branches").status_code == 200


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
    assert go(school.bureau.member, "class", study_class.pk).status_code == 200
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
