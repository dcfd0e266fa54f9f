"""Routes made to hold in double precision, and what still fits put in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from linghang_core.matching.routing.insertions import (
    Day,
    Insertion,
    find_cheapest,
    find_insertion,
    open_day,
    open_days,
)
from linghang_core.matching.routing.problem import Problem, Weights
from linghang_core.matching.routing.schedules import schedule_route

SMALL = 12
"""Demands up to which exchanges are tried one by one."""


def mend_routes(
    problem: Problem,
    routes: Mapping[int, Sequence[int]],
    promised: Mapping[int, Sequence[int]],
) -> dict[int, list[int]]:
    """Return routes that break no rule in double precision and keep every promise.

    Rounding to whole numbers can refuse a visit that just fits, and a search cut short can end on
    a route that breaks a rule: what breaks one is taken out, then what fits is put in where the
    detour is shortest, the most urgent first. A route without all its promised visits (`promised`,
    which hold by themselves) begins again with those alone.
    """
    mended = {team: _take_out(problem, team, list(visits)) for team, visits in routes.items()}
    mended |= {
        team: list(visits)
        for team, visits in promised.items()
        if not set(visits) <= set(mended.get(team, ()))
    }
    placed = {visit for visits in mended.values() for visit in visits}
    waiting = [place for place in range(len(problem.demands)) if place not in placed]
    waiting.sort(key=lambda place: (not problem.demands[place].promised, -_worth(problem, place)))
    days = open_days(problem, mended)
    for visit in waiting:
        best = _find_place(problem, days, visit)
        if best is not None:
            days[best.team] = open_day(problem, best.team, best.schedule.visits)
    return {day.schedule.team: list(day.schedule.visits) for day in days if day.schedule.visits}


def exchange_visits(problem: Problem, routes: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    """Return routes in which no visit can give way to one left out for more visits or a shorter way.

    Small problems only, without promises, priorities or further weights: there the search has few
    moves and may stay with the first demand it took where only one of two can be served.
    """
    best = {team: list(visits) for team, visits in routes.items()}
    plain = replace(problem.weights, distance=1.0) == Weights()
    free = not any(demand.promised for demand in problem.demands)
    alike = len({demand.priority for demand in problem.demands}) == 1
    if len(problem.demands) > SMALL or not (plain and free and alike):
        return best
    while True:
        served = sorted(visit for visits in best.values() for visit in visits)
        left = [place for place in range(len(problem.demands)) if place not in served]
        tries = [_exchange(problem, best, out, new, left) for out in served for new in left]
        better = min((_rate(problem, each), place) for place, each in enumerate([best, *tries]))[1]
        if not better or _rate(problem, tries[better - 1]) >= _rate(problem, best):
            return best
        best = tries[better - 1]


def _exchange(
    problem: Problem, routes: Mapping[int, Sequence[int]], out: int, new: int, left: Sequence[int]
) -> dict[int, list[int]]:
    """Return routes without one visit, with a new one and what else then fits."""
    without = {team: [visit for visit in visits if visit != out] for team, visits in routes.items()}
    days = open_days(problem, without)
    for visit in [new, *(each for each in left if each != new), out]:
        found = _find_place(problem, days, visit)
        if found is not None:
            days[found.team] = open_day(problem, found.team, found.schedule.visits)
    return {day.schedule.team: list(day.schedule.visits) for day in days if day.schedule.visits}


def _rate(problem: Problem, routes: Mapping[int, Sequence[int]]) -> tuple[int, float]:
    """Return what is least in the better plan: fewer left out, then a shorter way."""
    way = sum(schedule_route(problem, team, list(each)).distance for team, each in routes.items())
    return -sum(len(visits) for visits in routes.values()), round(way, 9)


def _find_place(problem: Problem, days: Sequence[Day], visit: int) -> Insertion | None:
    """Return the shortest detour, or where leaving out has a price, the cheapest that is less."""
    demand, price = problem.demands[visit], problem.weights.unserved
    able = [
        day for day in days if problem.find_bar(problem.teams[day.schedule.team], demand) is None
    ]
    if price is None or demand.promised:
        return find_cheapest(problem, able, visit)
    tried = [find_insertion(problem, day, visit) for day in able]
    costs = [(cost_detour(problem, one, visit), one.team, one) for one in tried if one.fits]
    cost, _, best = min(costs, default=(0.0, 0, None), key=lambda each: each[:2])
    return best if cost < price * demand.priority else None


def cost_detour(problem: Problem, insertion: Insertion, visit: int) -> float:
    """Return what an insertion adds to the objective."""
    before = [other for other in insertion.schedule.visits if other != visit]
    longer = insertion.schedule.duration
    if before:
        longer -= schedule_route(problem, insertion.team, before).duration
    beyond = max(0.0, insertion.schedule.duration - problem.share)
    beyond -= max(0.0, insertion.schedule.duration - longer - problem.share)
    weights, demand = problem.weights, problem.demands[visit]
    against = bool(demand.prefers) and str(problem.teams[insertion.team].id) not in demand.prefers
    return (
        insertion.detour * weights.distance
        + longer * weights.duration
        + beyond * weights.balance
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
