"""The heat of a topic: named parts with named weights, each shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log1p
from types import MappingProxyType
from typing import Any

# Points per unit of each part. Counts enter by ln(1 + x): the tenth message says less than the first.
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"count": 3.0, "people": 4.0, "likes": 2.0, "recent": 2.0, "place": 2.0}
)
RECENT_DAYS = 30


@dataclass(frozen=True)
class Part:
    """One part of the heat: what was measured, and the points it gives."""

    value: float
    weight: float
    points: float


@dataclass(frozen=True)
class Heat:
    """The heat and its parts, whose points add up to it."""

    total: float
    parts: Mapping[str, Part]

    def as_dict(self) -> dict[str, Any]:
        """Return the parts as plain data."""
        return {name: dict(part.__dict__) for name, part in self.parts.items()}


def measure_heat(
    *,
    count: int,
    people: int | None,
    likes: float | None,
    recent: int | None,
    place: float,
    weights: Mapping[str, float] = WEIGHTS,
) -> Heat:
    """Return the heat of a topic.

    heat = w_count ln(1 + messages) + w_people ln(1 + people) + w_likes ln(1 + likes)
    + w_recent ln(1 + messages of the last 30 days of the file) + w_place · share of the messages
    that name the place named most. What the file does not tell (None) gives no points. The parts do
    not depend on other topics: data added elsewhere leaves the heat but for `recent`.
    """
    given = {"count": count, "people": people, "likes": likes, "recent": recent}
    parts = {
        name: Part(float(value), weights[name], round(weights[name] * log1p(value), 4))
        for name, value in given.items()
        if value is not None
    }
    parts["place"] = Part(round(place, 4), weights["place"], round(weights["place"] * place, 4))
    return Heat(round(sum(part.points for part in parts.values()), 4), parts)
