"""Whatever is recorded in whatever order: counts add up, no resolution passes against its rule."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang.activities.api import RecordRefused
from linghang.ledger.models import Fact
from linghang.meetings import queries, services
from linghang.meetings.enums import Outcome
from linghang.meetings.models import AgendaItem
from linghang.meetings.services import ItemDraft, TaskDraft, VoteDraft
from linghang.worklists.models import Assignment
from tests.meetings.conftest import DUE

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["add", "vote", "task", "change", "withdraw", "attend"]),
        st.integers(0, 10),
        st.integers(0, 10),
        st.sets(st.integers(0, 9), max_size=9),
    ),
    max_size=8,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
def test_votes_add_up_and_nothing_stands_against_its_rule(branch, acts):
    with transaction.atomic():
        meeting = branch.meet(topic="随机会议")
        for number, act in enumerate(acts):
            try:
                with transaction.atomic():
                    do(branch, meeting, number, *act)
            except (ValidationError, RecordRefused):
                pass
        check(meeting)
        transaction.set_rollback(True)


def do(branch, meeting, number, act, first, second, away):
    last = AgendaItem.objects.filter(activity=meeting, withdrawn_on=None).last()
    people = tuple(branch.members[place] for place in sorted(away))
    vote = VoteDraft(first, second, {person.pk: "ill" for person in people[:2]})
    if act == "attend":
        branch.correct(meeting, away=people)
    elif act == "withdraw" and last is not None:
        services.withdraw_item(item=last, reason="撤回", actor=branch.secretary)
    elif act == "change" and last is not None:
        draft = ItemDraft(topic=last.topic, decided="改后决定。", vote=vote)
        services.change_item(item=last, draft=draft, reason="更正", actor=branch.secretary)
    else:
        draft = ItemDraft(
            topic=f"议题{number}",
            decided="同意。",
            vote=vote if act == "vote" else None,
            task=TaskDraft("落实", DUE) if act == "task" or first % 2 else None,
        )
        services.add_item(activity=meeting, draft=draft, actor=branch.secretary)


def check(meeting):
    for item in AgendaItem.objects.filter(activity=meeting):
        facts = Fact.objects.filter(
            entry__source_type="meetings.agendaitem",
            entry__source_id=item.pk,
            entry__withdrawn_at=None,
        )
        stands = item.withdrawn_on is None
        decided = stands and queries.is_decision(item)
        assert [fact.status for fact in facts] == ([item.outcome] if decided else [])
        if item.vote and stands:
            assert item.present == item.in_favour + item.against + item.abstained
            assert item.present <= item.entitled
            enough = 2 * item.present >= item.entitled and 2 * item.in_favour > item.entitled
            assert (item.outcome == Outcome.PASSED) == enough
            base = queries.read_base(meeting, {int(k): v for k, v in item.left_out.items()})
            assert (len(base.entitled), len(base.present)) == (item.entitled, item.present)
        if not stands or item.outcome == Outcome.FAILED:
            assert not Assignment.objects.filter(item=item.task_id, state="open").exists()


def test_the_base_follows_the_roster_of_the_day_not_of_today(branch):
    meeting = branch.meet()
    branch.probationary.member_kind = "full"
    branch.probationary.full_on = date(2026, 11, 10)
    branch.probationary.save()
    assert branch.vote(meeting).entitled == 9
    assert branch.vote(branch.meet(date(2026, 11, 12), topic="转正后")).entitled == 10
