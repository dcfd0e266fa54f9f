"""The way of a raised problem: every stage with its clock, who may do what, what it leaves behind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from linghang.ledger.models import Entry, Fact
from linghang.people.api import compute_scope
from linghang.platform.audit.models import Entry as Act
from linghang.platform.notices.models import Notice
from linghang.rectification import api as rectification
from linghang.rectification.enums import ProblemState
from linghang.routing import queries, services
from linghang.routing.enums import Stage
from linghang.routing.models import Case, Leg
from tests.routing.conftest import at, moment

HOUR = 3600


def tell(case: Case) -> list[tuple[str, str, float]]:
    """Return the legs as (stage, outcome, working hours)."""
    return [
        (leg.stage, leg.outcome, (leg.spent or 0) / HOUR) for leg in case.legs.order_by("number")
    ]


def walk_to_answer(way, case: Case) -> Case:
    with at("2026-11-16 10:00"):
        case = services.assign_case(case=case, unit=way.solver, actor=way.officer)
    with at("2026-11-16 15:00"):
        case = services.take_up_case(case=case, actor=way.solver_secretary)
    with at("2026-11-18 09:00"):
        return services.answer_case(
            case=case, answer="已更换变压器并调整分接头", actor=way.solver_secretary
        )


def test_whole_way_from_raised_to_confirmed_with_every_clock(way):
    case = way.raise_(place=way.bureau.station)
    assert (case.number, case.stage, case.front) == ("WT2026-0001", Stage.RAISED, way.front)
    assert case.stage_due_at == moment("2026-11-17 09:00")  # seven hours, without noon and night
    assert case.total_due_at == moment("2026-12-14 09:00")  # 140 hours: twenty working days
    case = walk_to_answer(way, case)
    with at("2026-11-18 10:00"):
        case = services.confirm_case(case=case, actor=way.member)
    assert tell(case) == [
        ("raised", "accepted", 1),
        ("accepted", "assigned", 0),
        ("assigned", "taken_up", 3),  # 10 to 12 and 14 to 15
        ("solving", "answered", 10),
        ("answered", "confirmed", 1),
    ]
    assert (case.stage, case.spent) == (Stage.CONFIRMED, 15 * HOUR)
    fact = Fact.objects.get(kind="case", withdrawn_seq=None)
    assert (fact.unit, fact.status, fact.occurred_on) == (way.solver, "on_time", date(2026, 11, 18))
    problem = case.problem
    problem.refresh_from_db()
    assert (problem.unit, problem.state, problem.closed_on) == (
        way.solver,
        ProblemState.CLOSED,
        date(2026, 11, 18),
    )
    assert problem.done_text == "已更换变压器并调整分接头"
    verbs = Act.objects.filter(object_type="routing.case").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "case.raised",
        "case.accepted",
        "case.assigned",
        "case.taken_up",
        "case.answered",
        "case.confirmed",
    ]


def test_hand_over_begins_a_new_stage_clock_and_keeps_the_whole_ways(way):
    """Zammad #5624: the old unit's deadline must not stay with the new one."""
    case = way.raise_(urgency="urgent", when="2026-11-16 08:30")
    total = case.total_due_at
    with at("2026-11-16 08:30"):
        case = services.assign_case(case=case, unit=way.solver, actor=way.officer)
        case = services.take_up_case(case=case, actor=way.solver_secretary)
    first_due = case.stage_due_at
    assert first_due == moment("2026-11-17 17:30")
    with at("2026-11-18 09:00"):  # past the first unit's time
        case = services.hand_over_case(
            case=case, unit=way.front, reason="属变电专业", actor=way.solver_secretary
        )
    assert (case.stage, case.unit, case.handovers) == (Stage.ASSIGNED, way.front, 1)
    assert case.stage_due_at == moment("2026-11-18 11:00")  # two hours of its own
    assert case.total_due_at == total
    with at("2026-11-18 10:00"):
        case = services.take_up_case(case=case, actor=way.own_secretary)
    assert case.stage_due_at == moment("2026-11-20 10:00")  # fourteen hours, all of them
    case.problem.refresh_from_db()
    assert case.problem.unit == way.front
    with at("2026-11-19 09:00"):
        case = services.answer_case(case=case, answer="已消缺", actor=way.own_secretary)
        case = services.confirm_case(case=case, actor=way.member)
    fact = Fact.objects.get(kind="case", withdrawn_seq=None)
    assert (fact.unit, fact.status) == (
        way.front,
        "on_time",
    )  # the other unit's delay is not its own
    assert case.answered_at > case.total_due_at  # and the whole way is late all the same
    late = case.legs.get(stage=Stage.SOLVING, unit=way.solver)
    assert late.escalated_at == first_due


def test_refused_answer_goes_back_with_the_clock_running_on(way):
    case = walk_to_answer(way, way.raise_())
    with at("2026-11-18 11:00"):
        case = services.reject_answer(case=case, reason="三组仍然低电压", actor=way.member)
    assert (case.stage, case.unit, case.not_solved) == (Stage.SOLVING, way.solver, 1)
    # 105 hours less the ten used: 95 hours from 18 November 11:00
    assert case.stage_due_at == moment("2026-12-07 17:00")
    case.problem.refresh_from_db()
    assert case.problem.state == ProblemState.RETURNED
    with at("2026-11-19 11:00"):
        case = services.answer_case(case=case, answer="已增容", actor=way.solver_secretary)
    with at("2026-11-19 12:00"):
        case = services.reject_answer(case=case, reason="还没有", actor=way.member)
    # seventeen used by now: 88 hours from noon of the 19th
    assert case.stage_due_at == moment("2026-12-08 09:00")


def test_nobody_confirms_their_own_answer(way):
    case = way.raise_()
    with at("2026-11-16 10:00"):
        case = services.assign_case(case=case, unit=way.front, actor=way.officer)
        case = services.take_up_case(case=case, actor=way.member)
        case = services.answer_case(case=case, answer="自己解决了", actor=way.member)
        with pytest.raises(ValidationError, match="不能确认自己的答复"):
            services.confirm_case(case=case, actor=way.member)
        case = services.confirm_case(case=case, actor=way.own_secretary)
    assert case.stage == Stage.CONFIRMED


def test_merged_case_ends_and_its_raiser_follows_the_other(way):
    first = way.raise_("东岭村三组夜间电压低")
    second = way.raise_("东岭村三组晚上电压太低", when="2026-11-16 09:30")
    third = way.raise_("东岭村三组低电压", when="2026-11-16 09:40")
    with at("2026-11-16 10:00"):
        services.merge_case(case=third, into=second, actor=way.officer)
        second = services.merge_case(case=second, into=first, actor=way.officer)
    assert (second.stage, second.merged_into) == (Stage.MERGED, first)
    third.refresh_from_db()
    assert third.merged_into == first  # nobody's problem hangs on one that ended
    assert set(first.merged_cases.all()) == {second, third}
    case = walk_to_answer(way, first)
    with at("2026-11-18 10:00"):
        services.confirm_case(case=case, actor=way.member)
    assert Fact.objects.filter(kind="case", withdrawn_seq=None).count() == 1
    with pytest.raises(ValidationError, match="已经结束"):
        services.merge_case(case=way.raise_("又一件"), into=first, actor=way.officer)
    with pytest.raises(ValidationError, match="不能与自身合并"):
        services.merge_case(case=third, into=third, actor=way.officer)


def test_problem_of_a_merged_case_is_withdrawn(way):
    first, second = way.raise_(), way.raise_("同一台区低电压")
    with at("2026-11-16 10:00"):
        second = services.assign_case(case=second, unit=way.solver, actor=way.officer)
        services.merge_case(case=second, into=first, actor=way.officer)
    second.problem.refresh_from_db()
    assert second.problem.state == ProblemState.WITHDRAWN


def test_sent_back_case_waits_for_the_middle_office_again(way):
    case = way.raise_()
    with at("2026-11-16 10:00"):
        case = services.assign_case(case=case, unit=way.solver, actor=way.officer)
        case = services.send_back_case(case=case, reason="非本专业", actor=way.solver_secretary)
    assert (case.stage, case.unit, case.handovers) == (Stage.ACCEPTED, None, 1)
    with at("2026-11-16 11:00"):
        case = services.assign_case(case=case, unit=way.front, actor=way.officer)
    case.problem.refresh_from_db()
    assert case.problem.unit == way.front


def test_declined_case_tells_its_raiser_why(way):
    case = way.raise_("食堂菜咸")
    with at("2026-11-16 10:00"):
        case = services.decline_case(case=case, reason="请直接向后勤反映", actor=way.officer)
    assert (case.stage, case.ended_at) == (Stage.DECLINED, moment("2026-11-16 10:00"))
    notice = Notice.objects.get(recipient=way.member)
    assert (notice.title, notice.body) == ("不予派发：食堂菜咸", "请直接向后勤反映")


def test_reopened_case_withdraws_its_fact_and_opens_its_problem(way):
    case = walk_to_answer(way, way.raise_())
    with at("2026-11-18 10:00"):
        case = services.confirm_case(case=case, actor=way.member)
    with at("2026-11-20 10:00"):
        case = services.reopen_case(case=case, reason="又低了", actor=way.member)
    assert (case.stage, case.unit, case.ended_at, case.spent) == (
        Stage.SOLVING,
        way.solver,
        None,
        None,
    )
    assert case.rested == 14 * HOUR
    assert Fact.objects.filter(kind="case", withdrawn_seq=None).count() == 0
    case.problem.refresh_from_db()
    assert case.problem.state == ProblemState.OPEN
    with at("2026-11-20 11:00"):
        case = services.answer_case(case=case, answer="已彻底处理", actor=way.solver_secretary)
        case = services.confirm_case(case=case, actor=way.member)
    assert case.spent == sum(leg.spent for leg in case.legs.all()) == 16 * HOUR
    assert Entry.objects.filter(kind="case", withdrawn_at=None).count() == 1


def test_problem_handed_in_and_returned_in_rectification_moves_the_case(way):
    case = way.raise_()
    with at("2026-11-16 10:00"):
        case = services.assign_case(case=case, unit=way.solver, actor=way.officer)
    with at("2026-11-17 10:00"):
        rectification.hand_in(
            problem=case.problem,
            done_on=date(2026, 11, 17),
            text="已换表",
            actor=way.solver_secretary,
        )
    case.refresh_from_db()
    assert (case.stage, case.answer, case.answered_by) == (
        Stage.ANSWERED,
        "已换表",
        way.solver_secretary,
    )
    with at("2026-11-18 10:00"):
        case = services.confirm_case(case=case, actor=way.member)
    case.problem.refresh_from_db()
    assert case.problem.state == ProblemState.CLOSED
    with at("2026-11-19 10:00"):
        rectification.reopen_problem(
            problem=case.problem, reason="回访发现未解决", due_on=date(2026, 11, 30), actor=None
        )
    case.refresh_from_db()
    assert case.stage == Stage.SOLVING
    assert case.legs.count() == 6


# -- escalation ------------------------------------------------------------------------------------


def test_clock_that_runs_out_is_written_down_once_and_told_upwards(way):
    case = way.raise_(urgency="urgent", when="2026-11-20 17:00")
    assert case.stage_due_at == moment("2026-11-23 09:00")  # half an hour on Friday, half on Monday
    with at("2026-11-22 12:00"):  # the rest days do not count
        assert services.note_escalations() == 0
    with at("2026-11-23 09:01"):
        assert (services.note_escalations(), services.note_escalations()) == (1, 0)
    leg = case.legs.get()
    assert leg.escalated_at == case.stage_due_at
    told = Notice.objects.filter(kind="late").values_list("recipient", flat=True)
    assert set(told) == {way.officer.pk, way.leader.pk}


def test_unconfirmed_answer_goes_to_the_middle_office_not_higher(way):
    case = walk_to_answer(way, way.raise_())
    assert case.escalate_to == "middle"
    with at("2026-11-30 09:00"):
        services.note_escalations()
    told = Notice.objects.filter(kind="late").values_list("recipient", flat=True)
    assert set(told) == {way.member.pk, way.officer.pk}


def test_due_day_beyond_the_last_notice_is_provisional(way):
    case = way.raise_(when="2026-12-25 09:00")
    assert case.provisional
    assert not case.legs.get().provisional
    assert timezone.localdate(case.total_due_at).year == 2027


# -- notices ---------------------------------------------------------------------------------------


def test_each_stage_tells_who_must_act_and_settles_what_was_told_before(way):
    case = way.raise_()

    def unread():
        return sorted(
            Notice.objects.filter(read_at=None).values_list("recipient__username", "kind")
        )

    assert unread() == [("officer", "routed")]
    with at("2026-11-16 10:00"):
        case = services.assign_case(case=case, unit=way.solver, actor=way.officer)
    assert unread() == [("other-secretary", "routed")]
    with at("2026-11-16 15:00"):
        case = services.take_up_case(case=case, actor=way.solver_secretary)
    assert unread() == []
    with at("2026-11-17 15:00"):
        case = services.answer_case(case=case, answer="已处理", actor=way.solver_secretary)
    assert unread() == [("member", "review")]
    with at("2026-11-17 16:00"):
        case = services.reject_answer(case=case, reason="没有", actor=way.member)
    assert unread() == [("other-secretary", "returned")]


# -- refusals --------------------------------------------------------------------------------------


def test_who_is_slower_is_told_who_was_first_and_nothing_is_lost(way):
    case = way.raise_()
    seen = case.seen
    with at("2026-11-16 10:00"):
        services.assign_case(case=case, unit=way.solver, actor=way.officer, seen=seen)
    with (
        at("2026-11-16 10:01"),
        pytest.raises(ValidationError, match=r"高知远.*派发.*11-16 10:00"),
    ):
        services.assign_case(case=case, unit=way.front, actor=way.leader, seen=seen)
    case.refresh_from_db()
    assert case.unit == way.solver


@pytest.mark.parametrize(
    ("act", "values", "code"),
    [
        (services.take_up_case, {}, "stage"),
        (services.answer_case, {"answer": "x"}, "stage"),
        (services.confirm_case, {}, "stage"),
        (services.reject_answer, {"reason": "x"}, "stage"),
        (services.reject_answer, {"reason": " "}, "reason"),
        (services.send_back_case, {"reason": ""}, "reason"),
        (services.decline_case, {"reason": ""}, "reason"),
        (services.answer_case, {"answer": "  "}, "answer"),
        (services.reopen_case, {"reason": "x"}, "stage"),
    ],
)
def test_act_outside_the_diagram_or_without_its_reason_is_refused(way, act, values, code):
    case = way.raise_()
    with pytest.raises(ValidationError) as refusal:
        act(case=case, actor=way.officer, **values)
    assert refusal.value.code == code
    case.refresh_from_db()
    assert (case.stage, case.version, case.legs.count()) == (Stage.RAISED, 0, 1)


def test_unit_of_another_bureau_or_the_same_unit_is_refused(way):
    case = way.raise_()
    with pytest.raises(ValidationError, match="不属于本单位"):
        services.assign_case(case=case, unit=way.bureau.stranger_committee, actor=way.officer)
    case.refresh_from_db()
    assert case.stage == Stage.RAISED  # accepting was undone with it
    case = services.assign_case(case=case, unit=way.solver, actor=way.officer)
    with pytest.raises(ValidationError, match="已在"):
        services.hand_over_case(case=case, unit=way.solver, reason="x", actor=way.officer)
    with pytest.raises(ValidationError, match="党组织"):
        services.hand_over_case(case=case, unit=way.bureau.station, reason="x", actor=way.officer)


def test_without_limits_nothing_is_raised(bureau):
    from linghang.routing.models import Category

    category = Category.objects.create(code="x", title_en="x", title_zh="x")
    with pytest.raises(ValidationError, match="实践包"):
        services.raise_case(
            draft=services.CaseDraft(text="x", category=category, front=bureau.branch), actor=None
        )
    assert Case.objects.count() == 0


# -- the database keeps the rules too --------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"stage": "confirmed"}, "case_ends_with_its_time"),
        ({"stage": "assigned"}, "case_at_a_unit_names_it"),
        ({"stage": "merged", "ended_at": timezone.now()}, "merged_case_names_the_other"),
    ],
)
def test_case_the_diagram_forbids_is_refused_by_the_database(way, values, constraint):
    case = way.raise_()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**values)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"outcome": "accepted"}, "ended_leg_says_how"),
        (
            {"ended_at": moment("2026-11-16 08:00"), "outcome": "accepted"},
            "leg_ends_after_it_begins",
        ),
    ],
)
def test_leg_that_makes_no_sense_is_refused_by_the_database(way, values, constraint):
    case = way.raise_()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Leg.objects.filter(case=case).update(**values)


def test_second_open_leg_is_refused_by_the_database(way):
    case = way.raise_()
    leg = case.legs.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Leg.objects.create(
            case=case,
            number=2,
            stage="solving",
            started_at=leg.started_at,
            due_at=leg.due_at + timedelta(days=1),
        )


def test_own_calendar_knows_what_waits_without_telling_the_problem(way):
    case = way.raise_()
    with at("2026-11-16 09:30"):
        (thing,) = queries.list_dates(
            compute_scope(way.officer), date(2026, 11, 1), date(2026, 12, 1)
        )
        assert (
            list(
                queries.list_dates(compute_scope(way.member), date(2026, 11, 1), date(2026, 12, 1))
            )
            == []
        )
    assert (thing.uid, thing.day, thing.title) == (
        f"case-{case.pk}",
        date(2026, 11, 17),
        "问题管控WT2026-0001：提出",
    )
