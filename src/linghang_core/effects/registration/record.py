"""What a study will look at, fixed before the data (预登记)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from linghang_core.effects.results import Direction
from linghang_core.effects.times import order_times


@dataclass(frozen=True)
class Stretch:
    """The first and the last period of a stretch of time, as the data name them."""

    first: str
    last: str

    def as_dict(self) -> dict[str, str]:
        """Return the stretch as plain data."""
        return {"from": self.first, "to": self.last}


@dataclass(frozen=True)
class Registration:
    """A study as registered: nothing of it is chosen after the data are seen.

    `options` are those of the method that are fixed (names as on the command line);
    `margin` is the smallest effect that would matter.
    """

    indicator: str
    treated_units: tuple[str, ...]
    comparison_units: tuple[str, ...]
    before: Stretch
    after: Stretch
    method: str
    registered_on: date
    direction: Direction = Direction.ANY
    margin: float | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the registration as plain data, units and options in order."""
        return {
            "indicator": self.indicator,
            "treated_units": sorted(self.treated_units),
            "comparison_units": sorted(self.comparison_units),
            "before": self.before.as_dict(),
            "after": self.after.as_dict(),
            "method": self.method,
            "options": {name: self.options[name] for name in sorted(self.options)},
            "direction": self.direction.value,
            "margin": self.margin,
            "registered_on": self.registered_on.isoformat(),
        }

    def digest(self) -> str:
        """Return the SHA-256, in hexadecimal, of the canonical JSON.

        Canonical: names sorted, units sorted, no spaces, UTF-8, whole numbers without decimals. The
        order of keys and units, spaces, and what was left at its default do not change it;
        everything else does.
        """
        text = json.dumps(
            settle(self.as_dict()), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return hashlib.sha256(text.encode()).hexdigest()


def ends_before(first: str, second: str) -> bool:
    """Return whether one period, as the data name it, lies before another."""
    return first != second and order_times(pd.Series([second, first], dtype=object))[0] == first


def spell_option(name: str) -> str:
    return name.strip().lstrip("-").replace("-", "_")


def settle(value: Any) -> Any:
    """Return a value in the one form in which equal ones are the same text."""
    if isinstance(value, Mapping):
        return {str(name): settle(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [settle(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
