"""A registration read from JSON, with everything that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from linghang_core.effects.registration.record import (
    Registration,
    Stretch,
    ends_before,
    spell_option,
)
from linghang_core.effects.results import Direction, EffectsError

METHODS = ("did", "staggered", "sc", "sdid", "its")
NEEDED = ("indicator", "treated_units", "before", "after", "method", "registered_on")
MAY_BE_ABSENT = ("comparison_units", "options", "direction", "margin")
NOWHEN = Stretch("", "")  # never returned: what it stands for is a problem


class RegistrationError(EffectsError):
    """What is wrong with a registration, field by field."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Keep the problems one by one."""
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


def read_registration(content: Any) -> Registration:
    """Return the registration that a JSON object says.

    Needed: indicator, treated_units, before and after (each with from and to), method,
    registered_on; comparison_units, options, direction and margin may be left out. Raises
    RegistrationError with every problem at once.
    """
    if not isinstance(content, Mapping):
        raise RegistrationError(["a registration is a JSON object with named fields"])
    known = NEEDED + MAY_BE_ABSENT
    problems = [
        f"{name} is unknown; known are {', '.join(known)}" for name in content if name not in known
    ]
    problems += [f"{name} is missing" for name in NEEDED if name not in content]
    reader = _Reader(content, problems)
    before, after = reader.stretch("before"), reader.stretch("after")
    if before and after and not ends_before(before.last, after.first):
        problems.append(f"before ends ({before.last}) when after has begun ({after.first})")
    treated, compared = reader.names("treated_units"), reader.names("comparison_units")
    if both := sorted(set(treated) & set(compared)):
        problems.append(f"{', '.join(both)} is both treated and compared with")
    direction = reader.choice("direction", [d.value for d in Direction], "any")
    registration = Registration(
        indicator=reader.text("indicator"),
        treated_units=treated,
        comparison_units=compared,
        before=before or NOWHEN,
        after=after or NOWHEN,
        method=reader.choice("method", METHODS, ""),
        registered_on=reader.day("registered_on"),
        direction=Direction(direction) if direction in list(Direction) else Direction.ANY,
        margin=reader.margin(),
        options=reader.options(),
    )
    if problems:
        raise RegistrationError(problems)
    return registration


class _Reader:
    """Fields of a registration; what is wrong goes to `problems`."""

    def __init__(self, content: Mapping[str, Any], problems: list[str]) -> None:
        self.content, self.problems = content, problems

    def text(self, name: str) -> str:
        value = self.content.get(name, "")
        if name in self.content and (not isinstance(value, str) or not value.strip()):
            self.problems.append(f"{name} is {value!r}; write text")
        return str(value).strip()

    def names(self, name: str) -> tuple[str, ...]:
        values = self.content.get(name, [])
        if not isinstance(values, Sequence) or isinstance(values, str):
            self.problems.append(f"{name} is {values!r}; write a list of units")
            return ()
        if name == "treated_units" and name in self.content and not values:
            self.problems.append("treated_units names no unit")
        return tuple(sorted({str(value).strip() for value in values}))

    def stretch(self, name: str) -> Stretch | None:
        value = self.content.get(name)
        if value is None:
            return None
        if not isinstance(value, Mapping) or set(value) != {"from", "to"}:
            self.problems.append(f'{name} is {value!r}; write {{"from": …, "to": …}}')
            return None
        stretch = Stretch(str(value["from"]).strip(), str(value["to"]).strip())
        if stretch.first != stretch.last and not ends_before(stretch.first, stretch.last):
            self.problems.append(f"{name} ends ({stretch.last}) before it begins ({stretch.first})")
        return stretch

    def choice(self, name: str, known: Sequence[str], default: str) -> str:
        value = self.content.get(name, default)
        if name in self.content and value not in known:
            self.problems.append(f"{name} is {value!r}; write one of {', '.join(known)}")
        return str(value)

    def margin(self) -> float | None:
        value = self.content.get("margin")
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
            self.problems.append(f"margin is {value!r}; write a number above 0")
            return None
        return float(value)

    def options(self) -> dict[str, Any]:
        value = self.content.get("options", {})
        if not isinstance(value, Mapping):
            self.problems.append(f"options is {value!r}; write names and values")
            return {}
        return {spell_option(str(name)): each for name, each in value.items()}

    def day(self, name: str) -> date:
        value = self.content.get(name, "")
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            if name in self.content:
                self.problems.append(f"{name} is {value!r}; write a day such as 2026-01-31")
            return date.min
