"""Working days of China: weekends corrected by the State Council's yearly notice.

The notice is data, it cannot be computed; the rows that come with the package are in
`data/working_days.csv`. A deadline that runs into a year without rows is counted by weekends alone
and marked provisional.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Self

SATURDAY = 5


class DayKind(StrEnum):
    """Why a day differs from what its weekday says."""

    HOLIDAY = "holiday"  # 放假: statutory or moved, also where it falls on a weekend
    MAKEUP = "makeup"  # 调休上班: a weekend day that is worked


@dataclass(frozen=True)
class CalendarDay:
    """One row of a notice: `name` is the festival it belongs to."""

    date: date
    kind: DayKind
    name: str


@dataclass(frozen=True)
class Deadline:
    """A computed last day; `provisional` (暂定) if a year without a notice was crossed."""

    date: date
    provisional: bool


class Calendar:
    """Working days as the given rows and the weekdays say. Later rows for a day replace earlier."""

    def __init__(self, days: Iterable[CalendarDay]) -> None:
        """Index the rows; the years they touch are the years that are known."""
        self._days: Mapping[date, CalendarDay] = MappingProxyType({day.date: day for day in days})
        self.years = frozenset(day.year for day in self._days)

    def extended(self, days: Iterable[CalendarDay]) -> Self:
        """Return a calendar with further rows, for a notice that came out later."""
        return type(self)([*self._days.values(), *days])

    def is_working_day(self, day: date) -> bool:
        """Return whether `day` is worked: by its row, without a row by its weekday."""
        row = self._days.get(day)
        return day.weekday() < SATURDAY if row is None else row.kind is DayKind.MAKEUP

    def is_announced(self, day: date) -> bool:
        """Return whether the notice of the day's year is known."""
        return day.year in self.years

    def kind_of(self, day: date) -> str:
        """Return holiday, makeup, working or weekend; `is_announced` says whether that is final."""
        row = self._days.get(day)
        if row is not None:
            return row.kind.value
        return "working" if day.weekday() < SATURDAY else "weekend"

    def name_of(self, day: date) -> str | None:
        """Return the festival the row of `day` belongs to, None for an ordinary day."""
        row = self._days.get(day)
        return row.name if row else None

    def count_working_days(self, first_day: date, end: date) -> int:
        """Return how many days of [first_day, end) are worked."""
        length = (end - first_day).days
        return sum(self.is_working_day(first_day + timedelta(days=n)) for n in range(length))

    def add_working_days(self, received_on: date, days: int) -> Deadline:
        """Return the last of `days` working days after `received_on`; that day is not counted.

        Raises ValueError for a negative number. With 0 the day itself is returned.
        """
        if days < 0:
            raise ValueError(f"cannot count {days} working days")
        day, left, provisional = received_on, days, False
        while left:
            day += timedelta(days=1)
            left -= self.is_working_day(day)
            provisional = provisional or day.year not in self.years
        return Deadline(day, provisional)


def read_calendar_days(text: str) -> list[CalendarDay]:
    """Return the rows of a CSV text with the columns date, kind and name.

    Raises ValueError naming the line for a date or kind that does not exist.
    """
    rows = []
    for number, row in enumerate(csv.DictReader(text.splitlines()), start=2):
        try:
            rows.append(
                CalendarDay(date.fromisoformat(row["date"]), DayKind(row["kind"]), row["name"])
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"line {number}: {error}") from error
    return rows


@cache
def load_calendar() -> Calendar:
    """Return the calendar of the rows that come with the package (2007 to 2026)."""
    source = files("linghang_core.periods") / "data" / "working_days.csv"
    return Calendar(read_calendar_days(source.read_text(encoding="utf-8")))
