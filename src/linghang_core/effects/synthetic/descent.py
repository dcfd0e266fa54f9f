"""Many small weight problems at once, by the Frank–Wolfe steps of the R package synthdid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ROUNDS = 10_000
FIRST_ROUNDS = 100  # before small weights are set to zero
STEEP = 1e200  # slope of a weight that must stay zero


@dataclass(frozen=True)
class Problems:
    """B problems: least (wᵀGw − 2·linear·w + Σ ridge·w²) / rows over the simplex.

    `gram` is n × n for all or B × n × n, `linear` B × n, `rows` B, `ridge` B × n. Weights outside
    `allowed` (B × n) stay zero.
    """

    gram: np.ndarray
    linear: np.ndarray
    rows: np.ndarray
    ridge: np.ndarray
    allowed: np.ndarray

    def pick(self, kept: np.ndarray) -> Problems:
        """Return some of the problems."""
        gram = self.gram if self.gram.ndim == 2 else self.gram[kept]
        parts = (self.linear, self.rows, self.ridge, self.allowed)
        return Problems(gram, *(part[kept] for part in parts))

    def multiply(self, weights: np.ndarray) -> np.ndarray:
        """Return Gram · weights (B × n)."""
        shared = self.gram.ndim == 2
        product: np.ndarray = np.einsum("ij,bj->bi" if shared else "bij,bj->bi", self.gram, weights)
        return product


def descend_sparsely(problems: Problems, least: float) -> np.ndarray:
    """Return the weights (B × n) the package finds: 100 rounds, small weights cut, up to 10,000.

    Weights of at most a quarter of the largest are set to zero between the two; steps end when
    one lowers the mean square by no more than least².
    """
    even = problems.allowed / problems.allowed.sum(axis=1, keepdims=True)
    first = descend(problems, even, least, FIRST_ROUNDS)
    first[first <= first.max(axis=1, keepdims=True) / 4] = 0.0
    return descend(problems, first / first.sum(axis=1, keepdims=True), least, ROUNDS)


def descend(problems: Problems, start: np.ndarray, least: float, rounds: int) -> np.ndarray:
    """Return the weights (B × n) after exact line searches towards the best vertex each.

    A problem ends after `rounds`, or at the first step but one that gains no more than least².
    """
    found = np.array(start, dtype=float)
    going = np.arange(len(found))
    state = _State.begin(problems, found)
    for turn in range(rounds):
        done = (state.step() <= least**2) & (turn >= 1)
        if done.any():
            found[going[done]] = state.weights[done]
            going = going[~done]
            state = state.pick(~done)
            if not len(going):
                return found
    found[going] = state.weights
    return found


@dataclass
class _State:
    """Weights, half gradients and linear · weights, moved in place: few passes over B × n numbers."""

    problems: Problems
    linear: np.ndarray
    weights: np.ndarray
    slopes: np.ndarray
    level: np.ndarray

    @classmethod
    def begin(cls, problems: Problems, weights: np.ndarray) -> _State:
        linear = np.where(problems.allowed, problems.linear, -STEEP)
        slopes = problems.multiply(weights) - linear + problems.ridge * weights
        return cls(problems, linear, weights.copy(), slopes, (problems.linear * weights).sum(1))

    def pick(self, kept: np.ndarray) -> _State:
        parts = (self.linear, self.weights, self.slopes, self.level)
        return _State(self.problems.pick(kept), *(part[kept] for part in parts))

    def step(self) -> np.ndarray:
        """Take one step; return what it gained in the mean square (B)."""
        lines = np.arange(len(self.weights))
        best = self.slopes.argmin(axis=1)
        gram = self.problems.gram
        towards = gram[best] if gram.ndim == 2 else gram[lines, best]
        own, lift = self.linear[lines, best], self.problems.ridge[lines, best]
        here = np.einsum("bi,bi->b", self.slopes, self.weights)
        there = self.slopes[lines, best]
        gain = here - there
        bend = towards[lines, best] + lift - 2 * (there + own) + here + self.level
        size = np.clip(np.divide(gain, bend, out=np.zeros_like(gain), where=bend > 0), 0, 1)
        rest = 1 - size
        self.level *= rest
        self.level += size * own
        self.weights *= rest[:, None]
        self.weights[lines, best] += size
        towards -= self.linear  # a copy: fancy indexing made it
        towards[lines, best] += lift
        towards *= size[:, None]
        self.slopes *= rest[:, None]
        self.slopes += towards
        won: np.ndarray = size * (2 * gain - size * bend) / self.problems.rows
        return won
