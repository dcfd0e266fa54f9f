"""How evenly load lies on people."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Fairness:
    """Demands each person has, and how evenly.

    `gini` is 0 where all have the same and nears 1 where one has all (mean difference of two people
    over twice the mean); `jain` is 1 and 1 / people there (Jain, Chiu, Hawe 1984). Nobody having
    anything counts as even.
    """

    loads: dict[str, int]
    max_min: int
    gini: float
    jain: float

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def measure_fairness(loads: dict[str, int]) -> Fairness:
    """Return how evenly these loads lie; needs one person at least."""
    values = sorted(loads.values())
    count, total = len(values), sum(values)
    spread = sum((2 * place - count + 1) * load for place, load in enumerate(values))
    squares = sum(load * load for load in values)
    return Fairness(
        loads=dict(sorted(loads.items())),
        max_min=values[-1] - values[0],
        gini=spread / (count * total) if total else 0.0,
        jain=total * total / (count * squares) if total else 1.0,
    )
