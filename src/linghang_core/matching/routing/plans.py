"""A plan: who goes where and when, who is not served and why, and why each match was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from linghang_core.matching.routing.fairness import measure_fairness
from linghang_core.matching.routing.insertions import Day, find_cheapest, find_insertion, open_days
from linghang_core.matching.routing.mending import exchange_visits, mend_routes
from linghang_core.matching.routing.obstacles import (
    Obstacle,
    describe,
    find_dynamic,
    find_static,
    show,
)
from linghang_core.matching.routing.problem import Problem
from linghang_core.matching.routing.replanning import Broken, Held, hold_promises, restrict
from linghang_core.matching.routing.schedules import Schedule, measure_route
from linghang_core.matching.routing.solving import Routes, find_routes

SECONDS = 30.0
CUT = (
    "the time limit cut the search short: another machine may find another plan for the same seed; "
    "allow more --seconds for one that depends on the seed alone"
)
UNWEIGHED = (
    "preferences are shown, not weighed; set weights.preference to the distance that one is worth"
)


@dataclass(frozen=True)
class Plan:
    """A plan and all that is said about it; `as_dict` has the names fixed for other programs."""

    problem: Problem
    days: tuple[Day, ...]
    unserved: tuple[Obstacle, ...]
    kept: tuple[int, ...]
    broken: tuple[Broken, ...]
    search: Routes
    seed: int

    @property
    def routes(self) -> list[Schedule]:
        """Return the schedules of the teams that go out."""
        return [day.schedule for day in self.days if day.schedule.visits]

    @property
    def distance(self) -> float:
        """Return the length of all routes, in double precision."""
        return sum((route.distance for route in self.routes), 0.0)

    def as_dict(self) -> dict[str, Any]:
        """Return the plan as plain data."""
        notes = [CUT] if self.search.cut else []
        if self.broken:
            notes.append(f"{len(self.broken)} promises could not be kept; they stand in broken")
        if not self.problem.weights.preference and any(d.prefers for d in self.problem.demands):
            notes.append(UNWEIGHED)
        return {
            "distance": self.distance,
            "routes": [_tell_route(self.problem, route) for route in self.routes],
            "unserved": [obstacle.as_dict() for obstacle in self.unserved],
            "objective": _weigh(self),
            "matches": _explain_matches(self),
            "fairness": _measure(self),
            "kept": [self.problem.demands[place].id for place in self.kept],
            "broken": [
                {"id": one.demand, "team": one.team, "reason": one.reason} for one in self.broken
            ],
            "stopped": "time" if self.search.cut else "iterations",
            "iterations": self.search.steps,
            "seed": self.seed,
            "notes": notes,
            "quality": [finding.as_dict() for finding in self.problem.findings],
        }


def plan_routes(
    problem: Problem, *, seconds: float = SECONDS, seed: int = 1, steps: int | None = None
) -> Plan:
    """Return the plan of a problem: hard rules never broken, most served, then least weighed cost.

    `steps` of the search are set by the number of demands and by `seconds`, unless given. The same
    problem, `seconds`, `seed` and `steps` give the same plan unless the time limit cuts the search,
    and then `stopped` says so. Where `balance` has a weight, a first plan without it tells the equal
    share of time out, and a second search sets out from that plan.
    """
    held = hold_promises(problem, seconds=seconds / 4, seed=seed)
    if not problem.weights.balance:
        return _plan_held(held, held.routes, seconds=seconds, seed=seed, steps=steps)
    weights = replace(problem.weights, balance=0.0)
    level = replace(held, problem=replace(held.problem, weights=weights))
    half = steps and steps // 2
    first = _plan_held(level, held.routes, seconds=seconds / 2, seed=seed, steps=half)
    share = sum(route.duration for route in first.routes) / len(problem.teams)
    shared = replace(held, problem=replace(held.problem, share=share))
    routes = {route.team: list(route.visits) for route in first.routes}
    second = _plan_held(shared, routes, seconds=seconds / 2, seed=seed, steps=half)
    taken = Routes(
        second.search.visits,
        first.search.steps + second.search.steps,
        first.search.cut or second.search.cut,
    )
    return replace(second, search=taken)


def _plan_held(
    held: Held, start: dict[int, list[int]], *, seconds: float, seed: int, steps: int | None
) -> Plan:
    """Return the plan that a search from the routes of `start` leads to."""
    problem = held.problem
    static = {place: find_static(problem, place) for place in range(len(problem.demands))}
    open_places = [place for place, obstacle in static.items() if obstacle is None]
    search = Routes({}, 0, cut=False)
    if open_places:
        part = restrict(problem, open_places, list(range(len(problem.teams))))
        within = {
            team: [open_places.index(visit) for visit in visits] for team, visits in start.items()
        }
        search = find_routes(part, within, seconds=seconds, seed=seed, steps=steps)
    routes = {
        team: [open_places[visit] for visit in visits] for team, visits in search.visits.items()
    }
    days = open_days(problem, exchange_visits(problem, mend_routes(problem, routes, held.routes)))
    served = {visit for day in days for visit in day.schedule.visits}
    unserved = [
        obstacle if obstacle is not None else find_dynamic(problem, days, place)
        for place, obstacle in static.items()
        if place not in served
    ]
    kept = [place for place in sorted(served) if problem.demands[place].promised]
    return Plan(problem, tuple(days), tuple(unserved), tuple(kept), held.broken, search, seed)


def _tell_route(problem: Problem, route: Schedule) -> dict[str, Any]:
    return {
        "team": problem.teams[route.team].id,
        "demands": [problem.demands[visit].id for visit in route.visits],
        "arrivals": list(route.arrivals),
        "waits": list(route.waits),
        "leaves": route.leaves,
        "returns": route.returns,
        "distance": route.distance,
        "duration": route.duration,
        "load": route.load,
    }


def _weigh(plan: Plan) -> dict[str, Any]:
    """Return each named weight with its amount and its part of the objective."""
    problem, weights = plan.problem, plan.problem.weights
    out = {obstacle.demand for obstacle in plan.unserved}
    amounts = {
        "distance": plan.distance,
        "duration": sum(route.duration for route in plan.routes),
        "team": len(plan.routes),
        "preference": sum(
            _is_against(problem, route.team, visit)
            for route in plan.routes
            for visit in route.visits
        ),
        "balance": sum(max(0.0, route.duration - problem.share) for route in plan.routes),
        "unserved": sum(demand.priority for demand in problem.demands if demand.id in out),
    }
    parts: dict[str, dict[str, Any]] = {
        name: {"amount": amount, "weight": weight, "cost": amount * weight}
        if (weight := getattr(weights, name)) is not None
        else {"amount": amount, "weight": "before all else", "cost": None}
        for name, amount in amounts.items()
    }
    return parts | {"total": sum(part["cost"] or 0.0 for part in parts.values())}


def _is_against(problem: Problem, team: int, visit: int) -> bool:
    prefers = problem.demands[visit].prefers
    return bool(prefers) and str(problem.teams[team].id) not in prefers


def _measure(plan: Plan) -> dict[str, Any]:
    """Return what each team has to do, idle ones too, and how evenly that lies."""
    problem = plan.problem
    schedules = [day.schedule for day in plan.days]
    durations = [one.duration if one.visits else 0.0 for one in schedules]
    return {
        "teams": [
            {
                "team": problem.teams[one.team].id,
                "visits": len(one.visits),
                "duration": duration,
                "service": sum(problem.demands[visit].service for visit in one.visits),
                "waiting": sum(one.waits),
                "distance": one.distance if one.visits else 0.0,
            }
            for one, duration in zip(schedules, durations, strict=True)
        ],
        "share": problem.share if isfinite(problem.share) else None,
        "visits": measure_fairness([float(len(one.visits)) for one in schedules]),
        "duration": measure_fairness(durations),
    }


def _explain_matches(plan: Plan) -> list[dict[str, Any]]:
    """Return for each visit what it costs, and which team would have come next."""
    told = []
    for day in plan.days:
        for position, visit in enumerate(day.schedule.visits):
            told.append(_explain_match(plan, day, position, visit))
    return told


def _explain_match(plan: Plan, day: Day, position: int, visit: int) -> dict[str, Any]:
    problem, route = plan.problem, day.schedule
    team, demand = problem.teams[route.team], problem.demands[visit]
    rest = [other for other in route.visits if other != visit]
    detour = route.distance - (measure_route(problem, route.team, rest) if rest else 0.0)
    others = [
        other
        for other in plan.days
        if other.schedule.team != route.team
        and problem.find_bar(problem.teams[other.schedule.team], demand) is None
    ]
    following = _tell_next(problem, others, visit)
    why = f'team "{team.id}": detour {show(detour)}'
    if demand.promised:
        why += "; promised before"
    return {
        "id": demand.id,
        "team": team.id,
        "arrival": route.arrivals[position],
        "wait": route.waits[position],
        "detour": detour,
        "preferred": not _is_against(problem, route.team, visit),
        "promised": demand.promised,
        "why": f"{why}; {following.pop('words')}",
        "next": following,
    }


def _tell_next(problem: Problem, others: Sequence[Day], visit: int) -> dict[str, Any]:
    """Return the team that would come next, or what stands in the way of the nearest one."""
    best = find_cheapest(problem, others, visit)
    if best is not None:
        name = problem.teams[best.team].id
        return {
            "team": name,
            "detour": best.detour,
            "words": f'next "{name}" with {show(best.detour)}',
        }
    if not others:
        return {"team": None, "reason": "no other team may go", "words": "no other team may go"}
    tried = [find_insertion(problem, day, visit) for day in others]
    nearest = min(tried, key=lambda each: (*each.miss, each.detour))
    reason = describe(problem, nearest.schedule)
    return {"team": None, "reason": reason, "words": f"no other has room: {reason}"}
