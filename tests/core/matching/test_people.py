"""Demands to people: a checker that knows only the JSON, every small case, explanations, laws."""

import itertools
import json
import math
import re
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linghang_core.matching.people import ProblemError, plan_matches, read_problem
from linghang_core.matching.people.fairness import measure_fairness

PAGE = Path(__file__).resolve().parents[3] / "docs" / "algorithms" / "matching.md"
WEIGHTS = {
    "distance": 1,
    "load": 2,
    "preference": 1,
    "language": 1,
    "continuity": 3,
    "unmatched": 1000,
}


def plan(problem: dict, **more) -> dict:
    return json.loads(json.dumps(plan_matches(read_problem(json.dumps(problem)), **more).as_dict()))


def pairs(found: dict) -> dict[str, str]:
    return {match["demand"]: match["person"] for match in found["matches"]}


# --- the checker: plain data only, written from docs/algorithms/matching.md ---


def read_moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def overlap(one: dict, other: dict) -> bool:
    if "start" not in one or "start" not in other:
        return False
    return max(one["start"], other["start"]) < min(
        one["end"], other["end"]
    )  # one notation, sortable


def may(problem: dict, demand: dict, person: dict) -> bool:
    """Return whether the pair by itself breaks no hard rule."""
    day = demand.get("start", problem.get("day", ""))[:10]
    if not set(demand.get("skills", [])) <= set(person.get("skills", [])):
        return False
    for name in demand.get("certificates", []):
        spans = [
            (c.get("from", "0001-01-01"), c.get("to", "9999-12-31"))
            for c in person.get("certificates", [])
            if c["name"] == name
        ]
        if not any(first <= day <= last for first, last in spans):
            return False
    if "start" in demand and "available" in person:
        inside = [
            read_moment(a) <= read_moment(demand["start"])
            and read_moment(demand["end"]) <= read_moment(b)
            for a, b in person["available"]
        ]
        if not any(inside):
            return False
    if demand.get("language_required") not in [None, *person.get("languages", [])]:
        return False
    away = math.dist((demand["x"], demand["y"]), (person["x"], person["y"]))
    if away > min(demand.get("max_distance", 1e9), person.get("max_distance", 1e9)):
        return False
    client = demand.get("client", "")
    if client in [*person.get("relatives", []), *person.get("not_with", [])]:
        return False
    if person["id"] in demand.get("not_with", []):
        return False
    return demand.get("people", 1) <= person.get("size", 1)


def fits(problem: dict, person: dict, given: list[dict]) -> bool:
    """Return whether a person can have all of these."""
    if len(given) > person.get("capacity", 1):
        return False
    if any(overlap(a, b) for a, b in itertools.combinations(given, 2)):
        return False
    days = [d.get("start", problem.get("day", ""))[:10] for d in given]
    return all(days.count(day) <= person.get("per_day", 99) for day in days if day)


def cost(problem: dict, people_of: dict[str, str | None]) -> float:
    """Return what a whole plan costs, accepted matches too."""
    weights = WEIGHTS | problem.get("weights", {})
    people = {p["id"]: p for p in problem["people"]}
    total, loads = 0.0, {name: p.get("load_before", 0) for name, p in people.items()}
    for demand in problem["demands"]:
        name = people_of.get(demand["id"])
        if name is None:
            total += weights["unmatched"] * demand.get("urgency", 1)
            continue
        person = people[name]
        total += weights["distance"] * math.dist(
            (demand["x"], demand["y"]), (person["x"], person["y"])
        )
        liked = person.get("prefers", [])
        total += weights["preference"] * bool(liked and demand.get("kind", "") not in liked)
        wish = demand.get("language_preferred")
        total += weights["language"] * bool(wish and wish not in person.get("languages", []))
        last = demand.get("helper_before")
        total += weights["continuity"] * bool(last and last != name)
        total += weights["load"] * loads[name]
        loads[name] += 1
    return total


def check(problem: dict, found: dict) -> None:
    """Assert that a plan breaks no hard rule, keeps accepted matches and adds up."""
    fixed = {pair["demand"]: pair["person"] for pair in problem.get("fixed", [])}
    demands = {d["id"]: d for d in problem["demands"]}
    given = pairs(found)
    assert {name: given[name] for name in fixed} == fixed
    assert sorted([*given, *(u["demand"] for u in found["unmatched"])]) == sorted(demands)
    for person in problem["people"]:
        new = [demands[d] for d, p in given.items() if p == person["id"] and d not in fixed]
        old = [demands[d] for d, p in fixed.items() if p == person["id"]]
        assert all(may(problem, demand, person) for demand in new)
        if new:
            assert len(new) + len(old) <= person.get("capacity", 1)
        for demand in new:
            assert not any(overlap(demand, o) for o in [*new, *old] if o is not demand)
            day = demand.get("start", problem.get("day", ""))[:10]
            same = [
                o
                for o in [*new, *old]
                if day and o.get("start", problem.get("day", ""))[:10] == day
            ]
            assert len(same) <= person.get("per_day", 99)
    assert found["total"] == pytest.approx(cost(problem, given))
    assert found["total"] == pytest.approx(sum(found["terms"].values()))
    for match in found["matches"]:
        assert match["cost"] == pytest.approx(sum(match["terms"].values()))


def try_all(problem: dict, ban: tuple[str, str] | None = None, must: str | None = None) -> float:
    """Return the least cost of all plans that break no hard rule."""
    fixed = {pair["demand"]: pair["person"] for pair in problem.get("fixed", [])}
    people = {p["id"]: p for p in problem["people"]}
    options = []
    for demand in problem["demands"]:
        name = demand["id"]
        allowed = [
            p["id"] for p in problem["people"] if may(problem, demand, p) and (name, p["id"]) != ban
        ]
        nobody = [] if must == name else [None]
        options.append([fixed[name]] if name in fixed else [*nobody, *allowed])
    best = math.inf
    for choice in itertools.product(*options):
        given = dict(zip((d["id"] for d in problem["demands"]), choice, strict=True))
        if all(
            fits(problem, p, [d for d in problem["demands"] if given[d["id"]] == name])
            for name, p in people.items()
        ):
            best = min(best, cost(problem, given))
    return best


# --- problems ---

few = st.integers(0, 4)
some = st.lists(st.sampled_from(["电工", "急救"]), max_size=1)


@st.composite
def problems(draw, *, fixed: bool = False):
    demands, people = [], []
    for n in range(draw(st.integers(1, 5))):
        demand = {"id": f"D{n}", "x": draw(few), "y": draw(few), "skills": draw(some)}
        if draw(st.booleans()):
            day, hour, length = draw(st.integers(23, 24)), draw(st.integers(8, 10)), draw(few) + 1
            demand["start"] = f"2026-11-{day}T{hour:02}:00"
            demand["end"] = f"2026-11-{day}T{hour + length:02}:00"
        extra = {
            "kind": st.sampled_from(["陪诊", "抢修"]),
            "client": st.sampled_from(["甲", "乙"]),
            "certificates": st.just(["电工证"]),
            "language_required": st.just("粤语"),
            "language_preferred": st.just("粤语"),
            "helper_before": st.sampled_from(["P0", "P1"]),
            "max_distance": st.integers(1, 5),
            "not_with": st.just(["P1"]),
            "urgency": st.sampled_from([0.004, 1, 2]),
            "people": st.just(2),
        }
        for key in draw(st.lists(st.sampled_from(sorted(extra)), max_size=2, unique=True)):
            demand[key] = draw(extra[key])
        demands.append(demand)
    for n in range(draw(st.integers(1, 3))):
        person = {
            "id": f"P{n}",
            "x": draw(few),
            "y": draw(few),
            "skills": ["电工", "急救"][: draw(st.integers(0, 2))],
            "capacity": draw(st.integers(1, 3)),
            "load_before": draw(st.integers(0, 2)),
            "size": draw(st.integers(1, 2)),
        }
        extra = {
            "per_day": st.integers(1, 2),
            "languages": st.just(["粤语"]),
            "prefers": st.just(["陪诊"]),
            "relatives": st.just(["甲"]),
            "not_with": st.just(["乙"]),
            "max_distance": st.integers(1, 5),
            "available": st.just([["2026-11-23T08:00", "2026-11-23T12:00"]]),
            "certificates": st.sampled_from(
                [
                    [{"name": "电工证", "to": "2026-11-23"}],
                    [{"name": "电工证", "from": "2026-11-24"}],
                ]
            ),
        }
        for key in draw(st.lists(st.sampled_from(sorted(extra)), max_size=2, unique=True)):
            person[key] = draw(extra[key])
        people.append(person)
    problem = {"day": "2026-11-23", "demands": demands, "people": people}
    if fixed:
        problem["fixed"] = [{"demand": "D0", "person": "P0"}]
    return problem


@settings(max_examples=60, deadline=None)
@given(problems())
def test_no_hard_rule_is_broken_and_no_plan_is_cheaper(problem):
    found = plan(problem)
    check(problem, found)
    assert found["total"] == pytest.approx(try_all(problem), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(problems())
def test_regret_is_what_the_best_plan_without_the_pair_costs_more(problem):
    found = plan(problem)
    for match in found["matches"]:
        regret = match["runner_up"]["regret"]
        without = try_all(problem, ban=(match["demand"], match["person"]))
        assert regret == pytest.approx(without - found["total"], abs=1e-6)
        following = match["runner_up"]["next"]
        if following:
            swapped = pairs(found) | {match["demand"]: following}
            difference = cost(problem, swapped) - found["total"]
            assert match["runner_up"]["difference"] == pytest.approx(difference, abs=1e-6)
            assert difference >= regret - 1e-6
    for each in found["unmatched"]:
        forced = try_all(problem, must=each["demand"])
        if each["if_served"] is None:
            assert forced == math.inf
        else:
            assert each["if_served"]["cost"] == pytest.approx(forced - found["total"], abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(problems(fixed=True))
def test_an_accepted_match_is_never_moved_and_its_broken_rules_are_told(problem):
    found = plan(problem, with_regret=False)
    check(problem, found)
    kept = next(match for match in found["matches"] if match["demand"] == "D0")
    assert (kept["person"], kept["fixed"]) == ("P0", True)
    demand, person = problem["demands"][0], problem["people"][0]
    assert bool(kept["breaks"]) == (not may(problem, demand, person))


@settings(max_examples=30, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_given_changes_nothing_and_a_person_more_never_costs(problem, random):
    found = plan(problem, with_regret=False)
    shuffled = problem | {key: problem[key][:] for key in ("demands", "people")}
    random.shuffle(shuffled["demands"])
    random.shuffle(shuffled["people"])
    again = plan(shuffled, with_regret=False)
    assert (pairs(again), again["total"]) == (pairs(found), found["total"])
    helper = {"id": "P9", "x": 0, "y": 0, "skills": ["电工", "急救"], "capacity": 3}
    more = plan(problem | {"people": [*problem["people"], helper]}, with_regret=False)
    assert more["total"] <= found["total"] + 1e-6


@settings(max_examples=20, deadline=None)
@given(problems())
def test_what_costs_everybody_and_nobody_the_same_changes_no_choice(problem):
    """A preferred language nobody speaks, and as much more for leaving the demand: its row + 1."""
    first, *others = problem["demands"]
    first = {k: v for k, v in first.items() if k != "language_preferred"}
    dearer = {"language_preferred": "藏语", "urgency": first.get("urgency", 1) + 0.001}
    plain = plan(problem | {"demands": [first, *others]}, with_regret=False)
    lifted = plan(problem | {"demands": [first | dearer, *others]}, with_regret=False)
    assert lifted["total"] == pytest.approx(plain["total"] + 1, abs=1e-6)
    choice = pairs(lifted)
    assert cost(problem | {"demands": [first, *others]}, choice) == pytest.approx(
        plain["total"], abs=1e-6
    )


def worked() -> dict:
    """Return the problem that stands in docs/algorithms/matching.md."""
    return json.loads(
        re.search(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]
    )


def test_the_worked_table_of_the_page():
    problem = worked()
    found = plan(problem)
    check(problem, found)
    table = re.findall(
        r"^\| (D\d) \| (P\d|–) \| ([\d.–]+) \| ([\d.–]+) \| ([\d.–]+) \| (P\d|–) \| ([\d.–]+) \| ([\d.–]+) \|$",
        PAGE.read_text(encoding="utf-8"),
        re.MULTILINE,
    )

    def write(value: object) -> str:
        return "–" if value is None else value if isinstance(value, str) else f"{value:g}"

    rows = {
        m["demand"]: (
            m["person"],
            *(write(m["terms"][name]) for name in ("distance", "load")),
            write(m["cost"]),
            *(write(m["runner_up"][name]) for name in ("next", "difference", "regret")),
        )
        for m in found["matches"]
    }
    rows |= {u["demand"]: ("–", "–", "–", "1000", "–", "–", "–") for u in found["unmatched"]}
    assert {row[0]: row[1:] for row in table} == rows
    assert found["total"] == 1006
    (left,) = found["unmatched"]
    assert (left["reason"], left["excluded"], left["nearest"]) == (
        "nobody_allowed",
        {"distance": 1, "skill": 3},
        {"person": "P3", "needed": {"skill": "skill missing: 手语"}},
    )


def test_load_spreads_because_each_further_demand_costs_more():
    """Two people at one place, six demands: 3 and 3; one has done two already: 2 and 4."""
    demands = [{"id": f"D{n}", "x": 1, "y": 0} for n in range(6)]
    people = [{"id": name, "x": 0, "y": 0, "capacity": 6} for name in ("P1", "P2")]
    assert plan({"demands": demands, "people": people})["fairness"]["after"]["loads"] == {
        "P1": 3,
        "P2": 3,
    }
    people[0]["load_before"] = 2
    found = plan({"demands": demands, "people": people})
    assert found["fairness"]["before"]["loads"] == {"P1": 2, "P2": 0}
    assert found["fairness"]["after"] == {
        "loads": {"P1": 4, "P2": 4},
        "max_min": 0,
        "gini": 0,
        "jain": 1,
    }


def test_two_demands_at_once_go_to_two_people_and_one_after_the_other_to_one():
    people = [
        {"id": "P1", "x": 0, "y": 0, "capacity": 2},
        {"id": "P2", "x": 50, "y": 0, "capacity": 2},
    ]
    at = {"id": "D1", "x": 0, "y": 0, "start": "2026-11-23T09:00", "end": "2026-11-23T10:00"}
    after = at | {"id": "D2", "start": "2026-11-23T10:00", "end": "2026-11-23T11:00"}
    during = at | {"id": "D2", "start": "2026-11-23T09:59", "end": "2026-11-23T11:00"}
    one = plan({"demands": [at, after], "people": people})
    assert (pairs(one), one["method"]) == ({"D1": "P1", "D2": "P1"}, "assignment")
    two = plan({"demands": [at, during], "people": people})
    assert (set(pairs(two).values()), two["method"]) == ({"P1", "P2"}, "integer program")


def test_a_problem_whose_relaxation_is_not_whole_is_solved_as_well():
    """Six demands of one morning, three people, two a day: halves would be cheaper than any plan."""
    hours = {
        "D0": (10, 14),
        "D1": (12, 15),
        "D2": (11, 13),
        "D3": (8, 10),
        "D4": (10, 11),
        "D5": (8, 12),
    }
    places = {"D0": (1, 1), "D1": (2, 4), "D2": (4, 0), "D3": (3, 1), "D4": (1, 2), "D5": (4, 0)}
    demands = [
        {
            "id": name,
            "x": places[name][0],
            "y": places[name][1],
            "start": f"2026-11-23T{first:02}:00",
            "end": f"2026-11-23T{last:02}:00",
        }
        for name, (first, last) in hours.items()
    ]
    people = [
        {"id": name, "x": x, "y": y, "capacity": 3, "per_day": 2, "max_distance": most}
        for name, x, y, most in (("P0", 1, 0, 4), ("P1", 3, 1, 6), ("P2", 0, 0, 2))
    ]
    problem = {"demands": demands, "people": people}
    found = plan(problem)
    check(problem, found)
    assert found["method"] == "integer program"
    assert found["total"] == pytest.approx(try_all(problem), abs=1e-6)


def test_fairness_of_known_loads():
    """1, 2, 3, 4: Gini 0.25, Jain 100 / 120; one has all: Gini (n − 1) / n, Jain 1 / n."""
    found = measure_fairness({"a": 4, "b": 1, "c": 3, "d": 2})
    assert (found.max_min, found.gini, found.jain) == (3, 0.25, 100 / 120)
    alone = measure_fairness({"a": 0, "b": 0, "c": 0, "d": 8})
    assert (alone.gini, alone.jain) == (0.75, 0.25)
    nothing = measure_fairness({"a": 0, "b": 0})
    assert (nothing.gini, nothing.jain) == (0, 1)


def test_what_stands_in_the_way_is_told_by_rule_with_what_is_needed():
    demand = {
        "id": "D1",
        "x": 0,
        "y": 0,
        "client": "甲",
        "skills": ["电工"],
        "certificates": ["电工证"],
        "start": "2026-11-23T09:00",
        "end": "2026-11-23T10:00",
        "language_required": "粤语",
        "people": 2,
        "not_with": ["P4"],
    }
    fit = {
        "x": 0,
        "y": 0,
        "skills": ["电工"],
        "certificates": [{"name": "电工证"}],
        "languages": ["粤语"],
        "size": 2,
    }
    expired = {"certificates": [{"name": "电工证", "to": "2026-10-31"}]}
    changes = [
        ({"skills": []}, "skill", "skill missing: 电工"),
        (
            expired,
            "certificate",
            "certificate 电工证 is not valid on 2026-11-23 (from … to 2026-10-31)",
        ),
        ({"certificates": []}, "certificate", "certificate missing: 电工证"),
        (
            {"available": [["2026-11-23T09:30", "2026-11-23T12:00"]]},
            "availability",
            "not available from 2026-11-23 09:00 to 2026-11-23 10:00",
        ),
        ({"languages": []}, "language", "does not speak 粤语"),
        (
            {"x": 5, "max_distance": 3},
            "distance",
            "5.0 km, 2.0 km more than 3 km allowed",
        ),
        ({"relatives": ["甲"]}, "relation", "is related to 甲"),
        ({"id": "P4"}, "refusal", "one of them asked not to be matched with the other"),
        ({"size": 1}, "size", "2 people are needed, 1 come"),
        ({"capacity": 0}, "capacity", "has accepted 0 of at most 0"),
        ({"per_day": 0}, "per_day", "has accepted 0 of at most 0 on 2026-11-23"),
    ]
    for change, rule, said in changes:
        (left,) = plan({"demands": [demand], "people": [{"id": "P1"} | fit | change]})["unmatched"]
        assert (left["reason"], left["excluded"]) == ("nobody_allowed", {rule: 1})
        assert left["nearest"]["needed"] == {rule: said}
    assert plan({"demands": [demand], "people": [{"id": "P1"} | fit]})["unmatched"] == []


def test_an_accepted_match_takes_room_and_time_and_a_broken_one_is_told():
    demands = [
        {"id": "D1", "x": 0, "y": 0, "start": "2026-11-23T09:00", "end": "2026-11-23T10:00"},
        {"id": "D2", "x": 0, "y": 0, "start": "2026-11-23T09:30", "end": "2026-11-23T10:30"},
    ]
    people = [
        {
            "id": "P1",
            "x": 0,
            "y": 0,
            "capacity": 2,
            "available": [["2026-11-23T09:30", "2026-11-23T12:00"]],
        },
    ]
    found = plan(
        {"demands": demands, "people": people, "fixed": [{"demand": "D1", "person": "P1"}]}
    )
    (kept,) = found["matches"]
    assert kept["breaks"] == {
        "availability": "not available from 2026-11-23 09:00 to 2026-11-23 10:00"
    }
    (left,) = found["unmatched"]
    assert left["nearest"]["needed"] == {"same_time": "has accepted D1 at the same time"}


def test_too_many_accepted_of_one_day_leave_room_on_another():
    demands = [
        {
            "id": f"D{n}",
            "start": f"2026-11-{day}T{hour:02}:00",
            "end": f"2026-11-{day}T{hour:02}:30",
        }
        for n, (day, hour) in enumerate([(23, 8), (23, 9), (23, 10), (24, 8)])
    ]
    person = {"id": "P1", "capacity": 5, "per_day": 1}
    fixed = [{"demand": name, "person": "P1"} for name in ("D0", "D1")]
    found = plan({"demands": demands, "people": [person], "fixed": fixed})
    assert (set(pairs(found)), found["unmatched"][0]["demand"]) == ({"D0", "D1", "D3"}, "D2")
    assert [set(match["breaks"]) for match in found["matches"]] == [{"per_day"}, {"per_day"}, set()]


def test_a_plan_of_accepted_matches_only_stays_as_it_is():
    problem = {"demands": [ONE], "people": [HELPER], "fixed": [{"demand": "D1", "person": "P1"}]}
    found = plan(problem)
    assert (pairs(found), found["unmatched"], found["total"]) == ({"D1": "P1"}, [], 0)


def test_a_demand_others_need_more_says_who_has_the_people_and_what_it_would_cost():
    demands = [{"id": "D1", "x": 0, "y": 0, "urgency": 2}, {"id": "D2", "x": 1, "y": 0}]
    (left,) = plan({"demands": demands, "people": [{"id": "P1", "x": 0, "y": 0}]})["unmatched"]
    assert (left["demand"], left["reason"], left["allowed"]) == (
        "D2",
        "contested",
        {"P1": "has D1, no more room"},
    )
    assert left["if_served"] == {"cost": 1001, "person": "P1", "unmatched": ["D1"]}


def test_a_demand_that_is_dearer_than_leaving_it_is_left():
    problem = {
        "demands": [{"id": "D1", "x": 30, "y": 40}],
        "people": [{"id": "P1", "x": 0, "y": 0}],
        "weights": {"unmatched": 20},
    }
    (left,) = plan(problem)["unmatched"]
    assert (left["reason"], left["if_served"]["cost"]) == ("too_dear", 30)


def test_distance_on_the_globe():
    """One degree of latitude is 111.195 km on a sphere of 6,371.0088 km."""
    problem = {
        "demands": [{"id": "D1", "x": 113.0, "y": 23.0}],
        "people": [{"id": "P1", "x": 113.0, "y": 24.0}],
        "metric": "sphere",
    }
    (match,) = plan(problem)["matches"]
    assert match["distance"] == pytest.approx(math.pi * 6371.0088 / 180)


def test_the_day_of_a_certificate_is_counted_on_both_edges():
    held = {"name": "电工证", "from": "2026-11-23", "to": "2026-11-23"}
    for day, served in ((22, False), (23, True), (24, False)):
        problem = {
            "day": date(2026, 11, day).isoformat(),
            "demands": [{"id": "D1", "certificates": ["电工证"]}],
            "people": [{"id": "P1", "certificates": [held]}],
        }
        assert bool(pairs(plan(problem))) is served


ONE = {"id": "D1"}
HELPER = {"id": "P1"}


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ({}, "demands: Field required"),
        ({"demands": [], "people": [HELPER]}, "demands: "),
        ({"demands": [ONE], "people": []}, "people: "),
        ({"demands": [ONE | {"x": "3", "y": 0}], "people": [HELPER]}, "demands.0.x: "),
        ({"demands": [ONE | {"x": 3}], "people": [HELPER]}, "demands.0: x and y belong together"),
        ({"demands": [ONE | {"skils": []}], "people": [HELPER]}, "demands.0.skils: "),
        ({"demands": [ONE, ONE], "people": [HELPER]}, "demands: 'D1' stands there twice"),
        ({"demands": [ONE], "people": [HELPER, HELPER]}, "people: 'P1' stands there twice"),
        (
            {"demands": [ONE], "people": [HELPER], "fixed": [{"demand": "D1", "person": "P7"}]},
            "fixed.0: no person 'P7'; add the person or take the pair out",
        ),
        (
            {"demands": [ONE], "people": [HELPER], "fixed": [{"demand": "D7", "person": "P1"}]},
            "fixed.0: no demand 'D7'; take the pair out",
        ),
        (
            {"demands": [ONE | {"certificates": ["电工证"]}], "people": [HELPER]},
            "demand 'D1' asks for a certificate: give it a start, or the problem a day",
        ),
        (
            {
                "demands": [ONE | {"start": "2026-11-23T09:00", "end": "2026-11-23T09:00"}],
                "people": [HELPER],
            },
            "demands.0: 2026-11-23 09:00:00 does not lie after 2026-11-23 09:00:00",
        ),
        (
            {
                "demands": [ONE | {"start": "2026-11-23T09:00Z", "end": "2026-11-23T10:00Z"}],
                "people": [HELPER],
            },
            "demands.0: times are local, without offset",
        ),
        ({"demands": [ONE], "people": [HELPER | {"capacity": -1}]}, "people.0.capacity: "),
        ({"demands": [ONE | {"x": 1e200, "y": 0}], "people": [HELPER]}, "demands.0.x: "),
        ({"demands": [ONE | {"urgency": 1e200}], "people": [HELPER]}, "demands.0.urgency: "),
        ({"demands": [ONE], "people": [HELPER | {"load_before": 10**9}]}, "people.0.load_before: "),
        ({"demands": [ONE], "people": [HELPER], "weights": {"load": -1}}, "weights.load: "),
    ],
)
def test_a_problem_that_cannot_be_used_is_one_message_with_its_place(problem, said):
    with pytest.raises(ProblemError, match=f"^{re.escape(said)}"):
        read_problem(json.dumps(problem))
