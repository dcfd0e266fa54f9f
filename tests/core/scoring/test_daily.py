"""A contest counted day by day: a worked table, what is refused, and laws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linghang_core import scoring
from linghang_core.scoring import EvaluationError, SchemeError, Subject

FIRST = date(2026, 8, 1)
SPAN = "2026-08-01..2026-11-08"  # one hundred days
TEAM = Subject(id=7, code="P00007", attributes={"members": 10}, units=(7, 8))


@dataclass(frozen=True)
class Fact:
    kind: str
    counts_on: date
    quantity: int = 100
    person_id: int | None = None
    status: str = ""
    verified: bool = False
    late: bool = False


def text(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}


def rule(code: str, points: str, measure: dict, score: dict, **more) -> dict:
    return {
        "code": code,
        "title": text(code),
        "points": points,
        "window": "period",
        "measure": measure,
        "score": score,
        "basis": "本单位做法",
    } | more


RULES = {
    "code": "contest",
    "version": "1.0.0",
    "title": text("竞赛"),
    "subject": "unit",
    "unit_kinds": ["branch"],
    "period": "span",
    "base": "100",
    "total": {"minimum": "0", "maximum": "100"},
    "peer_groups": [{"code": "all", "title": text("团队"), "otherwise": True}],
    "bands": [{"code": "all", "title": text("参赛"), "from": "0"}],
    "dimensions": [
        {
            "code": "A",
            "title": text("服务"),
            "criteria": [
                rule(
                    "A1",
                    "60",
                    {
                        "ratio": {
                            "of": {"kinds": ["hours"], "aggregate": "sum"},
                            "to": {"attribute": "members"},
                        }
                    },
                    {"proportional": {"target": "1"}},
                    missing="zero",
                ),
                rule("A2", "40", {"days": {"kinds": ["visit"]}}, {"proportional": {"target": "4"}}),
            ],
        },
        {
            "code": "B",
            "title": text("安全"),
            "criteria": [
                rule(
                    "B1",
                    "10",
                    {"sum": {"kinds": ["harm"]}},
                    {"per_unit": {"points": "1", "cap": "10"}},
                    nature="deduction",
                )
            ],
        },
    ],
}
SCHEME = scoring.load_scheme(RULES)


def follow(facts: list[Fact], days: int, limit: str = "20") -> scoring.Course:
    until = FIRST + timedelta(days=days - 1)
    return scoring.follow_days(SCHEME, SPAN, TEAM, facts, until, Decimal(limit))


def on(day: int, kind: str, quantity: int = 100) -> Fact:
    return Fact(kind, FIRST + timedelta(days=day - 1), quantity)


def test_the_worked_table_of_five_days():
    """Ten members: an hour is worth 6 points up to 60; each of four days of visits 10."""
    facts = [
        on(1, "hours", 200),  # 2 hours: 12
        on(2, "hours", 300),  # 3 hours: 18, and
        on(2, "visit"),  #      a day of visits: 10; 28 earned, 20 count
        on(2, "visit"),  #      the same day again: nothing
        on(4, "harm", 300),  # 3 points of a violation: −3
        on(5, "hours", 2000),  # 30 to the full 60: 30 earned, 20 count
        on(101, "visit"),  # after the last day of the contest
    ]
    course = follow(facts, 5)
    assert [(str(d.total), str(d.earned), str(d.points), str(d.cut)) for d in course.days] == [
        ("12.00", "12.00", "12.00", "0.00"),
        ("40.00", "28.00", "20", "8.00"),
        ("40.00", "0.00", "0.00", "0.00"),
        ("37.00", "-3.00", "-3.00", "0.00"),
        ("67.00", "30.00", "20", "10.00"),
    ]
    assert (course.points, course.cut) == (Decimal("49.00"), Decimal("18.00"))
    assert course.result.total - course.cut == course.points
    assert [str(item.points) for item in course.result.criteria] == ["60.00", "10.00", "-3.00"]


def test_equal_points_share_a_place():
    points = {1: Decimal(40), 2: Decimal("52.5"), 3: Decimal(40), 4: Decimal(12)}
    assert scoring.rank_teams(points) == {1: 2, 2: 1, 3: 2, 4: 4}


def test_a_span_is_read_with_both_its_ends():
    days = scoring.read_span(SPAN)
    assert (days.first_day, days.last_day, days.length) == (FIRST, date(2026, 11, 8), 100)
    assert scoring.write_span(days.first_day, days.last_day) == SPAN


@pytest.mark.parametrize("words", ["2026-08", "2026-08-01", "2026-11-08..2026-08-01", "a..b"])
def test_other_texts_are_no_span(words):
    with pytest.raises(EvaluationError, match=r"no span of days"):
        scoring.read_span(words)


def test_a_month_never_reads_the_window_of_a_span():
    with pytest.raises(SchemeError, match="A1: the window `period` and a scheme for a span"):
        scoring.load_scheme(RULES | {"period": "month"})


def test_shares_bonuses_and_other_sums_are_refused_for_a_contest():
    share = rule(
        "A1",
        "50",
        {"ratio": {"of": {"kinds": ["done"]}, "to": {"kinds": ["due"]}}},
        {"proportional": {"target": "1"}},
        missing="zero",
    )
    bonus = rule(
        "A2", "5", {"count": {"kinds": ["x"]}}, {"per_unit": {"points": "1"}}, nature="bonus"
    )
    part = {"code": "A", "title": text("A"), "criteria": [share, bonus]}
    found = scoring.check_contest(scoring.load_scheme(RULES | {"base": "50", "dimensions": [part]}))
    assert [problem.place for problem in found] == ["base", "A1", "A2"]
    assert scoring.check_contest(SCHEME) == []


COUNT, BY_COUNT = {"count": {"kinds": ["x"]}}, {"proportional": {"target": "5"}}
STEPS = [{"from": "1", "points": "20"}, {"from": "4", "points": "60"}]
A_HEAD = {"ratio": {"of": {"kinds": ["x"]}, "to": {"attribute": "members"}}}
MARKS = {"kinds": ["x"], "weights": [{"status": "self", "weight": "100"}]}
LEFT = {"missing": "leave_out"}


def judge_one(measure: dict, score: dict, **more) -> list[str]:
    first = rule("A1", "60", measure, score, **more)
    rest = rule("A2", "40", COUNT, BY_COUNT)
    parts = [{"code": "A", "title": text("A"), "criteria": [first, rest]}]
    if more.get("nature"):
        parts[0]["criteria"].append(rule("A3", "60", COUNT, BY_COUNT))
    found = scoring.check_contest(scoring.load_scheme(RULES | {"dimensions": parts}))
    return [str(problem) for problem in found]


@pytest.mark.parametrize(
    ("measure", "score", "more", "fault"),
    [
        ({"average": {"kinds": ["x"]}}, BY_COUNT, LEFT, "a mean goes up and down"),
        ({"raters": MARKS}, BY_COUNT, LEFT, "a mean goes up and down"),
        (COUNT, {"rank": {"best": "60"}}, LEFT, "compare a team's days with one another"),
        (COUNT, {"percentile": [{"top": "1", "points": "60"}]}, LEFT, "compare a team's days"),
        (COUNT, {"threshold": {"at_most": "0"}}, {}, "points would be lost by doing more"),
        (COUNT, {"proportional": {"start": "5", "target": "0"}}, {}, "lost by doing more"),
        (COUNT, {"steps": [STEPS[0] | {"points": "60"}, STEPS[1] | {"points": "2"}]}, {}, "lost"),
        (COUNT, {"proportional": {"start": "-5", "target": "5"}}, {}, "before anything is done"),
        (COUNT, {"steps": [{"from": "0", "points": "60"}]}, {}, "before anything is done"),
        (COUNT, {"threshold": {"at_least": "0"}}, {}, "before anything is done"),
        (COUNT, {"threshold": {"at_most": "0"}}, {"nature": "deduction"}, "use per_unit"),
    ],
)
def test_what_jumps_falls_or_compares_is_refused_for_a_contest(measure, score, more, fault):
    [found] = judge_one(measure, score, **more)
    assert found.startswith("A1: ")
    assert fault in found


@pytest.mark.parametrize(
    ("measure", "score", "more"),
    [
        ({"sum": {"kinds": ["x"]}}, {"steps": STEPS}, {}),
        ({"days": {"kinds": ["x"]}}, {"threshold": {"at_least": "3"}}, {}),
        ({"months": {"kinds": ["x"]}}, {"proportional": {"start": "1", "target": "3"}}, {}),
        (A_HEAD, BY_COUNT, LEFT),
        (COUNT, {"per_unit": {"points": "2"}}, {"nature": "deduction"}),
    ],
)
def test_what_grows_with_the_facts_suits_a_contest(measure, score, more):
    assert judge_one(measure, score, **more) == []


def test_a_deduction_takes_no_more_than_the_points_there_are():
    """40 earned on day 1, 10 count; 20 of harm on day 2 take these 10; day 3 earns on from 0."""
    harm = {"kinds": ["harm"]}
    score = {"per_unit": {"points": "2", "cap": "20"}}
    parts = [
        RULES["dimensions"][0],
        {
            "code": "B",
            "title": text("安全"),
            "criteria": [rule("B1", "20", {"sum": harm}, score, nature="deduction")],
        },
    ]
    scheme = scoring.load_scheme(RULES | {"dimensions": parts})
    facts = [on(1, "hours", 500), on(1, "visit"), on(2, "harm", 1000), on(3, "hours", 100)]
    until = FIRST + timedelta(days=2)
    course = scoring.follow_days(scheme, SPAN, TEAM, facts, until, Decimal(10))
    assert [(str(day.earned), str(day.points), str(day.cut)) for day in course.days] == [
        ("40.00", "10", "30.00"),
        ("-20.00", "-10.00", "-10.00"),
        ("6.00", "6.00", "0.00"),
    ]
    assert (course.points, course.cut) == (Decimal("6.00"), Decimal("20.00"))
    assert course.points + course.cut == course.result.settlement.total


FACTS = st.lists(
    st.builds(
        on, st.integers(1, 20), st.sampled_from(["hours", "visit", "harm"]), st.integers(0, 900)
    ),
    max_size=25,
)


@settings(max_examples=50, deadline=None)
@given(facts=FACTS, more=st.integers(1, 20), limit=st.sampled_from(["1", "5", "20", "100"]))
def test_laws_of_days(facts, more, limit):
    course = follow(facts, 20, limit)
    assert all(day.points <= Decimal(limit) for day in course.days)
    assert course.points + course.cut == course.result.settlement.total
    sums = list(accumulate(day.points for day in course.days))
    assert all(0 <= sum_so_far <= 100 for sum_so_far in sums)
    assert course.cut >= 0
    assert follow(facts[::-1], 20, limit).days == course.days  # the order does not matter
    # what is known on a day does not hang on what comes later
    assert follow(facts, 9, limit).days == course.days[:9]
    # one more hour never lowers the scheme's total of any day
    better = follow([*facts, on(more, "hours")], 20, limit)
    assert all(b.total >= a.total for a, b in zip(course.days, better.days, strict=True))
