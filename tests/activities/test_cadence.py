"""Duties open by the regulations, are met by records in the same step, missed after their day."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from linghang.activities.models import CadenceRule, Obligation
from linghang.activities.services import (
    open_obligations,
    refresh_obligations,
    waive_obligation,
    withdraw_activity,
)
from linghang.activities.tasks import REFRESH_OBLIGATIONS
from linghang.ledger.models import Fact
from linghang.org.models import Unit
from linghang.people.models import Appointment
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.services import start_job
from tests.cast import make_person

IN_NOVEMBER = date(2026, 11, 18)


def duties(unit, **fields):
    rows = Obligation.objects.filter(unit=unit, **fields).order_by("due_on", "rule__code")
    return [(o.rule.code, o.period, o.state) for o in rows]


def standing(kind, unit):
    return list(
        Fact.objects.filter(kind=f"cadence.{kind}", unit=unit, withdrawn_seq=None)
        .order_by("counts_on")
        .values_list("status", "counts_on", "quantity")
    )


def test_month_opens_what_the_regulations_ask_of_a_branch_with_groups_and_no_committee(
    bureau, packs
):
    open_obligations(units=[bureau.branch], period="2026-11")
    assert duties(bureau.branch) == [
        ("group_meeting", "2026-11", "open"),
        ("theme_day", "2026-11", "open"),
        ("democratic_appraisal", "2026", "open"),
        ("members_meeting", "2026Q4", "open"),
        ("organisation_life_meeting", "2026", "open"),
        ("party_lecture", "2026Q4", "open"),
    ]
    assert standing("theme_day", bureau.branch) == [("open", date(2026, 11, 30), 100)]


def test_branch_without_groups_owes_no_group_meeting(bureau, packs):
    open_obligations(units=[bureau.other_branch], period="2026-11")
    assert "group_meeting" not in {code for code, _p, _s in duties(bureau.other_branch)}


@pytest.mark.parametrize(("more", "owes"), [(2, False), (3, True)])
def test_committee_meeting_is_due_from_seven_full_members(bureau, packs, more, owes):
    for number in range(more):
        make_person(f"党员{number}", bureau.branch)
    open_obligations(units=[bureau.branch], period="2026-11")
    assert ("committee_meeting" in {code for code, _p, _s in duties(bureau.branch)}) is owes


def test_committee_meeting_is_due_where_three_hold_committee_posts(bureau, packs):
    for person, post in (
        (bureau.member, "publicity_member"),
        (bureau.colleague, "discipline_member"),
    ):
        Appointment.objects.create(
            person=person, unit=bureau.branch, post_id=post, valid_from=date(2026, 1, 1)
        )
    open_obligations(units=[bureau.branch], period="2026-11")
    assert "committee_meeting" in {code for code, _p, _s in duties(bureau.branch)}


def test_duties_of_committees_groups_and_general_branches_are_none_of_the_branch_rules(
    bureau, packs
):
    open_obligations(
        units=[bureau.committee, bureau.general_branch, bureau.group, bureau.company],
        period="2026-11",
    )
    assert Obligation.objects.count() == 0


def test_opening_twice_adds_nothing(bureau, packs):
    units = Unit.objects.all()
    first = open_obligations(units=units, period="2026-11")
    facts = Fact.objects.count()
    assert (len(first), open_obligations(units=units, period="2026-11"), Fact.objects.count()) == (
        11,
        [],
        facts,
    )


def test_unit_founded_inside_a_period_owes_nothing_for_it(bureau, packs):
    Unit.objects.filter(pk=bureau.branch.pk).update(established_on=date(2026, 11, 2))
    bureau.branch.refresh_from_db()
    open_obligations(units=[bureau.branch], period="2026-11")
    assert duties(bureau.branch) == []


def test_rule_that_came_into_force_inside_a_period_waits_for_the_next(bureau, packs):
    CadenceRule.objects.filter(code="theme_day").update(in_force_from=date(2026, 11, 2))
    open_obligations(units=[bureau.branch], period="2026-11")
    assert duties(bureau.branch, rule__code="theme_day") == []
    open_obligations(units=[bureau.branch], period="2026-12")
    assert duties(bureau.branch, rule__code="theme_day") == [("theme_day", "2026-12", "open")]


def test_record_meets_the_duty_and_rewrites_its_fact_in_the_same_step(bureau, packs, record):
    open_obligations(units=[bureau.branch], period="2026-11")
    record("theme_day", IN_NOVEMBER)
    assert duties(bureau.branch, rule__code="theme_day") == [("theme_day", "2026-11", "met")]
    assert standing("theme_day", bureau.branch) == [("met", date(2026, 11, 30), 100)]


def test_record_opens_the_duties_of_its_month_when_nobody_did(bureau, record):
    record("members_meeting", date(2026, 8, 5))
    assert ("members_meeting", "2026Q3", "met") in duties(bureau.branch)
    assert ("theme_day", "2026-08", "missed") in duties(bureau.branch)


def test_meeting_of_a_group_meets_the_duty_of_its_branch(bureau, record):
    record("group_meeting", IN_NOVEMBER, unit=bureau.group)
    assert duties(bureau.branch, rule__code="group_meeting") == [
        ("group_meeting", "2026-11", "met")
    ]


def test_one_event_may_meet_the_duties_of_two_kinds(bureau, record):
    record("theme_day", IN_NOVEMBER, also=("members_meeting",))
    met = {(code, period) for code, period, state in duties(bureau.branch) if state == "met"}
    assert met == {("theme_day", "2026-11"), ("members_meeting", "2026Q4")}
    assert Fact.objects.filter(kind="activity.members_meeting").count() == 0  # it took place once


def test_duty_of_two_needs_two(bureau, packs, record):
    CadenceRule.objects.filter(code="theme_day").update(required=2)
    record("theme_day", IN_NOVEMBER, "一")
    assert duties(bureau.branch, rule__code="theme_day")[0][2] == "open"
    record("theme_day", IN_NOVEMBER, "二")
    assert duties(bureau.branch, rule__code="theme_day")[0][2] == "met"


def test_withdrawing_the_record_opens_the_duty_again(bureau, record):
    activity = record("theme_day", IN_NOVEMBER)
    withdraw_activity(activity=activity, reason="未开展", actor=None)
    assert standing("theme_day", bureau.branch) == [("open", date(2026, 11, 30), 100)]


@pytest.mark.parametrize(
    ("today", "state"), [(date(2026, 11, 30), "open"), (date(2026, 12, 1), "missed")]
)
def test_duty_is_missed_from_the_day_after_its_last(bureau, packs, today, state):
    open_obligations(units=[bureau.branch], period="2026-11")
    refresh_obligations(on=today)
    assert duties(bureau.branch, rule__code="theme_day")[0][2] == state


def test_late_record_of_a_missed_period_meets_it_after_all(bureau, record):
    open_obligations(units=[bureau.branch], period="2026-09")
    record("theme_day", date(2026, 9, 20))
    assert standing("theme_day", bureau.branch) == [("met", date(2026, 9, 30), 100)]


def test_waived_duty_says_why_and_stays_waived_when_its_day_passes(bureau, packs):
    open_obligations(units=[bureau.branch], period="2026-11")
    duty = Obligation.objects.get(rule__code="theme_day")
    waive_obligation(obligation=duty, reason="全员抢修", actor=bureau.officer.user)
    refresh_obligations(on=date(2026, 12, 1))
    duty.refresh_from_db()
    assert (duty.state, duty.waiver_reason, duty.waived_by) == (
        "waived",
        "全员抢修",
        bureau.officer.user,
    )
    assert standing("theme_day", bureau.branch) == [("waived", date(2026, 11, 30), 100)]


def test_waiving_without_a_reason_or_what_is_done_is_refused(bureau, record):
    record("theme_day", IN_NOVEMBER)
    done, due = (
        Obligation.objects.get(rule__code=c, period__startswith="2026")
        for c in ("theme_day", "party_lecture")
    )
    with pytest.raises(ValueError, match=r"."):
        waive_obligation(obligation=done, reason="x", actor=None)
    with pytest.raises(ValueError, match=r"."):
        waive_obligation(obligation=due, reason=" ", actor=None)


def test_duty_of_a_unit_that_closed_is_waived(bureau, packs):
    open_obligations(units=[bureau.branch], period="2026-11")
    Unit.objects.filter(pk=bureau.branch.pk).update(closed_on=date(2026, 11, 20))
    refresh_obligations(on=date(2026, 12, 1))
    assert duties(bureau.branch, rule__code="theme_day")[0][2] == "waived"


def test_daily_job_opens_this_month_and_marks_what_was_missed_and_can_run_twice(
    bureau, packs, django_capture_on_commit_callbacks
):
    open_obligations(units=[bureau.branch], period="2026-10")
    Obligation.objects.filter(period="2026-10").update(state="open")
    for result in ({"opened": 11 - 4, "changed": 2}, {"opened": 0, "changed": 0}):
        with django_capture_on_commit_callbacks(execute=True):
            job = start_job(kind=REFRESH_OBLIGATIONS, params={}, actor=None)
        job = Job.objects.get(pk=job.pk)
        assert (job.state, job.result) == ("done", result)


@pytest.mark.parametrize("breach", [{"state": "met"}, {"state": "waived"}])
def test_database_refuses_a_met_duty_not_done_and_a_waived_one_without_reason(
    bureau, packs, breach
):
    open_obligations(units=[bureau.branch], period="2026-11")
    with pytest.raises(IntegrityError), transaction.atomic():
        Obligation.objects.update(**breach)


def test_database_refuses_a_rule_that_is_never_in_force_or_asks_nothing(packs):
    for breach in ({"in_force_to": date(2000, 1, 1)}, {"required": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CadenceRule.objects.update(**breach)
