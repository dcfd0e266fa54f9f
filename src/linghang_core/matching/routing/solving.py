"""Routes found by PyVRP: as many demands as can be served, then the best way round them."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.stop import MaxRuntime

from linghang_core.matching.routing.model import Model, build_model
from linghang_core.matching.routing.problem import Problem

USUAL_PENALTY = 100_000.0
MOST_PENALTY = 4e10
"""Shared by the demands: times the largest time, 1e8 units, this stays below 2^63."""
SLOW = 4.0
"""How much slower a step may be than measured: by the machine, its other work, or many rules."""


@dataclass(frozen=True)
class Routes:
    """Visits by team, how many steps the search took, and whether the clock cut it short."""

    visits: dict[int, list[int]]
    steps: int
    cut: bool


class _Stop:
    """Ends a search after its steps, at the time limit, or at a cost below which all are served."""

    def __init__(self, steps: int, clock: MaxRuntime, goal: int) -> None:
        self.left, self.clock, self.goal, self.cut = steps, clock, goal, False

    def __call__(self, best_cost: int) -> bool:
        if self.left <= 0 or best_cost < self.goal:
            return True
        self.left -= 1
        self.cut = self.clock(best_cost)
        return self.cut


def count_steps(demands: int, seconds: float) -> int:
    """Return how many steps a search of so many demands takes: set by size, not by the clock."""
    a_step = 0.0006 + 0.000004 * demands
    return max(1, int(min(seconds / (SLOW * a_step), 1000 + 150 * demands)))


def find_routes(
    problem: Problem,
    start: Mapping[int, Sequence[int]],
    *,
    seconds: float,
    seed: int,
    steps: int | None = None,
) -> Routes:
    """Return the best routes found; the same for the same problem, `seconds` and `seed`.

    Two searches in a row share the steps: the first serves as many as it can and ends when nobody
    is left out, the second holds those served and shortens the way. `start` has the routes of
    promised visits, which no search may drop. Only the clock may end a search before its steps;
    then `cut` is true, and another machine may find other routes.
    """
    promised = frozenset(place for place, demand in enumerate(problem.demands) if demand.promised)
    clock = MaxRuntime(seconds)
    steps = steps or count_steps(len(problem.demands), seconds)
    model = build_model(problem, promised)
    priced = problem.weights.unserved is not None
    initial = model.as_solution(start) if start else None
    goal = -1 if priced else min(model.prices, default=0)
    first = _Stop(steps if priced else steps // 2, clock, goal)
    best = _search(model, initial, first, seed)
    taken, cut = (steps if priced else steps // 2) - first.left, first.cut
    if not priced and not cut and best.is_feasible():
        served = frozenset(visit for route in _list_visits(best) for visit in route)
        model = build_model(problem, promised | served)
        second = _Stop(steps - taken, clock, -1)
        initial = model.as_solution(model.read_solution(best))
        best = _search(model, initial, second, seed)
        taken, cut = steps - second.left, second.cut
    return Routes(model.read_solution(best), taken, cut)


def _list_visits(solution: pyvrp.Solution) -> list[list[int]]:
    return [[step.idx for step in route if step.is_client()] for route in solution.routes()]


def _search(model: Model, initial: pyvrp.Solution | None, stop: _Stop, seed: int) -> pyvrp.Solution:
    with warnings.catch_warnings():
        # a promise or window that cannot be kept is found and told by the double-precision check
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        result = pyvrp.solve(
            model.data,
            stop,
            seed=seed,
            collect_stats=False,
            params=_choose_parameters(model),
            initial_solution=initial,
        )
    return result.best


def _choose_parameters(model: Model) -> pyvrp.SolveParams:
    """Return penalties that can outweigh the price of a demand: else no plan would be feasible."""
    most = min(max(USUAL_PENALTY, max(model.prices) / 100), MOST_PENALTY / len(model.prices))
    return pyvrp.SolveParams(penalty=pyvrp.PenaltyParams(max_penalty=most))
