"""The value object `Period` and the half-open ranges of dates it stands for.

Every range is [first_day, end): neighbours share no day and leave none out. Dates are the civil
dates of Asia/Shanghai; turning an instant into such a date is the caller's business.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

FIRST_YEAR, LAST_YEAR = 1900, 2999
LONGEST_MONTH = 31
CHINESE_NUMBERS = "零一二三四"
ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
CODE = re.compile(
    r"(?P<year>[0-9]{4})(?:Q(?P<quarter>[1-4])|-(?P<month>[0-9]{2})|-W(?P<week>[0-9]{2}))?"
)


class PeriodError(ValueError):
    """A text or a combination of numbers that is no period."""


class PeriodKind(StrEnum):
    """Kinds of period; the value is what documents and databases store."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"


class WindowKind(StrEnum):
    """Stretches of time that end with a period: what a criterion of a scheme looks back over."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    LAST_3_MONTHS = "last_3_months"
    LAST_12_MONTHS = "last_12_months"


@dataclass(frozen=True, order=True)
class DateRange:
    """The days from `first_day` up to, not including, `end`."""

    first_day: date
    end: date

    def __post_init__(self) -> None:
        """Refuse a range that ends before it begins."""
        if self.end < self.first_day:
            raise PeriodError(f"range ends before it begins: {self.first_day} … {self.end}")

    @property
    def last_day(self) -> date:
        """The last day inside; for an empty range the day before its first."""
        return self.end - timedelta(days=1)

    @property
    def length(self) -> int:
        """Number of days inside."""
        return (self.end - self.first_day).days

    def __contains__(self, day: date) -> bool:
        """Return whether `day` lies inside."""
        return self.first_day <= day < self.end

    def days(self) -> Iterator[date]:
        """Yield each day inside, in order."""
        return (self.first_day + timedelta(days=offset) for offset in range(self.length))


@dataclass(frozen=True)
class Period:
    """One year, quarter, month or ISO week, identified by its code.

    `number` counts inside the year from 1; a year has number 1. A week belongs to its ISO year, so
    2026-W53 holds days of January 2027: weeks share out time, but not a calendar year.
    """

    kind: PeriodKind
    year: int
    number: int = 1

    def __post_init__(self) -> None:
        """Refuse a number that the year does not have."""
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise PeriodError(f"year {self.year} is not between {FIRST_YEAR} and {LAST_YEAR}")
        most = {
            PeriodKind.YEAR: 1,
            PeriodKind.QUARTER: 4,
            PeriodKind.MONTH: 12,
            PeriodKind.WEEK: _weeks_in(self.year),
        }[self.kind]
        if not 1 <= self.number <= most:
            raise PeriodError(f"{self.kind} {self.number} does not exist in {self.year}")

    @classmethod
    def parse(cls, code: str) -> Self:
        """Return the period of a code: `2026`, `2026Q1`, `2026-03` or `2026-W07`.

        Raises PeriodError naming the text for anything else, also for forms that mean the same
        (`2026-3`, `2026q1`): one period has one spelling, so that codes can be compared as text.
        """
        match = CODE.fullmatch(code)
        if match is None:
            raise PeriodError(f"no period: {code!r} (write 2026, 2026Q1, 2026-03 or 2026-W07)")
        year = int(match["year"])
        for kind in (PeriodKind.QUARTER, PeriodKind.MONTH, PeriodKind.WEEK):
            if match[kind.value]:
                return cls(kind, year, int(match[kind.value]))
        return cls(PeriodKind.YEAR, year)

    @classmethod
    def containing(cls, day: date, kind: PeriodKind) -> Self:
        """Return the one period of `kind` that `day` lies in."""
        if kind is PeriodKind.WEEK:
            iso_year, week, _weekday = day.isocalendar()
            return cls(kind, iso_year, week)
        numbers = {PeriodKind.YEAR: 1, PeriodKind.QUARTER: (day.month + 2) // 3}
        return cls(kind, day.year, numbers.get(kind, day.month))

    def __str__(self) -> str:
        """Return the code, the form in which a period is stored."""
        return {
            PeriodKind.YEAR: f"{self.year:04}",
            PeriodKind.QUARTER: f"{self.year:04}Q{self.number}",
            PeriodKind.MONTH: f"{self.year:04}-{self.number:02}",
            PeriodKind.WEEK: f"{self.year:04}-W{self.number:02}",
        }[self.kind]

    def __lt__(self, other: "Period") -> bool:
        """Order by the first day; of two that begin together the shorter comes first."""
        return (self.first_day, self.end) < (other.first_day, other.end)

    @property
    def first_day(self) -> date:
        """The first day inside."""
        if self.kind is PeriodKind.WEEK:
            return date.fromisocalendar(self.year, self.number, 1)
        return date(self.year, 1 + (self.number - 1) * _months_in(self.kind), 1)

    @property
    def end(self) -> date:
        """The first day after it: the open end of its range."""
        if self.kind is PeriodKind.WEEK:
            return self.first_day + timedelta(days=7)
        return add_months(self.first_day, _months_in(self.kind))

    @property
    def last_day(self) -> date:
        """The last day inside."""
        return self.end - timedelta(days=1)

    @property
    def range(self) -> DateRange:
        """Its days as a half-open range."""
        return DateRange(self.first_day, self.end)

    def __contains__(self, day: date) -> bool:
        """Return whether `day` lies inside."""
        return self.first_day <= day < self.end

    def next(self) -> Self:
        """Return the period of the same kind that follows."""
        return self.containing(self.end, self.kind)

    def previous(self) -> Self:
        """Return the period of the same kind before it."""
        return self.containing(self.first_day - timedelta(days=1), self.kind)

    def parts(self, kind: PeriodKind = PeriodKind.MONTH) -> tuple[Self, ...]:
        """Return the periods of `kind` that share it out exactly, in order.

        Months make up months, quarters and years; quarters make up quarters and years. Weeks make
        up nothing but weeks: raises PeriodError.
        """
        fits = kind is self.kind or (
            PeriodKind.WEEK not in (kind, self.kind) and _months_in(kind) <= _months_in(self.kind)
        )
        if not fits:
            raise PeriodError(f"a {self.kind} is not made up of {kind}s")
        found = [self.containing(self.first_day, kind)]
        while found[-1].end < self.end:
            found.append(found[-1].next())
        return tuple(found)

    def window(self, kind: WindowKind | str) -> DateRange:
        """Return the days that a look back from the end of this period covers.

        `month`, `quarter` and `year` begin with the calendar month, quarter or year that holds the
        last day; `last_3_months` and `last_12_months` begin that many months before the end,
        across the turn of the year. All end with the period: no later day counts.
        """
        kind = WindowKind(kind)
        back = {WindowKind.LAST_3_MONTHS: 3, WindowKind.LAST_12_MONTHS: 12}.get(kind)
        if back is not None:
            return DateRange(add_months(self.end, -back), self.end)
        first = self.containing(self.last_day, PeriodKind(kind.value)).first_day
        return DateRange(first, self.end)

    def label(self, language: str = "zh") -> str:
        """Return the name a reader knows; `language` is `zh` or `en`."""
        year, number = self.year, self.number
        if language == "en":
            return {
                PeriodKind.YEAR: f"{year}",
                PeriodKind.QUARTER: f"Q{number} {year}",
                PeriodKind.MONTH: f"{ENGLISH_MONTHS[(number - 1) % 12]} {year}",
                PeriodKind.WEEK: f"Week {number}, {year}",
            }[self.kind]
        return {
            PeriodKind.YEAR: f"{year}年",
            PeriodKind.QUARTER: f"{year}年第{CHINESE_NUMBERS[number % 5]}季度",
            PeriodKind.MONTH: f"{year}年{number}月",
            PeriodKind.WEEK: f"{year}年第{number}周",
        }[self.kind]


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later (earlier if negative).

    A day that the month does not have becomes its last: 31 January + 1 month is 28 or 29 February.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def company_month(month: Period, closing_day: int) -> DateRange:
    """Return the days of a company's month that ends on a set day: 2026-03 closed on the 25th is
    26 February to 25 March.

    A closing day the month does not have is its last; 31 gives the calendar month. Raises
    PeriodError for anything but a month, and for a day outside 1 to 31.
    """
    if month.kind is not PeriodKind.MONTH or not 1 <= closing_day <= LONGEST_MONTH:
        raise PeriodError(f"no company month: {month} closed on day {closing_day}")
    return DateRange(*(_close(each, closing_day) for each in (month.previous(), month)))


def company_month_of(day: date, closing_day: int) -> Period:
    """Return the month whose company month the day lies in."""
    month = Period.containing(day, PeriodKind.MONTH)
    return month if day in company_month(month, closing_day) else month.next()


def _close(month: Period, closing_day: int) -> date:
    """Return the first day after the month was closed."""
    return month.first_day + timedelta(days=min(closing_day, (month.end - month.first_day).days))


def chinese_date(day: date) -> str:
    """Return the date as official documents write it: `2026年3月5日`, no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def _months_in(kind: PeriodKind) -> int:
    return {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}[kind]


def _weeks_in(year: int) -> int:
    # 28 December always lies in the last ISO week.
    return date(year, 12, 28).isocalendar().week
