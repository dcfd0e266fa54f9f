"""A routing problem read from plain data; every fault is told with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

import numpy as np

from linghang_core.findings import Finding
from linghang_core.matching.routing.problem import (
    Demand,
    Problem,
    ProblemError,
    Promise,
    Team,
    Weights,
    sort_key,
)
from linghang_core.matching.routing.travel import METRICS

MATRIX = "matrix"
MOST_WEIGHT = 1e9
MOST = 1e15
"""Beyond this doubles no longer tell whole numbers apart."""


def read_problem(given: Any) -> Problem:
    """Return the problem of plain data as docs/algorithms/routing.md defines it.

    A faulty demand or team is left out and listed in `findings` (row: its place in the list,
    counted from 1); what leaves nothing to plan with is a ProblemError.
    """
    if not isinstance(given, Mapping):
        raise ProblemError('the problem is no object; write {"depot": …, "demands": […], …}')
    metric = "euclid" if given.get("metric") is None else given["metric"]
    if metric not in (*METRICS, MATRIX):
        raise ProblemError(f"metric: {show(metric)} is unknown; use euclid, haversine or matrix")
    plane = metric != MATRIX
    depot = _Depot.read(given.get("depot"), plane=plane)
    demands = _read_list(given, "demands", lambda raw, place: _read_demand(raw, place, plane))
    teams = _read_list(given, "teams", lambda raw, place: _read_team(raw, place, plane, depot))
    if not teams.good:
        told = teams.findings[0].message if teams.findings else "teams: the list is empty"
        raise ProblemError(f"no team to plan with: {told}")
    if demands.findings and not demands.good:
        raise ProblemError(f"no demand can be planned: {demands.findings[0].message}")
    in_order = sorted(demands.good, key=lambda place: sort_key(demands.good[place].id))
    crew = sorted(teams.good.values(), key=lambda team: sort_key(team.id))
    ordered = tuple(demands.good[place] for place in in_order)
    homes = sorted({team.home for team in crew if team.home is not None})
    if plane:
        places = [(depot.x, depot.y), *((d.x, d.y) for d in ordered), *homes]
        distances = METRICS[metric](np.array(places, dtype=float))
    else:
        picked = [0, *(place + 1 for place in in_order)]
        distances = _read_matrix(given, "matrix", demands.total + 1)[picked][:, picked]
    times = distances / _read_speed(given, metric)
    if not plane and given.get("times") is not None:
        times = _read_matrix(given, "times", demands.total + 1)[picked][:, picked]
    return Problem(
        demands=ordered,
        teams=tuple(crew),
        distances=distances,
        times=times,
        homes=tuple(
            0 if team.home is None else 1 + len(ordered) + homes.index(team.home) for team in crew
        ),
        weights=_read_weights({} if given.get("weights") is None else given["weights"]),
        promises=tuple(_read_promises(given)),
        findings=tuple(demands.findings + teams.findings),
        by_roads=not plane,
    )


def show(value: Any) -> str:
    """Return a value as JSON would write it, short."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:39] + "…"


@dataclass
class _Read:
    """What of a list is good, by place, and what is not."""

    total: int
    good: dict[int, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class _Depot:
    x: float
    y: float
    opens: float
    closes: float

    @property
    def begins(self) -> float:
        """Return when a shift begins that has no start of its own."""
        return self.opens if self.opens > -inf else 0.0

    @classmethod
    def read(cls, raw: Any, *, plane: bool) -> _Depot:
        """Return the depot 出发点 and when it is open."""
        if raw is None and not plane:
            raw = {}
        if not isinstance(raw, Mapping):
            raise ProblemError('depot: is missing; write {"x": 0, "y": 0}')
        x, y = (_read_number(raw, "depot", name, None if plane else 0.0) for name in "xy")
        opens = _read_number(raw, "depot", "from", -inf)
        closes = _read_number(raw, "depot", "to", inf)
        if closes < opens:
            raise ProblemError(f"depot.to: {closes:g} lies before depot.from {opens:g}")
        return cls(x, y, opens, closes)


def _read_list(given: Mapping[str, Any], name: str, read: Any) -> _Read:
    raw = given.get(name)
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise ProblemError(f"{name}: a list is needed")
    found = _Read(len(raw))
    seen: set[str] = set()
    for place, each in enumerate(raw):
        try:
            one = read(each, f"{name}[{place}]")
            _refuse_twice(one.id, seen, f"{name}[{place}].id")
        except ProblemError as error:
            column = str(error).split(":", 1)[0].partition("].")[2]
            found.findings.append(
                Finding(place + 1, f"faulty_{name[:-1]}", str(error), column=column)
            )
        else:
            seen.add(str(one.id))
            found.good[place] = one
    return found


def _refuse_twice(found: str | int, seen: set[str], place: str) -> None:
    if str(found) in seen:
        raise ProblemError(f"{place}: {show(found)} stands there twice")


def _read_demand(raw: Any, place: str, plane: bool) -> Demand:
    if not isinstance(raw, Mapping):
        raise ProblemError(f"{place}: is no object")
    x, y = (_read_number(raw, place, name, None if plane else 0.0) for name in "xy")
    demand = Demand(
        id=_read_id(raw, place),
        x=x,
        y=y,
        load=_read_number(raw, place, "load", 0.0, least=0.0),
        service=_read_number(raw, place, "service", 0.0, least=0.0),
        opens=_read_number(raw, place, "from", -inf),
        closes=_read_number(raw, place, "to", inf),
        skills=_read_names(raw, place, "skills"),
        people=_read_count(raw, place, "team_size"),
        teams=_read_names(raw, place, "teams_allowed") if raw.get("teams_allowed") else None,
        prefers=_read_names(raw, place, "prefers"),
        priority=_read_number(raw, place, "priority", 1.0, least=0.01),
    )
    if demand.closes < demand.opens:
        raise ProblemError(f"{place}.to: {demand.closes:g} lies before from {demand.opens:g}")
    if demand.priority > 100:
        raise ProblemError(f"{place}.priority: {demand.priority:g} is above 100")
    return demand


def _read_team(raw: Any, place: str, plane: bool, depot: _Depot) -> Team:
    if not isinstance(raw, Mapping):
        raise ProblemError(f"{place}: is no object")
    home = None
    if raw.get("x") is not None or raw.get("y") is not None:
        if not plane:
            raise ProblemError(
                f"{place}.x: a matrix has no place of a team's own; leave x and y out"
            )
        home = (_read_number(raw, place, "x", None), _read_number(raw, place, "y", None))
    team = Team(
        id=_read_id(raw, place),
        start=max(_read_number(raw, place, "start", depot.begins), depot.opens),
        end=min(_read_number(raw, place, "end", depot.closes), depot.closes),
        capacity=_read_number(raw, place, "capacity", inf, least=0.0),
        longest=_read_number(raw, place, "max_duration", inf, least=0.0),
        skills=_read_names(raw, place, "skills"),
        size=_read_count(raw, place, "size"),
        home=home,
    )
    if team.end < team.start:
        raise ProblemError(f"{place}.end: {team.end:g} lies before start {team.start:g}")
    return team


def _read_id(raw: Mapping[str, Any], place: str) -> str | int:
    found = raw.get("id")
    if isinstance(found, bool) or not isinstance(found, (str, int)) or not str(found).strip():
        raise ProblemError(f"{place}.id: {show(found)} is no id; write a text or a whole number")
    return found


def _read_number(
    raw: Mapping[str, Any], place: str, name: str, default: float | None, least: float = -inf
) -> float:
    """Return a finite number; the default where it is absent or null (None: it must be there)."""
    found = raw.get(name)
    if found is None:
        if default is None:
            raise ProblemError(f"{place}.{name}: is missing; a number is needed")
        return default
    if isinstance(found, bool) or not isinstance(found, (int, float)) or not abs(found) <= MOST:
        raise ProblemError(f"{place}.{name}: {show(found)} is no number")
    if found < least:
        raise ProblemError(f"{place}.{name}: {show(found)} is less than {least:g}")
    return float(found)


def _read_count(raw: Mapping[str, Any], place: str, name: str) -> int:
    found = _read_number(raw, place, name, 1.0, least=0.0)
    if found != int(found):
        raise ProblemError(f"{place}.{name}: {found:g} is no whole number")
    return int(found)


def _read_names(raw: Mapping[str, Any], place: str, name: str) -> frozenset[str]:
    found = raw.get(name)
    if found is None:
        return frozenset()
    if not isinstance(found, Sequence) or isinstance(found, str):
        raise ProblemError(f"{place}.{name}: {show(found)} is no list")
    for each in found:
        if isinstance(each, bool) or not isinstance(each, (str, int)):
            raise ProblemError(f"{place}.{name}: {show(each)} is no name")
    return frozenset(str(each) for each in found)


def _read_speed(given: Mapping[str, Any], metric: str) -> float:
    """Return units of distance in a unit of time: 1 unless given; on the globe it must be."""
    if metric == "haversine" and given.get("speed") is None:
        raise ProblemError("speed: is missing; say how many kilometres are one unit of time")
    speed = _read_number(given, "problem", "speed", 1.0)
    if speed <= 0:
        raise ProblemError(f"speed: {speed:g} is not above zero")
    return speed


def _read_matrix(given: Mapping[str, Any], name: str, size: int) -> np.ndarray:
    """Return a square matrix: the depot first, then the demands in the order of the file."""
    try:
        found = np.array(given.get(name), dtype=float)
    except (ValueError, TypeError) as error:
        raise ProblemError(
            f"{name}: holds what is no number, or rows of differing length"
        ) from error
    if found.shape != (size, size):
        raise ProblemError(
            f"{name}: {size} rows of {size} numbers are needed (depot, then demands)"
        )
    if not np.isfinite(found).all() or (found < 0).any():
        row, column = np.argwhere(~np.isfinite(found) | (found < 0))[0]
        raise ProblemError(f"{name}[{row}][{column}]: {found[row, column]} is no distance")
    if found.diagonal().any():
        raise ProblemError(f"{name}: the way from a place to itself must be 0")
    return found


def _read_weights(raw: Any) -> Weights:
    if not isinstance(raw, Mapping):
        raise ProblemError('weights: write {"distance": 1, "duration": 0, …}')
    known = Weights.__dataclass_fields__
    for name in raw:
        if name not in known:
            raise ProblemError(f"weights.{name}: is unknown; there are {', '.join(known)}")
    numbers = {
        name: _read_number(raw, "weights", name, 0.0, least=0.0)
        for name in raw
        if raw[name] is not None
    }
    weights = Weights(**numbers)
    for name, number in numbers.items():
        if number > MOST_WEIGHT:
            raise ProblemError(f"weights.{name}: {number:g} is above {MOST_WEIGHT:g}")
    for name in ("duration", "balance"):
        if round(getattr(weights, name), 3) != getattr(weights, name):
            raise ProblemError(f"weights.{name}: has more than three decimals")
    return weights


def _read_promises(given: Mapping[str, Any]) -> list[Promise]:
    """Return the accepted visits; a plan's own `routes` can stand there as they are."""
    raw = given.get("accepted") or []
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise ProblemError('accepted: a list is needed: [{"team": …, "demands": […]}]')
    tolerance = None
    if given.get("tolerance") is not None:
        tolerance = _read_number(given, "problem", "tolerance", 0.0, least=0.0)
    found: dict[str, Promise] = {}
    for place, each in enumerate(raw):
        for promise in _read_promised(each, f"accepted[{place}]", tolerance):
            if promise.demand in found:
                raise ProblemError(f"accepted[{place}].demands: {promise.demand} is promised twice")
            found[promise.demand] = promise
    return list(found.values())


def _read_promised(raw: Any, place: str, tolerance: float | None) -> list[Promise]:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("demands"), list):
        raise ProblemError(f'{place}: write {{"team": …, "demands": […]}}')
    team = str(_read_id({"id": raw.get("team")}, f"{place}.team"))
    demands = [str(_read_id({"id": each}, f"{place}.demands")) for each in raw["demands"]]
    if tolerance is None:
        return [Promise(demand, team) for demand in demands]
    arrivals = raw.get("arrivals")
    if not isinstance(arrivals, list) or len(arrivals) != len(demands):
        raise ProblemError(
            f"{place}.arrivals: a time for each demand is needed to keep times within the tolerance"
        )
    moments = [_read_number({"time": t}, f"{place}.arrivals", "time", None) for t in arrivals]
    return [
        Promise(demand, team, moment - tolerance, moment + tolerance)
        for demand, moment in zip(demands, moments, strict=True)
    ]
