"""When a team is where: the one place in which the rules are judged, in double precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from linghang_core.matching.routing.problem import Problem

TOLERANCE = 1e-9
NOISE = 1e-15
"""Of the limit: what sums of doubles may differ by besides; 0.1 + 0.2 is not later than 0.3."""


@dataclass(frozen=True)
class Breach:
    """A hard rule broken: at which demand (index; None: the team's shift) and by how much."""

    rule: str
    demand: int | None
    value: float
    limit: float

    @property
    def excess(self) -> float:
        """Return by how much the limit is exceeded."""
        return self.value - self.limit


@dataclass(frozen=True)
class Schedule:
    """One team's day. Waiting is done before setting out, so a team arrives when it may begin."""

    team: int
    visits: tuple[int, ...]
    leaves: float
    arrivals: tuple[float, ...]
    waits: tuple[float, ...]
    returns: float
    distance: float
    load: float
    breaches: tuple[Breach, ...]

    @property
    def duration(self) -> float:
        """Return how long the team is out."""
        return self.returns - self.leaves


def exceeds(value: float, limit: float) -> bool:
    """Return whether a value lies beyond a limit by more than doubles err."""
    return value > limit + TOLERANCE + NOISE * abs(limit)


def schedule_route(problem: Problem, team: int, visits: Sequence[int]) -> Schedule:
    """Return the earliest schedule of the team's visits (indices of demands) and what it breaks.

    The team leaves as late as the first visit allows without coming later, and later still only
    where the longest time out, or the weight of duration or balance, asks for it.
    """
    one = problem.teams[team]
    schedule = _walk(problem, team, visits, one.start)
    dear = problem.weights.duration or problem.weights.balance
    over = schedule.duration - (0.0 if dear else one.longest)
    if visits and (slack := _find_slack(problem, schedule)) > 0 and over > 0:
        delay = min(over, slack)
        schedule = _walk(problem, team, visits, schedule.leaves + delay)
    return schedule


def measure_route(problem: Problem, team: int, visits: Sequence[int]) -> float:
    """Return the length of the team's way from its home through its visits and back."""
    home = problem.homes[team]
    places = [home, *(visit + 1 for visit in visits), home]
    return sum(problem.ways[a][b] for a, b in pairwise(places))


def _walk(problem: Problem, team: int, visits: Sequence[int], start: float) -> Schedule:
    one, times, home = problem.teams[team], problem.hours, problem.homes[team]
    now, place, load = start, home, 0.0
    leaves = start
    arrivals: list[float] = []
    waits: list[float] = []
    breaches: list[Breach] = []
    for visit in visits:
        demand = problem.demands[visit]
        if (bar := problem.find_bar(one, demand)) is not None:
            breaches.append(Breach(bar[0], visit, 1.0, 0.0))
        reached = now + times[place][visit + 1]
        begin = max(reached, demand.opens)
        if not arrivals:
            leaves = start + (begin - reached)
            waits.append(0.0)
        else:
            waits.append(begin - reached)
        if exceeds(begin, demand.closes):
            breaches.append(Breach("window", visit, begin, demand.closes))
        arrivals.append(begin)
        load += demand.load
        now, place = begin + demand.service, visit + 1
    returns = now + (times[place][home] if visits else 0.0)
    for rule, value, limit in (
        ("capacity", load, one.capacity),
        ("shift_end", returns, one.end),
        ("max_duration", returns - leaves, one.longest),
    ):
        if exceeds(value, limit):
            breaches.append(Breach(rule, None, value, limit))
    return Schedule(
        team=team,
        visits=tuple(visits),
        leaves=leaves,
        arrivals=tuple(arrivals),
        waits=tuple(waits),
        returns=returns,
        distance=measure_route(problem, team, visits),
        load=load,
        breaches=tuple(breaches),
    )


def _find_slack(problem: Problem, schedule: Schedule) -> float:
    """Return by how much leaving later makes the time out shorter and no visit late.

    Forward time slack of Savelsbergh (1992, ORSA J. Computing 4:146): the least, over the visits,
    of the waiting before it and the time left in its window; never more than all the waiting.
    """
    waited, slack = 0.0, float("inf")
    for visit, arrival, wait in zip(
        schedule.visits, schedule.arrivals, schedule.waits, strict=True
    ):
        waited += wait
        slack = min(slack, waited + problem.demands[visit].closes - arrival)
    return min(slack, waited)
