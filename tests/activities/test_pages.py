"""The pages of organisation life as their readers use them."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from linghang.activities.api import cadence_row, cadence_rows
from linghang.activities.models import Activity, ActivityRevision, Obligation
from linghang.activities.services import Absence, open_obligations, withdraw_activity
from linghang.ledger.models import Fact
from linghang.org.enums import UnitKind
from linghang.people.models import Appointment
from tests.cast import make_person, make_unit

NOVEMBER = date(2026, 11, 18)
RECORD = "/activities/record/"


def page(name, *args):
    return reverse(f"activities:{name}", args=args)


def form_values(form, **changes):
    """What a browser would send: every field as shown, every ticked seat, every reason."""
    values = {name: form[name].value() for name in form.fields}
    values = {name: value for name, value in values.items() if value is not None}
    values["seat"] = [str(seat.person_id) for seat in form.seats]
    values["present"] = [str(seat.person_id) for seat in form.seats if seat.present]
    values |= {f"reason-{seat.person_id}": seat.reason or "病假" for seat in form.seats}
    return values | changes


@pytest.fixture
def secretary(client, bureau, packs):
    client.force_login(bureau.secretary.user)
    return client


# -- recording -----------------------------------------------------------------------------------


def test_kinds_are_offered_as_choices_for_the_readers_own_branch(secretary, bureau):
    response = secretary.get(RECORD)
    assert response.context["unit"] == bureau.branch
    families = [
        (str(label), [kind.code for kind in kinds][:3])
        for label, kinds in response.context["families"]
    ]
    assert families == [
        ("活动", ["members_meeting", "committee_meeting", "group_meeting"]),
        ("记录", ["safety_check", "hazard_fixed", "violation"]),
    ]


def test_form_of_a_theme_day_knows_everything_but_the_topic_in_at_most_eight_fields(
    secretary, bureau
):
    for number in range(21):
        make_person(f"党员{number:02}", bureau.branch)
    form = secretary.get(f"{RECORD}?kind=theme_day").context["form"]
    asked = [*form.fields, "attendance"]
    assert asked == ["occurred_on", "topic", "host_name", "hours", "place", "also", "attendance"]
    assert len(asked) <= 8
    assert {name: form[name].value() for name in asked[:4]} == {
        "occurred_on": date(2026, 11, 21),
        "topic": None,
        "host_name": "韩帆",
        "hours": 2,
    }
    assert (len(form.seats), all(seat.present for seat in form.seats)) == (25, True)


def test_sent_form_writes_the_record_and_leads_to_its_page(secretary, bureau):
    url = f"{RECORD}?kind=theme_day&unit={bureau.branch.pk}"
    form = secretary.get(url).context["form"]
    values = form_values(form, topic="安全生产大讨论", occurred_on="2026-11-18")
    values["present"].remove(str(bureau.colleague.pk))
    values[f"reason-{bureau.colleague.pk}"] = "出差"
    response = secretary.post(url, values)
    activity = Activity.objects.get()
    assert response.url == page("activity", activity.pk)
    assert (activity.due_count, activity.present_count, activity.host, activity.created_by) == (
        4,
        3,
        bureau.secretary,
        bureau.secretary.user,
    )
    away = activity.attendance.get(state="leave")
    assert (away.person, away.reason) == (bureau.colleague, "出差")


def test_without_leave_is_absence(secretary, bureau):
    url = f"{RECORD}?kind=theme_day&unit={bureau.branch.pk}"
    values = form_values(secretary.get(url).context["form"], topic="x")
    values["present"].remove(str(bureau.colleague.pk))
    values[f"reason-{bureau.colleague.pk}"] = "无故缺席"
    secretary.post(url, values)
    assert Activity.objects.get().attendance.get(person=bureau.colleague).state == "absent"


def test_faulty_form_comes_back_with_what_was_typed_and_writes_nothing(secretary, bureau):
    url = f"{RECORD}?kind=theme_day&unit={bureau.branch.pk}"
    values = form_values(secretary.get(url).context["form"], topic="安全", occurred_on="2026-11-30")
    values["present"].remove(str(bureau.member.pk))
    response = secretary.post(url, values)
    form = response.context["form"]
    assert (response.status_code, list(form.errors)) == (422, ["occurred_on"])
    assert [seat.name for seat in form.seats if not seat.present] == ["林晓禾"]
    assert Activity.objects.count() == 0


def test_person_who_does_not_belong_to_the_branch_cannot_be_slipped_in(secretary, bureau):
    url = f"{RECORD}?kind=theme_day&unit={bureau.branch.pk}"
    values = form_values(secretary.get(url).context["form"], topic="安全")
    values["seat"].append(str(bureau.stranger.pk))
    values["present"].append(str(bureau.stranger.pk))
    secretary.post(url, values)
    assert not Activity.objects.get().attendance.filter(person=bureau.stranger).exists()


def test_group_meeting_of_a_branch_ticks_who_came(secretary, bureau):
    url = f"{RECORD}?kind=group_meeting&unit={bureau.branch.pk}"
    form = secretary.get(url).context["form"]
    assert not any(seat.present for seat in form.seats)
    values = form_values(form, topic="小组学习", due_count="3", present_count="2")
    values["present"] = [str(bureau.member.pk), str(bureau.colleague.pk)]
    secretary.post(url, values)
    activity = Activity.objects.get()
    assert (activity.due_count, activity.present_count) == (3, 2)
    assert set(activity.attendance.values_list("person__name", "state")) == {
        ("林晓禾", "present"),
        ("许怡书", "present"),
    }


def test_violation_asks_whom_what_and_how_grave(secretary, bureau):
    url = f"{RECORD}?kind=violation&unit={bureau.branch.pk}"
    form = secretary.get(url).context["form"]
    assert list(form.fields) == [
        "occurred_on",
        "topic",
        "person",
        "status",
        "quantity",
        "verified",
        "note",
    ]
    values = form_values(
        form, topic="未系安全带", person=str(bureau.member.pk), status="severe", quantity=""
    )
    secretary.post(url, values)
    fact = Fact.objects.get(kind="record.violation")
    assert (fact.person, fact.status, fact.quantity) == (bureau.member, "severe", 300)


@pytest.mark.parametrize(
    ("who", "unit", "status"),
    [
        ("member", "branch", 403),
        ("leader", "branch", 403),
        ("secretary", "branch", 200),
        ("secretary", "other_branch", 404),
        ("officer", "other_branch", 200),
        ("stranger", "branch", 404),
    ],
)
def test_who_may_record_where(client, bureau, packs, who, unit, status):
    client.force_login(getattr(bureau, who).user)
    url = f"{RECORD}?kind=theme_day&unit={getattr(bureau, unit).pk}"
    assert client.get(url).status_code == status
    assert client.post(url, {"topic": ""}).status_code == (422 if status == 200 else status)


# -- a record ------------------------------------------------------------------------------------


def test_record_page_shows_attendance_facts_and_corrections(client, bureau, record):
    activity = record("theme_day", NOVEMBER, absences=[Absence("许怡书", reason="病假")])
    client.force_login(bureau.member.user)
    response = client.get(page("activity", activity.pk))
    assert [(seat.person.name, state.value) for seat, state in response.context["away"]] == [
        ("许怡书", "leave")
    ]
    assert len(response.context["present"]) == 3
    assert response.context["entry"].source_id == activity.pk
    assert not response.context["may_edit"]


@pytest.mark.parametrize(
    ("who", "status"), [("officer", 200), ("secretary", 200), ("member", 200), ("stranger", 404)]
)
def test_who_sees_a_record(client, bureau, record, who, status):
    activity = record("theme_day", NOVEMBER)
    client.force_login(getattr(bureau, who).user)
    assert client.get(page("activity", activity.pk)).status_code == status


def test_discipline_is_seen_by_need_only(client, bureau, record):
    activity = record("discipline", NOVEMBER, "诫勉", person_id=bureau.member.pk)
    colleague = make_person("旁观者", bureau.branch, username="bystander")
    seen = {}
    for name, user in (
        ("officer", bureau.officer.user),
        ("secretary", bureau.secretary.user),
        ("concerned", bureau.member.user),
        ("bystander", colleague.user),
    ):
        client.force_login(user)
        lines = client.get(reverse("ledger:timeline")).content.decode()
        seen[name] = (client.get(page("activity", activity.pk)).status_code, "诫勉" in lines)
    assert seen == {
        "officer": (200, True),
        "secretary": (200, True),
        "concerned": (200, True),
        "bystander": (404, False),
    }


def test_correction_shows_the_record_and_asks_for_a_reason(secretary, bureau, record):
    activity = record("theme_day", NOVEMBER, absences=[Absence("许怡书", reason="病假")])
    form = secretary.get(page("correct", activity.pk)).context["form"]
    assert form["topic"].value() == "学习重要讲话精神"
    assert [(s.name, s.present, s.reason) for s in form.seats if not s.present] == [
        ("许怡书", False, "病假")
    ]
    values = form_values(form, topic="学习党章", reason="")
    assert secretary.post(page("correct", activity.pk), values).status_code == 422
    response = secretary.post(page("correct", activity.pk), values | {"reason": "主题写错"})
    assert response.url == page("activity", activity.pk)
    assert ActivityRevision.objects.get().old == {"topic": "学习重要讲话精神"}
    shown = secretary.get(page("activity", activity.pk)).context["revisions"]
    assert [(str(label), old, new) for label, old, new in shown[0]["changes"]] == [
        ("主题", "学习重要讲话精神", "学习党章")
    ]


def test_correction_of_something_else_keeps_the_head_counts_of_the_file(secretary, record):
    activity = record(
        "theme_day",
        NOVEMBER,
        due_count=43,
        present_count=42,
        absences=[Absence("某人", reason="病假")],
    )
    values = form_values(
        secretary.get(page("correct", activity.pk)).context["form"], hours="3", reason="学时写错"
    )
    secretary.post(page("correct", activity.pk), values)
    activity.refresh_from_db()
    assert (activity.due_count, activity.present_count, activity.hours) == (43, 42, 300)
    assert ActivityRevision.objects.get().old == {"hours": 200}


def test_who_may_correct_and_withdraw(client, bureau, record):
    activity = record("theme_day", NOVEMBER)
    answers = {}
    for who in ("member", "stranger", "officer"):
        client.force_login(getattr(bureau, who).user)
        answers[who] = (
            client.get(page("correct", activity.pk)).status_code,
            client.post(page("withdraw", activity.pk), {"reason": "x"}).status_code,
        )
    assert answers == {"member": (403, 403), "stranger": (404, 404), "officer": (200, 302)}


def test_withdrawing_needs_a_reason_and_closes_the_record(secretary, record):
    activity = record("theme_day", NOVEMBER)
    secretary.post(page("withdraw", activity.pk), {"reason": ""})
    activity.refresh_from_db()
    assert activity.withdrawn_on is None
    secretary.post(page("withdraw", activity.pk), {"reason": "未开展"})
    activity.refresh_from_db()
    assert activity.withdrawn_reason == "未开展"
    assert secretary.get(page("correct", activity.pk)).url == page("activity", activity.pk)


# -- duties --------------------------------------------------------------------------------------


def test_row_of_ticks_leads_to_the_form_for_what_is_missing(bureau, record):
    open_obligations(units=[bureau.branch], period="2026-11")
    record("theme_day", NOVEMBER)
    ticks = {t.kind.code: t for t in cadence_row(bureau.branch, "2026-11")}
    assert {code: t.state.value for code, t in ticks.items()} == {
        "members_meeting": "open",
        "group_meeting": "open",
        "party_lecture": "open",
        "theme_day": "met",
        "organisation_life_meeting": "open",
        "democratic_appraisal": "open",
    }
    unit = bureau.branch.pk
    assert ticks["theme_day"].url == page("duty", unit, "theme_day", "2026-11")
    assert ticks["group_meeting"].url == f"{RECORD}?unit={unit}&kind=group_meeting&on=2026-11-21"


def test_passed_duty_shows_as_missed_before_the_days_job_has_run(bureau, packs):
    open_obligations(units=[bureau.branch], period="2026-10")
    Obligation.objects.update(state="open")
    states = {t.kind.code: t.state.value for t in cadence_row(bureau.branch, "2026-10")}
    assert (states["theme_day"], states["members_meeting"]) == ("missed", "open")


def test_rows_of_many_units_take_one_query(bureau, packs, django_assert_num_queries):
    units = [bureau.branch, bureau.other_branch, bureau.group]
    open_obligations(units=units, period="2026-11")
    with django_assert_num_queries(1):
        rows = cadence_rows(units, "2026-11")
    assert [len(rows[unit.pk]) for unit in units] == [6, 5, 0]


def test_matrix_has_a_row_per_unit_a_column_per_duty_and_counts(client, bureau, record):
    open_obligations(units=[bureau.branch, bureau.other_branch], period="2026-11")
    record("theme_day", NOVEMBER)
    client.force_login(bureau.officer.user)
    context = client.get(page("cadence")).context
    assert [unit for unit, _may, _cells in context["rows"]] == [bureau.branch, bureau.other_branch]
    assert [kind.code for kind in context["kinds"]][:2] == ["members_meeting", "group_meeting"]
    assert {state.value: n for state, n in context["counts"]} == {
        "open": 10,
        "met": 1,
        "missed": 0,
        "waived": 0,
    }
    missed = client.get(page("cadence") + "?month=2026-10&state=missed").context
    assert [unit for unit, _may, _cells in missed["rows"]] == []


def test_readers_of_the_matrix_see_their_units(client, bureau, packs):
    open_obligations(units=[bureau.branch, bureau.other_branch], period="2026-11")
    seen = {}
    for who in ("officer", "secretary", "member", "stranger"):
        client.force_login(getattr(bureau, who).user)
        seen[who] = len(client.get(page("cadence")).context["rows"])
    assert seen == {"officer": 2, "secretary": 1, "member": 1, "stranger": 0}


def test_query_count_of_the_matrix_does_not_grow(client, bureau, packs, django_assert_num_queries):
    client.force_login(bureau.officer.user)
    open_obligations(units=[bureau.branch], period="2026-11")
    client.get(page("cadence"))  # the first page of a session notes that it was seen
    with django_assert_num_queries(7):
        client.get(page("cadence"))
    more = [make_unit(f"第{n}党支部", UnitKind.BRANCH, bureau.general_branch) for n in range(2)]
    open_obligations(units=more, period="2026-11")
    with django_assert_num_queries(7):
        client.get(page("cadence"))


def test_duty_page_names_basis_and_what_counts(client, bureau, record):
    activity = record("theme_day", NOVEMBER, also=("members_meeting",))
    client.force_login(bureau.member.user)
    context = client.get(page("duty", bureau.branch.pk, "members_meeting", "2026-11")).context
    assert [(d.period, s.value) for d, _p, s in context["duties"]] == [("2026Q4", "met")]
    assert list(context["counted"]) == [activity]
    assert not context["may_waive"]
    assert client.get(page("duty", bureau.branch.pk, "theme_day", "2026-13")).status_code == 404
    assert (
        client.get(page("duty", bureau.other_branch.pk, "theme_day", "2026-11")).status_code == 404
    )


def test_branch_cannot_waive_its_own_duty_and_the_officer_can(client, bureau, packs):
    open_obligations(units=[bureau.branch], period="2026-11")
    duty = Obligation.objects.get(rule__code="theme_day")
    answers = {}
    for who in ("member", "secretary", "stranger", "officer"):
        client.force_login(getattr(bureau, who).user)
        answers[who] = client.post(page("waive", duty.pk), {"reason": "全员抢修"}).status_code
    duty.refresh_from_db()
    assert answers == {"member": 403, "secretary": 403, "stranger": 404, "officer": 302}
    assert (duty.state, duty.waiver_reason) == ("waived", "全员抢修")


def test_unit_panel_is_for_readers_of_the_unit(client, bureau, packs):
    open_obligations(units=[bureau.branch], period="2026-11")
    for who, status in (("member", 200), ("officer", 200), ("stranger", 404)):
        client.force_login(getattr(bureau, who).user)
        assert client.get(page("unit_panel", bureau.branch.pk)).status_code == status


@pytest.mark.parametrize("name", ["record", "cadence"])
def test_visitor_is_sent_to_the_log_in(client, db, name):
    assert client.get(page(name)).url.startswith(reverse("accounts:login"))


# -- export --------------------------------------------------------------------------------------


def test_export_has_the_customers_headings_and_comes_back_as_unchanged(client, bureau, record):
    from io import BytesIO

    from python_calamine import CalamineWorkbook

    from linghang.platform.sheets import examination, reading
    from linghang.platform.sheets.plan import Context, registry
    from linghang.platform.sheets.services import system_scope

    record(
        "theme_day",
        NOVEMBER,
        "安全生产大讨论",
        absences=[Absence("许怡书", reason="病假")],
        host_name="韩帆",
    )
    record("violation", NOVEMBER, "未戴安全帽", person_id=bureau.member.pk, status="general")
    withdraw_activity(activity=record("party_lecture", NOVEMBER, "撤回的"), reason="x", actor=None)
    client.force_login(bureau.officer.user)
    data = client.get(reverse("ledger:export")).content
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    rows = book.get_sheet_by_name("组织生活").to_python()
    assert rows[2] == [
        "日期",
        "活动类型",
        "党组织",
        "主题",
        "主持人",
        "应到人数",
        "实到人数",
        "缺席人员及原因",
        "学时",
        "记录时间",
    ]
    assert rows[3:] == [
        [
            NOVEMBER,
            "主题党日",
            "变电运维党支部",
            "安全生产大讨论",
            "韩帆",
            4.0,
            3.0,
            "许怡书(病假)",
            2.0,
            date(2026, 11, 21),
        ]
    ]
    assert book.get_sheet_by_name("专项记录").to_python()[3][1:7] == [
        "违章",
        "变电运维党支部",
        "林晓禾",
        "未戴安全帽",
        "一般违章",
        1.0,
    ]
    plans = [plan for plan in registry.plans() if plan.code in {"units", "activities"}]
    context = Context(actor=None, scope=system_scope(), today=date(2026, 11, 21), options={})
    found = examination.examine_books([reading.read_bytes(data, "x.xlsx")], plans, context)
    counts = next(c for c in found.counts() if c["plan"] == "activities")
    assert (counts["unchanged"], counts["faults"]) == (1, 0)


def test_export_of_a_person_has_what_they_took_part_in(client, bureau, record):
    Appointment.objects.filter(person=bureau.member).update(valid_from=date(2026, 11, 10))
    record("theme_day", date(2026, 11, 1), "之前")
    record("theme_day", NOVEMBER, "之后")
    client.force_login(bureau.officer.user)
    url = reverse("ledger:export") + f"?person={bureau.member.pk}&kind=activity.theme_day"
    from io import BytesIO

    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(BytesIO(client.get(url).content))
    assert book.sheet_names == ["组织生活"]
    assert [row[3] for row in book.get_sheet_by_name("组织生活").to_python()[3:]] == ["之后"]
