"""An appraisal from its opening to what each member is told, and every refusal on the way."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from linghang.accounts.models import User
from linghang.activities.models import Activity, Attendance
from linghang.appraisal import queries, services
from linghang.appraisal.enums import Group, Stage
from linghang.appraisal.models import Act, Appraisal, Count, Objection, Paper, Participant, Urn
from linghang.appraisal.services import Decision, PaperDraft
from linghang.ledger.models import Fact
from linghang.people import api as people
from linghang.platform.access import Permission
from linghang.platform.acts import ReasonMissingError
from linghang.platform.audit.models import Entry
from linghang.platform.calendar import clock
from linghang.platform.notices.enums import NoticeKind
from linghang_core.regulations import recount_list
from tests.appraisal.conftest import WORDS, A, B, C, D, papers
from tests.cast import make_person
from tests.conftest import TODAY

DAY = timedelta(days=1)


def refused(code: str):
    return pytest.raises(ValidationError, check=lambda error: find_code(error) == code)


def find_code(error: ValidationError) -> str:
    """Return the field a refusal belongs to, else its code."""
    return next(iter(error.error_dict)) if hasattr(error, "error_dict") else error.code


def test_the_whole_way(branch):
    appraisal = branch.open(year=2026, with_life_meeting=True)
    parts = branch.parts(appraisal)
    assert [one.person.name for one in parts] == [
        "韩帆", "林晓禾", "许怡书", "孟宇行", "甘一", "甘二", "甘三", "甘四", "余预备",
    ]  # fmt: skip
    assert [one.person.name for one in parts if not one.is_graded] == ["余预备"]
    assert queries.count_cap(parts, TODAY) == 3
    branch.hand_in(appraisal)
    branch.begin(appraisal)
    codes = {one.pk: branch.vote(appraisal, one, [A, A, B]) for one in branch.parts(appraisal)}
    assert [len(slips) for slips in codes.values()] == [7] * 8 + [8]
    branch.close(appraisal)
    appraisal.refresh_from_db()
    found = recount_list(appraisal.urn.published)
    assert (found.slips, found.faults, found.digest) == (7 * 8 + 8, (), appraisal.digest)
    assert found.totals[1, "韩帆"] == {"优秀": 8}
    assert found.totals[3, "许怡书"] == {"优秀": 2, "合格": 6}
    assert queries.read_counts(appraisal)[parts[2].pk] == {A: 2, B: 6, C: 0, D: 0}
    assert appraisal.urn.slips == ""
    branch.decide(appraisal, A, A, A, C)
    services.report_grades(appraisal=appraisal, actor=branch.secretary)
    branch.confirm(appraisal)
    services.tell_members(appraisal=appraisal, actor=branch.secretary)
    appraisal.refresh_from_db()
    assert appraisal.stage == Stage.TOLD
    fact = Fact.objects.get(kind="appraisal")
    assert (fact.unit, fact.person, fact.status, fact.quantity) == (
        branch.bureau.branch, None, "on_time", 100,
    )  # fmt: skip
    assert [act.kind for act in appraisal.acts.all()] == [
        "opened", "begun", "closed", "decided", "reported", "confirmed", "told",
    ]  # fmt: skip


def test_the_meeting_is_recorded_once_with_both_duties_and_its_attendance(branch):
    appraisal = branch.walk(Stage.BALLOT, with_life_meeting=True)
    branch.vote_all(appraisal)
    branch.close(appraisal, absent=[branch.people[0]])
    meeting = Activity.objects.get()
    assert (meeting.kind.code, meeting.also) == (
        "democratic_appraisal",
        ["organisation_life_meeting"],
    )
    assert (meeting.due_count, meeting.present_count) == (9, 8)
    away = Attendance.objects.get(activity=meeting, person=branch.people[0])
    assert away.state == "leave"
    assert appraisal.acts.filter(kind="closed").count() == 1


def test_opening_is_refused_twice_for_other_years_wrong_days_and_units(branch):
    with refused("year"):
        branch.open(year=2024)
    with refused("self_until"):
        branch.open(self_until=TODAY - DAY)
    with refused("ballot_until"):
        branch.open(self_until=TODAY + DAY)
    with refused("mass_invited"):
        branch.open(mass_invited=-1)
    with refused("not_appraising"):
        services.open_appraisal(
            unit=branch.bureau.general_branch,
            draft=services.PlanDraft(2026, TODAY, TODAY),
            actor=None,
        )
    appraisal = branch.open()
    with refused("year"):
        branch.open()
    services.withdraw_appraisal(appraisal=appraisal, reason="机构调整", actor=branch.secretary)
    assert branch.open().stage == Stage.SELF
    assert branch.open(year=2025).year == 2025


def test_who_is_excused_takes_no_part_and_lowers_the_cap(branch):
    appraisal = branch.open()
    for person in branch.people[:3]:
        services.excuse_member(
            appraisal=appraisal, person=person, reason="长期患病", actor=branch.secretary
        )
    parts = branch.parts(appraisal)
    assert queries.count_cap(parts, TODAY) == 2
    assert parts[4].excuse == "长期患病"
    assert "长期患病" not in str([*Entry.objects.values(), *Act.objects.values()])
    with refused("no_part"):
        services.write_self(appraisal=appraisal, person_id=parts[4].person_id, **WORDS)
    with refused("stranger"):
        services.excuse_member(
            appraisal=appraisal, person=branch.bureau.officer, reason="x", actor=None
        )
    services.excuse_member(
        appraisal=appraisal, person=branch.people[0], reason="", actor=branch.secretary
    )
    assert queries.count_cap(branch.parts(appraisal), TODAY) == 2  # seven of whom a third
    branch.hand_in(appraisal)
    branch.begin(appraisal)
    assert queries.read_turnout(appraisal).voters == 7
    with refused("no_part"):
        branch.vote(appraisal, parts[5])


def test_own_words_are_handed_in_once_whole_and_before_the_ballot(branch):
    appraisal = branch.open()
    mine = branch.bureau.member.pk
    with pytest.raises(ValidationError) as gap:
        services.write_self(appraisal=appraisal, person_id=mine, **WORDS | {"short": " "})
    assert list(gap.value.message_dict) == ["short"]
    part = services.write_self(appraisal=appraisal, person_id=mine, **WORDS)
    assert (part.done, part.self_on) == ("完成抢修", TODAY)
    with refused("twice"):
        services.write_self(appraisal=appraisal, person_id=mine, **WORDS)
    with refused("no_part"):
        services.write_self(appraisal=appraisal, person_id=branch.bureau.officer.pk, **WORDS)
    with pytest.raises(ReasonMissingError, match="甘四"):
        branch.begin(appraisal)
    branch.begin(appraisal, reason="在外出差，会上口头自评")
    with refused("not_now"):
        services.write_self(appraisal=appraisal, person_id=branch.people[0].pk, **WORDS)


def test_the_ballot_follows_the_roster_of_its_day(branch):
    appraisal = branch.open()
    branch.hand_in(appraisal)
    people.transfer_member(
        person=branch.people[0],
        unit=branch.bureau.other_branch,
        on=TODAY,
        basis="组织关系转接",
        actor=None,
    )
    make_person("甘新", branch.bureau.branch)
    branch.begin(appraisal, reason="新到")
    parts = {one.person.name: one for one in branch.parts(appraisal)}
    assert (parts["甘一"].excused, parts["甘一"].excuse) == (True, "已不在本支部")
    assert parts["甘新"].is_graded


def test_nobody_votes_twice_for_themselves_or_leaves_a_grade_out(branch):
    appraisal = branch.walk(Stage.BALLOT)
    first, second, *_rest = branch.parts(appraisal)
    grades = {one.pk: B for one in queries.list_graded(branch.parts(appraisal))}
    with refused("whom"):
        services.cast_ballot(appraisal=appraisal, person_id=first.person_id, grades=grades)
    del grades[first.pk]
    with refused("grade"):
        wrong = grades | {second.pk: "best"}
        services.cast_ballot(appraisal=appraisal, person_id=first.person_id, grades=wrong)
    with refused("whom"):
        services.cast_ballot(appraisal=appraisal, person_id=first.person_id, grades={})
    assert appraisal.urn.slips == ""
    services.cast_ballot(appraisal=appraisal, person_id=first.person_id, grades=grades)
    with refused("twice"):
        services.cast_ballot(appraisal=appraisal, person_id=first.person_id, grades=grades)
    with refused("no_part"):
        services.cast_ballot(appraisal=appraisal, person_id=branch.bureau.officer.pk, grades=grades)
    assert len(Urn.objects.get().slips.splitlines()) == 7


def test_a_ballot_is_not_taken_before_its_time_nor_after(branch):
    appraisal = branch.open()
    with refused("not_now"):
        branch.vote(appraisal, branch.parts(appraisal)[0])
    branch.begin(appraisal, reason="x")
    branch.vote(appraisal, branch.parts(appraisal)[0])
    branch.close(appraisal)
    with refused("not_now"):
        branch.vote(appraisal, branch.parts(appraisal)[1])


def test_paper_votes_need_two_counters_who_find_the_same(branch):
    appraisal = branch.walk(Stage.BALLOT, mass_invited=6)
    parts = branch.parts(appraisal)
    branch.vote(appraisal, parts[0])
    with refused("twice"):
        services.name_paper_voters(
            appraisal=appraisal, people=[parts[0].person], actor=branch.secretary
        )
    named = [one.person for one in parts[4:]]
    services.name_paper_voters(appraisal=appraisal, people=named, actor=branch.secretary)
    with refused("on_paper"):
        branch.vote(appraisal, parts[4])

    def count(draft, user, group=Group.PAPER):
        return services.count_papers(appraisal=appraisal, group=group, draft=draft, actor=user)

    fits = papers(parts, 5)
    one_less = {one.pk: {B: 5 - (one in parts[4:])} for one in queries.list_graded(parts)}
    fits = PaperDraft(5, 5, 5, one_less)
    for wrong, code in (
        (papers(parts, 6), "present"),
        (PaperDraft(5, 6, 5, fits.counts), "papers"),
        (PaperDraft(5, 5, 4, fits.counts), "sums"),
        (PaperDraft(5, 5, 5, {}), "whom"),
        (PaperDraft(5, 5, 5, one_less | {parts[0].pk: {B: 4}}), "sums"),
        (PaperDraft(5, 5, 5, one_less | {parts[0].pk: {A: -1, B: 6}}), "sums"),
    ):
        with refused(code):
            count(wrong, branch.secretary)
    with refused("counters"):
        branch.close(appraisal)
    count(fits, branch.secretary)
    count(fits, branch.secretary)  # corrected by the first counter: still one counter
    with refused("counters"):
        branch.close(appraisal)
    with refused("differs"):
        count(PaperDraft(5, 5, 5, one_less | {parts[0].pk: {A: 5}}), branch.bureau.member.user)
    count(fits, branch.bureau.member.user)
    with refused("counted"):
        count(fits, branch.bureau.member.user)
    with refused("counters"):
        branch.close(appraisal)
    for user in (branch.secretary, branch.bureau.member.user):
        count(papers(parts, 6, A), user, Group.MASS)
    branch.close(appraisal)
    counts = queries.read_counts(appraisal)
    assert counts[parts[0].pk] == {A: 6, B: 5, C: 0, D: 0}
    assert counts[parts[1].pk] == {A: 6, B: 6, C: 0, D: 0}
    assert counts[parts[4].pk] == {A: 6, B: 5, C: 0, D: 0}
    # one voter in the system: no list, only sums, and the recount of the sums agrees
    found = recount_list(Urn.objects.get().published)
    assert (found.slips, found.totals[1, "韩帆"]["合格"]) == (0, 5)
    assert list(Paper.objects.values_list("counts", flat=True)) == [{}, {}]


@pytest.mark.parametrize(
    ("voters", "listed"),
    [
        ({"members": 5, "paper": 0, "mass": 0}, True),
        ({"members": 4}, False),
        ({"members": 9, "paper": 1}, False),
        ({"members": 9, "paper": 5, "mass": 6}, True),
        ({"members": 9, "mass": 4}, False),
        ({"members": 0, "paper": 7}, True),
        ({"members": 0}, False),
    ],
)
def test_a_list_is_published_only_where_no_group_is_small(voters, listed):
    assert queries.is_listed(voters) is listed


def test_below_five_voters_only_sums_are_published(branch):
    appraisal = branch.walk(Stage.BALLOT)
    for one in branch.parts(appraisal)[:4]:
        branch.vote(appraisal, one)
    branch.close(appraisal)
    text = Urn.objects.get().published
    assert recount_list(text).slips == 0
    assert "1,韩帆,合计,合格,3," in text
    assert "党员票" not in text


def test_closing_waits_for_its_day_its_quorum_and_somebodys_vote(branch):
    appraisal = branch.walk(Stage.BALLOT, ballot_until=TODAY + DAY)
    with refused("still_open"):
        branch.close(appraisal)
    with clock.stand_on(TODAY + DAY):
        with refused("nobody"):
            branch.close(appraisal)
        branch.vote(appraisal, branch.parts(appraisal)[0])
        with refused("held_on"):
            branch.close(appraisal, held_on=TODAY + DAY + DAY)
        with refused("held_on"):
            branch.close(appraisal, held_on=TODAY - DAY)
        full = [one.person for one in branch.parts(appraisal) if one.is_graded]
        with refused("absent"):
            branch.close(appraisal, held_on=TODAY, absent=full[:5])
        branch.close(appraisal, held_on=TODAY, absent=full[:4])


def test_grades_need_everybody_the_cap_a_reason_and_no_probation(branch):
    appraisal = branch.walk(Stage.COUNTED)
    parts = branch.parts(appraisal)
    with refused("missing"):
        services.report_grades(appraisal=appraisal, actor=branch.secretary)
    with refused("cap"):
        branch.decide(appraisal, A, A, A, A)
    decisions = {one.pk: Decision(B) for one in queries.list_graded(parts)}

    def decide(changes):
        return services.decide_grades(
            appraisal=appraisal, decisions=decisions | changes, actor=branch.secretary
        )

    with refused("no_grade"):
        decide({parts[8].pk: Decision(B)})
    with refused("measure"):
        decide({parts[0].pk: Decision(C, "缺席")})
    with refused("measure"):
        decide({parts[0].pk: Decision(D, " ", "talk")})
    with refused("grade"):
        decide({parts[0].pk: Decision("best")})
    with refused("missing"):
        services.decide_grades(appraisal=appraisal, decisions={}, actor=branch.secretary)
    assert not Participant.objects.exclude(grade="").exists()
    decide({parts[0].pk: Decision(D, "长期不参加组织生活", "correct", date(2027, 5, 1))})
    first = Participant.objects.get(pk=parts[0].pk)
    assert (first.grade, first.measure, first.measure_until) == (D, "correct", date(2027, 5, 1))
    assert "长期不参加组织生活" not in str([*Entry.objects.values(), *Act.objects.values()])


def test_the_superior_returns_with_a_reason_and_nobody_decides_their_own(branch):
    appraisal = branch.walk(Stage.REPORTED)
    with refused("own"):
        services.confirm_grades(appraisal=appraisal, approve=True, actor=branch.secretary)
    with refused("own"):
        services.confirm_grades(appraisal=appraisal, approve=True, actor=branch.bureau.member.user)
    with refused("reason"):
        branch.confirm(appraisal, approve=False)
    branch.confirm(appraisal, approve=False, reason="请复核")
    appraisal.refresh_from_db()
    assert appraisal.stage == Stage.COUNTED
    branch.decide(appraisal, A)
    services.report_grades(appraisal=appraisal, actor=branch.officer)
    with refused("own"):
        branch.confirm(appraisal)


def test_a_member_objects_once_and_the_superior_decides_within_the_cap(branch):
    appraisal = branch.walk(Stage.CONFIRMED)
    parts = branch.parts(appraisal)
    third, newcomer = parts[2], parts[8]

    def raise_it(part, text="请复核"):
        return services.object_to_grade(appraisal=appraisal, person_id=part.person_id, text=text)

    def answer(**values):
        given = {"upheld": True, "answer": "复核属实", "decision": Decision(B), **values}
        return services.answer_objection(
            appraisal=appraisal, participant_id=third.pk, actor=branch.officer, **given
        )

    with refused("not_now"):
        raise_it(third)
    services.tell_members(appraisal=appraisal, actor=branch.secretary)
    with refused("no_grade"):
        raise_it(newcomer)
    with refused("text"):
        raise_it(third, " ")
    with refused("not_open"):
        answer()
    raise_it(third)
    with refused("twice"):
        raise_it(third)
    assert appraisal.acts.get(kind="objected").by is None
    with refused("own"):
        services.answer_objection(
            appraisal=appraisal,
            participant_id=third.pk,
            upheld=False,
            answer="x",
            actor=branch.secretary,
        )
    with refused("answer"):
        answer(answer=" ")
    with refused("grade"):
        answer(decision=Decision(C, "缺席", "talk"))
    raise_it(parts[3])
    services.answer_objection(
        appraisal=appraisal,
        participant_id=parts[3].pk,
        upheld=True,
        answer="同意",
        decision=Decision(A),
        actor=branch.officer,
    )
    with refused("cap"):
        answer(decision=Decision(A))
    answer()
    third.refresh_from_db()
    objection = Objection.objects.get(participant=third)
    assert (third.grade, third.measure, objection.former_grade) == (B, "", C)
    with refused("not_open"):
        answer()


def test_a_measure_is_followed_up_and_one_that_failed_by_the_next(branch):
    appraisal = branch.walk()
    third = branch.parts(appraisal)[2]
    later = TODAY + timedelta(days=200)

    def follow(**values):
        given = {"done": True, "on": TODAY, "note": "谈话并重新承诺", "actor": branch.secretary}
        return services.follow_measure(
            appraisal=appraisal, participant_id=third.pk, **(given | values)
        )

    assert queries.list_open_measures(branch.parts(appraisal)) == [third]
    for fault, values in {
        "on": {"on": TODAY + timedelta(days=1)},
        "note": {"note": " "},
        "measure": {"done": False},
    }.items():
        with refused(fault):
            follow(**values)
    third.person.user = User.objects.create_user("xu", name="许怡书")
    third.person.save()
    with refused("own"):
        follow(actor=third.person.user)
    with refused("not_open"):
        services.follow_measure(
            appraisal=appraisal,
            participant_id=branch.parts(appraisal)[0].pk,
            done=True,
            on=TODAY,
            note="x",
            actor=branch.secretary,
        )
    follow(done=False, note="仍多次缺席", measure="correct", until=later)
    third.refresh_from_db()
    assert (third.measure, third.measure_until) == ("correct", later)
    with clock.stand_on(later):
        follow(on=later, note="已改正")
        with refused("not_open"):
            follow(on=later)
    rows = [(row.measure, row.until, row.done, row.note) for row in third.follow_ups.all()]
    assert rows == [("talk", None, False, "仍多次缺席"), ("correct", later, True, "已改正")]
    assert not queries.list_open_measures(branch.parts(appraisal))


def test_who_keeps_the_branch_is_reminded_of_a_measure_without_name_or_grade(branch):
    appraisal = branch.walk()
    third = branch.parts(appraisal)[2]
    third.measure_until = TODAY + timedelta(days=60)
    third.save()

    def remind(day):
        return list(queries.list_due_measures(day))

    assert remind(TODAY) == []
    [soon] = remind(TODAY + timedelta(days=46))
    [late] = remind(TODAY + timedelta(days=61))
    assert soon.recipient_id == branch.secretary.pk
    assert (soon.kind, late.kind) == (NoticeKind.DUE, NoticeKind.LATE)
    assert third.person.name not in soon.title + late.title
    services.follow_measure(
        appraisal=appraisal,
        participant_id=third.pk,
        done=True,
        on=TODAY,
        note="已谈话",
        actor=branch.secretary,
    )
    assert remind(TODAY + timedelta(days=61)) == []


def test_an_appraisal_told_in_the_next_year_is_late(branch):
    branch.walk(Stage.TOLD, year=2025)
    assert Fact.objects.get(kind="appraisal").status == "late"


def test_withdrawing_destroys_the_slips_and_ends_with_the_count(branch):
    appraisal = branch.walk(Stage.BALLOT)
    branch.vote(appraisal, branch.parts(appraisal)[0])
    with refused("reason"):
        services.withdraw_appraisal(appraisal=appraisal, reason=" ", actor=branch.secretary)
    services.withdraw_appraisal(appraisal=appraisal, reason="重来", actor=branch.secretary)
    assert not Urn.objects.exists()
    again = branch.walk(Stage.COUNTED)
    with refused("not_now"):
        services.withdraw_appraisal(appraisal=again, reason="x", actor=branch.secretary)


def test_the_second_of_two_is_told_who_was_faster(branch):
    appraisal = branch.walk(Stage.COUNTED)
    seen = appraisal.seen
    branch.decide(appraisal, A, seen=seen)
    with pytest.raises(ValidationError, match="韩帆"):
        branch.decide(appraisal, seen=seen)
    assert Participant.objects.filter(grade=A).count() == 1


def test_what_waits_and_what_reminders_say_holds_no_grade(branch):
    appraisal = branch.open()
    scopes = {
        name: people.compute_scope(getattr(branch.bureau, name).user)
        for name in ("member", "secretary", "officer")
    }
    titles = [one.title for one in queries.list_reminders(TODAY)]
    assert titles == ["2026年度个人自评请于2026-11-21前提交"] * 2
    assert queries.list_waiting(scopes["member"]) == [appraisal]
    branch.hand_in(appraisal)
    assert queries.list_waiting(scopes["member"]) == []
    branch.begin(appraisal)
    branch.vote_all(appraisal)
    branch.close(appraisal)
    assert queries.list_waiting(scopes["secretary"]) == [appraisal]
    assert queries.list_waiting(scopes["officer"]) == []
    branch.decide(appraisal, A)
    services.report_grades(appraisal=appraisal, actor=branch.secretary)
    assert queries.list_waiting(scopes["officer"]) == [appraisal]
    assert scopes["officer"].can(Permission.EDIT_PEOPLE)


@pytest.mark.parametrize(
    "change",
    [
        {"member_kind": "probationary", "grade": A},
        {"excused": True, "grade": B},
        {"grade": C, "measure": ""},
    ],
)
def test_the_database_holds_the_rules_of_grades(branch, change):
    appraisal = branch.open()
    row = Participant.objects.filter(appraisal=appraisal)[:1].get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.filter(pk=row.pk).update(**change)


def test_the_database_holds_the_rules_of_days_papers_and_counts(branch):
    appraisal = branch.walk(Stage.BALLOT)
    user, rows = branch.secretary, Appraisal.objects.filter(pk=appraisal.pk)
    register = branch.parts(appraisal)[0].register
    for write in (
        lambda: rows.update(ballot_until=TODAY - DAY),
        lambda: rows.update(stage=Stage.TOLD),
        lambda: Appraisal.objects.create(
            unit=appraisal.unit, year=2026, self_until=TODAY, ballot_until=TODAY
        ),
        lambda: type(register).objects.filter(pk=register.pk).update(on_paper=True, voted_on=TODAY),
        lambda: Paper.objects.create(
            appraisal=appraisal, group="paper", present=1, returned=2, valid=1, entered_by=user
        ),
        lambda: Paper.objects.create(
            appraisal=appraisal, group="paper", present=1, returned=1, valid=1,
            entered_by=user, confirmed_by=user,
        ),
        lambda: Count.objects.bulk_create(
            [Count(participant=register.participant, grade=A, number=1)] * 2
        ),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
