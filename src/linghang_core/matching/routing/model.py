"""The problem in whole numbers, as the solver reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf, isfinite, log10
from typing import Any

import numpy as np
import pyvrp

from linghang_core.matching.routing.problem import Demand, Problem, Team

LARGEST_TIME = 1e8
LARGEST_PRICE = 2.0**42
"""Sums over a thousand visits and all penalties stay far below 2^63."""
WHOLE = 1e-6
"""What of a unit is taken for the noise of doubles when rounding."""
PROMISED_SLACK = 3
"""Units a visit adds to what a chain of promised times misses by rounding; doubles judge at last."""
NEVER = int(np.iinfo(np.int64).max)


@dataclass(frozen=True)
class Model:
    """The solver's data, its teams by type, and the price of leaving each demand out."""

    problem: Problem
    data: pyvrp.ProblemData
    kinds: tuple[tuple[int, ...], ...]
    prices: tuple[int, ...]

    def as_solution(self, routes: Mapping[int, Sequence[int]]) -> pyvrp.Solution:
        """Return routes (visits by team) as the solver holds them."""
        kind_of = {team: kind for kind, teams in enumerate(self.kinds) for team in teams}
        return pyvrp.Solution(
            self.data,
            [
                pyvrp.Route(self.data, [int(visit) for visit in visits], kind_of[team])
                for team, visits in routes.items()
                if visits
            ],
        )

    def read_solution(self, solution: pyvrp.Solution) -> dict[int, list[int]]:
        """Return visits by team; teams of one type are handed their routes in order of visits."""
        routes: dict[int, list[int]] = {}
        for kind, teams in enumerate(self.kinds):
            found = [
                [step.idx for step in route if step.is_client()]
                for route in solution.routes()
                if route.vehicle_type() == kind
            ]
            routes |= dict(zip(teams, sorted(found), strict=False))
        return {team: routes[team] for team in sorted(routes)}


@dataclass(frozen=True)
class _Scale:
    """How many whole units one unit of time or distance, one of load and one of cost is."""

    time: float
    load: float
    money: float
    zero: float

    def down(self, value: float) -> int:
        return floor(value * self.time + WHOLE)

    def up(self, value: float) -> int:
        return ceil(value * self.time - WHOLE)

    def clock(self, value: float, *, early: bool) -> int:
        """Return a moment, counted from the first one that matters, rounded inwards."""
        if not isfinite(value):
            return 0 if value < 0 else NEVER
        return max(0, self.up(value - self.zero) if early else self.down(value - self.zero))


def build_model(problem: Problem, required: frozenset[int] = frozenset()) -> Model:
    """Return the model of a problem; demands in `required` may not be left out.

    Times of travel and service are rounded up, windows and shifts inwards: what holds in whole
    numbers holds in doubles. Teams that are alike are one type; each set of demands that a type
    may not serve, or serves against a wish, is a matrix of costs of its own.
    """
    bound = _bound_cost(problem)
    scale = _choose_scale(problem, bound)
    price = ceil(bound * scale.money) + 1
    if problem.weights.unserved is not None:
        price = round(problem.weights.unserved * scale.money)
    least = 1.0 if problem.weights.unserved is not None else _least_priority(problem)
    prices = tuple(ceil(price * demand.priority / least) for demand in problem.demands)
    forbidden = 2 * (max(prices, default=0) + ceil(bound * scale.money) + 1)
    kinds, profiles = _group_teams(problem)
    promised = sum(demand.promised for demand in problem.demands)
    costs: list[Any] = [_cost_matrix(problem, scale, kind, forbidden) for kind in profiles]
    times: Any = np.ceil(problem.times * scale.time - WHOLE).astype(np.int64)
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in problem.times],
        clients=[
            _build_client(demand, place, scale, prices[place], place in required, promised)
            for place, demand in enumerate(problem.demands)
        ],
        depots=[pyvrp.Depot(home) for home in _list_homes(problem)],
        vehicle_types=[
            _build_type(problem, scale, teams, profiles.index(_find_profile(problem, teams[0])))
            for teams in kinds
        ],
        distance_matrices=costs,
        duration_matrices=[times] * len(costs),
    )
    return Model(problem, data, tuple(kinds), prices)


def _bound_cost(problem: Problem) -> float:
    """Return more than any plan costs: what it takes to put serving before all else."""
    weights, out = problem.weights, min(len(problem.demands), len(problem.teams))
    legs = len(problem.demands) + out
    finite = [t for t in _list_moments(problem) if isfinite(t)]
    busy = sum(demand.service for demand in problem.demands)
    hours = legs * float(problem.times.max(initial=0)) + busy + out * (max(finite) - min(finite))
    return (
        legs * float(problem.distances.max(initial=0)) * weights.distance
        + hours * (weights.duration + weights.balance)
        + out * weights.team
        + len(problem.demands) * weights.preference
    )


def _list_moments(problem: Problem) -> list[float]:
    ends = [moment for team in problem.teams for moment in (team.start, team.end)]
    windows = [moment for demand in problem.demands for moment in (demand.opens, demand.closes)]
    return ends + windows


def _least_priority(problem: Problem) -> float:
    return min((demand.priority for demand in problem.demands), default=1.0)


def _choose_scale(problem: Problem, bound: float) -> _Scale:
    """Return powers of ten, so that decimal numbers stay exact and ten times the map is one plan.

    Money is counted as finely as time, or where a unit of time costs something, so finely that its
    weight is a whole number; dear plans are counted in coarser money.
    """
    finite = [moment for moment in _list_moments(problem) if isfinite(moment)]
    zero = min(finite)
    span = max(
        max(finite) - zero,
        float(problem.times.max(initial=0)),
        max((demand.service for demand in problem.demands), default=0.0),
    )
    top = max((demand.priority for demand in problem.demands), default=1.0)
    price = max(bound, problem.weights.unserved or 0.0) * top / _least_priority(problem)
    time = _floor_ten(LARGEST_TIME / (span or 1.0))
    money = _floor_ten(LARGEST_PRICE / (4 * price or 1.0))
    if problem.weights.duration or problem.weights.balance:
        factor = next(k for k in (1, 10, 100, 1000) if k == 1000 or _is_whole(problem, k))
        time = min(time, money / factor)
        money = time * factor
    else:
        money = min(money, _floor_ten(LARGEST_TIME / (float(problem.distances.max()) or 1.0)))
    loads = [demand.load for demand in problem.demands if demand.load]
    exact = all(load == round(load) for load in loads)
    fine = 1.0 if exact else _floor_ten(1e6 / max(loads))
    return _Scale(time, fine, money, zero)


def _floor_ten(number: float) -> float:
    return float(10.0 ** floor(log10(number)))


def _is_whole(problem: Problem, factor: int) -> bool:
    weights = (problem.weights.duration * factor, problem.weights.balance * factor)
    return all(abs(weight - round(weight)) < WHOLE for weight in weights)


def _find_profile(problem: Problem, team: int) -> tuple[frozenset[int], frozenset[int]]:
    """Return which demands the team may not serve, and which it serves against a wish."""
    one = problem.teams[team]
    demands = list(enumerate(problem.demands))
    barred = frozenset(place for place, d in demands if problem.find_bar(one, d) is not None)
    if not problem.weights.preference:
        return barred, frozenset()
    name = str(one.id)
    return barred, frozenset(place for place, d in demands if d.prefers and name not in d.prefers)


def _group_teams(
    problem: Problem,
) -> tuple[list[tuple[int, ...]], list[tuple[frozenset[int], frozenset[int]]]]:
    """Return teams that are alike together, and the distinct profiles."""
    groups: dict[object, list[int]] = {}
    profiles = []
    for place, team in enumerate(problem.teams):
        profile = _find_profile(problem, place)
        if profile not in profiles:
            profiles.append(profile)
        alike = (team.start, team.end, team.capacity, team.longest, problem.homes[place], profile)
        groups.setdefault(alike, []).append(place)
    return [tuple(group) for group in groups.values()], profiles


def _cost_matrix(
    problem: Problem,
    scale: _Scale,
    profile: tuple[frozenset[int], frozenset[int]],
    forbidden: int,
) -> np.ndarray:
    """Return costs of going from place to place; into a forbidden one more than any plan costs."""
    costs = np.rint(problem.distances * problem.weights.distance * scale.money).astype(np.int64)
    barred, unwished = ([place + 1 for place in sorted(part)] for part in profile)
    costs[:, unwished] += round(problem.weights.preference * scale.money)
    costs[:, barred] = forbidden
    np.fill_diagonal(costs, 0)
    return costs


def _build_client(
    demand: Demand, place: int, scale: _Scale, price: int, required: bool, promised: int
) -> pyvrp.Client:
    slack = PROMISED_SLACK * promised if demand.promised else 0
    opens, closes = scale.clock(demand.opens, early=True), scale.clock(demand.closes, early=False)
    return pyvrp.Client(
        location=place + 1,
        delivery=[ceil(demand.load * scale.load - WHOLE)],
        service_duration=scale.up(demand.service),
        tw_early=opens,
        tw_late=max(opens, min(NEVER - slack, closes) + slack),
        prize=price,
        required=required,
    )


def _list_homes(problem: Problem) -> list[int]:
    return sorted({0, *problem.homes})


def _build_type(
    problem: Problem, scale: _Scale, teams: tuple[int, ...], profile: int
) -> pyvrp.VehicleType:
    team: Team = problem.teams[teams[0]]
    home = _list_homes(problem).index(problem.homes[teams[0]])
    total = sum(ceil(demand.load * scale.load) for demand in problem.demands)
    capacity = total if team.capacity == inf else floor(team.capacity * scale.load + WHOLE)
    start = scale.clock(team.start, early=True)
    longest = NEVER if team.longest == inf else scale.down(team.longest)
    share = longest if problem.share == inf else min(longest, scale.down(problem.share))
    return pyvrp.VehicleType(
        num_available=len(teams),
        capacity=[min(capacity, total)],
        start_depot=home,
        end_depot=home,
        fixed_cost=round(problem.weights.team * scale.money),
        tw_early=start,
        tw_late=max(start, scale.clock(team.end, early=False)),
        shift_duration=share,
        max_overtime=longest - share,
        unit_overtime_cost=round(problem.weights.balance * scale.money / scale.time),
        unit_distance_cost=1,
        unit_duration_cost=round(problem.weights.duration * scale.money / scale.time),
        profile=profile,
    )
