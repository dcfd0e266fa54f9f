"""Dates of the Chinese calendar (农历), 1900-01-31 to 2101-01-28.

A lunar year is its first day, its leap month and the lengths of its months; these rows are packaged
in `data/lunar_years.csv` (docs/algorithms/calendar.md).
"""

import csv
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
DAYS = (
    *tuple(
        f"{tens}{one}"
        for tens, ones in (("初", "一二三四五六七八九十"), ("十", "一二三四五六七八九"))
        for one in ones
    ),
    "二十",
    *(f"廿{one}" for one in "一二三四五六七八九"),
    "三十",
)
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
ANIMALS = "鼠牛虎兔龙蛇马羊猴鸡狗猪"
FIRST_CYCLE_YEAR = 4  # 公元4年是甲子年
LONG, SHORT = 30, 29


@dataclass(frozen=True)
class LunarDate:
    """A day of the Chinese calendar; `leap` says that the month is the second of its number."""

    year: int
    month: int
    day: int
    leap: bool = False

    @property
    def year_name(self) -> str:
        """Return the year in the sixty-year cycle: 丙午."""
        place = self.year - FIRST_CYCLE_YEAR
        return STEMS[place % 10] + BRANCHES[place % 12]

    @property
    def animal(self) -> str:
        """Return the animal of the year: 马."""
        return ANIMALS[(self.year - FIRST_CYCLE_YEAR) % 12]

    def __str__(self) -> str:
        """Return the date as almanacs print it: 丙午年正月初一, 乙巳年闰六月十五."""
        leap = "闰" if self.leap else ""
        return f"{self.year_name}年{leap}{MONTHS[self.month - 1]}月{DAYS[self.day - 1]}"


@dataclass(frozen=True)
class _Year:
    year: int
    first_day: date
    leap: int
    lengths: tuple[int, ...]

    def months(self) -> list[tuple[int, bool]]:
        """Return (number, leap) of each month in order."""
        found = []
        for number in range(1, 13):
            found.append((number, False))
            if number == self.leap:
                found.append((number, True))
        return found


def to_lunar(day: date) -> LunarDate:
    """Return the date of the Chinese calendar. Raises ValueError outside 1900-01-31 to 2101-01-28."""
    years = _load()
    place = bisect_right([year.first_day for year in years], day) - 1
    if place < 0:
        raise ValueError(f"lunar dates are known from {years[0].first_day}, not for {day}")
    year = years[place]
    left = (day - year.first_day).days
    for (month, leap), length in zip(year.months(), year.lengths, strict=True):
        if left < length:
            return LunarDate(year.year, month, left + 1, leap)
        left -= length
    raise ValueError(f"lunar dates are known to {day - timedelta(days=left + 1)}, not for {day}")


def from_lunar(lunar: LunarDate) -> date:
    """Return the day of a date of the Chinese calendar. Raises ValueError for one that does not exist."""
    year = next((year for year in _load() if year.year == lunar.year), None)
    if year is None:
        raise ValueError(f"lunar dates of {lunar.year} are not known")
    day = year.first_day
    for name, length in zip(year.months(), year.lengths, strict=True):
        if name == (lunar.month, lunar.leap):
            if not 1 <= lunar.day <= length:
                raise ValueError(f"the month has {length} days, not {lunar.day}")
            return day + timedelta(days=lunar.day - 1)
        day += timedelta(days=length)
    raise ValueError(f"{lunar.year} has no month {'闰' if lunar.leap else ''}{lunar.month}")


@cache
def _load() -> list[_Year]:
    source = files("linghang_core.periods") / "data" / "lunar_years.csv"
    return [
        _Year(
            int(row["year"]),
            date.fromisoformat(row["new_year"]),
            int(row["leap"]),
            tuple(LONG if sign == "1" else SHORT for sign in row["long"]),
        )
        for row in csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    ]
