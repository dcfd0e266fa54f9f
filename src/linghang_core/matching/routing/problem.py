"""What a routing problem is: demands at places, teams with a shift, and how far apart they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

import numpy as np

from linghang_core.findings import Finding
from linghang_core.matching.routing.travel import find_shortest

Key = str | int
"""An id as the file writes it; two ids that read alike are the same."""


class ProblemError(ValueError):
    """A problem that cannot be planned; the message names the place and the remedy."""


@dataclass(frozen=True)
class Demand:
    """One visit asked for 诉求.

    Service (in units of time) must begin within `opens` and `closes`, both counted in. `load` is
    what the visit takes of a team's capacity, `people` how many a team must have, `skills` what it
    must know; `teams` are the only ones allowed (None: all). `prefers` is a wish, no rule.
    `promised` marks a visit already accepted: it is never left out for a better plan.
    """

    id: Key
    x: float = 0.0
    y: float = 0.0
    load: float = 0.0
    service: float = 0.0
    opens: float = -inf
    closes: float = inf
    skills: frozenset[str] = frozenset()
    people: int = 1
    teams: frozenset[str] | None = None
    prefers: frozenset[str] = frozenset()
    priority: float = 1.0
    promised: bool = False


@dataclass(frozen=True)
class Team:
    """One team 服务队: leaves not before `start`, is back by `end`, is out at most `longest`."""

    id: Key
    start: float = 0.0
    end: float = inf
    capacity: float = inf
    longest: float = inf
    skills: frozenset[str] = frozenset()
    size: int = 1
    home: tuple[float, float] | None = None


@dataclass(frozen=True)
class Weights:
    """What the plan is good by, in named weights; hard rules are none of them.

    A unit of `distance`, a unit of `duration` (out of the depot, waiting included), a `team` sent
    out, a visit by a team that is not the preferred one (`preference`), a unit of time that a team
    is out beyond an equal share (`balance`), a demand of priority 1 left `unserved` (None: beyond
    all else, as many as possible are served first).
    """

    distance: float = 1.0
    duration: float = 0.0
    team: float = 0.0
    preference: float = 0.0
    balance: float = 0.0
    unserved: float | None = None


@dataclass(frozen=True)
class Promise:
    """A visit accepted before: which team, and when if its time is to be kept as well."""

    demand: str
    team: str
    earliest: float = -inf
    latest: float = inf


@dataclass(frozen=True)
class Problem:
    """Demands and teams in canonical order (by id), so that the order of the file changes nothing.

    `distances` and `times` are square over places: 0 the depot, then the demands, then the homes
    of teams that have their own. `homes` has the place of each team. `by_roads`: given as
    a matrix, in which the way over a third place may be shorter than the direct one.
    `share` is the equal share of time out beyond which `balance` counts.
    """

    demands: tuple[Demand, ...]
    teams: tuple[Team, ...]
    distances: np.ndarray
    times: np.ndarray
    homes: tuple[int, ...]
    weights: Weights = Weights()
    promises: tuple[Promise, ...] = ()
    findings: tuple[Finding, ...] = ()
    by_roads: bool = False
    share: float = inf

    @cached_property
    def ways(self) -> list[list[float]]:
        """Return the distances as lists: looked up one by one they are several times faster."""
        return list(self.distances.tolist())

    @cached_property
    def hours(self) -> list[list[float]]:
        """Return the times of travel as lists."""
        return list(self.times.tolist())

    @cached_property
    def at_best(self) -> Problem:
        """Return the problem with the least times any way through other places can take."""
        if not self.by_roads:
            return self
        return replace(self, times=find_shortest(self.times), by_roads=False)

    def find_bar(self, team: Team, demand: Demand) -> tuple[str, str] | None:
        """Return rule and words that keep this team from this demand at any time, or None."""
        if demand.teams is not None and str(team.id) not in demand.teams:
            return "teams_allowed", f"only {name_all(demand.teams)} may be sent"
        if missing := demand.skills - team.skills:
            return "skills", f"has no skill {name_all(missing)}"
        if team.size < demand.people:
            return "team_size", f"has {team.size} of {demand.people} people needed"
        return None


def sort_key(key: Key) -> tuple[int, str]:
    """Return by what ids are ordered: shorter first, so that 2 stands before 10."""
    return len(str(key)), str(key)


def name_all(names: frozenset[str] | list[str]) -> str:
    """Return the names in order, as a sentence lists them."""
    return ", ".join(sorted(names, key=sort_key))
