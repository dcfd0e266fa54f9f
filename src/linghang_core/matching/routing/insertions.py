"""Where one more visit would fit into a team's day, or by how little it does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from linghang_core.matching.routing.problem import Problem
from linghang_core.matching.routing.schedules import Schedule, exceeds, schedule_route


@dataclass(frozen=True)
class Insertion:
    """A team's day with one more visit: how much longer the way gets, and which rules it breaks."""

    team: int
    position: int
    detour: float
    schedule: Schedule

    @property
    def fits(self) -> bool:
        """Return whether no rule is broken."""
        return not self.schedule.breaches

    @property
    def miss(self) -> tuple[int, float]:
        """Return how many rules are broken, and by how much together."""
        breaches = self.schedule.breaches
        return len(breaches), sum(breach.excess for breach in breaches)


@dataclass(frozen=True)
class Day:
    """A team's schedule with what a trial insertion needs at each gap between visits.

    `ready` is when the team can leave the place before the gap, `latest` when it must be at the
    place after the gap for the rest to hold.
    """

    schedule: Schedule
    ready: tuple[float, ...]
    latest: tuple[float, ...]


def open_day(problem: Problem, team: int, visits: Sequence[int]) -> Day:
    """Return the team's day, ready for trial insertions."""
    schedule = schedule_route(problem, team, visits)
    demands, one, home = problem.demands, problem.teams[team], problem.homes[team]
    ready, now, place = [one.start], one.start, home
    for visit in visits:
        now += problem.hours[place][visit + 1]
        now = max(now, demands[visit].opens) + demands[visit].service
        place = visit + 1
        ready.append(now)
    latest, then, place = [one.end], one.end, home
    for visit in reversed(visits):
        then -= problem.hours[visit + 1][place] + demands[visit].service
        then = min(then, demands[visit].closes)
        place = visit + 1
        latest.append(then)
    return Day(schedule, tuple(ready), tuple(reversed(latest)))


def open_days(problem: Problem, routes: Mapping[int, Sequence[int]]) -> list[Day]:
    """Return the day of every team, also of those that stay at home."""
    return [open_day(problem, team, routes.get(team, ())) for team in range(len(problem.teams))]


def find_insertion(problem: Problem, day: Day, visit: int) -> Insertion:
    """Return the shortest detour that keeps every rule, or else the nearest miss."""
    gaps = sorted(_list_gaps(problem, day, visit))
    fitting = [gap for gap in gaps if not gap[0]]
    nearest: Insertion | None = None
    for _, detour, position in fitting or gaps[:1]:
        tried = _insert(problem, day, visit, position, detour)
        if tried.fits:
            return tried
        if nearest is None or tried.miss < nearest.miss:
            nearest = tried
    assert nearest is not None
    return nearest


def find_cheapest(problem: Problem, days: Sequence[Day], visit: int) -> Insertion | None:
    """Return the shortest detour over several teams that keeps every rule, or None."""
    gaps = sorted(
        (detour, place, position)
        for place, day in enumerate(days)
        for late, detour, position in _list_gaps(problem, day, visit)
        if not late
    )
    for detour, place, position in gaps:
        tried = _insert(problem, days[place], visit, position, detour)
        if tried.fits:
            return tried
    return None


def _list_gaps(problem: Problem, day: Day, visit: int) -> list[tuple[float, float, int]]:
    """Return lateness (zero where windows and the shift hold), detour and place of every gap."""
    demand, visits, target = problem.demands[visit], day.schedule.visits, visit + 1
    hours, ways, closes = problem.hours, problem.ways, demand.closes
    home = problem.homes[day.schedule.team]
    places = [home, *(other + 1 for other in visits), home]
    gaps = []
    for position, (before, after) in enumerate(pairwise(places)):
        begin = max(day.ready[position] + hours[before][target], demand.opens)
        reach, latest = begin + demand.service + hours[target][after], day.latest[position]
        late = begin - closes if begin > closes and exceeds(begin, closes) else 0.0
        if reach > latest and exceeds(reach, latest):
            late += reach - latest
        old = ways[before][after] if visits else 0.0
        gaps.append((late, ways[before][target] + ways[target][after] - old, position))
    return gaps


def _insert(problem: Problem, day: Day, visit: int, position: int, detour: float) -> Insertion:
    visits = list(day.schedule.visits)
    visits.insert(position, visit)
    schedule = schedule_route(problem, day.schedule.team, visits)
    return Insertion(day.schedule.team, position, detour, schedule)
