"""The way into the Party in the database: the whole of it, what is refused, what the roster learns."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from linghang.ledger.models import Fact
from linghang.membership import queries, services
from linghang.membership.enums import Outcome, Stage
from linghang.membership.models import Application, StepTaken
from linghang.people import api as people
from linghang.people.api import compute_scope
from linghang.people.enums import MemberKind
from linghang.people.models import Appointment
from linghang.platform.acts import ReasonMissingError
from linghang.platform.audit.models import Entry
from linghang.platform.calendar import clock
from tests.membership.conftest import TODAY, VOTE


def test_a_whole_way_ends_with_a_full_member_in_the_roster(branch):
    application = branch.walk(branch.apply(), "archived")

    assert application.stage == Stage.DONE
    assert (application.joined_on, application.probation_ends_on, application.full_on) == (
        date(2023, 10, 10),
        date(2024, 10, 10),
        date(2024, 10, 10),
    )
    person = application.person
    person.refresh_from_db()
    assert (person.member_kind, person.joined_on, person.full_on) == (
        MemberKind.FULL,
        date(2023, 10, 10),
        date(2024, 10, 10),
    )
    membership = Appointment.objects.get(person=person, post_id="member")
    assert (membership.unit, membership.valid_from) == (branch.bureau.branch, date(2023, 10, 10))
    assert application.taken.count() == 26  # 25 steps, cultivation reviewed twice
    assert Fact.objects.filter(entry__withdrawn_at=None, kind="development").count() == 26


def test_probation_begins_with_the_meeting_once_the_superior_approved(branch):
    application = branch.walk(branch.apply(), "approval_talk")
    person = application.person
    assert (application.joined_on, person.member_kind) == (None, MemberKind.NONE)
    assert not people.member_on(branch.bureau.branch.pk, person.pk, date(2023, 10, 10))

    branch.take(application, "approval", date(2023, 12, 20))
    person.refresh_from_db()
    assert (person.member_kind, person.full_on) == (MemberKind.PROBATIONARY, None)
    assert people.member_on(branch.bureau.branch.pk, person.pk, date(2023, 10, 10))


def test_who_is_on_probation_has_no_vote_and_introduces_nobody(branch):
    application = branch.walk(branch.apply(), "approval")
    voters = queries.list_full_members(branch.bureau.branch, TODAY)
    assert application.person not in voters
    assert len(voters) == 4

    second = branch.walk(branch.apply("方小禾"), "candidate_filed")
    with pytest.raises(ValidationError, match="陆新苗"):
        branch.take(
            second,
            "introducers",
            date(2023, 12, 30),
            people=[application.person, branch.bureau.member],
        )
    third = branch.walk(branch.apply("卫青禾"), "form")
    with pytest.raises(ValidationError, match="4") as refusal:
        branch.take(
            third, "admission_meeting", date(2023, 10, 20), entitled=5, present=5, in_favour=5
        )
    assert list(refusal.value.error_dict) == ["entitled"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"born_on": date(2004, 3, 2)}, "18"),
        ({"born_on": None}, "18"),
        ({"applied_on": date(2026, 11, 22)}, "2026-11-22"),
    ],
)
def test_an_application_is_refused(branch, values, words):
    with pytest.raises(ValidationError, match=words):
        branch.apply(**values)
    assert not Application.objects.exists()


def test_an_application_of_a_member_or_a_second_one_is_refused(branch):
    application = branch.apply()
    with pytest.raises(ValidationError, match="2022-03-01"):
        branch.apply(person=application.person)
    with pytest.raises(ValidationError, match=branch.bureau.member.name):
        branch.apply(person=branch.bureau.member)
    with pytest.raises(ValidationError, match=branch.bureau.committee.name):
        branch.apply("方小禾", unit=branch.bureau.committee)


def test_the_day_of_the_18th_birthday_is_early_enough(branch):
    assert branch.apply(born_on=date(2004, 3, 1)).stage == Stage.APPLYING


@pytest.mark.parametrize(
    ("until", "step", "on", "values", "basis"),
    [
        ("first_talk", "candidate", date(2022, 6, 2), {}, "细则"),
        ("cultivation", "candidate", date(2023, 5, 31), {}, "细则"),
        ("activist_filed", "contacts", date(2022, 6, 10), {"people": 3}, "细则"),
        ("candidate_filed", "introducers", date(2023, 7, 5), {"people": 1}, "党章"),
        ("form", "admission_meeting", date(2023, 10, 10), {**VOTE, "in_favour": 2}, "须3票"),
        (
            "form",
            "admission_meeting",
            date(2023, 10, 10),
            {**VOTE, "present": 2, "in_favour": 2},
            "须3人",
        ),
        ("conversion_application", "conversion_meeting", date(2024, 10, 9), VOTE, "章程"),
    ],
)
def test_what_the_rules_forbid_is_not_recorded(branch, until, step, on, values, basis):
    application = branch.walk(branch.apply(), until)
    before = application.taken.count()
    with pytest.raises(ValidationError, match=basis) as refusal:
        branch.take(application, step, on, **values)
    assert not isinstance(refusal.value, ReasonMissingError)
    with pytest.raises(ValidationError):
        branch.take(application, step, on, **values, reason="情况特殊")
    assert application.taken.count() == before


def test_a_general_rule_not_kept_wants_a_reason_that_stays(branch):
    application = branch.apply()
    with pytest.raises(ReasonMissingError):
        branch.take(application, "first_talk", date(2022, 4, 2))
    assert application.taken.count() == 1
    row = branch.take(application, "first_talk", date(2022, 4, 2), reason="申请人出差")
    assert row.reason == "申请人出差"
    assert Entry.objects.filter(verb="application.step", reason="申请人出差").exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"entitled": 5, "present": 3, "in_favour": 3}, "entitled"),
        ({"entitled": 3, "present": 4, "in_favour": 3}, "present"),
        ({"entitled": 4, "present": 3, "in_favour": 3, "against": 1}, "in_favour"),
        (
            {"entitled": 4, "present": 3, "in_favour": 3, "written_in_favour": 2},
            "written_in_favour",
        ),
    ],
)
def test_votes_that_do_not_add_up_are_refused_at_their_field(branch, values, field):
    application = branch.walk(branch.apply(), "form")
    with pytest.raises(ValidationError) as refusal:
        branch.take(application, "admission_meeting", date(2023, 10, 10), **values)
    assert list(refusal.value.error_dict) == [field]


def test_a_refused_step_leaves_no_fact_and_what_follows_waits(branch):
    application = branch.walk(branch.apply(), "introducers")
    branch.refuse(application, "vetting", date(2023, 8, 1))
    application.refresh_from_db()
    facts = Fact.objects.filter(entry__withdrawn_at=None, occurred_on=date(2023, 8, 1))
    assert not facts.exists()
    branch.take(application, "training", date(2023, 8, 20), days=3, hours=24)
    with pytest.raises(ValidationError, match="政治审查"):
        branch.take(application, "committee_review", date(2023, 9, 1))
    branch.take(application, "vetting", date(2023, 8, 25))
    assert branch.take(application, "committee_review", date(2023, 9, 1)).pk


def test_probation_is_extended_once_and_then_ends_one_way_or_the_other(branch):
    application = branch.walk(branch.apply(), "conversion_application")
    day = date(2024, 10, 10)
    with pytest.raises(ValidationError):
        branch.take(
            application, "conversion_meeting", day, **VOTE, outcome=Outcome.EXTENDED, months=5
        )
    branch.take(application, "conversion_meeting", day, **VOTE, outcome=Outcome.EXTENDED, months=6)
    application.refresh_from_db()
    assert application.probation_ends_on == date(2025, 4, 10)
    with pytest.raises(ValidationError):
        branch.take(
            application,
            "conversion_meeting",
            date(2025, 4, 10),
            **VOTE,
            outcome=Outcome.EXTENDED,
            months=6,
        )
    branch.take(
        application,
        "conversion_meeting",
        date(2025, 4, 11),
        **VOTE,
        outcome=Outcome.CANCELLED,
        note="不合格",
    )
    application.refresh_from_db()
    assert (application.stage, application.ended_on) == (Stage.ENDED, date(2025, 4, 11))
    person = application.person
    person.refresh_from_db()
    assert (person.member_kind, person.joined_on) == (MemberKind.NONE, None)
    unit = branch.bureau.branch.pk
    assert people.member_on(unit, person.pk, date(2025, 4, 10))
    assert not people.member_on(unit, person.pk, date(2025, 4, 11))


def test_the_last_step_is_taken_back_with_a_reason_and_stays_in_the_history(branch):
    application = branch.walk(branch.apply(), "activist")
    services.withdraw_last_step(
        application=application, reason="日期记错", actor=branch.bureau.secretary.user
    )
    application.refresh_from_db()
    assert application.stage == Stage.ACTIVIST  # the next step is the activist's
    assert [row.step for row in queries.read_file(application).rows] == [
        "application",
        "first_talk",
    ]
    assert StepTaken.objects.get(step="activist").withdraw_reason == "日期记错"
    assert Fact.objects.filter(entry__withdrawn_at=None, kind="development").count() == 2


def test_what_the_roster_follows_is_not_taken_back(branch):
    application = branch.walk(branch.apply(), "approval")
    with pytest.raises(ValidationError):
        services.withdraw_last_step(application=application, reason="误", actor=None)
    with pytest.raises(ValidationError):
        services.withdraw_last_step(application=branch.apply("方小禾"), reason="误", actor=None)


def test_a_way_ends_early_with_a_reason_but_never_a_probation(branch):
    application = branch.walk(branch.apply(), "cultivation")
    with pytest.raises(ValidationError):
        services.end_application(
            application=application, on=date(2023, 5, 1), reason="调离", actor=None
        )
    services.end_application(
        application=application, on=date(2023, 6, 2), reason="调离", actor=None
    )
    application.refresh_from_db()
    assert (application.stage, application.end_reason) == (Stage.ENDED, "调离")
    with pytest.raises(ValidationError):
        branch.take(application, "candidate", date(2023, 6, 20))
    again = branch.walk(branch.apply(person=application.person), "approval")
    with pytest.raises(ValidationError):
        services.end_application(application=again, on=date(2024, 1, 1), reason="调离", actor=None)


def test_the_second_of_two_at_once_is_told_what_the_first_recorded(branch):
    application = branch.apply()
    seen = application.seen
    branch.take(application, "first_talk", date(2022, 3, 20))
    with pytest.raises(ValidationError, match="党组织派人谈话"):
        services.take_step(
            application=application,
            draft=services.StepDraft(step="first_talk", on=date(2022, 3, 21)),
            actor=branch.bureau.officer.user,
            seen=seen,
        )
    assert application.taken.count() == 2


def test_each_step_is_taken_by_who_takes_it_by_rule(branch):
    bureau = branch.bureau
    application = branch.walk(branch.apply(), "activist")
    file = queries.read_file(application)

    def mine(person):
        scope = compute_scope(person.user)
        return [step.code for step in queries.filter_next_mine(file, scope)]

    assert mine(bureau.secretary) == ["contacts"]
    assert mine(bureau.officer) == ["activist_filed", "contacts"]
    assert mine(bureau.member) == []
    assert mine(bureau.stranger) == []


def test_who_waits_for_a_day_is_reminded_and_the_calendar_names_nobody(branch):
    bureau = branch.bureau
    application = branch.apply(applied_on=date(2026, 11, 1))
    assert application.next_due_on == date(2026, 12, 1)
    assert list(queries.list_reminders(date(2026, 11, 16))) == []
    drafts = list(queries.list_reminders(date(2026, 11, 17)))
    assert {draft.recipient_id for draft in drafts} >= {bureau.secretary.user.pk}
    assert bureau.member.user.pk not in {draft.recipient_id for draft in drafts}
    assert all("陆新苗" in draft.title for draft in drafts)

    scope = compute_scope(bureau.secretary.user)
    things = list(queries.list_dates(scope, date(2026, 12, 1), date(2026, 12, 2)))
    assert [(thing.day, "陆新苗" in thing.title) for thing in things] == [
        (date(2026, 12, 1), False)
    ]
    with clock.stand_on(date(2026, 12, 2)):
        from linghang.membership import api

        assert api.waiting_for(scope) == [application]
        assert api.waiting_for(compute_scope(bureau.member.user)) == []
