"""Whether an analysis kept to what was registered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from linghang_core.effects.registration.record import (
    Registration,
    ends_before,
    settle,
    spell_option,
)
from linghang_core.periods import Period, PeriodError

HARMLESS = {"seed"}  # options whose change moves no estimate
# what these say stands in the fields of units and periods
NAMING = {"unit", "time", "treated", "treated_unit", "treated_from", "first_treated", "comparison"}


class Severity(StrEnum):
    """How much a departure matters."""

    SERIOUS = "serious"  # the analysis answers another question, or had a choice after the fact
    MINOR = "minor"  # worth saying, moves no conclusion by itself


@dataclass(frozen=True)
class Departure:
    """One point in which an analysis is not what was registered."""

    field: str
    registered: Any
    used: Any
    severity: Severity
    message: str

    def as_dict(self) -> dict[str, Any]:
        """Return the departure as plain data."""
        return {
            "field": self.field,
            "registered": self.registered,
            "used": self.used,
            "severity": self.severity.value,
            "message": self.message,
        }


def check_follows(registration: Registration, analysis: Mapping[str, Any]) -> list[Departure]:
    """Return where an analysis departs from what was registered, serious departures first.

    `analysis` is the block of that name in a result of `linghang effects`: method, indicator,
    treated_units, comparison_units, before, after, direction, margin, options, given. An analysis
    over fewer periods than registered was run before the data were in. A registration later than
    the first day of its after-period is a departure of its own: it had seen the data come in.
    """
    found = _check_plain(registration, analysis)
    found += _check_stretches(registration, analysis)
    found += _check_options(registration, analysis)
    found += _check_day(registration)
    return sorted(found, key=lambda departure: departure.severity is Severity.MINOR)


def _check_plain(registration: Registration, analysis: Mapping[str, Any]) -> list[Departure]:
    registered = registration.as_dict()
    found = []
    for name, meaning in (
        ("indicator", "another indicator was looked at"),
        ("method", "another method was used"),
        ("treated_units", "other units count as treated"),
        ("comparison_units", "the comparison is with other units"),
        ("direction", "success was defined in another direction"),
        ("margin", "the smallest effect that matters was set to another size"),
    ):
        used = analysis.get(name)
        settled = sorted(used) if isinstance(used, list | tuple) else used
        if settle(settled) != settle(registered[name]):
            found.append(Departure(name, registered[name], used, Severity.SERIOUS, meaning))
    return found


def _check_stretches(registration: Registration, analysis: Mapping[str, Any]) -> list[Departure]:
    found = []
    for name in ("before", "after"):
        registered = registration.before if name == "before" else registration.after
        used = dict(analysis.get(name) or {})
        if used == registered.as_dict():
            continue
        message = f"the period {name} the start is another one"
        last = str(used.get("to"))
        if name == "after" and used.get("to") and ends_before(last, registered.last):
            message = f"run before the data were in: they end {last}, not {registered.last}"
        found.append(Departure(name, registered.as_dict(), used, Severity.SERIOUS, message))
    return found


def _check_options(registration: Registration, analysis: Mapping[str, Any]) -> list[Departure]:
    used = {
        spell_option(name): value for name, value in dict(analysis.get("options") or {}).items()
    }
    found = []
    for name, value in registration.options.items():
        if settle(used.get(name)) != settle(value):
            severity = Severity.MINOR if name in HARMLESS else Severity.SERIOUS
            message = f"option {name} is not what was registered"
            found.append(Departure(f"options.{name}", value, used.get(name), severity, message))
    for name in map(spell_option, analysis.get("given") or []):
        if name not in registration.options and name not in HARMLESS | NAMING:
            message = f"option {name} was left open when registered and chosen later"
            found.append(
                Departure(f"options.{name}", None, used.get(name), Severity.MINOR, message)
            )
    return found


def _check_day(registration: Registration) -> list[Departure]:
    begins = _first_day(registration.after.first)
    written = registration.registered_on.isoformat()
    if begins is None:
        message = (
            f"whether it was registered before the data cannot be told: {registration.after.first} "
            "is no date"
        )
        return [Departure("registered_on", written, None, Severity.MINOR, message)]
    if registration.registered_on <= begins:
        return []
    message = f"registered after the data came in: the period after begins {begins}"
    return [Departure("registered_on", written, begins.isoformat(), Severity.SERIOUS, message)]


def _first_day(time: str) -> date | None:
    try:
        return date.fromisoformat(time)
    except ValueError:
        try:
            return Period.parse(time).first_day
        except PeriodError:
            return None
