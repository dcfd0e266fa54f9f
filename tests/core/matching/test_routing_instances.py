"""Public instances: near the best known, every rule kept, the printed distance true.

Best known distances of the objective "total distance" in double precision: C101 828.94 (optimal),
R101 1642.88, RC101 1623.58, R201 1147.80 (as collected in the literature on windows), CMT3 826.14
(optimal); with distances rounded to whole numbers A-n32-k5 784 and X-n101-k25 27591 (both optimal). In
distances cut to one decimal R101 is 1637.7 and RC101 1619.8 (optimal, Kohl et al. 1999).
"""

import pytest
from tests.core.matching.checker import find_faults
from tests.core.matching.instances import cut_distances, read_instance, round_distances

from linghang_core.matching.routing import plan_routes, read_problem
from linghang_core.matching.routing.schedules import schedule_route

SHORT = 800
"""Steps, a ninth of what such a problem is given by default."""


def solve(problem: dict, steps: int = SHORT) -> dict:
    return plan_routes(read_problem(problem), seconds=600, steps=steps).as_dict()


@pytest.mark.parametrize(
    ("name", "windows", "best"),
    [
        ("R101", True, 1642.88),
        ("RC101", True, 1623.58),
        ("R201", True, 1147.80),
        ("R101", False, 826.14),
    ],
)
def test_a_hundred_stops_lie_within_five_per_cent_of_the_best_known(name, windows, best):
    problem = read_instance(name, windows=windows)
    plan = solve(problem)
    assert find_faults(problem, plan) == []
    assert plan["unserved"] == []
    assert best - 0.01 <= plan["distance"] <= 1.05 * best


def test_a_small_instance_with_rounded_distances_is_solved_to_its_optimum():
    problem = round_distances(read_instance("A-n32-k5"))
    plan = solve(problem, 3000)
    assert find_faults(problem, plan) == []
    assert (plan["distance"], plan["unserved"]) == (784, [])


def test_a_hundred_stops_of_set_x_lie_within_five_per_cent_of_the_best_known():
    problem = round_distances(read_instance("X-n101-k25"))
    plan = solve(problem)
    assert find_faults(problem, plan) == []
    assert plan["unserved"] == []
    assert 27591 <= plan["distance"] <= 1.05 * 27591


def test_c101_is_solved_to_its_optimum_by_ten_teams():
    problem = read_instance("C101", teams=10)
    plan = solve(problem)
    assert plan["distance"] == pytest.approx(828.9369, abs=1e-4)
    assert find_faults(problem, plan) == []


def test_published_routes_hold_and_have_their_published_length():
    """The optimal routes of RC101 (distances cut to one decimal) as github.com/PyVRP/VRPLIB has them."""
    problem = cut_distances(read_instance("RC101"))
    routes = """5 45 2 7 6 8 3 1 70, 23 21 18 49 22 20 25 24, 39 42 44 61 81 68 55,
        47 14 12 73 79 46 4 100, 59 75 87 97 58 77, 63 33 28 30 34 50 91 80, 64 51 85 84 56 66,
        65 52 99 57 86 74, 69 98 88 53 78 60, 72 36 38 41 40 43 37 35, 82 11 15 16 9 10 13 17,
        83 19 76 89 48, 90, 92 31 29 27 26 32 93, 95 62 67 71 94 96 54"""
    read = read_problem(problem)
    schedules = [
        schedule_route(read, team, [int(stop) - 1 for stop in route.split()])
        for team, route in enumerate(routes.split(","))
    ]
    assert [schedule.breaches for schedule in schedules] == [()] * 15
    assert sum(schedule.distance for schedule in schedules) == pytest.approx(1619.8)


def test_with_too_few_teams_most_are_served_and_each_left_out_has_its_reason():
    problem = read_instance("R101", teams=8)
    plan = solve(problem)
    assert find_faults(problem, plan) == []
    assert len(plan["unserved"]) <= 42
    assert {each["rule"] for each in plan["unserved"]} == {"full"}
