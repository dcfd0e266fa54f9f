"""How many customers there are: a number, or numbers by unit and date, and what is divided by."""

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

import numpy as np
import pandas as pd

from linghang_core.periods import DateRange
from linghang_core.reliability import cells
from linghang_core.reliability.standards import Voltage, find_voltage

WHOLE = frozenset({"all", "total", "whole", "全部", "全公司", "合计", "总计", "*"})


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
                raise CustomerError(
                    f"{unit or 'the whole'} has {number:g} customers from {day}: not positive"
                )
            if place and found[place - 1][:2] == (unit, day):
                raise CustomerError(f"{unit or 'the whole'} has two numbers of customers for {day}")
        if len({not unit for unit, _day, _number in found}) > 1:
            raise CustomerError("some numbers of customers name a unit and some do not")
        return cls(tuple(found))

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Return the units that have numbers of their own; none for numbers for all."""
        return tuple(unit for unit in self._numbers if unit)

    @cached_property
    def _numbers(self) -> Mapping[str, tuple[list[date], list[float]]]:
        found: dict[str, tuple[list[date], list[float]]] = {}
        for unit, day, number in sorted(self.rows):
            days, numbers = found.setdefault(unit, ([], []))
            days.append(day)
            numbers.append(number)
        return found

    def only(self, unit: str) -> "CustomerBase":
        """Return the numbers of one unit. Raises CustomerError if the base names units without it."""
        if not self.units:
            return self
        if unit not in self.units:
            raise CustomerError(f"no number of customers for {unit}")
        return CustomerBase(tuple(row for row in self.rows if row[0] == unit))

    def held_on(self, unit: str, days: np.ndarray) -> np.ndarray:
        """Return the number of a unit ("" for all) on each of the days (datetime64[D])."""
        since, numbers = self._numbers[unit if self.units else ""]
        places = np.searchsorted(np.array(since, "datetime64[D]"), days, "right") - 1
        return np.array(numbers)[np.maximum(places, 0)]

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
            return self._count_one("", days, by)
        if unit is not None:
            return self._count_one(unit, days, by)
        return sum(self._count_one(each, days, by) for each in self.units)

    def _count_one(self, unit: str, days: DateRange, by: Denominator) -> float:
        if unit not in self._numbers:
            raise CustomerError(f"no number of customers for {unit}")
        since, numbers = self._numbers[unit]
        first, last = (_hold(since, numbers, day) for day in (days.first_day, days.last_day))
        if by is Denominator.START:
            return first
        if by is Denominator.END:
            return last
        if by is Denominator.MIDDLE:
            return (first + last) / 2
        turns = [day for day in since if days.first_day < day < days.end]
        edges = [days.first_day, *turns, days.end]
        total = sum(
            _hold(since, numbers, start) * ((end - start) / timedelta(days=1))
            for start, end in itertools.pairwise(edges)
        )
        return total / days.length


def _hold(since: list[date], numbers: list[float], day: date) -> float:
    """Return the number that holds on the day; before the first one the first."""
    return numbers[max(bisect_right(since, day) - 1, 0)]


def read_customers(
    table: pd.DataFrame,
    *,
    voltage: Voltage | None = None,
    rows: Sequence[int] | np.ndarray | None = None,
) -> CustomerBase:
    """Return the base of a table with unit, date and customers, maybe voltage.

    A row without a unit, or with one of the words in WHOLE, is a number for all. With `voltage` only the rows of that class count; without
    it a table of several classes is refused, for each is evaluated by itself. Raises CustomerError
    naming the row of the file: nothing can be divided by half a base.
    """
    table = table.rename(columns={name: str(name).strip().lower() for name in table.columns})
    missing = [name for name in ("unit", "date", "customers") if name not in table.columns]
    if missing:
        raise CustomerError(f"column {', '.join(missing)} is missing")
    place = np.arange(2, len(table) + 2) if rows is None else np.asarray(rows)
    days, numbers = cells.read_times(table["date"]).clock, cells.read_numbers(table["customers"])
    wrong = (days.isna().to_numpy() | np.isnan(numbers.found)).nonzero()[0]
    if len(wrong):
        raise CustomerError(f"row {place[wrong[0]]}: a day and a number of customers are needed")
    units = cells.read_names(table["unit"])
    kept = _keep_class(table, voltage)
    return CustomerBase.read(
        (_name_unit(str(units[at])), days[at].date(), float(numbers.found[at]))
        for at in kept.nonzero()[0]
    )


def _name_unit(text: str) -> str:
    """Return the unit, "" for a word that stands for all of them."""
    return "" if text.lower() in WHOLE else text


def _keep_class(table: pd.DataFrame, voltage: Voltage | None) -> np.ndarray:
    """Return which rows count customers of the class."""
    if "voltage" not in table.columns:
        return np.ones(len(table), bool)
    classes = [find_voltage(word) for word in cells.read_names(table["voltage"])]
    if voltage is not None:
        return np.array([each is voltage for each in classes], bool)
    if len(set(classes)) > 1:
        raise CustomerError("customers of several voltages: ask for one of them by its voltage")
    return np.ones(len(table), bool)
