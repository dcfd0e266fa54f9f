"""Permutation of who is treated: exact where units are few, without any model of errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial, prod

import numpy as np

ROUNDS = 1999
ENUMERATED = 5000  # assignments that are counted out rather than drawn
TIE = 1e-9


@dataclass(frozen=True)
class Assignments:
    """Ways (B × N) to give the starts seen to the units; the way seen comes first."""

    starts: np.ndarray
    exact: bool

    @property
    def kind(self) -> str:
        """Return how the p-value came about."""
        count = len(self.starts)
        said = f"all {count} assignments" if self.exact else f"{count - 1} assignments drawn"
        return f"permutation of treated units, {said}"


def list_assignments(starts: np.ndarray, *, rounds: int = ROUNDS, seed: int = 1) -> Assignments:
    """Return all different assignments of the starts (N), or `rounds` drawn ones with the one seen."""
    sizes = np.unique(starts, return_counts=True)[1]
    count = factorial(len(starts)) // prod(factorial(int(size)) for size in sizes)
    if count <= ENUMERATED:
        everything = np.array(list(_arrange(starts)))
        seen = (everything == starts).all(axis=1)
        return Assignments(np.vstack([starts, everything[~seen]]), exact=True)
    random = np.random.default_rng(seed)
    drawn = [random.permutation(starts) for _ in range(rounds)]
    return Assignments(np.vstack([starts, *drawn]), exact=False)


def share_beyond(values: np.ndarray) -> float:
    """Return the share of |values| at least as large as the first, which is the one seen."""
    sizes = np.abs(values)
    return float((sizes >= sizes[0] * (1 - TIE)).mean())


@dataclass(frozen=True)
class Shifts:
    """Estimates under each assignment, and how each moves when the effect tested is taken off."""

    estimates: np.ndarray
    slopes: np.ndarray

    @property
    def spread(self) -> float | None:
        """Return the standard deviation of the estimates with the effect seen taken off."""
        left = self.estimates[1:] - self.estimates[0] * self.slopes[1:]
        return float(np.sqrt((left**2).mean())) if len(left) else None

    def drop_missing(self) -> Shifts:
        """Return the shifts of those assignments under which an effect can be estimated."""
        kept = ~(np.isnan(self.estimates) | np.isnan(self.slopes))
        return Shifts(self.estimates[kept], self.slopes[kept])

    def invert(self, level: float) -> tuple[float | None, float | None]:
        """Return the constant effects that the test does not reject (Rosenbaum 2002).

        None where even the largest effect is not rejected: too few assignments.
        """
        seen, rest = self.estimates[0], self.estimates[1:]
        slopes = self.slopes[1:]
        with np.errstate(divide="ignore", invalid="ignore"):
            turns = np.concatenate([(seen - rest) / (1 - slopes), (seen + rest) / (1 + slopes)])
        turns = np.unique(turns[np.isfinite(turns)])
        if len(turns) == 0:
            return None, None
        reach = max(1.0, float(turns[-1] - turns[0]))
        below = self._find(turns, level, seen, -reach)
        above = self._find(turns, level, seen, reach)
        return below, above

    def _keeps(self, value: float, level: float) -> bool:
        return share_beyond(self.estimates - value * self.slopes) > 1 - level + TIE

    def _find(self, turns: np.ndarray, level: float, seen: float, reach: float) -> float | None:
        """Return the outermost turning point kept on one side of the estimate, by bisection."""
        edges = turns[turns >= seen] if reach > 0 else turns[turns <= seen][::-1]
        if self._keeps((edges[-1] if len(edges) else seen) + reach, level):
            return None
        middles = (edges[:-1] + edges[1:]) / 2
        low, high = -1, len(middles)  # kept up to low, not kept from high on
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._keeps(middles[middle], level) else (low, middle)
        return float(edges[high]) if len(edges) else float(seen)


def check_enough(assignments: Assignments, level: float) -> str | None:
    """Return what to say where so few assignments exist that nothing could be shown."""
    smallest = 1 / len(assignments.starts)
    if smallest <= 1 - level:
        return None
    return (
        f"only {len(assignments.starts)} assignments exist: the smallest possible p-value is "
        f"{smallest:.3f}, so nothing can be shown at the level {level:g}"
    )


def _arrange(starts: np.ndarray) -> Iterator[np.ndarray]:
    """Yield every different order of the values."""
    values, sizes = np.unique(starts, return_counts=True)
    order = np.argsort(sizes)  # the largest group takes what is left

    def fill(
        places: tuple[int, ...], left: Sequence[int], found: np.ndarray
    ) -> Iterator[np.ndarray]:
        if len(left) == 1:
            whole = found.copy()
            whole[list(places)] = values[left[0]]
            yield whole
            return
        for chosen in combinations(places, int(sizes[left[0]])):
            part = found.copy()
            part[list(chosen)] = values[left[0]]
            taken = set(chosen)
            yield from fill(tuple(p for p in places if p not in taken), left[1:], part)

    yield from fill(tuple(range(len(starts))), list(order), np.empty_like(starts))
