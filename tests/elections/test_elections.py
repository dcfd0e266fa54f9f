"""A re-election from the reminder to the new term; each refusal says why and on what basis."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from linghang.elections import api, queries, services
from linghang.elections.enums import Absence, Deed, Happened, Office, Stage, Standing, Timing
from linghang.elections.models import Election
from linghang.elections.services import BallotDraft, RequestDraft
from linghang.elections.web import exports
from linghang.ledger.models import Fact
from linghang.org.models import Unit, UnitChange
from linghang.people.api import committee_on, compute_scope, secretary_on
from linghang.people.models import Appointment
from linghang.platform.acts import ReasonMissingError
from linghang.platform.audit.models import Entry
from linghang.platform.calendar import clock
from tests.cast import make_person
from tests.conftest import TODAY


def read_words(document: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(document)) as file:
        return re.sub(r"<[^>]+>", "", file.read("word/document.xml").decode())


def test_the_reply_appoints_the_new_committee_and_begins_the_new_term(branch):
    election = branch.walk()
    unit = Unit.objects.get(pk=branch.bureau.branch.pk)
    assert (unit.term_from, unit.term_to) == (TODAY, date(2029, 11, 21))
    assert [p.name for p in committee_on(unit.pk, TODAY)] == ["甘一", "甘二", "甘三"]
    assert secretary_on(unit.pk, TODAY).name == "甘一"
    assert secretary_on(unit.pk, TODAY - timedelta(days=1)) == branch.bureau.secretary
    made = Appointment.objects.filter(unit=unit, valid_from=TODAY)
    assert set(made.values_list("post_id", "basis", "document_number")) == {
        ("secretary", "选举结果批复", "示党〔2026〕18号"),
        ("organisation_member", "选举结果批复", "示党〔2026〕18号"),
        ("publicity_member", "选举结果批复", "示党〔2026〕18号"),
    }
    old = Appointment.objects.get(person=branch.bureau.secretary, post_id="secretary")
    assert old.valid_to == TODAY
    assert UnitChange.objects.filter(unit=unit, document_number="示党〔2026〕18号").exists()
    fact = Fact.objects.get(kind="election")
    assert (fact.unit_id, fact.status, fact.quantity) == (unit.pk, "on_time", 100)
    assert Entry.objects.filter(verb="election.confirmed").exists()
    kinds = list(election.acts.values_list("kind", flat=True))
    assert kinds == [
        "opened",
        "requested",
        "request_approved",
        "nominated",
        "submitted",
        "candidates_approved",
        "voted",
        "voted",
        "reported",
        "confirmed",
    ]


def test_a_branch_is_due_from_six_months_before_the_end_of_its_term(branch):
    def standing(on: date) -> Standing:
        units = Unit.objects.filter(pk=branch.bureau.branch.pk)
        return queries.list_lines(units, on)[0].standing

    assert standing(date(2026, 10, 19)) == Standing.NORMAL
    assert standing(date(2026, 10, 20)) == Standing.REMIND
    assert standing(date(2027, 4, 19)) == Standing.REMIND
    assert standing(date(2027, 4, 20)) == Standing.OVERDUE
    drafts = list(queries.list_reminders(TODAY))
    told = {draft.recipient_id for draft in drafts}
    assert {branch.secretary.pk, branch.officer.pk} == told


def test_who_acts_next_is_waited_for(branch):
    def waits(person) -> list[str]:
        return [line.unit.name for line in api.waiting_for(compute_scope(person.user))]

    cast = branch.bureau
    assert (waits(cast.secretary), waits(cast.officer)) == (["变电运维党支部"], [])
    branch.walk(Stage.REQUESTED)
    assert (waits(cast.secretary), waits(cast.officer)) == ([], ["变电运维党支部"])
    assert waits(cast.member) == []


def test_only_branches_elect_and_one_election_at_a_time(branch):
    with pytest.raises(ValidationError, match="变电一班党小组"):
        services.open_election(unit=branch.bureau.group, actor=branch.secretary)
    branch.open()
    with pytest.raises(ValidationError) as refused:
        branch.open()
    assert refused.value.code == "under_way"


@pytest.mark.parametrize(
    ("planned_on", "timing"),
    [
        (date(2027, 4, 20), Timing.ON_TIME),
        (date(2027, 4, 21), Timing.LATE),
        (date(2026, 11, 21), Timing.ON_TIME),
    ],
)
def test_a_day_outside_the_term_asks_for_its_reason(branch, planned_on, timing):
    election = branch.open()
    if timing == Timing.ON_TIME:
        assert branch.request(election, planned_on=planned_on).timing == timing
        return
    with pytest.raises(ReasonMissingError) as asked:
        branch.request(election, planned_on=planned_on)
    assert "《中国共产党基层组织选举工作条例》" in asked.value.messages[0]
    assert branch.request(election, planned_on=planned_on, reason="迎峰度冬").timing == timing


def test_early_is_before_the_reminder(branch):
    assert services.judge_timing(date(2027, 4, 20), date(2026, 10, 19)) == Timing.EARLY
    assert services.judge_timing(date(2027, 4, 20), date(2026, 10, 20)) == Timing.ON_TIME
    assert services.judge_timing(None, TODAY) == Timing.ON_TIME


def test_a_shift_of_more_than_a_year_is_approved_only_with_a_reason(branch):
    election = branch.open()
    branch.request(election, planned_on=date(2028, 4, 21), reason="机构改革")
    with pytest.raises(ReasonMissingError):
        services.decide_request(election=election, approve=True, actor=branch.officer)
    services.decide_request(
        election=election, approve=True, reason="等待机构改革", actor=branch.officer
    )
    units = Unit.objects.filter(pk=branch.bureau.branch.pk)
    assert queries.list_lines(units, date(2028, 4, 21))[0].standing == Standing.EXTENDED
    assert queries.list_lines(units, date(2028, 4, 22))[0].standing == Standing.OVERDUE


def test_seats_follow_the_rules(branch):
    election = branch.open()
    assert election.committee_seats == 3
    with pytest.raises(ReasonMissingError):
        branch.request(election, committee_seats=8)
    for values in ({"committee_seats": 9}, {"planned_on": date(2026, 11, 20)}):
        with pytest.raises(ValidationError):
            branch.request(election, reason="说明", **values)
    with pytest.raises(ValidationError):
        branch.request(election, deputy_seats=3)


def test_nobody_decides_on_what_they_sent(branch):
    election = branch.open()
    draft = RequestDraft(planned_on=TODAY, committee_seats=3)
    services.send_request(election=election, draft=draft, actor=branch.officer)
    with pytest.raises(ValidationError) as refused:
        services.decide_request(election=election, approve=True, actor=branch.officer)
    assert refused.value.code == "own"
    election.refresh_from_db()
    scope = compute_scope(branch.officer)
    assert not api.access.can_do(scope, election, Deed.DECIDE_REQUEST, branch.officer.pk)


def test_a_returned_request_is_sent_again(branch):
    election = branch.walk(Stage.REQUESTED)
    with pytest.raises(ValidationError):
        services.decide_request(election=election, approve=False, actor=branch.officer)
    services.decide_request(
        election=election, approve=False, reason="名额再议", actor=branch.officer
    )
    election.refresh_from_db()
    assert election.stage == Stage.PREPARING
    branch.request(election, committee_seats=5)
    election.refresh_from_db()
    assert (election.stage, election.committee_seats) == (Stage.REQUESTED, 5)


def test_candidates_are_nominated_eligible_and_more_than_the_seats(branch):
    election = branch.walk(Stage.NOMINATING)
    newcomer = queries.read_roll(election, TODAY).left_out[0][0]
    with pytest.raises(ValidationError, match="余预备"):
        services.nominate(election=election, people=[newcomer], actor=branch.secretary)
    with pytest.raises(ValidationError) as refused:
        branch.submit(election, 3)
    assert refused.value.code == "too_few"
    stranger = {Office.COMMITTEE: branch.members[:5], Office.SECRETARY: branch.members[:1]}
    services.nominate(election=election, people=branch.members[:4], actor=branch.secretary)
    with pytest.raises(ValidationError, match="甘五"):
        services.submit_candidates(election=election, candidates=stranger, actor=branch.secretary)
    branch.submit(election)
    services.decide_candidates(
        election=election, approve=False, reason="增加一线员工", actor=branch.officer
    )
    election.refresh_from_db()
    assert election.stage == Stage.NOMINATING


def test_who_is_left_out_is_named_with_the_reason(branch):
    election = branch.walk(Stage.VOTING)
    suspended = branch.members[5]
    suspended.standing = "suspended"
    suspended.save()
    services.leave_out(
        election=election, person=branch.members[4], reason=Absence.ILL, actor=branch.secretary
    )
    with pytest.raises(ValidationError):
        services.leave_out(
            election=election,
            person=branch.members[3],
            reason=Absence.PROBATION,
            actor=branch.secretary,
        )
    roll = queries.read_roll(election, TODAY)
    assert {person.name: reason for person, reason in roll.left_out} == {
        "余预备": Absence.PROBATION,
        "甘六": Absence.SUSPENDED,
        "甘五": Absence.ILL,
    }
    ballot = branch.vote(election, 8, 7, 6, 2, present=8)
    assert (ballot.entitled, ballot.left_out.count()) == (8, 3)
    services.leave_out(
        election=election, person=branch.members[4], reason="", out=False, actor=branch.secretary
    )
    assert len(queries.read_roll(election, TODAY).entitled) == 9


@pytest.mark.parametrize(
    ("votes", "values", "field_or_code"),
    [
        ((9, 9, 9, 0), {"present": 11}, "present"),
        ((9, 9, 9, 0), {"sent_out": 11}, "sent_out"),
        ((9, 9, 9, 0), {"returned": 9, "valid": 10}, "valid"),
        ((10, 9, 8, 0), {"valid": 9}, "more_votes"),
        ((10, 10, 10, 1), {}, "too_many_votes"),
        ((9, 9, 9, 0), {"on": date(2026, 11, 22)}, "on"),
        ((9, 9, 9, 0), {"on": date(2026, 11, 20)}, "on"),
    ],
)
def test_counts_that_do_not_add_up_are_refused(branch, votes, values, field_or_code):
    election = branch.walk(Stage.VOTING)
    with pytest.raises(ValidationError) as refused:
        branch.vote(election, *votes, **values)
    where = list(getattr(refused.value, "error_dict", [])) or [refused.value.code]
    assert where == [field_or_code]
    assert not election.ballots.exists()


def test_a_ballot_without_quorum_or_with_too_many_papers_is_kept_and_repeated(branch):
    election = branch.walk(Stage.VOTING)
    assert branch.vote(election, 7, 7, 7, 0, present=7).counts is False  # of 10: 8 are needed
    assert branch.vote(election, 9, 9, 9, 0, sent_out=9).counts is False
    assert branch.vote(election, 9, 9, 9, 0, present=9).counts is True
    election.refresh_from_db()
    assert [tally.open_seats for tally in queries.read_tallies(election)] == [0, 1]


def test_half_of_those_due_is_not_enough_and_a_tie_is_voted_on_again(branch):
    election = branch.walk(Stage.VOTING)
    branch.vote(election, 9, 6, 6, 5)  # 甘四 5 of 10: not more than half
    election.refresh_from_db()
    assert election.stage == Stage.VOTING
    tallies = queries.read_tallies(election)
    assert [p.name for p in tallies[0].elected] == ["甘一", "甘二", "甘三"]


def test_those_who_tie_for_the_last_seat_stand_again_alone(branch):
    election = branch.walk(Stage.VOTING)
    branch.vote(election, 9, 7, 6, 6)
    tallies = queries.read_tallies(election)
    assert [p.name for p in tallies[0].elected] == ["甘一", "甘二"]
    assert [p.name for p in tallies[0].tied] == ["甘三", "甘四"]
    with pytest.raises(ValidationError, match="甘五"):
        branch.vote(election, 4, 4, written_in={branch.members[4]: 2})
    branch.vote(election, 3, 7)
    tallies = queries.read_tallies(election)
    assert [p.name for p in tallies[0].elected] == ["甘一", "甘二", "甘四"]


def test_somebody_written_in_can_be_elected(branch):
    election = branch.walk(Stage.VOTING)
    branch.vote(election, 9, 8, 2, 2, written_in={branch.members[5]: 7})
    assert [p.name for p in queries.read_tallies(election)[0].elected] == ["甘一", "甘二", "甘六"]
    with pytest.raises(ValidationError, match="甘五"):  # the secretary comes from the committee
        branch.vote(election, 1, present=3, written_in={branch.members[4]: 2})


def test_the_committee_elects_its_secretary_with_more_than_two_thirds_present(branch):
    election = branch.walk(Stage.VOTING)
    branch.vote(election, 9, 8, 7, 2)
    assert branch.vote(election, 2, present=2).counts is False
    branch.vote(election, 2, present=3)
    election.refresh_from_db()
    assert election.stage == Stage.ELECTED


def test_seats_stay_open_only_down_to_the_least_the_rule_knows(branch):
    election = branch.open()
    branch.request(election, committee_seats=4)
    services.decide_request(election=election, approve=True, actor=branch.officer)
    branch.submit(election, 5)
    services.decide_candidates(election=election, approve=True, actor=branch.officer)
    branch.vote(election, 9, 8, 2, 2, 2)

    def leave():
        services.leave_seats_open(
            election=election, reason="多数代表同意减少名额", actor=branch.secretary
        )

    with pytest.raises(ValidationError) as refused:
        leave()
    assert refused.value.code == "too_few"
    branch.vote(election, 7, 2, 2)
    leave()
    election.refresh_from_db()
    assert election.committee_seats == 3


def test_a_branch_without_a_committee_elects_its_secretary_in_the_meeting(bureau):
    with clock.stand_on(TODAY):
        election = services.open_election(unit=bureau.branch, actor=bureau.secretary.user)
        assert election.committee_seats == 0
        draft = RequestDraft(planned_on=TODAY, committee_seats=0)
        acting, officer = bureau.secretary.user, bureau.officer.user
        services.send_request(election=election, draft=draft, actor=acting)
        services.decide_request(election=election, approve=True, actor=officer)
        services.nominate(election=election, people=[bureau.member], actor=acting)
        named = {Office.SECRETARY: [bureau.member]}
        services.submit_candidates(election=election, candidates=named, actor=acting)
        services.decide_candidates(election=election, approve=True, actor=officer)
        ballot = services.record_ballot(
            election=election,
            draft=BallotDraft(
                on=TODAY, present=4, sent_out=4, returned=4, valid=4, votes={bureau.member: 3}
            ),
            actor=acting,
        )
        assert (ballot.entitled, ballot.present_needed) == (4, 4)
        services.report_result(election=election, actor=acting)
        services.decide_result(
            election=election, approve=True, on=TODAY, document_number="1号", actor=officer
        )
        assert secretary_on(bureau.branch.pk, TODAY) == bureau.member


def test_the_members_of_all_its_branches_elect_the_committee_of_a_general_branch(branch):
    bureau = branch.bureau
    away = make_person("阮隔壁", bureau.other_branch)
    bureau.branch = bureau.general_branch
    bureau.branch.term_from, bureau.branch.term_to = date(2024, 4, 20), date(2027, 4, 20)
    bureau.branch.save()
    election = branch.open()
    everybody = {p.pk for p in queries.read_roll(election, TODAY).entitled}
    assert {away.pk, *(person.pk for person in branch.members)} <= everybody
    size = queries.read_size(bureau.branch, TODAY)
    assert (size.low, size.high, size.most) == (5, 7, 9)
    with pytest.raises(ReasonMissingError, match="5"):
        branch.request(election, committee_seats=3)
    branch.request(election, committee_seats=5)
    assert "总支部委员会委员5名" in read_words(exports.write_request(election, TODAY))
    services.decide_request(election=election, approve=True, actor=branch.officer)
    people = [away, *branch.members[:5]]
    services.nominate(election=election, people=people, actor=branch.secretary)
    named = {Office.COMMITTEE: people, Office.SECRETARY: [away]}
    services.submit_candidates(election=election, candidates=named, actor=branch.secretary)
    services.decide_candidates(election=election, approve=True, actor=branch.officer)
    branch.vote(election, 11, 10, 9, 8, 8, 2, present=11)
    branch.vote(election, 5, present=5)
    branch.report(election)
    branch.confirm(election)
    assert secretary_on(bureau.branch.pk, TODAY) == away
    bureau.branch.refresh_from_db()
    assert bureau.branch.term_from == TODAY


def test_the_reply_has_a_number_a_day_after_the_ballot_and_people_still_there(branch):
    election = branch.walk(Stage.REPORTED)
    for values in (
        {"document_number": " "},
        {"on": None},
        {"on": date(2026, 11, 20)},
        {"on": date(2026, 11, 22)},
        {"approve": False},
    ):
        with pytest.raises(ValidationError):
            branch.confirm(election, **values)
    gone = branch.members[0]
    Appointment.objects.filter(person=gone).update(valid_to=TODAY)
    with pytest.raises(ValidationError, match="甘一"):
        branch.confirm(election)
    election.refresh_from_db()
    assert election.stage == Stage.REPORTED
    assert secretary_on(branch.bureau.branch.pk, TODAY) == branch.bureau.secretary


def test_a_failed_election_is_kept_and_repeated(branch):
    election = branch.walk(Stage.VOTING)
    with pytest.raises(ValidationError):
        services.fail_election(election=election, reason="流会", actor=branch.secretary)
    branch.vote(election, present=5)
    with pytest.raises(ValidationError):
        services.withdraw_election(election=election, reason="改期", actor=branch.secretary)
    services.fail_election(election=election, reason="两次流会", actor=branch.secretary)
    again = branch.open()
    assert again.repeats == election
    assert Election.objects.filter(stage=Stage.FAILED).count() == 1


def test_an_election_is_withdrawn_before_the_meeting(branch):
    election = branch.walk(Stage.NOMINATING)
    services.withdraw_election(election=election, reason="机构合并", actor=branch.secretary)
    election.refresh_from_db()
    assert election.stage == Stage.WITHDRAWN
    assert election.acts.last().kind == Happened.WITHDRAWN
    with pytest.raises(ValidationError):
        branch.submit(election)


def test_the_second_of_two_is_told_who_was_faster(branch):
    election = branch.walk(Stage.NOMINATING)
    seen = election.seen
    services.nominate(election=election, people=branch.members, actor=branch.secretary, seen=seen)
    with pytest.raises(ValidationError) as refused:
        services.nominate(election=election, people=[], actor=branch.officer, seen=seen)
    assert refused.value.code == "moved"
    assert "韩帆" in refused.value.messages[0]
    assert election.nominated.count() == 6


def test_the_division_of_work_takes_posts_of_the_committee_only(branch):
    election = branch.walk(Stage.ELECTED)
    second, outsider = branch.members[1], make_person("外人", branch.bureau.branch)
    for posts in (
        {second: "officer"},
        {outsider: "discipline_member"},
        {branch.members[0]: "youth_member"},
    ):
        with pytest.raises(ValidationError):
            branch.report(election, posts=posts)
    branch.report(election, posts={second: "discipline_member"})
    assert dict(election.elected.values_list("person__name", "post_id")) == {
        "甘一": "secretary",
        "甘二": "discipline_member",
        "甘三": "publicity_member",
    }
