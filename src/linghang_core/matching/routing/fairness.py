"""How evenly the load lies on the teams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def measure_fairness(loads: Sequence[float]) -> dict[str, Any]:
    """Return the spread of loads, one per team, idle teams counted.

    `jain` = (Σx)² / (n Σx²), 1 when all have the same, 1/n when one has all (Jain, Chiu and Hawe
    1984, DEC-TR-301); `gini` is 0 when all have the same. Both are None where nobody has any.
    """
    total, count = sum(loads), len(loads)
    ordered = sorted(loads)
    ranked = sum((2 * place - count - 1) * load for place, load in enumerate(ordered, start=1))
    return {
        "least": ordered[0],
        "most": ordered[-1],
        "mean": total / count,
        "jain": total**2 / (count * sum(load**2 for load in loads)) if total else None,
        "gini": ranked / (count * total) if total else None,
    }
