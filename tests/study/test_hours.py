"""Training hours: what counts, what a year asks, who is short as of a day, hours from elsewhere."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from linghang.activities import api as activities
from linghang.activities.models import ActivityKind
from linghang.ledger.models import Fact
from linghang.meetings import services as meetings
from linghang.people.api import compute_scope
from linghang.study import queries, services
from linghang.study.enums import ClaimState, HoursState
from linghang.study.services import ClaimDraft
from tests.conftest import TODAY
from tests.study.conftest import DAY
from tests.study.test_classes import refuse


def record(school, kind, on, topic, hours=150, **values):
    draft = activities.ActivityDraft(
        kind=ActivityKind.objects.get(code=kind),
        unit=school.bureau.branch,
        occurred_on=on,
        topic=topic,
        hours=hours,
        **values,
    )
    return activities.record_activity(draft=draft, actor=school.secretary)


def claim(school, person=None, **values):
    given = {
        "title": "党务骨干培训", "organiser": "省公司党校", "first_on": date(2026, 10, 12),
        "last_on": date(2026, 10, 14), "proof": "培训通知〔2026〕7号",
    }  # fmt: skip
    return services.claim_hours(
        person=person or school.bureau.member,
        unit=school.bureau.branch,
        draft=ClaimDraft(**{**given, **values}),
        actor=(person or school.bureau.member).user,
    )


def decide(school, row, *, confirm=True, actor=None, **values):
    return services.decide_claim(
        claim=row, confirm=confirm, actor=actor or school.secretary, **values
    )


def test_study_together_counts_and_meetings_that_decide_do_not(school):
    member = school.bureau.member
    record(school, "party_lecture", date(2026, 3, 5), "党课")
    record(school, "members_meeting", date(2026, 3, 6), "党员大会")
    assert school.hours(member) == 150
    record(school, "members_meeting", date(2026, 4, 6), "大会并专题", also=("monthly_topic",))
    assert school.hours(member) == 300
    record(
        school, "theme_day", date(2026, 5, 6), "主题党日", also=("monthly_topic", "weekly_study")
    )
    assert school.hours(member) == 450  # of three kinds, once
    assert school.hours(member, 2025, date(2025, 12, 31)) == 0
    assert school.hours(member, on=date(2026, 4, 30)) == 300


def test_a_record_withdrawn_or_corrected_changes_the_hours_at_once(school):
    member = school.bureau.member
    activity = record(school, "party_lecture", date(2026, 3, 5), "党课")
    activities.withdraw_activity(activity=activity, reason="未举办", actor=school.secretary)
    assert school.hours(member) == 0


def test_what_a_year_asks_follows_from_the_posts_of_the_day(school):
    lines = {p.person.name: p for p in queries.read_people([school.bureau.branch.pk], 2026, TODAY)}
    assert {n: (p.target.hours, p.target.concentrated) for n, p in lines.items()} == {
        "韩帆": (5600, 1), "林晓禾": (3200, 0), "许怡书": (3200, 0), "孟宇行": (3200, 0)
    }  # fmt: skip
    assert {line.state for line in lines.values()} == {HoursState.BEHIND}


def test_the_list_says_who_is_short_as_of_a_day_and_who_still_lacks_a_class(school):
    unit = school.bureau.branch.pk
    for month in range(1, 8):
        record(school, "theme_day", date(2026, month, 10), f"党日{month}", hours=800)
    before = {p.person.name: p for p in queries.read_people([unit], 2026, date(2026, 3, 31))}
    assert before["林晓禾"].state is HoursState.ON_WAY  # 24 of 32, a quarter of the year gone
    lines = {p.person.name: p for p in queries.read_people([unit], 2026, TODAY)}
    assert lines["林晓禾"].state is HoursState.ENOUGH
    assert lines["韩帆"].hours == 5600
    assert lines["韩帆"].lacks_class  # 56 hours, and no concentrated training
    assert lines["韩帆"].state is HoursState.ON_WAY
    (row,) = queries.read_branches([school.bureau.branch], 2026, TODAY)
    assert (row.members, row.enough, row.on_way, row.behind) == (4, 3, 1, 0)
    assert str(row.mean) == "56.0"


def test_eight_hours_in_one_class_are_concentrated_training_once(school):
    study_class = school.plan()
    school.invite(study_class)
    school.hold(school.add(study_class, "上午"))
    assert queries.read_hours([school.people[0].pk], 2026, TODAY)[school.people[0].pk] == (
        queries.Hours(400, 0)
    )
    school.hold(school.add(study_class, "下午", begins=time(14), ends=time(17)))
    assert queries.read_hours([school.people[0].pk], 2026, TODAY)[school.people[0].pk] == (
        queries.Hours(800, 1)
    )


def test_hours_from_elsewhere_count_when_confirmed_and_are_one_record(school):
    member = school.bureau.member
    row = claim(school)
    assert school.hours(member) == 0
    decided = decide(school, row)
    assert (decided.state, decided.record.quantity) == (ClaimState.CONFIRMED, 2400)
    assert school.hours(member) == 2400
    fact = Fact.objects.get(kind="record.outside_training")
    assert (fact.quantity, fact.person_id, fact.verified) == (2400, member.pk, True)
    activities.withdraw_activity(
        activity=decided.record, reason="证明有误", actor=school.bureau.officer.user
    )
    assert school.hours(member) == 0


def test_half_days_and_a_training_over_new_year_are_split(school):
    member = school.bureau.member
    row = claim(school, half_days=True, first_on=date(2025, 12, 30), last_on=date(2026, 1, 1))
    decide(school, row)
    assert school.hours(member, 2025, date(2025, 12, 31)) == 800
    assert school.hours(member) == 400


def test_hours_are_refused_with_a_reason_and_may_be_told_again(school):
    row = claim(school)
    refuse("reason", lambda: decide(school, row, confirm=False))
    refused = decide(school, row, confirm=False, reason="请补通知文号")
    assert refused.reason == "请补通知文号"
    words = refuse("moved", lambda: decide(school, row))
    assert "韩帆" in words
    assert claim(school).state == ClaimState.CLAIMED


def test_a_claim_that_cannot_be_is_refused(school):
    refuse("future", lambda: claim(school, last_on=TODAY + timedelta(days=1)))
    refuse("order", lambda: claim(school, last_on=date(2026, 10, 1)))
    refuse("past", lambda: claim(school, first_on=date(2024, 1, 1), last_on=date(2024, 1, 2)))
    refuse("long", lambda: claim(school, first_on=date(2026, 9, 1)))
    refuse("proof", lambda: claim(school, proof=" "))
    claim(school)
    words = refuse("double", lambda: claim(school, first_on=date(2026, 10, 14)))
    assert "党务骨干培训" in words


def test_nobody_confirms_their_own_hours(school):
    row = claim(school, school.bureau.secretary)
    refuse("own", lambda: decide(school, row))
    scope = compute_scope(school.secretary)
    assert list(queries.list_waiting_claims(scope)) == []
    decide(school, row, actor=school.bureau.officer.user)


def test_a_day_in_a_class_is_not_counted_elsewhere_again_either_way(school):
    _class, session = school.ready()
    row = claim(school, first_on=DAY, last_on=DAY)
    school.hold(session)
    refuse("double", lambda: decide(school, row))
    other = school.plan("另一班")
    school.invite(other, school.bureau.colleague)
    later = school.add(other, "次日", on=date(2026, 11, 12))
    decide(
        school,
        claim(school, school.bureau.colleague, first_on=later.on, last_on=later.on),
    )
    refuse("double", lambda: school.hold(later))


def test_without_the_pack_the_refusal_names_it(bureau):
    from tests.study.conftest import School

    school = School(bureau, [bureau.member])
    _class, session = school.ready()
    assert "study-classes" in refuse("no_pack", lambda: school.hold(session))


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_lines_of_a_person_sum_to_the_hours(school, year):
    colleague = school.bureau.colleague
    record(school, "party_lecture", date(2025, 3, 5), "去年党课")
    _class, session = school.ready()
    activity = school.hold(session, colleague)
    meetings.make_up(
        activity=activity, people=[colleague], on=DAY, way="补学", actor=school.secretary
    )
    scope = compute_scope(school.secretary)
    on = min(TODAY, date(year, 12, 31))
    lines = queries.list_lines(colleague.pk, year, on, scope)
    assert sum(line.hours for line in lines if line.counts) == school.hours(colleague, year, on)
    assert {line.how for line in lines} == {"present" if year == 2025 else "made_up"}
