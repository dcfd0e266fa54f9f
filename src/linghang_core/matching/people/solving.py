"""The cheapest choice of a person for each demand.

Every person has as many places as may be given to them, each dearer than the one before, so that load
spreads and the choice stays a linear assignment. Where the cheapest one gives a person two demands at
once, the same problem goes with these clashes to an integer program (HiGHS through scipy).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, vstack

from linghang_core.matching.assignment import assign

Costs = NDArray[np.float64]
NOBODY = -1
WHOLE = 1e-6  # HiGHS calls a number whole that is this near one


@dataclass(frozen=True)
class Clash:
    """Of these demands one person can have `limit` at most."""

    demands: frozenset[int]
    limit: int


@dataclass(frozen=True)
class Choice:
    """What can be chosen: costs of pairs (infinite: forbidden), of each further place, of nobody.

    `places` and `clashes` are those of each person.
    """

    costs: Costs
    places: tuple[tuple[float, ...], ...]
    nobody: Costs
    clashes: tuple[tuple[Clash, ...], ...]

    def without(self, demand: int, person: int) -> Choice:
        """Return the choice with one pair forbidden."""
        costs = self.costs.copy()
        costs[demand, person] = np.inf
        return replace(self, costs=costs)

    def with_somebody(self, demand: int) -> Choice:
        """Return the choice in which a demand must be served."""
        nobody = self.nobody.copy()
        nobody[demand] = np.inf
        return replace(self, nobody=nobody)

    def price(self, people: Sequence[int]) -> float:
        """Return what a choice costs altogether."""
        pairs = [(d, p) for d, p in enumerate(people) if p != NOBODY]
        parts = [float(self.costs[pair]) for pair in pairs]
        parts += [float(self.nobody[d]) for d, p in enumerate(people) if p == NOBODY]
        for person, places in enumerate(self.places):
            parts += places[: list(people).count(person)]
        return math.fsum(parts)

    def is_possible(self, people: Sequence[int]) -> bool:
        """Return whether a choice runs into no clash."""
        given: dict[int, set[int]] = defaultdict(set)
        for demand, person in enumerate(people):
            given[person].add(demand)
        return all(
            len(clash.demands & demands) <= clash.limit
            for person, demands in given.items()
            if person != NOBODY
            for clash in self.clashes[person]
        )


@dataclass(frozen=True)
class Chosen:
    """A person or nobody for each demand, what all costs, and by which method it was found."""

    people: tuple[int, ...]
    cost: float
    method: str


def choose(choice: Choice) -> Chosen | None:
    """Return the cheapest choice without clashes, None where some demand cannot be served but must."""
    if not len(choice.costs):
        return Chosen((), 0.0, "assignment")
    people = _choose_by_assignment(choice)
    method = "assignment"
    if people is not None and not choice.is_possible(people):
        people, method = _choose_by_program(choice), "integer program"
    return None if people is None else Chosen(people, choice.price(people), method)


def _choose_by_assignment(choice: Choice) -> tuple[int, ...] | None:
    """Return the cheapest choice, clashes left aside."""
    owners = [person for person, places in enumerate(choice.places) for _place in places]
    extra = np.array([cost for places in choice.places for cost in places], dtype=float)
    count = len(choice.costs)
    nobody = np.full((count, count), np.inf)
    np.fill_diagonal(nobody, choice.nobody)
    found = assign(np.hstack([choice.costs[:, owners] + extra, nobody]))
    if found.unmatched:
        return None
    return tuple(owners[place] if place < len(owners) else NOBODY for _row, place in found.pairs)


def _choose_by_program(choice: Choice) -> tuple[int, ...] | None:
    """Return the cheapest choice that runs into no clash.

    Variables: allowed pairs (0 or 1), places of people, demands left to nobody (the latter two whole by
    themselves).
    """
    pairs = [(int(d), int(p)) for d, p in np.argwhere(np.isfinite(choice.costs))]
    owners = [person for person, places in enumerate(choice.places) for _place in places]
    leavable = np.flatnonzero(np.isfinite(choice.nobody)).tolist()
    costs = [choice.costs[pair] for pair in pairs]
    costs += [cost for places in choice.places for cost in places]
    costs += choice.nobody[leavable].tolist()
    served = [(d, at, 1.0) for at, (d, _p) in enumerate(pairs)]
    served += [(d, len(pairs) + len(owners) + at, 1.0) for at, d in enumerate(leavable)]
    placed = [(p, at, 1.0) for at, (_d, p) in enumerate(pairs)]
    placed += [(p, len(pairs) + at, -1.0) for at, p in enumerate(owners)]
    clashing = list(_list_clashes(choice, pairs))
    demands, people, width = len(choice.costs), len(choice.places), len(costs)
    limits = [float(clash.limit) for clashes in choice.clashes for clash in clashes]
    matrix = vstack(
        [
            _build(served, demands, width),
            _build(placed, people, width),
            _build(clashing, len(limits), width),
        ]
    )
    lower = [1.0] * demands + [0.0] * people + [0.0] * len(limits)
    constraints = LinearConstraint(matrix, lower, [1.0] * demands + [0.0] * people + limits)
    solution = _minimise(np.array(costs), constraints, whole=len(pairs))
    if solution is None:
        return None
    chosen = [NOBODY] * demands
    for at in np.flatnonzero(solution[: len(pairs)] > 0.5).tolist():  # 0 or 1
        chosen[pairs[at][0]] = pairs[at][1]
    return tuple(chosen)


def _minimise(costs: Costs, constraints: LinearConstraint, *, whole: int) -> Costs | None:
    """Return the cheapest variables from 0 to 1, the first `whole` of them whole; None for none.

    Nearly always they come out whole by themselves; asking for it only then takes a quarter of the time.
    """
    for asked in (0, whole):
        found = milp(
            c=costs,
            constraints=constraints,
            integrality=np.arange(len(costs)) < asked,
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 0},
        )
        if found.x is None:
            return None
        solution: Costs = found.x
        if np.abs(solution[:whole] - np.round(solution[:whole])).max(initial=0) < WHOLE:
            break
    return solution


def _list_clashes(choice: Choice, pairs: list[tuple[int, int]]) -> Iterator[tuple[int, int, float]]:
    column = {pair: at for at, pair in enumerate(pairs)}
    every = ((person, clash) for person, some in enumerate(choice.clashes) for clash in some)
    for row, (person, clash) in enumerate(every):
        for demand in sorted(clash.demands):
            if (demand, person) in column:
                yield row, column[demand, person], 1.0


def _build(cells: list[tuple[int, int, float]], height: int, width: int) -> coo_array:
    rows, columns, values = zip(*cells, strict=True) if cells else ((), (), ())
    return coo_array((values, (rows, columns)), shape=(height, width))
