"""What people are told of problems: who has to act, once, and no more when it moves on."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.people.api import compute_scope
from linghang.platform.calendar import clock
from linghang.platform.notices.models import Notice
from linghang.platform.notices.services import gather_reminders
from linghang.rectification import services
from linghang.rectification.enums import SourceKind, Term
from linghang.rectification.models import Procedure
from linghang.rectification.services import notifying
from linghang.worklists import api as worklists
from linghang.worklists.models import Assignment

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


def told(**unread):
    rows = Notice.objects.filter(read_at=None, **unread).order_by("pk")
    return [(row.recipient.name, row.kind, row.title) for row in rows.select_related("recipient")]


def forget():
    Notice.objects.all().delete()


def remind(day="2026-11-21"):
    return gather_reminders(today=date.fromisoformat(day))["rectification"]


def hand_in(bureau, problem, actor=None):
    return services.hand_in(
        problem=problem, done_on=TODAY, text="已培训", actor=actor or bureau.secretary.user
    )


def review(problem, actor, *, passed=True):
    return services.review_problem(
        problem=problem, passed=passed, reason="缺记录", actor=actor.user if actor else None
    )


@pytest.fixture
def three_steps(db):
    steps = [{"step": s, "days": 3} for s in ("first_review", "second_review", "sign_off")]
    return Procedure.objects.create(code="three", title_en="3", title_zh="三审", steps=steps)


def test_a_new_problem_is_told_to_who_answers_for_it_or_to_the_secretary(bureau, state):
    state(text="甲", responsible=bureau.member)
    state(text="乙")
    state(text="丙", source_kind=SourceKind.FRONT)  # the room that routes it tells
    state(text="丁", closed_on=date(2026, 11, 3))
    assert told() == [("林晓禾", "assigned", "甲"), ("韩帆", "assigned", "乙")]


def test_each_step_is_told_to_its_reviewers_and_leaves_when_it_is_taken(bureau, state, three_steps):
    found = state(procedure="three")
    forget()
    found = hand_in(bureau, found)
    assert told() == [("高知远", "review", "工作票填写不规范")]
    found = review(found, bureau.officer)
    assert told() == [("严守正", "review", "工作票填写不规范")]  # not the officer a second time
    found = review(found, bureau.supervisor)
    assert told() == [("温海平", "review", "工作票填写不规范")]
    review(found, bureau.leader)
    assert told() == [("韩帆", "decided", "工作票填写不规范")]


def test_a_return_and_an_opening_again_go_to_who_rectifies(bureau, state):
    found = state(responsible=bureau.member)
    forget()
    found = review(hand_in(bureau, found), bureau.officer, passed=False)
    assert told() == [("林晓禾", "returned", "工作票填写不规范")]
    forget()
    found = review(hand_in(bureau, found), bureau.officer)
    forget()
    services.reopen_problem(
        problem=found, reason="又出现", due_on=date(2026, 12, 31), actor=bureau.officer.user
    )
    assert told() == [("林晓禾", "returned", "工作票填写不规范")]


def test_assigning_and_handing_over_are_told_to_who_answers_now(bureau, state):
    found = state(responsible=bureau.member)
    forget()
    services.assign_problem(
        problem=found, lead_unit=bureau.general_branch, responsible=bureau.member,
        actor=bureau.officer.user,
    )  # fmt: skip
    assert told() == [("林晓禾", "assigned", "工作票填写不规范")]
    services.hand_over(
        problem=found, unit=bureau.other_branch, reason="归口", actor=bureau.officer.user
    )
    assert told() == [("方艳一", "routed", "工作票填写不规范")]


def test_a_wish_goes_to_who_decides_and_the_answer_to_who_asked(bureau, state):
    found = state()
    forget()
    wish = services.ask_extension(
        problem=found, new_due_on=date(2026, 12, 31), reason="保电", actor=bureau.secretary.user
    )
    assert told() == [("高知远", "review", "工作票填写不规范")]
    services.decide_extension(
        extension=wish, grant=False, note="按期完成", actor=bureau.officer.user
    )
    assert told() == [("韩帆", "decided", "工作票填写不规范")]


def test_the_last_finished_measure_says_that_it_can_be_handed_in(bureau, state):
    found = state(book="自查清单")
    drafts = [
        services.MeasureDraft(text, [bureau.branch], date(2026, 11, 30)) for text in ("甲", "乙")
    ]
    services.add_measures(problems=[found], drafts=drafts, actor=bureau.officer.user)
    forget()
    for task in Assignment.objects.order_by("pk"):
        assert not told(title="工作票填写不规范")
        worklists.finish_task(
            task=task, finished_on=TODAY, result="已办", evidence="册", actor=bureau.secretary.user
        )
        worklists.accept_tasks(tasks=[task], actor=bureau.officer.user)
    assert told(title="工作票填写不规范") == [("韩帆", "other", "工作票填写不规范")]


def test_a_withdrawn_problem_takes_its_notices_with_it(bureau, state):
    found = state()
    assert told() == [("韩帆", "assigned", "工作票填写不规范")]
    services.withdraw_problem(problem=found, reason="不属实", actor=bureau.officer.user)
    assert told() == []


@pytest.mark.parametrize(
    ("due", "kind"),
    [
        (date(2026, 11, 29), None),
        (date(2026, 11, 28), "due"),
        (date(2026, 11, 21), "due_today"),
        (date(2026, 11, 20), "late"),
    ],
)
def test_what_is_due_is_said_seven_days_before_on_the_day_and_when_late(bureau, state, due, kind):
    state(due_on=due)
    forget()
    remind()
    remind()
    assert told() == ([("韩帆", kind, "工作票填写不规范")] if kind else [])


def test_what_is_late_and_what_waits_for_review_is_said_once_a_week(bureau, state):
    state(due_on=date(2026, 11, 13))
    hand_in(bureau, state(text="待审"))
    days = ["2026-11-16", "2026-11-17", "2026-11-22", "2026-11-23"]
    assert [remind(day) for day in days] == [2, 0, 0, 2]


def test_who_answers_for_a_problem_is_not_asked_to_review_it(bureau, state):
    found = state(responsible=bureau.officer)
    forget()
    hand_in(bureau, found)
    assert told() == []
    assert notifying.list_reviewers([found], TODAY) == {found.pk: []}


def test_a_look_back_is_said_seven_days_before_and_stands_in_the_calendar(bureau, state):
    found = review(hand_in(bureau, state(term=Term.LONG_TERM)), bureau.officer)
    day = found.look_back_on
    forget()
    before = date.fromordinal(day.toordinal() - 8)
    assert remind(before.isoformat()) == 0
    after = date.fromordinal(day.toordinal() - 7)
    with clock.stand_on(after):
        assert remind(after.isoformat()) == 1
    assert told() == [("高知远", "review", "工作票填写不规范")]
    scope = compute_scope(bureau.officer.user)
    following = date.fromordinal(day.toordinal() + 1)
    (dated,) = notifying.list_dates(scope, day, following)
    assert (dated.title, dated.day) == (f"第{found.number}号问题回头看", day)
    assert list(notifying.list_dates(compute_scope(bureau.member.user), day, following)) == []


def test_the_calendar_has_due_days_and_reviews_without_the_words_of_the_problem(bureau, state):
    found = state(due_on=date(2026, 11, 25))
    scopes = [compute_scope(person.user) for person in (bureau.secretary, bureau.officer)]
    week = date(2026, 11, 21), date(2026, 11, 29)
    assert [dated.title for dated in notifying.list_dates(scopes[0], *week)] == ["第1号问题到期"]
    hand_in(bureau, found)
    dated = [one for scope in scopes for one in notifying.list_dates(scope, *week)]
    assert [(one.title, one.day) for one in dated] == [("第1号问题审核", date(2026, 11, 27))]
