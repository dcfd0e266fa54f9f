"""The 24 solar terms (二十四节气) of 1901 to 2100: instants to the second and the almanac's dates.

GB/T 33661-2017: a term begins when the apparent geocentric longitude of the Sun reaches a multiple
of 15°, told in UTC+8. The instants were computed once from the models the standard names (IAU/SOFA:
earth ephemeris, precession and nutation of 2006/2000A, light time and aberration) and are packaged;
docs/algorithms/calendar.md says how, and with what they were compared.
"""

import csv
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from importlib.resources import files

UTC8 = timezone(timedelta(hours=8), "UTC+8")
FIRST_YEAR, LAST_YEAR = 1901, 2100
NAMES = (
    "小寒",
    "大寒",
    "立春",
    "雨水",
    "惊蛰",
    "春分",
    "清明",
    "谷雨",
    "立夏",
    "小满",
    "芒种",
    "夏至",
    "小暑",
    "大暑",
    "立秋",
    "处暑",
    "白露",
    "秋分",
    "寒露",
    "霜降",
    "立冬",
    "小雪",
    "大雪",
    "冬至",
)
# Published almanacs that differ from the instant, which lies within a minute of midnight.
ALMANAC_DATES = {("大寒", 1979): date(1979, 1, 21), ("春分", 2084): date(2084, 3, 19)}


@dataclass(frozen=True)
class SolarTerm:
    """One term: its name, the almanac's date, and the instant (aware, UTC+8)."""

    name: str
    date: date
    instant: datetime

    @property
    def longitude(self) -> int:
        """Return the apparent longitude of the Sun in degrees: 春分 0, 清明 15 … 惊蛰 345."""
        return (285 + 15 * NAMES.index(self.name)) % 360


def list_solar_terms(year: int) -> list[SolarTerm]:
    """Return the 24 terms of a year, 小寒 first.

    Raises ValueError outside 1901 to 2100.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"solar terms are known for {FIRST_YEAR} to {LAST_YEAR}, not for {year}")
    return _load()[year]


def find_solar_term(day: date) -> SolarTerm | None:
    """Return the term that falls on the day, None on an ordinary day."""
    return next((term for term in list_solar_terms(day.year) if term.date == day), None)


def current_solar_term(day: date) -> SolarTerm:
    """Return the term in whose stretch the day lies: the last one that has begun by then.

    Raises ValueError before 1901-01-06 and after 2100.
    """
    terms = list_solar_terms(day.year)
    place = bisect_right([term.date for term in terms], day)
    return terms[place - 1] if place else list_solar_terms(day.year - 1)[-1]


@cache
def _load() -> dict[int, list[SolarTerm]]:
    source = files("linghang_core.periods") / "data" / "solar_terms.csv"
    found: dict[int, list[SolarTerm]] = {}
    for row in csv.DictReader(source.read_text(encoding="utf-8").splitlines()):
        year, name = int(row["year"]), row["name"]
        instant = datetime.fromisoformat(row["instant"]).replace(tzinfo=UTC8)
        day = ALMANAC_DATES.get((name, year), instant.date())
        found.setdefault(year, []).append(SolarTerm(name, day, instant))
    return found
