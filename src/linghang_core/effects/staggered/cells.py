"""Effects of groups in periods: the cells every staggered estimator fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from linghang_core.effects.panel import Panel


@dataclass(frozen=True)
class Cell:
    """A group (the place of its first treated period) in a period (its place)."""

    group: int
    time: int

    @property
    def since(self) -> int:
        """Return the periods since treatment began; negative before."""
        return self.time - self.group


@dataclass(frozen=True)
class Part:
    """An estimate and what each unit (N) adds to its error: Σ parts² is its variance."""

    estimate: float
    parts: np.ndarray

    @property
    def error(self) -> float:
        """Return the standard error."""
        return float(np.sqrt((self.parts**2).sum()))


class Effects(Protocol):
    """What an estimator gives: cells, and weighted sums of them with their errors."""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Return the cells estimated, by group and period."""

    @property
    def sizes(self) -> np.ndarray:
        """Return the weight (cells) each has in averages: its units."""

    @property
    def random_shares(self) -> bool:
        """Return whether the shares of groups are estimates with an error of their own."""

    @property
    def recipe(self) -> str:
        """Return how the errors are reckoned."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what was left out and why."""

    def combine(self, weights: np.ndarray, moves: np.ndarray | None = None) -> Part:
        """Return Σ weights · cell; `moves` (N × cells) is what units do to the weights."""


def list_groups(panel: Panel) -> list[int]:
    """Return the starts of treated units, earliest first."""
    return sorted({int(start) for start in panel.starts[panel.treated]})
