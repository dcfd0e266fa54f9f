"""Pages of routing: four answers at the front, one shared view, the reason of every refusal."""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linghang.people.api import compute_scope
from linghang.platform.calendar import clock
from linghang.platform.files.api import list_files
from linghang.routing import queries, services
from linghang.routing.enums import Stage
from linghang.routing.models import Case
from linghang.routing.web.forms import RaiseForm
from tests.platform.test_files import photograph
from tests.routing.conftest import at


@pytest.fixture
def go(client, way):
    """Return a function that asks a page as somebody and returns the response with its text."""

    def ask(person, name, case=None, data=None, **query):
        client.force_login(person)
        address = reverse(f"routing:{name}", args=[case.pk] if case else [])
        answer = client.post(address, data) if data is not None else client.get(address, query)
        answer.text = b"".join(answer).decode(errors="replace")
        return answer

    return ask


def words(answer) -> str:
    """Return the words of a page on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_front_is_asked_four_things_and_a_photo_if_they_like(way):
    form = RaiseForm(scope=compute_scope(way.member))
    assert [name for name in form.fields if form.fields[name].required] == [
        "text",
        "category",
        "urgency",
    ]
    assert [name for name in form.fields if not form.fields[name].required] == ["place", "photos"]
    assert form.fields["place"].initial == way.bureau.station  # known from coverage


def test_raised_on_the_phone_with_a_photo_and_seen_by_everybody_on_the_way(
    way, go, settings, tmp_path
):
    settings.FILES_DIR = tmp_path
    with at("2026-11-16 09:00"):
        answer = go(
            way.member,
            "raise",
            data={
                "text": "东岭村三组夜间电压低",
                "category": way.category().pk,
                "urgency": "urgent",
                "place": way.bureau.station.pk,
                "photos": SimpleUploadedFile("现场.jpg", photograph()),
            },
        )
    case = Case.objects.get()
    assert answer.url == reverse("routing:case", args=[case.pk])
    assert (case.front, case.raised_person, case.raised_by, case.urgency) == (
        way.front,
        way.bureau.member,
        way.member,
        "urgent",
    )
    assert [file.name for file in list_files(case)] == ["现场.jpg"]
    with at("2026-11-16 09:30"):
        services.assign_case(case=case, unit=way.solver, actor=way.officer)
        for reader in (
            way.member,
            way.officer,
            way.own_secretary,
            way.solver_secretary,
            way.leader,
        ):
            page = go(reader, "case", case)
            assert "东岭村三组夜间电压低" in page.text
            assert "现场.jpg" in page.text
        assert go(way.bureau.stranger.user, "case", case).status_code == 404


def test_middle_office_sees_why_a_unit_is_suggested_and_assigns_with_one_tap(way, go):
    case = way.raise_(front=way.solver, place=way.bureau.station)
    with at("2026-11-16 09:30"):
        page = go(way.officer, "case", case)
        assert "所在供电所负责本台区运维：覆盖东岭供电所" in page.text
        data = {"unit": way.front.pk, "seen": case.seen}
        assert go(way.officer, "assign", case, data).status_code == 302
    case.refresh_from_db()
    assert (case.stage, case.unit) == (Stage.ASSIGNED, way.front)


def test_suggestions_follow_rules_then_what_was_solved_in_time(way):
    for number in range(3):
        case = way.raise_(f"往年问题{number}", when=f"2026-0{number + 3}-09 09:00")
        with at(f"2026-0{number + 3}-10 09:00"):
            case = services.assign_case(case=case, unit=way.solver, actor=way.officer)
            case = services.take_up_case(case=case, actor=way.solver_secretary)
            case = services.answer_case(case=case, answer="好", actor=way.solver_secretary)
            services.confirm_case(case=case, actor=way.member)
    case = way.raise_()
    (best,) = queries.suggest_units(case)
    assert best.unit == way.solver
    assert best.reasons == [
        "配电专业归口",  # 运检 stands in its name
        "一年内同类问题3件，按时解决3件，中位用时0分钟",
    ]


def test_like_problems_are_offered_for_merging(way, go):
    first = way.raise_("东岭村三组夜间电压低，空调无法启动")
    second = way.raise_("东岭村三组晚上电压低", when="2026-11-16 09:30")
    way.raise_("食堂增加晚餐窗口", when="2026-11-16 09:40")
    with at("2026-11-16 10:00"):
        assert [other for other, _like in queries.find_like(second)] == [first]
        assert first.number in go(way.officer, "case", second).text
        data = {"into": first.pk, "seen": second.seen}
        assert go(way.officer, "merge", second, data).status_code == 302
    second.refresh_from_db()
    assert second.merged_into == first


def test_who_came_late_is_told_on_the_page_and_nothing_changes(way, go):
    case = way.raise_()
    seen = case.seen
    with at("2026-11-16 10:00"):
        services.assign_case(case=case, unit=way.solver, actor=way.officer)
        data = {"unit": way.front.pk, "seen": seen}
        answer = go(way.officer, "assign", case, data)
        assert answer.url == reverse("routing:case", args=[case.pk])
        assert "高知远已先一步办理：派发" in go(way.officer, "case", case).text
    case.refresh_from_db()
    assert case.unit == way.solver


def test_forged_state_does_not_open_an_act_to_whoever_may_not(way, go):
    case = way.raise_()
    with at("2026-11-16 10:00"):
        services.assign_case(case=case, unit=way.solver, actor=way.officer)
        case.refresh_from_db()
        for seen in ("", case.seen, "solving-9"):
            go(way.own_secretary, "answer", case, {"answer": "冒名答复", "seen": seen})
            case.refresh_from_db()
            assert case.stage == Stage.ASSIGNED


def test_refusal_says_why_and_who_can(way, go):
    case = way.raise_()
    with at("2026-11-16 10:00"):
        services.assign_case(case=case, unit=way.solver, actor=way.officer)
        assert "由输电运检党支部书记或经办人办理。" in go(way.member, "case", case).text
        answer = go(way.own_secretary, "take-up", case)
    assert answer.status_code == 403
    assert "由输电运检党支部书记或经办人办理。" in answer.text


def test_escalated_case_is_the_leaders_too(way, go):
    case = way.raise_(urgency="urgent", when="2026-11-16 09:00")
    with at("2026-11-16 09:30"):
        assert "没有需要您办理的问题" in go(way.leader, "board", show="mine").text
        assert go(way.leader, "assign", case).status_code == 403
    with at("2026-11-16 10:01"):
        page = go(way.leader, "board", show="mine")
        assert "东岭村三组夜间电压低" in page.text
        assert "已提级" in page.text
        data = {"unit": way.solver.pk, "seen": case.seen}
        assert go(way.leader, "assign", case, data).status_code == 302


def test_board_shows_stage_holder_age_and_lateness(way, go):
    case = way.raise_(urgency="urgent", when="2026-11-16 09:00")
    with at("2026-11-16 09:00"):
        case = services.assign_case(case=case, unit=way.solver, actor=way.officer)
        services.take_up_case(case=case, person=way.bureau.secretary, actor=way.solver_secretary)
    with at("2026-11-16 15:30"):
        text = words(go(way.member, "board"))
        assert "输电运检党支部 · 韩帆" in text
        assert "4.5小时" in text
        assert "未超时" in text
    with at("2026-11-19 15:30"):
        text = words(go(way.member, "board"))
        assert "逾期" in text
        assert "3.6个工作日" in text


def test_list_is_filtered_searched_and_exported(way, go):
    way.raise_("东岭村低电压")
    case = way.raise_("绝缘手套短缺", category=way.category("material"), urgency="urgent")
    with at("2026-11-16 10:00"):
        services.decline_case(case=case, reason="已到货", actor=way.officer)
        text = go(way.officer, "cases", standing="running").text
        assert ("东岭村低电压" in text, "绝缘手套短缺" in text) == (True, False)
        assert "绝缘手套短缺" in go(way.officer, "cases", q="手套").text
        assert "东岭村低电压" not in go(way.officer, "cases", urgency="urgent").text
        data = go(way.officer, "export", stage="declined")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(data))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert rows[0][:4] == ["编号", "问题", "类别", "紧急程度"]
    assert [row[:9] for row in rows[1:]] == [
        [
            "WT2026-0002",
            "绝缘手套短缺",
            "物资与工器具",
            "紧急",
            "变电运维党支部",
            "林晓禾",
            "2026-11-16 09:00",
            None,
            "不予派发",
        ]
    ]


def test_numbers_are_medians_with_n_and_no_rate_below_five(way, go):
    for number in range(5):
        case = way.raise_(f"问题{number}", when="2026-11-02 08:30")
        with at("2026-11-02 09:30"):
            case = services.assign_case(case=case, unit=way.solver, actor=way.officer)
            case = services.take_up_case(case=case, actor=way.solver_secretary)
        with at(f"2026-11-{2 + number:02d} 10:30"):
            case = services.answer_case(case=case, answer="好", actor=way.solver_secretary)
            if number < 4:
                services.confirm_case(case=case, actor=way.member)
    with at("2026-11-16 10:00"):
        numbers = queries.measure_cases(
            queries.list_cases(compute_scope(way.officer)),
            date(2026, 11, 1),
            date(2026, 12, 1),
            clock.now(),
        )
        text = words(go(way.officer, "numbers"))
    assert (numbers.raised, numbers.confirmed, numbers.in_time) == (5, 4, 4)
    assert numbers.share_in_time is None  # four: no rate
    assert numbers.share_often_handed_over == 0  # of five raised
    stages = {line.label: (line.count, line.seconds, line.in_time) for line in numbers.by_stage}
    assert stages["提出"] == (5, 3600, 5)
    assert stages["处理"] == (5, 15 * 3600, 5)  # 1, 8, 15, 22 and 29 hours
    (unit,) = numbers.by_unit
    assert (unit.label, unit.count, unit.in_time, unit.share) == ("输电运检党支部", 4, 4, None)
    assert "不足5件不显示比例" in text
