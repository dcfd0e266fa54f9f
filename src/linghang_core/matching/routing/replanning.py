"""Promises of an earlier plan, held while the rest is planned anew."""

from __future__ import annotations

from dataclasses import dataclass, replace

from linghang_core.matching.routing.insertions import find_insertion, open_day
from linghang_core.matching.routing.obstacles import describe
from linghang_core.matching.routing.problem import Demand, Key, Problem, Promise
from linghang_core.matching.routing.schedules import exceeds, schedule_route
from linghang_core.matching.routing.solving import find_routes


@dataclass(frozen=True)
class Broken:
    """A promise that cannot be kept, and why; its demand is planned as a new one."""

    demand: Key
    team: Key
    reason: str


@dataclass(frozen=True)
class Held:
    """The problem with its promises made hard, the routes of the promised, and what broke."""

    problem: Problem
    routes: dict[int, list[int]]
    broken: tuple[Broken, ...]


def hold_promises(problem: Problem, *, seconds: float, seed: int) -> Held:
    """Return the problem with every promise that can be kept made a hard rule.

    A promised demand may only be served by its team, in its promised time if that is kept, and may
    not be left out. Whether a team's promises hold together is tried in the promised order, then by
    shortest detours, then by the search over this team alone.
    """
    routes: dict[int, list[int]] = {}
    broken: list[Broken] = []
    demands = list(problem.demands)
    by_team: dict[str, list[Promise]] = {}
    for promise in problem.promises:
        by_team.setdefault(promise.team, []).append(promise)
    names = {str(team.id): place for place, team in enumerate(problem.teams)}
    places = {str(demand.id): place for place, demand in enumerate(problem.demands)}
    for name, promises in by_team.items():
        wanted = []
        for promise in promises:
            fault = _find_fault(problem, promise, names, places)
            if fault is not None:
                broken.append(Broken(promise.demand, name, fault))
            else:
                place = places[promise.demand]
                demands[place] = _bind(demands[place], promise)
                wanted.append(place)
        if not wanted:
            continue
        bound = replace(problem, demands=tuple(demands))
        kept = _order_visits(bound, names[name], wanted, seconds=seconds, seed=seed)
        for place in wanted:
            if place not in kept:
                tried = find_insertion(bound, open_day(bound, names[name], kept), place)
                if tried.fits:
                    kept = list(tried.schedule.visits)
                    continue
                reason = f"does not fit with the others: {describe(bound, tried.schedule)}"
                broken.append(Broken(demands[place].id, problem.teams[names[name]].id, reason))
                demands[place] = problem.demands[place]
        routes[names[name]] = kept
    return Held(replace(problem, demands=tuple(demands), promises=()), routes, tuple(broken))


def _bind(demand: Demand, promise: Promise) -> Demand:
    return replace(
        demand,
        teams=frozenset({promise.team}),
        opens=max(demand.opens, promise.earliest),
        closes=min(demand.closes, promise.latest),
        promised=True,
    )


def _find_fault(
    problem: Problem, promise: Promise, names: dict[str, int], places: dict[str, int]
) -> str | None:
    """Return why a promise cannot be kept whatever the rest, or None."""
    if promise.team not in names:
        return f'team "{promise.team}" is not among the teams'
    if promise.demand not in places:
        return "is not among the demands that can be planned"
    demand, team = problem.demands[places[promise.demand]], problem.teams[names[promise.team]]
    if (bar := problem.find_bar(team, demand)) is not None:
        return f'team "{promise.team}" {bar[1]}'
    bound = _bind(demand, promise)
    if exceeds(bound.opens, bound.closes):
        return (
            f"the promised time {promise.earliest:g} to {promise.latest:g} lies outside "
            f"its window {demand.opens:g} to {demand.closes:g}"
        )
    changed = tuple(bound if one is demand else one for one in problem.demands)
    alone = schedule_route(
        replace(problem, demands=changed).at_best, names[promise.team], [places[promise.demand]]
    )
    return describe(problem, alone) if alone.breaches else None


def _order_visits(
    problem: Problem, team: int, wanted: list[int], *, seconds: float, seed: int
) -> list[int]:
    """Return an order in which the team keeps as many of its promises as can be found."""
    if not schedule_route(problem, team, wanted).breaches:
        return wanted
    kept: list[int] = []
    for visit in wanted:
        tried = find_insertion(problem, open_day(problem, team, kept), visit)
        if tried.fits:
            kept = list(tried.schedule.visits)
    if len(kept) == len(wanted):
        return kept
    alone = restrict(problem, sorted(wanted), [team])
    loose = replace(alone, demands=tuple(replace(d, promised=False) for d in alone.demands))
    found = find_routes(loose, {}, seconds=seconds, seed=seed).visits.get(0, [])
    visits = [sorted(wanted)[place] for place in found]
    holds = not schedule_route(problem, team, visits).breaches
    return visits if holds and len(visits) > len(kept) else kept


def restrict(problem: Problem, visits: list[int], teams: list[int]) -> Problem:
    """Return the problem of some demands and some teams, in the given order."""
    places = [
        0,
        *(visit + 1 for visit in visits),
        *range(len(problem.demands) + 1, len(problem.times)),
    ]
    moved = {place: new for new, place in enumerate(places)}
    return replace(
        problem,
        demands=tuple(problem.demands[visit] for visit in visits),
        teams=tuple(problem.teams[team] for team in teams),
        distances=problem.distances[places][:, places],
        times=problem.times[places][:, places],
        homes=tuple(moved[problem.homes[team]] for team in teams),
    )
