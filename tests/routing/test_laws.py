"""Whatever is done by whomever in whatever order: the diagram holds, no time is lost, none is won."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang.ledger.models import Fact
from linghang.platform.calendar import clock
from linghang.routing import services
from linghang.routing.enums import NEXT, RUNNING, Outcome, Stage
from linghang.routing.models import Case
from linghang.routing.queries import clocks
from tests.routing.conftest import CHINA, moment

ACTS = (
    "accept",
    "assign",
    "take_up",
    "hand_over",
    "send_back",
    "decline",
    "merge",
    "answer",
    "confirm",
    "reject",
    "reopen",
)
STARTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 6, 30))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(ACTS), st.integers(0, 3), st.integers(0, 1), st.integers(0, 40 * 3600)
    ),
    min_size=3,
    max_size=14,
)


def do(way, name: str, case: Case, other: Case, person, unit) -> None:
    acts = {
        "accept": lambda: services.accept_case(case=case, actor=person),
        "assign": lambda: services.assign_case(case=case, unit=unit, actor=person),
        "take_up": lambda: services.take_up_case(case=case, actor=person),
        "hand_over": lambda: services.hand_over_case(
            case=case, unit=unit, reason="转", actor=person
        ),
        "send_back": lambda: services.send_back_case(case=case, reason="退", actor=person),
        "decline": lambda: services.decline_case(case=case, reason="不", actor=person),
        "merge": lambda: services.merge_case(case=case, into=other, actor=person),
        "answer": lambda: services.answer_case(case=case, answer="好", actor=person),
        "confirm": lambda: services.confirm_case(case=case, actor=person),
        "reject": lambda: services.reject_answer(case=case, reason="未", actor=person),
        "reopen": lambda: services.reopen_case(case=case, reason="再", actor=person),
    }
    acts[name]()


def picture(case: Case) -> tuple:
    legs = case.legs.order_by("number").values_list(
        "number", "stage", "unit_id", "started_at", "due_at", "ended_at", "outcome", "spent"
    )
    return (case.stage, case.version, case.unit_id, case.stage_due_at, tuple(legs))


@given(start=STARTS, steps=STEPS)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_random_acts_keep_the_diagram_the_legs_and_the_clocks(way, start, steps):
    people = [way.member, way.officer, way.own_secretary, way.solver_secretary]
    units = [way.front, way.solver]
    now = start.replace(tzinfo=CHINA, microsecond=0)
    with transaction.atomic():
        with clock.stand_at(now):
            draft = services.CaseDraft(text="甲", category=way.category(), front=way.front)
            case = services.raise_case(draft=draft, actor=way.member)
            other = services.raise_case(draft=draft, actor=way.own_secretary)
        total = case.total_due_at
        for name, who, where, seconds in steps:
            now += timedelta(seconds=seconds)
            before, facts = picture(case), Fact.objects.count()
            with clock.stand_at(now):
                try:
                    do(way, name, case, other, people[who], units[where])
                except ValidationError:
                    case.refresh_from_db()
                    assert picture(case) == before  # what is refused changes nothing
                    assert Fact.objects.count() == facts
                    continue
            was = Stage(before[0])
            case = Case.objects.get(pk=case.pk)
            check(case, was, total, now)
        transaction.set_rollback(True)


def check(case: Case, was: Stage, total: datetime, now: datetime) -> None:
    """Assert everything that holds after each act."""
    legs = list(case.legs.order_by("number"))
    assert [leg.number for leg in legs] == list(range(1, len(legs) + 1))
    ended = [leg for leg in legs if leg.ended_at is not None]
    # every leg ended as the diagram allows, and the next began where it leads
    following = [*(leg.stage for leg in legs[1:]), case.stage]
    for leg, after in zip(ended, following, strict=False):
        reached = NEXT[Stage(leg.stage)][Outcome(leg.outcome)]
        assert reached == after or (reached == Stage.CONFIRMED and after == Stage.SOLVING)
    assert sum(leg.ended_at is None for leg in legs) == (case.stage in RUNNING)
    # the whole way's clock was set once; its time is the sum of the legs, whoever had them
    assert case.total_due_at == total
    spent = sum(leg.spent for leg in ended)
    until = case.ended_at or now
    running = 0 if case.ended_at else clocks.seconds_between(legs[-1].started_at, until)
    assert spent + running + case.rested == clocks.seconds_between(case.raised_at, until)
    if case.ended_at is not None:
        assert case.spent == spent
    # a hand-over gives the new unit its own time, all of it
    open_leg = legs[-1] if legs[-1].ended_at is None else None
    if open_leg is not None and open_leg.stage == Stage.ASSIGNED:
        limit = clocks.load_limits(case.urgency)[case.urgency, Stage.ASSIGNED].time
        assert clocks.CLOCK.elapsed(open_leg.started_at, open_leg.due_at) == limit
    # one fact for a solved case, of the unit that solved it; none for any other
    facts = Fact.objects.filter(kind="case", withdrawn_seq=None, entry__source_id=case.pk)
    assert list(facts.values_list("unit_id", flat=True)) == (
        [case.unit_id] if case.stage == Stage.CONFIRMED else []
    )
    assert was in NEXT


def test_every_stage_is_reachable_and_every_end_is_an_end():
    reached = {Stage.RAISED}
    for _round in Stage:
        reached |= {to for stage in reached for to in NEXT[stage].values()}
    assert reached == set(Stage)
    assert {stage for stage in Stage if not NEXT[stage]} == {Stage.MERGED, Stage.DECLINED}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="rows are held on PostgreSQL only (DATABASE_URL)"
)
def test_two_people_take_one_case_at_the_same_moment(way):
    case = way.raise_(when="2026-11-16 09:00")
    seen, told, start = case.seen, [], threading.Barrier(2)

    def assign(unit, actor):
        from django.db import connection as own

        try:
            start.wait()
            with clock.stand_at(moment("2026-11-16 10:00")):
                services.assign_case(case=case, unit=unit, actor=actor, seen=seen)
            told.append("won")
        except ValidationError as refusal:
            told.append(refusal.messages[0])
        finally:
            own.close()

    threads = [
        threading.Thread(target=assign, args=pair)
        for pair in ((way.solver, way.officer), (way.front, way.leader))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    case.refresh_from_db()
    assert sorted(word == "won" for word in told) == [False, True]
    (refused,) = [word for word in told if word != "won"]
    assert "已先一步办理" in refused
    assert (case.stage, case.version, case.legs.count()) == (Stage.ASSIGNED, 2, 3)
