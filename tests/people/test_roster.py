"""The roster in the national form: read and written whole, masked, marked, and corrected by those it is about."""

from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from python_calamine import CalamineWorkbook

from linghang.people import api, services, sheets
from linghang.people.models import Appointment, CorrectionRequest, Person, PersonDetails
from linghang.platform.audit.models import Entry
from linghang.platform.sheets import reading
from linghang.platform.sheets.faults import Severity
from linghang_core.regulations.numbers import identity_check_digit
from tests.people.test_sheets import blocking, counts, examine, workbook
from tests.people.test_web import page, sign_in

FIRST = "99999919900530003"
NUMBER = FIRST + identity_check_digit(FIRST)
FULL = {
    "姓名": "张示范",
    "公民身份号码": NUMBER,
    "性别": 1,
    "民族": "01",
    "出生日期": "1990-05-30",
    "学历": 20,
    "人员类别": "1",
    "所在党支部": "变电运维党支部",
    "加入党组织日期": "2015-07-01",
    "转为正式党员日期": "2016-07-01",
    "工作岗位": "继电保护工",
    "联系电话": "199-1234-5678",
    "家庭住址": "示范市城南区劳动路36号",
    "党籍状态": "1",
    "是否失联": "否",
    "是否流动": "否",
    "曾用名": "张小范",
    "籍贯": "示范省示范市",
    "出生地": "示范省示范县",
    "参加工作日期": "2012.07.15",
    "全日制学历": "30",
    "全日制学位": "无",
    "全日制毕业院校": "示范电力学校",
    "全日制所学专业": "继电保护",
    "在职学历": "大学本科",
    "在职学位": "工学学士",
    "在职毕业院校": "示范大学",
    "在职所学专业": "电气工程",
    "专业技术职务": "工程师",
    "新社会阶层类型": "无",
    "一线情况": "生产一线",
    "入党介绍人": "李示范、王示范",
    "进入当前党支部日期": "2018-03-01",
    "档案所在单位": "示范甲供电公司",
    "户籍所在地派出所": "示范市公安局城南派出所",
    "电子邮箱": "zhang@example.com",
    "其他党团": "中国共产主义青年团",
    "参加其他党团日期": "2004-05-04",
    "出国（境）情况": "无",
    "是否第一书记": "是",
    "是否党务工作者": "否",
}
PLAIN = {
    "former_name": "张小范",
    "native_place": "示范省示范市",
    "birth_place": "示范省示范县",
    "started_work_on": date(2012, 7, 15),
    "full_time_education": "大学专科",
    "full_time_degree": "",
    "full_time_school": "示范电力学校",
    "full_time_major": "继电保护",
    "in_service_education": "大学本科",
    "in_service_degree": "工学学士",
    "in_service_school": "示范大学",
    "in_service_major": "电气工程",
    "technical_title": "工程师",
    "social_stratum": "",
    "frontline": "生产一线",
    "introducers": "李示范、王示范",
    "file_place": "示范甲供电公司",
    "household_police": "示范市公安局城南派出所",
    "email": "zhang@example.com",
    "other_party": "中国共产主义青年团",
    "other_party_on": date(2004, 5, 4),
    "abroad": "",
    "is_first_secretary": True,
    "is_party_worker": False,
}


def read_in(bureau, *rows):
    """Return the examination of a roster whose rows are given by heading, as the officer imports it."""
    headings = list(rows[0])
    lines = [headings, *([row.get(h) for h in headings] for row in rows)]
    return examine(
        workbook(党员=lines),
        scope=api.compute_scope(bureau.officer.user),
        actor=bureau.officer.user,
    )


def apply(found):
    from linghang.platform.sheets import examination  # as test_sheets does, kept beside its one use

    return examination.apply_examination(found)


@pytest.fixture
def known(bureau):
    apply(read_in(bureau, FULL))
    return Person.objects.get(name="张示范")


def export(client, person, **form):
    return sign_in(client, person).post(reverse("people:export"), form)


def read_out(response):
    """Return the rows of the exported roster by heading, and the lines of its mark."""
    book = CalamineWorkbook.from_filelike(BytesIO(response.content))
    lines = book.get_sheet_by_name("党员").to_python()
    mark = book.get_sheet_by_name("导出说明").to_python()
    return [dict(zip(lines[2], line, strict=True)) for line in lines[3:]], {
        row[0]: row[1] for row in mark[3:]
    }


# -- import ----------------------------------------------------------------------------------------


def test_every_column_of_the_form_is_kept_and_codes_mean_their_words(bureau, known):
    assert {name: getattr(known.details, name) for name in PLAIN} == PLAIN
    assert (known.sex, known.ethnic_group, known.education, known.member_kind) == (
        "1",
        "汉族",
        "大学本科",
        "full",
    )
    [held] = Appointment.objects.filter(person=known)
    assert (held.unit, held.valid_from) == (bureau.branch, date(2018, 3, 1))
    assert set(FULL) == {column.heading for column in sheets.MemberSheet.columns}


def test_what_is_sensitive_lies_encrypted(known):
    from django.db import connection  # the one test that looks under the model

    with connection.cursor() as cursor:
        cursor.execute("SELECT email, household_police FROM people_persondetails")
        [(email, police)] = cursor.fetchall()
    assert ("zhang" in email, "城南" in police) == (False, False)


def test_nothing_is_kept_of_a_person_of_whom_nothing_more_is_known(bureau):
    short = {h: FULL[h] for h in ("姓名", "公民身份号码", "所在党支部", "是否第一书记")}
    apply(read_in(bureau, short | {"是否第一书记": "否"}))
    assert Person.objects.filter(name="张示范").exists()
    assert PersonDetails.objects.count() == 0


def test_words_of_the_standards_that_do_not_exist_and_wrong_cells_are_named(bureau):
    wrong = FULL | {
        "公民身份号码": NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"),
        "民族": "77",
        "学历": "99",
        "电子邮箱": "zhang",
        "参加工作日期": "2030-01-01",
    }
    found = read_in(bureau, wrong)
    assert blocking(found) == [
        ("党员", 2, "公民身份号码"),
        ("党员", 2, "民族"),
        ("党员", 2, "学历"),
        ("党员", 2, "参加工作日期"),
    ]
    assert all(str(fault.remedy) for fault in found.faults())
    [email] = [f for f in found.faults() if f.code == "not_an_email"]
    assert (email.severity, email.value) == (Severity.WARN, "z****")


def test_a_birthday_against_the_identity_number_stops_the_row(bureau):
    found = read_in(bureau, FULL | {"出生日期": "1990-05-31"})
    assert blocking(found) == [("党员", 2, "出生日期")]
    [fault] = [f for f in found.faults() if f.code == "birth_differs"]
    assert "1990-05-30" in str(fault.message)


def test_a_correction_by_import_is_shown_before_and_written_with_its_trail(bureau, known):
    found = read_in(bureau, FULL | {"专业技术职务": "高级工程师", "电子邮箱": "fan@example.com"})
    [row] = found.changed_rows()
    assert [(c.heading, *c.shown()) for c in row.changes] == [
        ("专业技术职务", "工程师", "高级工程师"),
        ("电子邮箱", "zh*************om", "fa***********om"),
    ]
    apply(found)
    known = Person.objects.get(pk=known.pk)
    assert (known.details.technical_title, known.details.email) == ("高级工程师", "fan@example.com")
    entry = Entry.objects.get(verb="correct_person")
    assert (entry.old, entry.new) == (
        {"technical_title": "工程师", "email": "zh****@example.com"},
        {"technical_title": "高级工程师", "email": "fa****@example.com"},
    )


def test_another_day_of_entering_is_told_and_moves_nothing(bureau, known):
    found = read_in(bureau, FULL | {"进入当前党支部日期": "2019-03-01"})
    assert [(f.code, f.severity) for f in found.faults() if f.code == "entered_differs"] == [
        ("entered_differs", Severity.WARN)
    ]
    apply(found)
    assert Appointment.objects.get(person=known).valid_from == date(2018, 3, 1)


# -- export ----------------------------------------------------------------------------------------


def test_the_own_export_read_in_again_changes_nothing(client, bureau, known):
    for number, person in enumerate(Person.objects.filter(identity_number=""), 1):
        first = f"999999198503010{number:02d}"
        services.correct_person(
            person=person,
            changes={
                "identity_number": first + identity_check_digit(first),
                "born_on": date(1985, 3, 1),
            },
            reason="补登",
            actor=None,
        )
    response = export(client, bureau.officer, purpose="年度党内统计", in_full="on")
    rows, _mark = read_out(response)
    found = examine(
        reading.read_bytes(response.content, "导出.xlsx"),
        scope=api.compute_scope(bureau.officer.user),
        actor=bureau.officer.user,
    )
    told = counts(found)["党员"]
    assert told == (len(rows), 0, 0, len(rows), 0, 0)
    assert len(rows) == 6
    before = Entry.objects.filter(verb="correct_person").count()
    assert apply(found)["members"] == {"new": 0, "changed": 0}
    assert Entry.objects.filter(verb="correct_person").count() == before


def test_the_export_writes_what_was_read(client, bureau, known):
    response = export(client, bureau.officer, purpose="年度党内统计", in_full="on")
    rows, mark = read_out(response)
    [row] = [row for row in rows if row["姓名"] == "张示范"]
    assert row == FULL | {
        "性别": "男",
        "民族": "汉族",
        "出生日期": date(1990, 5, 30),
        "学历": "大学本科",
        "人员类别": "正式党员",
        "加入党组织日期": date(2015, 7, 1),
        "转为正式党员日期": date(2016, 7, 1),
        "联系电话": "19912345678",
        "党籍状态": "正常",
        "参加工作日期": date(2012, 7, 15),
        "全日制学历": "大学专科",
        "全日制学位": "",
        "新社会阶层类型": "",
        "进入当前党支部日期": date(2018, 3, 1),
        "参加其他党团日期": date(2004, 5, 4),
        "出国（境）情况": "",
    }
    assert (mark["导出人"], mark["用途"], mark["人数"], mark["脱敏人数"]) == (
        "高知远",
        "年度党内统计",
        "6",
        "0",
    )


def test_without_asking_for_it_the_export_is_masked_and_recorded(client, bureau, known):
    rows, mark = read_out(export(client, bureau.officer, purpose="核对名册"))
    [row] = [row for row in rows if row["姓名"] == "张示范"]
    assert [
        row[h] for h in ("公民身份号码", "联系电话", "家庭住址", "户籍所在地派出所", "电子邮箱")
    ] == [
        f"9999{'*' * 10}{NUMBER[-4:]}",
        "199****5678",
        "示范市城南区****",
        "示范市公安局****",
        "zh****@example.com",
    ]
    assert mark["脱敏人数"] == "6"
    entry = Entry.objects.get(verb="export_roster")
    assert (entry.actor, entry.reason, entry.new) == (
        bureau.officer.user,
        "核对名册",
        {"rows": 6, "in_full": 0},
    )
    assert bureau.general_branch.path.startswith(entry.unit_path)


def test_no_export_without_a_purpose(client, bureau):
    response = export(client, bureau.officer, purpose="  ")
    assert response.status_code == 422
    assert Entry.objects.filter(verb="export_roster").count() == 0


def test_who_may_not_see_the_numbers_is_not_offered_them(client, bureau, known):
    form = page(sign_in(client, bureau.leader), "export").context["form"]
    assert "in_full" not in form.fields
    rows, _mark = read_out(export(client, bureau.leader, purpose="核对名册", in_full="on"))
    assert NUMBER not in {row["公民身份号码"] for row in rows}


def test_a_secretary_exports_the_own_branch_and_a_filter_narrows(client, bureau, known):
    rows, _mark = read_out(export(client, bureau.secretary, purpose="核对名册"))
    assert sorted(row["姓名"] for row in rows) == ["孟宇行", "张示范", "林晓禾", "许怡书", "韩帆"]
    response = client.post(reverse("people:export") + "?q=张", {"purpose": "核对名册"})
    assert [row["姓名"] for row in read_out(response)[0]] == ["张示范"]


# -- the page and corrections a member asks for ----------------------------------------------------


def test_the_page_shows_what_is_known_masked_and_names_what_is_not(client, bureau, known):
    text = page(sign_in(client, bureau.secretary), "person", known.pk).content.decode()
    shown = {word: word in text for word in ("张小范", "李示范、王示范", "工程师", "2018-03-01")}
    assert set(shown.values()) == {True}, shown
    hidden = {word: word in text for word in (NUMBER, "zhang@example.com", "城南派出所")}
    assert set(hidden.values()) == {False}, hidden
    assert "未登记：" in text
    assert "全日制学位、新社会阶层类型" in text


def ask(person, field="technical_title", stated="高级工程师", reason="2026年6月聘任"):
    return services.request_correction(
        person=person, field=field, stated=stated, reason=reason, actor=person.user
    )


def test_a_member_asks_the_secretary_decides_and_the_roster_follows(client, bureau):
    member = bureau.member
    sent = sign_in(client, member).post(
        reverse("people:ask"),
        {"field": "joined_on", "stated": "2010-06-30", "reason": "志愿书写的是6月30日"},
    )
    assert sent["Location"] == reverse("people:person", args=[member.pk])
    asked = CorrectionRequest.objects.get()
    sign_in(client, bureau.secretary)
    assert [
        one.pk for one in api.list_waiting_requests(api.compute_scope(bureau.secretary.user))
    ] == [asked.pk]
    text = page(client, "request", asked.pk).content.decode()
    assert ("2010-07-01" in text, "2010-06-30" in text, "予以更正" in text) == (True, True, True)
    client.post(
        reverse("people:request", args=[asked.pk]), {"decision": "accept", "answer": "已核"}
    )
    member.refresh_from_db()
    assert member.joined_on == date(2010, 6, 30)
    assert list(
        Entry.objects.filter(object_id=member.pk).order_by("pk").values_list("verb", "reason")
    ) == [
        ("request_correction", "志愿书写的是6月30日"),
        ("correct_person", "志愿书写的是6月30日"),
        ("accept_correction", "已核"),
    ]
    text = page(sign_in(client, member), "person", member.pk).content.decode()
    assert ("已核" in text, "已更正" in text) == (True, True)


def test_a_request_declined_needs_an_answer_and_changes_nothing(client, bureau):
    asked = ask(bureau.member)
    sign_in(client, bureau.secretary)
    address = reverse("people:request", args=[asked.pk])
    assert client.post(address, {"decision": "decline"}).status_code == 422
    client.post(address, {"decision": "decline", "answer": "聘书未到"})
    asked.refresh_from_db()
    assert (asked.state, asked.answer, asked.decided_by) == (
        "declined",
        "聘书未到",
        bureau.secretary.user,
    )
    assert PersonDetails.objects.count() == 0


def test_who_decides_second_is_told_who_was_first(bureau):
    asked = ask(bureau.member)
    services.decide_request(request=asked, accepted=True, answer="", actor=bureau.secretary.user)
    with pytest.raises(ValidationError) as refusal:
        services.decide_request(
            request=asked, accepted=False, answer="不改", actor=bureau.officer.user
        )
    assert "韩帆" in refusal.value.messages[0]
    assert Person.objects.get(pk=bureau.member.pk).details.technical_title == "高级工程师"


@pytest.mark.parametrize(
    ("field", "stated", "where"),
    [
        ("nothing", "x", "field"),
        ("joined_on", "去年", "stated"),
        ("sex", "男性别", "stated"),
        ("name", "林晓禾", "stated"),
        ("is_lost", "也许", "stated"),
        ("job", " ", "stated"),
    ],
)
def test_a_request_that_says_nothing_usable_is_refused(bureau, field, stated, where):
    with pytest.raises(ValidationError) as refusal:
        ask(bureau.member, field, stated)
    assert list(refusal.value.error_dict) == [where]


def test_a_second_request_for_a_field_waits_for_the_first(bureau):
    ask(bureau.member)
    with pytest.raises(ValidationError):
        ask(bureau.member, stated="教授级高级工程师")
    assert CorrectionRequest.objects.count() == 1


def test_the_trail_of_a_request_masks_what_is_sensitive(bureau):
    ask(bureau.member, "phone", "19912345678", "换号")
    assert Entry.objects.get(verb="request_correction").new == {"phone": "199****5678"}


@pytest.mark.parametrize(
    ("reader", "status"),
    [("stranger", 404), ("leader", 404), ("supervisor", 404), ("member", 200), ("officer", 200)],
)
def test_a_request_is_seen_by_who_asked_and_who_decides(client, bureau, reader, status):
    asked = ask(bureau.member)
    sign_in(client, getattr(bureau, reader))
    assert page(client, "request", asked.pk).status_code == status


def test_a_secretary_does_not_decide_the_own_request(client, bureau):
    asked = ask(bureau.secretary)
    address = reverse("people:request", args=[asked.pk])
    assert (
        sign_in(client, bureau.secretary).post(address, {"decision": "accept"}).status_code == 403
    )
    assert api.list_waiting_requests(api.compute_scope(bureau.secretary.user)) == []
    sign_in(client, bureau.officer).post(address, {"decision": "accept"})
    asked.refresh_from_db()
    assert asked.state == "accepted"


def test_a_member_sees_who_looked_and_why(client, bureau):
    services.reveal_identity(
        person=bureau.member, reason="办理工会慰问", actor=bureau.secretary.user
    )
    text = page(sign_in(client, bureau.member), "person", bureau.member.pk).content.decode()
    assert ("谁看过我的信息" in text, "办理工会慰问" in text) == (True, True)
    other = page(sign_in(client, bureau.officer), "person", bureau.member.pk).content.decode()
    assert "办理工会慰问" not in other
