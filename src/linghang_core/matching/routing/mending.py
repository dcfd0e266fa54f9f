"""Routes made to hold in double precision, and what still fits put in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from linghang_core.matching.routing.insertions import Insertion, find_insertion, open_day, open_days
from linghang_core.matching.routing.problem import Problem
from linghang_core.matching.routing.schedules import schedule_route


def mend_routes(problem: Problem, routes: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    """Return routes that break no rule in double precision.

    Rounding to whole numbers can refuse a visit that just fits, and a search cut short can end on
    a route that breaks a rule: what breaks one is taken out, then what fits is put in where the
    detour is shortest, the most urgent first.
    """
    mended = {team: _take_out(problem, team, list(visits)) for team, visits in routes.items()}
    placed = {visit for visits in mended.values() for visit in visits}
    waiting = [place for place in range(len(problem.demands)) if place not in placed]
    waiting.sort(key=lambda place: (not problem.demands[place].promised, -_worth(problem, place)))
    days = open_days(problem, mended)
    for visit in waiting:
        tried = [find_insertion(problem, day, visit) for day in days]
        fitting = [one for one in tried if one.fits and is_worth(problem, one, visit)]
        if fitting:
            best = min(fitting, key=lambda one: (one.detour, one.team))
            days[best.team] = open_day(problem, best.team, best.schedule.visits)
    return {day.schedule.team: list(day.schedule.visits) for day in days if day.schedule.visits}


def is_worth(problem: Problem, insertion: Insertion, visit: int) -> bool:
    """Return whether a visit's price is more than its detour costs; always where none has one."""
    price = problem.weights.unserved
    return (
        price is None
        or problem.demands[visit].promised
        or cost_detour(problem, insertion, visit) < price * problem.demands[visit].priority
    )


def cost_detour(problem: Problem, insertion: Insertion, visit: int) -> float:
    """Return what an insertion adds to the objective."""
    before = [other for other in insertion.schedule.visits if other != visit]
    longer = insertion.schedule.duration
    if before:
        longer -= schedule_route(problem, insertion.team, before).duration
    weights, demand = problem.weights, problem.demands[visit]
    against = bool(demand.prefers) and str(problem.teams[insertion.team].id) not in demand.prefers
    return (
        insertion.detour * weights.distance
        + longer * weights.duration
        + (0.0 if before else weights.team)
        + (weights.preference if against else 0.0)
    )


def _worth(problem: Problem, place: int) -> float:
    return problem.demands[place].priority


def _take_out(problem: Problem, team: int, visits: list[int]) -> list[int]:
    """Return the visits without those by which a rule is broken; promised ones go last."""
    while visits and (schedule_route(problem, team, visits)).breaches:
        rest = [[*visits[:place], *visits[place + 1 :]] for place in range(len(visits))]
        misses = [
            _measure_miss(problem, team, visits[place], left) for place, left in enumerate(rest)
        ]
        visits = rest[min(range(len(rest)), key=lambda place: misses[place])]
    return visits


def _measure_miss(
    problem: Problem, team: int, out: int, rest: Sequence[int]
) -> tuple[bool, int, float]:
    breaches = schedule_route(problem, team, rest).breaches
    return problem.demands[out].promised, len(breaches), sum(each.excess for each in breaches)
