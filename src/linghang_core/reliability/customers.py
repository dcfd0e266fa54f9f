"""How many customers there are: a number, or numbers by unit and date, and what is divided by."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from linghang_core.periods import DateRange


class CustomerError(ValueError):
    """A number of customers that cannot be divided by."""


class Denominator(StrEnum):
    """Which number stands for a period in which the number of customers changed."""

    AVERAGE = "average"  # 等效用户数: each number weighted by the days it held
    START = "start"  # of the first day
    END = "end"  # of the last day
    MIDDLE = "middle"  # the mean of first and last day


@dataclass(frozen=True)
class CustomerBase:
    """Numbers of customers: `rows` are (unit, day from which it holds, number), unit "" for all.

    A unit's number holds until its next row; before its first row the first one holds.
    """

    rows: tuple[tuple[str, date, float], ...]

    @classmethod
    def constant(cls, number: float) -> "CustomerBase":
        """Return a base of one number for all units and days."""
        return cls((("", date.min, number),))

    @classmethod
    def read(cls, rows: Iterable[tuple[str, date, float]]) -> "CustomerBase":
        """Return a base of the rows; raises CustomerError naming what is wrong with one."""
        found = sorted(rows)
        if not found:
            raise CustomerError("there are no numbers of customers")
        for place, (unit, day, number) in enumerate(found):
            if not number > 0:
                raise CustomerError(f"{unit} has {number:g} customers from {day}: not positive")
            if place and found[place - 1][:2] == (unit, day):
                raise CustomerError(f"{unit} has two numbers of customers for {day}")
        return cls(tuple(found))

    @property
    def units(self) -> tuple[str, ...]:
        """Return the units that have numbers of their own; none for one number for all."""
        return tuple(dict.fromkeys(unit for unit, _day, _number in self.rows if unit))

    def count(
        self,
        days: DateRange,
        unit: str | None = None,
        by: Denominator = Denominator.AVERAGE,
    ) -> float:
        """Return the customers of a unit, of all units with None, by the convention.

        Raises CustomerError for an empty range and for a unit without numbers.
        """
        if days.length == 0:
            raise CustomerError("an empty period has no customers")
        if not self.units:
            return self.rows[0][2] if len(self.rows) == 1 else self._count_one("", days, by)
        if unit is not None:
            return self._count_one(unit, days, by)
        return sum(self._count_one(each, days, by) for each in self.units)

    def _count_one(self, unit: str, days: DateRange, by: Denominator) -> float:
        own = [(day, number) for name, day, number in self.rows if name == unit]
        if not own:
            raise CustomerError(f"no number of customers for {unit}")
        first, last = _holds(own, days.first_day), _holds(own, days.last_day)
        if by is Denominator.START:
            return first
        if by is Denominator.END:
            return last
        if by is Denominator.MIDDLE:
            return (first + last) / 2
        turns = [day for day, _number in own if days.first_day < day < days.end]
        edges = [days.first_day, *turns, days.end]
        total = sum(
            _holds(own, start) * ((end - start) / timedelta(days=1))
            for start, end in itertools.pairwise(edges)
        )
        return total / days.length


def _holds(own: list[tuple[date, float]], day: date) -> float:
    number = own[0][1]
    for since, value in own:
        if since <= day:
            number = value
    return number
