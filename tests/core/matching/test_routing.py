"""Routing on problems small enough to know the answer, and laws on random ones."""

import copy
import itertools
import json
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.matching.checker import check_route, find_faults, measure

from linghang_core.matching.routing import ProblemError, count_steps, plan_routes, read_problem
from linghang_core.matching.routing.fairness import measure_fairness

DAY = {"start": 0, "end": 1000}


def solve(problem: dict, steps: int = 150, **options) -> dict:
    return plan_routes(read_problem(problem), seconds=600, steps=steps, **options).as_dict()


def ask(demands: list[dict], teams: list[dict] | None = None, **more) -> dict:
    """Return a problem with the depot in the middle."""
    teams = teams or [{"id": "甲", **DAY}]
    return {
        "depot": {"x": 0, "y": 0},
        "demands": demands,
        "teams": teams,
        "metric": "euclid",
        **more,
    }


def visit(name: str, x: float = 0, y: float = 0, **more) -> dict:
    return {"id": name, "x": x, "y": y, **more}


def reasons(plan: dict) -> dict[str, str]:
    return {each["id"]: each["reason"] for each in plan["unserved"]}


def test_the_worked_table_of_the_page():
    """docs/algorithms/routing.md shows this plan."""
    problem = ask(
        [
            visit("东1", 3, 4, load=1, service=10, skills=["电工"], **{"from": 5, "to": 20}),
            visit("东2", 6, 8, load=1, service=10, **{"from": 30, "to": 60}),
            visit("西", -3, 4, load=1, service=5, **{"from": 0, "to": 3}),
            visit("南", 0, -6, load=3, service=5),
            visit("北", 0, 5, load=1, service=5, skills=["手语"]),
        ],
        [
            {"id": "一队", "capacity": 3, "skills": ["电工"], "start": 0, "end": 100},
            {"id": "二队", "capacity": 4, "skills": [], "start": 8, "end": 60},
        ],
    )
    plan = solve(problem)
    assert find_faults(problem, plan) == []
    assert plan["distance"] == 32
    first, second = plan["routes"]
    assert (first["team"], first["demands"], first["arrivals"]) == ("一队", ["东1", "东2"], [5, 30])
    assert (first["leaves"], first["waits"], first["returns"]) == (0, [0, 10], 50)
    assert (second["team"], second["demands"], second["arrivals"]) == ("二队", ["南"], [14])
    assert reasons(plan) == {
        "西": "out of reach of all teams; nearest, with nothing else to do: "
        'team "一队" would begin "西" at 5, its window closes at 3 (2 too late)',
        "北": "no team has skill 手语",
    }
    assert plan["fairness"]["duration"]["jain"] == pytest.approx(67**2 / (2 * (50**2 + 17**2)))


def test_a_team_waits_before_setting_out_and_arrives_when_it_may_begin():
    plan = solve(ask([visit("a", 3, 4, **{"from": 100, "to": 110})]))
    [route] = plan["routes"]
    assert (route["leaves"], route["arrivals"], route["returns"]) == (95, [100], 105)


def test_a_team_leaves_later_where_it_may_not_be_out_for_longer():
    demands = [
        visit("a", 0, 10, **{"from": 0, "to": 80}),
        visit("b", 0, 11, **{"from": 90, "to": 95}),
    ]
    plan = solve(ask(demands, [{"id": "甲", "max_duration": 40, **DAY}]))
    [route] = plan["routes"]
    assert (route["leaves"], route["arrivals"], route["returns"]) == (61, [71, 90], 101)
    assert route["duration"] == 40


def test_a_visit_that_just_fits_is_served_although_its_time_is_no_whole_number():
    way = math.hypot(1, 1)
    plan = solve(ask([visit("a", 1, 1, to=way), visit("b", 2, 2, to=2 * way)]))
    assert plan["unserved"] == []
    assert plan["routes"][0]["arrivals"] == [pytest.approx(way), pytest.approx(2 * way)]


def test_sums_of_decimals_are_not_late_by_their_noise():
    plan = solve(
        ask([visit("a", 0.1, service=0.2), visit("b", 0.1, to=0.3)], [{"id": "甲", "end": 0.4}])
    )
    assert [each["id"] for each in plan["unserved"]] == []


@pytest.mark.parametrize(
    ("demand", "team", "rule", "said"),
    [
        ({"skills": ["a", "b"]}, {"skills": ["a"]}, "skills", "no team has skill b"),
        (
            {"team_size": 3},
            {"size": 2},
            "team_size",
            '3 people are needed; the largest team that may go, "甲", has 2',
        ),
        ({"teams_allowed": ["丙"]}, {}, "teams_allowed", "none of the teams allowed (丙) is there"),
        ({"load": 7}, {"capacity": 5}, "capacity", "would carry 7, its capacity is 5 (2 too much)"),
        ({"to": 4}, {}, "window", 'would begin "a" at 5, its window closes at 4 (1 too late)'),
        (
            {"from": 998},
            {},
            "shift_end",
            "would be back at 1003, its shift ends at 1000 (3 too late)",
        ),
        (
            {"service": 9},
            {"max_duration": 15},
            "max_duration",
            "would be out for 19, at most 15 are allowed (4 too long)",
        ),
    ],
)
def test_what_nobody_can_serve_names_the_rule(demand, team, rule, said):
    plan = solve(ask([visit("a", 3, 4, **demand)], [{"id": "甲", **DAY, **team}]))
    [left] = plan["unserved"]
    assert (plan["routes"], left["rule"]) == ([], rule)
    assert said in left["reason"]


def test_two_skills_that_no_team_has_together_are_said_so():
    teams = [{"id": "甲", "skills": ["a"]}, {"id": "乙", "skills": ["b"]}]
    plan = solve(ask([visit("d", skills=["a", "b"])], teams))
    assert reasons(plan) == {"d": "no team has all of the skills a, b together"}


def test_what_is_left_out_of_a_full_day_names_the_nearest_miss_of_each_team():
    demands = [visit("a", 0, 10, service=20, priority=9), visit("b", 10, 0, service=20)]
    teams = [{"id": "甲", "start": 0, "end": 60}, {"id": "乙", "start": 0, "end": 39}]
    plan = solve(ask(demands, teams))
    assert [route["demands"] for route in plan["routes"]] == [["a"]]
    [left] = plan["unserved"]
    back = 60 + math.hypot(10, 10)
    assert left["reason"] == (
        'every team that may go is full; nearest, put first: team "乙" would be back at 40, '
        "its shift ends at 39 (1 too late)"
    )
    assert [(each["team"], each["rule"], each["value"]) for each in left["teams"]] == [
        ("乙", "shift_end", 40),
        ("甲", "shift_end", pytest.approx(back)),
    ]


def test_as_many_as_possible_are_served_before_the_way_is_shortened():
    demands = [visit("far", 0, 100, service=10), visit("near", 0, 1, service=10)]
    plan = solve(ask(demands, [{"id": "甲", "start": 0, "end": 220}]))
    assert plan["routes"][0]["demands"] in (["far", "near"], ["near", "far"])
    assert plan["distance"] == 200


def test_the_more_urgent_is_served_where_only_one_can_be():
    demands = [visit("a", 0, 10, service=50), visit("b", 10, 0, service=50, priority=2)]
    assert solve(ask(demands, [{"id": "甲", "end": 75}]))["routes"][0]["demands"] == ["b"]


def test_a_price_of_leaving_out_is_weighed_against_the_way():
    demands = [visit("far", 0, 100), visit("near", 0, 1)]
    plan = solve(ask(demands, weights={"unserved": 50}))
    assert plan["routes"][0]["demands"] == ["near"]
    assert reasons(plan) == {
        "far": 'left out for its price: 50 is no more than the 198 it would cost team "甲"'
    }
    assert plan["objective"]["total"] == 52


def test_a_preference_is_followed_for_what_it_is_worth():
    teams = [{"id": "近", "x": 0, "y": 9}, {"id": "远", "x": 0, "y": 0}]
    demands = [visit("a", 0, 10, prefers=["远"])]
    told = solve(ask(demands, teams))
    assert (told["routes"][0]["team"], told["objective"]["preference"]["amount"]) == ("近", 1)
    assert "preferences are shown, not weighed" in told["notes"][0]
    weighed = solve(ask(demands, teams, weights={"preference": 30}))
    assert (weighed["routes"][0]["team"], weighed["distance"]) == ("远", 20)


def test_a_team_sent_out_can_have_its_cost():
    demands = [visit("a", 0, 10), visit("b", 0, -10)]
    teams = [{"id": "甲", "x": 0, "y": 10}, {"id": "乙", "x": 0, "y": -10}]
    assert len(solve(ask(demands, teams))["routes"]) == 2
    assert len(solve(ask(demands, teams, weights={"team": 50}))["routes"]) == 1


def test_time_out_can_be_weighed():
    """Going in the order of the windows is longer but waits less."""
    demands = [
        visit("a", 0, 10, **{"from": 100, "to": 200}),
        visit("b", 0, 20, **{"from": 40, "to": 200}),
    ]
    plan = solve(ask(demands, weights={"duration": 1.5}))
    assert plan["routes"][0]["duration"] == 40
    assert plan["objective"]["total"] == 40 + 1.5 * 40


def test_time_out_is_shared_where_balance_has_a_weight():
    demands = [visit(f"d{n}", n % 4, 10 + n // 4, service=10) for n in range(12)]
    teams = [{"id": name, **DAY} for name in "abc"]
    alone = solve(ask(demands, teams))
    assert [len(route["demands"]) for route in alone["routes"]] == [12]
    shared = solve(ask(demands, teams, weights={"balance": 2}), 600)
    share = alone["routes"][0]["duration"] / 3
    out = [each["duration"] for each in shared["fairness"]["teams"]]
    assert shared["fairness"]["share"] == pytest.approx(share)
    assert shared["objective"]["balance"]["amount"] == pytest.approx(
        sum(max(0, d - share) for d in out)
    )
    assert shared["fairness"]["duration"]["jain"] > 0.95
    assert shared["objective"]["total"] < alone["distance"] + 2 * (
        alone["routes"][0]["duration"] - share
    )


def test_each_match_says_who_came_next_and_what_the_way_costs():
    teams = [{"id": "甲", "x": 0, "y": 0}, {"id": "乙", "x": 0, "y": 100}]
    plan = solve(ask([visit("a", 0, 10), visit("b", 0, 90)], teams))
    first = next(match for match in plan["matches"] if match["id"] == "a")
    assert (first["id"], first["team"], first["detour"]) == ("a", "甲", 20)
    assert first["next"] == {"team": "乙", "detour": 160}
    assert first["why"] == 'team "甲": detour 20; next "乙" with 160'


def test_a_match_without_alternative_says_what_stands_in_the_way_of_the_others():
    teams = [{"id": "甲", "end": 50}, {"id": "乙", "end": 19}]
    plan = solve(ask([visit("a", 0, 10)], teams))
    assert plan["matches"][0]["next"]["reason"] == (
        'team "乙" would be back at 20, its shift ends at 19 (1 too late)'
    )


def test_fairness_counts_idle_teams():
    assert measure_fairness([10, 0]) == {
        "least": 0,
        "most": 10,
        "mean": 5,
        "jain": 0.5,
        "gini": 0.5,
    }
    assert measure_fairness([5, 5, 5])["gini"] == 0
    assert measure_fairness([0, 0])["jain"] is None


def test_a_promised_visit_stays_with_its_team_and_at_its_time():
    teams = [{"id": "甲", "x": 0, "y": 0, **DAY}, {"id": "乙", "x": 0, "y": 100, **DAY}]
    demands = [visit("a", 0, 90, service=5), visit("b", 0, 95, service=5), visit("c", 0, 5)]
    accepted = [{"team": "甲", "demands": ["a"], "arrivals": [300.5]}]
    team_only = solve(ask(demands, teams, accepted=accepted))
    assert team_only["kept"] == ["a"]
    assert team_of(team_only, "a") == "甲"
    timed_problem = ask(demands, teams, accepted=accepted, tolerance=0)
    timed = solve(timed_problem)
    assert find_faults(timed_problem, timed) == []
    match = next(each for each in timed["matches"] if each["id"] == "a")
    assert (match["team"], match["arrival"], match["promised"]) == ("甲", 300.5, True)
    assert (timed["broken"], timed["unserved"]) == ([], [])


def team_of(plan: dict, name: str) -> str:
    return next(route["team"] for route in plan["routes"] if name in route["demands"])


def test_a_whole_plan_stands_when_nothing_new_is_asked():
    problem = ask(
        [visit(f"d{n}", n * 3 % 7, n * 5 % 11, service=1.5, load=1) for n in range(9)],
        [{"id": "甲", "capacity": 5, **DAY}, {"id": "乙", "capacity": 5, **DAY}],
    )
    before = solve(problem)
    after = solve(problem | {"accepted": before["routes"], "tolerance": 0})
    assert after["routes"] == before["routes"]
    assert after["broken"] == []


@pytest.mark.parametrize(
    ("accepted", "said"),
    [
        ({"team": "乙", "demands": ["a"]}, 'team "乙" is not among the teams'),
        ({"team": "甲", "demands": ["z"]}, "is not among the demands that can be planned"),
        ({"team": "甲", "demands": ["s"]}, 'team "甲" has no skill 手语'),
        ({"team": "甲", "demands": ["late"]}, "its shift ends at 100"),
        ({"team": "甲", "demands": ["a", "b"]}, "does not fit with the others"),
    ],
)
def test_a_promise_that_cannot_be_kept_is_told(accepted, said):
    demands = [
        visit("a", 0, 10, service=60),
        visit("b", 10, 0, service=60),
        visit("s", skills=["手语"]),
        visit("late", 0, 90),
    ]
    plan = solve(ask(demands, [{"id": "甲", "start": 0, "end": 100}], accepted=[accepted]))
    assert said in plan["broken"][0]["reason"]
    assert "promises could not be kept" in plan["notes"][0]


def test_a_promised_time_outside_the_window_is_told():
    demands = [visit("a", 0, 10, to=20)]
    accepted = [{"team": "甲", "demands": ["a"], "arrivals": [30]}]
    plan = solve(ask(demands, accepted=accepted, tolerance=5))
    assert "the promised time 25 to 35 lies outside its window" in plan["broken"][0]["reason"]
    assert plan["routes"][0]["demands"] == ["a"]


def test_promises_in_an_order_that_no_longer_holds_are_put_in_one_that_does():
    demands = [visit("a", 0, 10, to=100), visit("b", 0, 20, to=20)]
    accepted = [{"team": "甲", "demands": ["a", "b"]}]
    plan = solve(ask(demands, [{"id": "甲", "start": 0, "end": 40}], accepted=accepted))
    assert (plan["kept"], plan["broken"]) == (["a", "b"], [])


def test_new_demands_do_not_push_out_promised_ones():
    """Two short new visits would fit in place of the long promised one."""
    demands = [
        visit("old", 0, 10, service=60),
        visit("n1", 10, 0, service=20),
        visit("n2", 11, 0, service=20),
    ]
    team = [{"id": "甲", "start": 0, "end": 90}]
    assert len(solve(ask(demands, team))["routes"][0]["demands"]) == 2
    plan = solve(ask(demands, team, accepted=[{"team": "甲", "demands": ["old"]}]))
    assert plan["routes"][0]["demands"] == ["old"]


def test_roads_can_be_given_as_a_matrix_and_times_apart():
    matrix = [[0, 1, 9], [9, 0, 1], [1, 9, 0]]
    times = [[0, 5, 5], [5, 0, 5], [5, 5, 0]]
    problem = {
        "depot": {},
        "demands": [{"id": "a"}, {"id": "b"}],
        "teams": [{"id": "甲", "end": 15}],
        "metric": "matrix",
        "matrix": matrix,
        "times": times,
    }
    plan = solve(problem)
    assert (plan["distance"], plan["routes"][0]["arrivals"]) == (3, [5, 10])
    assert find_faults(problem, plan) == []


def test_a_place_that_is_sooner_reached_by_way_of_another_is_not_out_of_reach():
    matrix = [[0, 1, 9], [1, 0, 1], [1, 1, 0]]
    problem = {"depot": {}, "demands": [{"id": "a"}, {"id": "b", "to": 3}], "teams": [{"id": "甲"}]}
    plan = solve(problem | {"metric": "matrix", "matrix": matrix})
    assert (plan["distance"], plan["routes"][0]["demands"]) == (3, ["a", "b"])


def test_times_may_be_counted_from_any_moment():
    demands = [visit("a", 3, 4, **{"from": -90, "to": -80}), visit("b", 6, 8, **{"from": -70})]
    plan = solve(ask(demands, [{"id": "甲", "start": -100, "end": 0}]))
    assert plan["routes"][0]["arrivals"] == [-90, -70]
    late = 1.7e9
    moved = [
        one | {name: one[name] + late for name in ("from", "to") if name in one} for one in demands
    ]
    plan = solve(ask(moved, [{"id": "甲", "start": late - 100, "end": late}]))
    assert plan["routes"][0]["arrivals"] == [late - 90, late - 70]


def test_distances_on_the_globe_are_great_circles():
    """Beijing to Shanghai: about 1,068 km, by the haversine of the mean radius."""
    problem = ask([visit("上海", 121.4737, 31.2304)], metric="haversine", speed=100)
    problem["depot"] = {"x": 116.4074, "y": 39.9042}
    plan = solve(problem)
    assert plan["distance"] == pytest.approx(2 * 1067.3, rel=2e-3)
    assert plan["routes"][0]["arrivals"][0] == pytest.approx(plan["distance"] / 200)


def test_no_demands_make_an_empty_plan():
    plan = solve(ask([]))
    assert (plan["distance"], plan["routes"], plan["unserved"]) == (0, [], [])


def test_the_number_of_steps_is_set_by_size_and_seconds():
    assert count_steps(100, 30) == 7500
    assert count_steps(20, 30) == 4000
    assert count_steps(1000, 30) == 1630


def invent(seed: int, demands: int, teams: int) -> dict:
    """Return a random problem in which every kind of rule bites somewhere."""
    dice = random.Random(seed)
    skills = ["电工", "手语", "驾驶"]
    asked = []
    for number in range(demands):
        opens = dice.choice([None, dice.uniform(0, 60)])
        one = visit(f"d{number}", round(dice.uniform(-20, 20), 2), dice.uniform(-20, 20))
        one |= {"load": dice.randint(0, 4), "service": dice.choice([0, 5, 7.25])}
        one |= {"skills": dice.sample(skills, dice.choice([0, 0, 0, 1, 2]))}
        one |= {"team_size": dice.choice([1, 1, 2])}
        if opens is not None:
            one |= {"from": opens, "to": opens + dice.uniform(0, 40)}
        asked.append(one)
    crew = []
    for number in range(teams):
        team = {
            "id": f"t{number}",
            "capacity": dice.choice([None, 6, 10.5]),
            "size": dice.choice([1, 3]),
        }
        team |= {"skills": dice.sample(skills, dice.randint(0, 3)), "start": dice.choice([0, 10])}
        team |= {"end": dice.choice([70, 120.5]), "max_duration": dice.choice([None, 55])}
        if dice.random() < 0.3:
            team |= {"x": dice.uniform(-9, 9), "y": 0}
        crew.append(team)
    return ask(asked, crew)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 9), st.integers(1, 4))
def test_no_rule_is_ever_broken(seed, demands, teams):
    problem = invent(seed, demands, teams)
    assert find_faults(problem, solve(problem, 40)) == []


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 7))
def test_a_replanned_day_keeps_its_promises_and_all_rules(seed, demands):
    problem = invent(seed, demands, 3)
    first = solve(problem | {"demands": problem["demands"][: demands // 2 + 1]}, 40)
    again = problem | {"accepted": first["routes"], "tolerance": 0.5}
    plan = solve(again, 40)
    assert find_faults(problem, plan) == []
    promised = {
        d: (r["team"], t)
        for r in first["routes"]
        for d, t in zip(r["demands"], r["arrivals"], strict=True)
    }
    assert plan["broken"] == []
    for match in plan["matches"]:
        if match["id"] in promised:
            team, time = promised[match["id"]]
            assert match["team"] == team
            assert abs(match["arrival"] - time) <= 0.5 + 1e-6
    assert set(plan["kept"]) == set(promised)


def try_all(problem: dict) -> tuple[int, float]:
    """Return how many can be served at most, and the shortest way to do so, by trying everything."""
    best = (0, 0.0)
    teams = problem["teams"]
    for owners in itertools.product(range(len(teams) + 1), repeat=len(problem["demands"])):
        served, length = 0, 0.0
        for number, team in enumerate(teams, start=1):
            mine = [
                d for d, owner in zip(problem["demands"], owners, strict=True) if owner == number
            ]
            shortest = min(
                (
                    measure(problem, team, list(order))
                    for order in itertools.permutations(mine)
                    if holds(problem, team, order)
                ),
                default=None,
            )
            if shortest is None:
                break
            served, length = served + len(mine), length + (shortest if mine else 0)
        else:
            best = min(best, (-served, length))
    return -best[0], best[1]


def holds(problem: dict, team: dict, order: tuple) -> bool:
    return not check_route(problem, team, list(order), walk(problem, team, order, team["start"]))


def walk(problem: dict, team: dict, order: tuple, start: float) -> dict:
    place = {"x": team.get("x", 0), "y": team.get("y", 0)}
    now, arrivals = start, []
    for one in order:
        now = max(
            now + math.hypot(place["x"] - one["x"], place["y"] - one["y"]),
            one.get("from") or -math.inf,
        )
        arrivals.append(now)
        now, place = now + one["service"], one
    return {"leaves": start, "arrivals": arrivals}


@pytest.mark.parametrize("seed", range(12))
def test_tiny_problems_are_solved_to_the_optimum_found_by_trying_everything(seed):
    problem = invent(seed, 4, 2)
    for team in problem["teams"]:
        team["max_duration"] = None
    served, length = try_all(problem)
    plan = solve(problem)
    assert (len(plan["matches"]), plan["distance"]) == (served, pytest.approx(length))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_order_of_the_file_changes_nothing(seed, dice):
    problem = invent(seed, 7, 3)
    shuffled = copy.deepcopy(problem)
    dice.shuffle(shuffled["demands"])
    dice.shuffle(shuffled["teams"])
    for demand in shuffled["demands"]:
        dice.shuffle(demand["skills"])
    first, second = solve(problem, 40), solve(shuffled, 40)
    assert json.dumps(first) == json.dumps(second)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_ten_times_the_map_and_the_times_is_ten_times_the_way(seed):
    problem = invent(seed, 7, 3)
    larger = copy.deepcopy(problem)
    for one in [*larger["demands"], *larger["teams"]]:
        for name in ("x", "y", "from", "to", "service", "start", "end", "max_duration"):
            if one.get(name) is not None:
                one[name] *= 10
    first, second = solve(problem, 40), solve(larger, 40)
    assert second["distance"] == pytest.approx(10 * first["distance"], rel=1e-6)
    assert [r["demands"] for r in first["routes"]] == [r["demands"] for r in second["routes"]]


def test_the_same_seed_gives_the_same_plan_and_says_how_it_stopped():
    problem = invent(3, 25, 4)
    first, second = solve(problem, 300, seed=7), solve(problem, 300, seed=7)
    assert json.dumps(first) == json.dumps(second)
    assert (first["stopped"], first["iterations"]) == ("iterations", 300)


def test_a_search_cut_by_the_clock_says_so_and_still_breaks_no_rule():
    problem = invent(5, 40, 6)
    plan = plan_routes(read_problem(problem), seconds=1e-9, steps=10**6).as_dict()
    assert plan["stopped"] == "time"
    assert "another machine may find another plan" in plan["notes"][0]
    assert find_faults(problem, plan) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"depot": None}, "depot: is missing"),
        ({"depot": {"x": 1}}, "depot.y: is missing; a number is needed"),
        (
            {"metric": "manhattan"},
            'metric: "manhattan" is unknown; use euclid, haversine or matrix',
        ),
        ({"demands": None}, "demands: a list is needed"),
        ({"teams": []}, "no team to plan with: teams: the list is empty"),
        ({"teams": [{"id": "甲", "capacity": "many"}]}, 'teams[0].capacity: "many" is no number'),
        ({"demands": [{"id": "a", "x": 0}]}, "no demand can be planned: demands[0].y: is missing"),
        ({"metric": "haversine"}, "speed: is missing"),
        ({"metric": "matrix"}, "matrix: 2 rows of 2 numbers are needed"),
        ({"metric": "matrix", "matrix": [[0, -1], [1, 0]]}, "matrix[0][1]: -1.0 is no distance"),
        ({"speed": 0}, "speed: 0 is not above zero"),
        ({"weights": {"speed": 3}}, "weights.speed: is unknown"),
        ({"weights": {"balance": 0.0001}}, "weights.balance: has more than three decimals"),
        ({"accepted": [{"team": "甲"}]}, "accepted[0]: write"),
        ({"accepted": [{"team": "甲", "demands": ["a"]}], "tolerance": 1}, "accepted[0].arrivals"),
    ],
)
def test_a_problem_that_cannot_be_planned_is_refused_with_its_place(change, said):
    problem = ask([visit("a")]) | change
    with pytest.raises(ProblemError, match=r".") as refused:
        read_problem(problem)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("demand", "said"),
    [
        ({"id": "b", "x": 0, "y": 0, "from": "abc"}, 'demands[1].from: "abc" is no number'),
        ({"id": "b", "x": 0, "y": 0, "service": -1}, "demands[1].service: -1 is less than 0"),
        ({"id": "b", "x": 0, "y": 0, "from": 9, "to": 8}, "demands[1].to: 8 lies before from 9"),
        ({"id": "a", "x": 0, "y": 0}, 'demands[1].id: "a" stands there twice'),
        ({"x": 0, "y": 0}, "demands[1].id: None is no id; write a text or a whole number"),
        ({"id": "b", "x": float("nan"), "y": 0}, "demands[1].x: nan is no number"),
        ({"id": "b", "x": True, "y": 0}, "demands[1].x: True is no number"),
        ({"id": "b", "x": 10**400, "y": 0}, "is no number"),
        ({"id": "b", "x": 0, "y": 0, "skills": "电工"}, 'demands[1].skills: "电工" is no list'),
        ("b", "demands[1]: is no object"),
    ],
)
def test_a_faulty_demand_is_listed_and_the_rest_planned(demand, said):
    plan = solve(ask([visit("a", 3, 4), demand]))
    assert plan["distance"] == 10
    [finding] = plan["quality"]
    assert (finding["row"], finding["severity"]) == (2, "error")
    assert said in finding["message"]


def test_of_two_demands_that_exclude_each_other_the_nearer_is_served():
    plan = plan_routes(
        read_problem(
            {
                "depot": {"x": 0, "y": 0},
                "demands": [
                    {"id": 1, "x": 9, "y": 0, "load": 3},
                    {"id": 2, "x": 0, "y": 4, "load": 3},
                ],
                "teams": [{"id": "t", "capacity": 5}],
            }
        ),
        seconds=1,
        seed=1,
    )
    assert plan.distance == 8
    assert plan.as_dict()["unserved"][0]["id"] == 1


def test_one_demand_gives_way_to_two():
    far = [{"id": 1, "x": 1, "y": 0, "load": 4}]
    near = [{"id": n, "x": 5, "y": n, "load": 2} for n in (2, 3)]
    plan = plan_routes(
        read_problem(
            {
                "depot": {"x": 0, "y": 0},
                "demands": far + near,
                "teams": [{"id": "t", "capacity": 4}],
            }
        ),
        seconds=1,
        seed=1,
    )
    assert [each["id"] for each in plan.as_dict()["unserved"]] == [1]
