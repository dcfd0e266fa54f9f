"""Problems from stated to closed: who may do what, what is written, what stays."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from linghang.ledger.models import Fact
from linghang.people.api import compute_scope
from linghang.rectification import access, queries, services
from linghang.rectification.enums import ProblemState, ResultKind, Severity, Step, Term, Verb
from linghang.rectification.models import Act, Problem, Procedure, Review
from linghang.worklists import api as worklists
from linghang.worklists.enums import TaskState
from linghang.worklists.models import Assignment

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


def problem(bureau, **fields):
    values = {
        "source": "专业自检",
        "text": "工作票填写不规范",
        "unit": bureau.branch,
        "due_on": date(2026, 10, 31),
    }
    return services.ProblemDraft(**{**values, **fields})


def stated(bureau, **fields) -> Problem:
    values = {"due_on": date(2026, 12, 15), "measure": "开展专项培训"} | fields
    return services.create_problems(drafts=[problem(bureau, **values)], actor=bureau.officer.user)[
        0
    ]


@pytest.fixture
def four_lists(db) -> Procedure:
    return Procedure.objects.create(
        code="four-lists",
        title_en="Four lists",
        title_zh="四张清单",
        steps=[
            {"step": "first_review", "days": 3},
            {"step": "second_review", "days": 5},
            {"step": "sign_off", "days": 5},
        ],
        needs_result=True,
        needs_measures=True,
    )


def hand_in(bureau, found: Problem, actor=None, **more) -> Problem:
    return services.hand_in(
        problem=found,
        done_on=TODAY,
        text="已完成培训并抽查。",
        actor=actor or bureau.secretary.user,
        **more,
    )


def review(found: Problem, actor, *, passed=True, reason="") -> Problem:
    return services.review_problem(problem=found, passed=passed, reason=reason, actor=actor)


def test_two_equal_problems_in_one_file_are_two_problems(bureau):
    drafts = [problem(bureau), problem(bureau)]
    assert services.save_problems(drafts=drafts, actor=None) == (2, 0, 0)
    assert services.save_problems(drafts=drafts, actor=None) == (0, 0, 2)


def test_problems_of_a_bureau_are_numbered_in_order(bureau):
    made = services.create_problems(drafts=[problem(bureau), problem(bureau)], actor=None)
    more = services.create_problems(drafts=[problem(bureau)], actor=None)
    assert [p.number for p in [*made, *more]] == [1, 2, 3]


def test_one_to_be_solved_at_once_has_five_working_days_and_others_need_a_day(bureau):
    made = stated(bureau, due_on=None, term=Term.IMMEDIATE)
    assert (made.due_on, made.provisional) == (date(2026, 11, 27), False)
    with pytest.raises(ValidationError):
        services.create_problems(drafts=[problem(bureau, due_on=None)], actor=None)


def test_a_day_in_a_year_without_notice_is_provisional(bureau):
    assert stated(bureau, due_on=date(2027, 1, 8)).provisional is True


def test_an_ordinary_problem_is_closed_by_one_review_of_somebody_else(bureau):
    found = hand_in(bureau, stated(bureau))
    assert (found.state, found.step, found.step_due_on) == (
        ProblemState.HANDED_IN,
        Step.FIRST_REVIEW,
        date(2026, 11, 27),
    )
    with pytest.raises(ValidationError):
        review(found, bureau.secretary.user)
    closed = review(found, bureau.officer.user)
    assert (closed.state, closed.closed_on, closed.step) == (ProblemState.CLOSED, TODAY, "")
    fact = Fact.objects.get(kind="problem", withdrawn_seq=None)
    assert (fact.status, fact.occurred_on) == ("on_time", TODAY)


def test_a_problem_done_late_is_late_though_reviewed_later(bureau):
    found = stated(bureau, due_on=date(2026, 11, 20), responsible=bureau.member)
    review(hand_in(bureau, found), bureau.officer.user)
    fact = Fact.objects.get(kind="problem", withdrawn_seq=None)
    assert (fact.status, fact.person) == ("late", bureau.member)


def test_the_four_lists_need_measures_a_result_and_three_different_reviewers(bureau, four_lists):
    found = stated(
        bureau, procedure="four-lists", book="主题教育问题清单", lead_unit=bureau.general_branch
    )
    assert len(services.list_obstacles(found)) == 2
    with pytest.raises(ValidationError):
        hand_in(bureau, found)
    item = services.add_measures(
        problems=[found],
        drafts=[
            services.MeasureDraft(
                text="修订工作票细则", units=[bureau.branch], due_on=date(2026, 11, 30)
            )
        ],
        actor=bureau.officer.user,
    )[0]
    assert found.items.get() == item
    assert len(services.list_obstacles(found)) == 2  # the measure is open, the result is missing
    task = Assignment.objects.get(item=item)
    worklists.finish_task(
        task=task,
        finished_on=TODAY,
        result="已印发。",
        evidence="文号1",
        actor=bureau.secretary.user,
    )
    worklists.accept_tasks(tasks=[task], actor=bureau.officer.user)
    services.record_result(
        problems=[found],
        kind=ResultKind.RULE,
        title="工作票管理细则",
        on=TODAY,
        actor=bureau.secretary.user,
    )
    assert services.list_obstacles(found) == []
    found = hand_in(bureau, found)
    found = review(found, bureau.officer.user)
    assert (found.step, found.step_due_on) == (Step.SECOND_REVIEW, date(2026, 11, 27))
    with pytest.raises(ValidationError):
        review(found, bureau.officer.user)  # made the first review
    found = review(found, bureau.supervisor.user)
    assert found.step == Step.SIGN_OFF
    with pytest.raises(ValidationError):
        review(found, bureau.supervisor.user)
    found = review(found, bureau.leader.user)
    assert found.state == ProblemState.CLOSED
    assert [(r.step, r.passed, r.round) for r in Review.objects.order_by("pk")] == [
        ("first_review", True, 1),
        ("second_review", True, 1),
        ("sign_off", True, 1),
    ]
    assert len({r.by_id for r in Review.objects.all()}) == 3
    assert Fact.objects.filter(kind="problem_result", status="rule").count() == 1


def test_a_returned_problem_begins_its_reviews_again_in_a_new_round(bureau, four_lists):
    found = stated(bureau, procedure="ordinary")
    found = review(hand_in(bureau, found), bureau.officer.user, passed=False, reason="缺少抽查记录")
    assert (found.state, found.done_on, found.step) == (ProblemState.RETURNED, None, "")
    with pytest.raises(ValidationError):
        review(found, bureau.officer.user)
    found = review(hand_in(bureau, found), bureau.officer.user)
    assert [(r.round, r.passed) for r in Review.objects.order_by("pk")] == [(1, False), (2, True)]
    assert found.state == ProblemState.CLOSED


def test_returning_needs_a_reason(bureau):
    found = hand_in(bureau, stated(bureau))
    with pytest.raises(ValidationError):
        review(found, bureau.officer.user, passed=False)


def test_a_measure_may_serve_two_problems_and_holds_both_open(bureau):
    one, two = (stated(bureau, book="自查清单", text=text) for text in ("票证不规范", "培训不到位"))
    services.add_measures(
        problems=[one, two],
        drafts=[
            services.MeasureDraft(text="集中培训", units=[bureau.branch], due_on=date(2026, 11, 30))
        ],
        actor=bureau.officer.user,
    )
    assert Assignment.objects.count() == 1
    assert [len(services.list_obstacles(p)) for p in (one, two)] == [1, 1]
    task = Assignment.objects.get()
    worklists.finish_task(
        task=task, finished_on=TODAY, result="已办。", evidence="记录", actor=bureau.secretary.user
    )
    worklists.accept_tasks(tasks=[task], actor=bureau.officer.user)
    assert [services.list_obstacles(p) for p in (one, two)] == [[], []]
    assert Assignment.objects.get().state == TaskState.DONE


def test_measures_of_problems_of_two_lists_are_refused(bureau):
    one, two = stated(bureau, book="甲清单"), stated(bureau, book="乙清单")
    draft = services.MeasureDraft(text="培训", units=[bureau.branch], due_on=date(2026, 11, 30))
    with pytest.raises(ValidationError):
        services.add_measures(problems=[one, two], drafts=[draft], actor=bureau.officer.user)


def test_a_lasting_problem_is_kept_up_and_looked_back_at(bureau):
    found = review(hand_in(bureau, stated(bureau, term=Term.LONG_TERM)), bureau.officer.user)
    assert (found.state, found.closed_on) == (ProblemState.LONG_TERM, TODAY)
    assert found.look_back_on > TODAY + timedelta(days=150)
    found = services.look_back(
        problem=found,
        close=False,
        word="有反复苗头",
        next_on=date(2027, 3, 1),
        actor=bureau.officer.user,
    )
    assert found.look_back_on == date(2027, 3, 1)
    found = services.look_back(problem=found, close=True, word="已巩固", actor=bureau.officer.user)
    assert (found.state, found.look_back_on) == (ProblemState.CLOSED, None)


def test_a_closed_problem_is_opened_again_with_a_reason_by_somebody_else(bureau):
    found = review(hand_in(bureau, stated(bureau)), bureau.officer.user)
    with pytest.raises(ValidationError):
        services.reopen_problem(
            problem=found, reason="又出现", due_on=date(2026, 12, 31), actor=bureau.secretary.user
        )
    found = services.reopen_problem(
        problem=found, reason="抽查又发现", due_on=date(2026, 12, 31), actor=bureau.supervisor.user
    )
    assert (found.state, found.closed_on, found.first_due_on) == (
        ProblemState.OPEN,
        None,
        date(2026, 12, 15),
    )
    assert Fact.objects.get(kind="problem", withdrawn_seq=None).status == "open"
    assert Review.objects.count() == 1
    review(hand_in(bureau, found), bureau.officer.user)
    assert [r.round for r in Review.objects.order_by("pk")] == [1, 2]


def test_a_later_day_is_asked_for_and_decided_by_somebody_else(bureau):
    found = stated(bureau)
    wish = services.ask_extension(
        problem=found,
        new_due_on=date(2027, 1, 15),
        reason="设备到货推迟",
        actor=bureau.secretary.user,
    )
    with pytest.raises(ValidationError):
        services.decide_extension(extension=wish, grant=True, actor=bureau.secretary.user)
    with pytest.raises(ValidationError):
        services.decide_extension(extension=wish, grant=False, actor=bureau.officer.user)
    services.decide_extension(extension=wish, grant=True, actor=bureau.officer.user)
    found.refresh_from_db()
    assert (found.due_on, found.first_due_on, found.provisional) == (
        date(2027, 1, 15),
        date(2026, 12, 15),
        True,
    )
    assert Fact.objects.get(kind="problem", withdrawn_seq=None).due_on == date(2027, 1, 15)


def test_handing_over_keeps_the_clock(bureau):
    found = stated(bureau)
    found = services.hand_over(
        problem=found, unit=bureau.other_branch, reason="专业归口调整", actor=bureau.officer.user
    )
    assert (found.unit, found.due_on) == (bureau.other_branch, date(2026, 12, 15))
    assert Fact.objects.get(kind="problem", withdrawn_seq=None).unit == bureau.other_branch
    with pytest.raises(ValidationError):
        services.hand_over(
            problem=found, unit=bureau.stranger_committee, reason="错", actor=bureau.officer.user
        )


def test_a_withdrawn_problem_leaves_the_ledger_and_keeps_its_history(bureau):
    found = services.withdraw_problem(
        problem=stated(bureau), reason="不属实", actor=bureau.officer.user
    )
    assert Fact.objects.filter(kind="problem", withdrawn_seq=None).count() == 0
    assert [a.verb for a in found.acts.order_by("pk")] == [Verb.STATED, Verb.WITHDRAWN]


def test_who_saw_an_older_state_is_told_who_changed_it(bureau):
    found = stated(bureau)
    seen = services.describe_seen(found)
    hand_in(bureau, found, seen=seen)
    with pytest.raises(ValidationError) as caught:
        hand_in(bureau, found, actor=bureau.officer.user, seen=seen)
    assert bureau.secretary.user.name in caught.value.messages[0]
    assert Act.objects.count() == 2


def test_correcting_keeps_what_was_said(bureau):
    found = services.correct_problem(
        problem=stated(bureau),
        values={"text": "两票填写不规范", "severity": Severity.SERIOUS},
        reason="措辞",
        actor=bureau.secretary.user,
    )
    assert (found.text, found.severity) == ("两票填写不规范", "serious")
    assert found.acts.get(verb=Verb.CORRECTED).old["text"] == "工作票填写不规范"


def test_a_problem_that_reads_like_an_earlier_one_is_offered_and_linked(bureau):
    earlier = stated(bureau, text="配电站工作票签发不规范")
    stated(bureau, text="党员大会记录缺少表决情况")
    found = stated(bureau, text="工作票签发不规范，配电站较多")
    alike = queries.find_alike(found.text, found.unit, TODAY, besides=found.pk)
    assert alike == [earlier]
    found = services.link_repeat(problem=found, earlier=earlier, actor=bureau.officer.user)
    assert (found.repeats, list(earlier.repeated_by.all())) == (earlier, [found])
    with pytest.raises(ValidationError):
        services.link_repeat(problem=earlier, earlier=found, actor=bureau.officer.user)


def test_what_waits_for_whom(bureau):
    found = stated(bureau)
    secretary, officer = (compute_scope(p.user) for p in (bureau.secretary, bureau.officer))
    assert queries.waiting_for(secretary) == queries.Turn(to_do=1, returned=0, to_review=0)
    hand_in(bureau, found)
    assert queries.waiting_for(secretary).to_review == 0
    assert queries.waiting_for(officer) == queries.Turn(to_do=0, returned=0, to_review=1)


def test_the_person_who_answers_for_a_problem_may_hand_it_in_without_a_post(bureau):
    found = stated(bureau, responsible=bureau.member)
    assert access.can_edit(compute_scope(bureau.member.user), found)
    hand_in(bureau, found, actor=bureau.member.user)
    assert found.acts.filter(verb=Verb.HANDED_IN).count() == 1
