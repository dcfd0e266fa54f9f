"""The problem as costs: who may help whom and what it costs, what was accepted taken out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from linghang_core.matching.people.problem import Demand, Person, Problem
from linghang_core.matching.people.rules import Kept, find_misses
from linghang_core.matching.people.solving import Choice, Clash


@dataclass(frozen=True)
class Question:
    """Open demands and people in the order of their ids, with what each pair breaks and costs."""

    problem: Problem
    demands: tuple[Demand, ...]
    people: tuple[Person, ...]
    kept: Kept
    misses: dict[tuple[int, int], dict[str, str]]
    choice: Choice

    def weigh(self, demand: Demand, person: Person) -> dict[str, float]:
        """Return the terms of the objective a pair has by itself, load apart."""
        return _weigh(self.problem, demand, person)


def ask(problem: Problem) -> Question:
    """Return the problem as costs of open demands and people."""
    kept = _collect_kept(problem)
    fixed = {pair.demand for pair in problem.fixed}
    demands = tuple(
        sorted((d for d in problem.demands if d.id not in fixed), key=lambda each: each.id)
    )
    people = tuple(sorted(problem.people, key=lambda each: each.id))
    misses = {}
    costs = np.full((len(demands), len(people)), np.inf)
    for d, demand in enumerate(demands):
        for p, person in enumerate(people):
            broken = find_misses(demand, person, kept)
            if broken:
                misses[d, p] = broken
            else:
                costs[d, p] = sum(_weigh(problem, demand, person).values())
    possible = [frozenset(np.flatnonzero(column).tolist()) for column in np.isfinite(costs).T]
    places = tuple(
        _price_places(problem, person, kept, len(possible[p])) for p, person in enumerate(people)
    )
    moments = [Clash(group, 1) for group in _group_moments(demands)]
    choice = Choice(
        costs=costs,
        places=places,
        nobody=np.array([problem.weights.unmatched * demand.urgency for demand in demands], float),
        clashes=tuple(
            tuple(_narrow([*moments, *_limit_days(person, demands, kept)], possible[p], places[p]))
            for p, person in enumerate(people)
        ),
    )
    return Question(problem, demands, people, kept, misses, choice)


def _collect_kept(problem: Problem) -> Kept:
    demands = {demand.id: demand for demand in problem.demands}
    found = defaultdict(list)
    for pair in sorted(problem.fixed, key=lambda each: each.demand):
        found[pair.person].append(demands[pair.demand])
    return Kept(problem, {person: tuple(given) for person, given in found.items()})


def _weigh(problem: Problem, demand: Demand, person: Person) -> dict[str, float]:
    weights = problem.weights
    wanted = demand.language_preferred
    last = demand.helper_before
    return {
        "distance": weights.distance * (problem.measure(demand, person) or 0.0),
        "preference": weights.preference
        * bool(person.prefers and demand.kind not in person.prefers),
        "language": weights.language * bool(wanted and wanted not in person.languages),
        "continuity": weights.continuity * bool(last and last != person.id),
    }


def _price_places(problem: Problem, person: Person, kept: Kept, wanted: int) -> tuple[float, ...]:
    """Return what each further demand of a person costs: the more the person has, the more."""
    has = len(kept.demands.get(person.id, ()))
    room = max(0, min(person.capacity - has, wanted))
    return tuple(problem.weights.load * (person.load_before + has + more) for more in range(room))


def _limit_days(person: Person, demands: tuple[Demand, ...], kept: Kept) -> Iterator[Clash]:
    """Yield how many demands of each day the person can still have."""
    if person.per_day is None:
        return
    days = defaultdict(set)
    for d, demand in enumerate(demands):
        days[kept.problem.find_day(demand)].add(d)
    days.pop(None, None)
    had = Counter(map(kept.problem.find_day, kept.demands.get(person.id, ())))
    for day, group in days.items():
        yield Clash(frozenset(group), max(0, person.per_day - had[day]))


def _narrow(
    clashes: Iterable[Clash], possible: frozenset[int], places: tuple[float, ...]
) -> Iterator[Clash]:
    """Yield those clashes a person can run into, with the demands the person may have."""
    for clash in clashes:
        if min(len(clash.demands & possible), len(places)) > clash.limit:
            yield Clash(clash.demands & possible, clash.limit)


def _group_moments(demands: tuple[Demand, ...]) -> list[frozenset[int]]:
    """Return the largest groups of demands that go on at one moment, each group once."""
    timed = [(d, each.start, each.end) for d, each in enumerate(demands)]
    groups = {
        frozenset(d for d, start, end in timed if start and end and start <= moment < end)
        for _d, moment, _end in timed
        if moment
    }
    largest = [group for group in groups if not any(group < other for other in groups)]
    return sorted(largest, key=sorted)
