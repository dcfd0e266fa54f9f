"""An item of an agenda: what is counted, what follows, what is refused, and what is kept."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from linghang.activities.api import RecordRefused, withdraw_activity
from linghang.ledger.models import Entry, Fact
from linghang.meetings import queries, services
from linghang.meetings.enums import LeftOut, Outcome, Standing, VoteKind
from linghang.meetings.models import AgendaItem
from linghang.meetings.services import ItemDraft, TaskDraft, VoteDraft
from linghang.platform.audit.models import Entry as AuditEntry
from linghang.worklists import api as worklists
from linghang.worklists.models import Assignment, Worklist
from tests.meetings.conftest import DUE, HELD, LATER


def facts_of(item: AgendaItem) -> list[tuple[str, str]]:
    entries = Entry.objects.filter(
        source_type="meetings.agendaitem", source_id=item.pk, withdrawn_at=None
    )
    return list(Fact.objects.filter(entry__in=entries).values_list("kind", "status"))


def refusal(info: pytest.ExceptionInfo) -> str:
    return info.value.messages[0]


# -- the vote ------------------------------------------------------------------------------------


def test_a_vote_is_counted_from_the_roster_and_the_attendance(branch):
    away = (branch.bureau.member,)
    item = branch.vote(branch.meet(away=away), against=1, abstained=2)
    # ten members, one on probation: nine entitled; one of them away
    assert (item.entitled, item.present, item.in_favour) == (9, 8, 5)
    assert (item.vote, item.outcome) == (VoteKind.MEMBERS, Outcome.PASSED)
    assert facts_of(item) == [("resolution", "passed")]


def test_more_than_half_of_those_entitled_must_agree_not_of_those_present(branch):
    away = tuple(branch.members[:4])  # the secretary, the member, the colleague and one more
    item = branch.vote(branch.meet(away=away), against=1)
    # 4 of 5 present agree, but 5 of the 9 entitled are needed
    assert (item.entitled, item.present, item.in_favour) == (9, 5, 4)
    assert item.outcome == Outcome.FAILED
    assert facts_of(item) == [("resolution", "failed")]


def test_below_half_of_those_entitled_nothing_passes(branch):
    away = tuple(person for person in branch.members if person != branch.probationary)[:5]
    item = branch.vote(branch.meet(away=away))
    assert (item.entitled, item.present, item.in_favour) == (9, 4, 4)
    assert item.outcome == Outcome.FAILED


def test_who_is_left_out_by_the_rules_makes_the_base_smaller(branch):
    ill = branch.bureau.member
    item = branch.vote(branch.meet(away=(ill,)), left_out={ill.pk: LeftOut.ILL.value})
    assert (item.entitled, item.present) == (8, 8)
    assert item.left_out == {str(ill.pk): "ill"}


def test_nobody_is_left_out_who_is_no_member_or_is_out_by_the_roster(branch):
    strangers = {branch.bureau.stranger.pk: "ill", branch.probationary.pk: "probation"}
    item = branch.vote(branch.meet(), left_out=strangers)
    assert item.left_out == {}
    assert item.entitled == 9


def test_the_committee_votes_as_a_committee(branch):
    item = branch.vote(branch.meet(kind="committee_meeting"))
    assert (item.vote, item.entitled, item.present) == (VoteKind.COMMITTEE, 1, 1)
    assert item.outcome == Outcome.PASSED


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({"against": 10}, "9 with a vote were there; more cannot have voted."),
        ({"against": 5, "abstained": 5}, "9 with a vote were there; more cannot have voted."),
        ({"against": -1}, "9 with a vote were there; more cannot have voted."),
    ],
)
def test_more_than_came_cannot_have_voted(branch, counts, message):
    with pytest.raises(ValidationError) as info:
        branch.vote(branch.meet(), **counts)
    assert refusal(info) == message


def test_nobody_votes_where_nobody_with_a_vote_is_recorded(branch):
    meeting = branch.meet(away=tuple(branch.members))
    with pytest.raises(ValidationError) as info:
        branch.vote(meeting)
    assert refusal(info) == (
        "Nobody with a vote is recorded as present; correct the attendance first."
    )


def test_a_group_takes_no_vote(branch):
    with pytest.raises(ValidationError) as info:
        branch.vote(branch.meet(kind="group_meeting"))
    assert refusal(info) == "Votes are taken where the members or the committee meet, not here."


def test_a_vote_says_what_was_voted_on(branch):
    with pytest.raises(ValidationError) as info:
        branch.resolve(branch.meet(), decided="", vote=VoteDraft(), task=None)
    assert info.value.message_dict == {"decided": ["Say what was voted on."]}


# -- what follows --------------------------------------------------------------------------------


def test_a_resolution_becomes_a_task_in_the_list_of_the_year(branch):
    meeting = branch.meet()
    first, second = (
        branch.resolve(meeting),
        branch.resolve(meeting, "整理档案", task=TaskDraft("", DUE)),
    )
    worklist = Worklist.objects.get()
    assert worklist.title == "变电运维党支部2026年议定事项"
    tasks = Assignment.objects.order_by("item__number")
    assert [(t.person, t.unit, t.due_on) for t in tasks] == [
        (branch.bureau.colleague, branch.bureau.branch, DUE),
        (None, branch.bureau.branch, DUE),
    ]
    assert [first.task.text, second.task.text] == ["更新公示牌", "由许怡书负责。"]
    assert facts_of(first) == [("resolution", "agreed")]


def test_nothing_follows_from_what_was_only_noted_or_did_not_pass(branch):
    meeting = branch.meet()
    for values in (
        {"decided": ""},
        {"vote": VoteDraft(against=9)},
    ):
        with pytest.raises(ValidationError) as info:
            branch.resolve(meeting, **values)
        assert info.value.message_dict == {
            "task_text": ["A task follows only from what was agreed."]
        }
    assert not AgendaItem.objects.exists()
    assert not Assignment.objects.exists()


def test_what_was_only_talked_about_writes_no_fact(branch):
    item = branch.resolve(branch.meet(), decided="", task=None, discussed="传达学习。")
    assert item.outcome == Outcome.NOTED
    assert facts_of(item) == []


def test_the_loop_closes_with_the_report_to_a_later_meeting(branch):
    item = branch.resolve(branch.meet())
    today = date(2026, 11, 21)

    def standing(on: date = today) -> Standing:
        found = queries.annotate_resolutions(AgendaItem.objects.filter(pk=item.pk)).get()
        return queries.judge_standing(found, on)

    assert standing() == Standing.UNDER_WAY
    assert standing(date(2026, 12, 12)) == Standing.LATE
    later = branch.meet(LATER, topic="听取汇报")
    assert [one.pk for one in queries.list_unreported(later, today)] == [item.pk]
    task = Assignment.objects.get()
    worklists.finish_task(
        task=task, finished_on=date(2026, 11, 17), result="已更新", actor=branch.secretary
    )
    assert standing() == Standing.DONE
    branch.resolve(later, "汇报落实情况", follows=item, task=None, decided="")
    assert standing() == Standing.REPORTED
    assert queries.list_unreported(later, today) == []
    for expected in Standing:
        kept = queries.filter_standing(AgendaItem.objects.filter(pk=item.pk), expected, today)
        assert kept.exists() == (expected == Standing.REPORTED), expected


@pytest.mark.parametrize(
    "state", [Standing.UNDER_WAY, Standing.LATE, Standing.DONE, Standing.DROPPED]
)
def test_filter_and_word_agree(branch, state):
    item = branch.resolve(branch.meet())
    today = date(2026, 11, 21)
    if state == Standing.LATE:
        today = date(2026, 12, 12)
    if state == Standing.DONE:
        worklists.finish_task(
            task=Assignment.objects.get(),
            finished_on=date(2026, 11, 17),
            result="已更新",
            actor=branch.secretary,
        )
    if state == Standing.DROPPED:
        worklists.withdraw_item(item=item.task, reason="不再需要", actor=branch.secretary)
    found = queries.annotate_resolutions(AgendaItem.objects.all()).get()
    assert queries.judge_standing(found, today) == state
    for expected in Standing:
        kept = queries.filter_standing(AgendaItem.objects.all(), expected, today)
        assert kept.exists() == (expected == state), expected


def test_only_what_an_earlier_meeting_resolved_is_reported_on(branch):
    later = branch.meet(LATER, topic="后一次会议")
    item = branch.resolve(later)
    noted = branch.resolve(branch.meet(date(2026, 11, 1), topic="更早"), task=None)
    meeting = branch.meet()
    for earlier in (item, noted):
        with pytest.raises(ValidationError) as info:
            branch.resolve(meeting, follows=earlier, task=None)
        assert info.value.message_dict == {
            "follows": ["Only what an earlier meeting of the unit resolved is reported on."]
        }


# -- changes -------------------------------------------------------------------------------------


def test_a_change_keeps_what_was_said_before(branch):
    item = branch.resolve(branch.meet())
    draft = ItemDraft(topic="更新公示", decided="由许怡书负责。")
    changed = services.change_item(
        item=item, draft=draft, reason="议题写错", actor=branch.secretary, seen=item.seen
    )
    assert (changed.topic, changed.version, changed.task_id) == ("更新公示", 2, item.task_id)
    revision = changed.revisions.get()
    assert (revision.old, revision.reason) == ({"topic": "更新责任区公示"}, "议题写错")
    entry = AuditEntry.objects.get(verb="meetings.item_changed")
    assert (entry.old, entry.new) == ({"topic": "更新责任区公示"}, {"topic": "更新公示"})


def test_of_two_changes_at_one_moment_the_second_is_told(branch):
    item = branch.resolve(branch.meet())
    draft = ItemDraft(topic="更新公示", decided="由许怡书负责。")
    act = {"item": item, "reason": "改", "actor": branch.secretary, "seen": item.seen}
    services.change_item(draft=draft, **act)
    with pytest.raises(ValidationError) as info:
        services.change_item(draft=draft, **act)
    assert refusal(info) == "Somebody changed this item in the meantime. Look at it again."


def test_a_vote_that_fails_on_second_count_takes_its_task_back(branch):
    meeting = branch.meet()
    item = branch.resolve(meeting, vote=VoteDraft(against=4))
    assert item.outcome == Outcome.PASSED
    branch.correct(meeting, away=(branch.bureau.member,))
    item.refresh_from_db()
    assert (item.present, item.in_favour, item.outcome) == (8, 4, Outcome.FAILED)
    assert Assignment.objects.get().state == "withdrawn"
    assert item.revisions.get().reason == "补录请假人员"


def test_attendance_that_contradicts_a_vote_is_refused_and_nothing_changes(branch):
    meeting = branch.meet()
    item = branch.vote(meeting, against=3, abstained=3)
    away = tuple(person for person in branch.members if person != branch.probationary)[:4]
    with pytest.raises(RecordRefused) as info:
        branch.correct(meeting, away=away)
    assert str(info.value) == (
        "The vote on “表决年度工作计划” does not fit this attendance: "
        "5 with a vote were there; more cannot have voted."
    )
    item.refresh_from_db()
    assert (item.present, item.version) == (9, 1)
    assert meeting.attendance.exclude(state="present").count() == 0


def test_a_withdrawn_meeting_takes_everything_of_it_back(branch):
    meeting = branch.meet(away=(branch.bureau.member,))
    item = branch.resolve(meeting)
    made = services.make_up(
        activity=meeting,
        people=[branch.bureau.member],
        on=LATER,
        way="自学材料",
        actor=branch.secretary,
    )[0]
    withdraw_activity(activity=meeting, reason="会议未开", actor=branch.secretary)
    item.refresh_from_db()
    made.refresh_from_db()
    assert (item.withdrawn_reason, made.withdrawn_reason) == ("会议未开", "会议未开")
    assert Assignment.objects.get().state == "withdrawn"
    assert facts_of(item) == []
    assert not Fact.objects.filter(kind="make_up", entry__withdrawn_at=None).exists()
    with pytest.raises(ValidationError) as info:
        branch.resolve(meeting)
    assert refusal(info) == "The record was withdrawn and cannot be changed."


def test_a_withdrawn_item_stays_readable_and_no_longer_counts(branch):
    meeting = branch.meet()
    item = branch.resolve(meeting)
    with pytest.raises(ValidationError):
        services.withdraw_item(item=item, reason=" ", actor=branch.secretary)
    services.withdraw_item(item=item, reason="重复", actor=branch.secretary)
    assert facts_of(item) == []
    assert queries.read_agendas([meeting]) == {meeting.pk: []}
    again = branch.resolve(meeting, "另一项", task=None)
    assert again.number == 2


# -- make-up study -------------------------------------------------------------------------------


def make_up(branch, meeting, people, **values):
    act = {"on": LATER, "way": "自学材料", "actor": branch.secretary, **values}
    return services.make_up(activity=meeting, people=people, **act)


def test_who_was_away_makes_up_once_with_the_hours_of_the_meeting(branch):
    meeting = branch.meet(away=(branch.bureau.member, branch.bureau.colleague))
    make_up(branch, meeting, [branch.bureau.member])
    fact = Fact.objects.get(kind="make_up", entry__withdrawn_at=None)
    assert (fact.quantity, fact.person_id, fact.occurred_on) == (
        150,
        branch.bureau.member.pk,
        LATER,
    )
    book = queries.annotate_book(queries.list_held(branch.bureau.branch, HELD, HELD)).get()
    assert (book.items, book.missing) == (0, 1)
    with pytest.raises(ValidationError) as info:
        make_up(branch, meeting, [branch.bureau.member])
    assert info.value.message_dict == {"people": ["Was there, or has made up already: 林晓禾."]}


@pytest.mark.parametrize(
    ("values", "field"),
    [({"way": " "}, "way"), ({"on": date(2026, 11, 2)}, "on"), ({"on": date(2026, 11, 22)}, "on")],
)
def test_make_up_needs_a_way_and_a_day_between_the_meeting_and_today(branch, values, field):
    meeting = branch.meet(away=(branch.bureau.member,))
    with pytest.raises(ValidationError) as info:
        make_up(branch, meeting, [branch.bureau.member], **values)
    assert list(info.value.message_dict) == [field]


def test_who_turns_out_to_have_been_there_has_nothing_to_make_up(branch):
    meeting = branch.meet(away=(branch.bureau.member,))
    row = make_up(branch, meeting, [branch.bureau.member])[0]
    branch.correct(meeting)
    row.refresh_from_db()
    assert row.withdrawn_on is not None
    assert not Fact.objects.filter(kind="make_up", entry__withdrawn_at=None).exists()
