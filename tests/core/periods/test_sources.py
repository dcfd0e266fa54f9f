"""Every solar term, lunar month and working day against calendars that others computed or collected."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from linghang_core.periods import LunarDate, from_lunar, list_solar_terms, load_calendar, to_lunar
from linghang_core.periods.solar_terms import UTC8

DATA = Path(__file__).parent / "data"
# Before 1929 almanacs were printed in Beijing's own time, 14 minutes behind UTC+8.
BEFORE_1929 = {
    (1912, "小雪"): 23,
    (1913, "秋分"): 24,
    (1917, "大雪"): 7,
    (1927, "白露"): 8,
    (1928, "夏至"): 21,
}


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def differing_terms(source: str) -> dict[tuple[int, str], int]:
    width = {"observatory": 2, "libastro": 2, "shouxing": 8}[source]
    return {
        (int(row["year"]), term.name): int(row[source][width * place :][:2])
        for row in read("terms.csv")
        for place, term in enumerate(list_solar_terms(int(row["year"])))
        if term.date.day != int(row[source][width * place :][:2])
    }


def test_dates_of_all_terms_are_those_the_observatory_publishes() -> None:
    assert differing_terms("observatory") == BEFORE_1929


def test_dates_of_all_terms_are_those_two_other_computations_find() -> None:
    """Both put 1979 大寒 on the 20th, as we do by its instant; 1951 冬至 lies one second after midnight."""
    assert differing_terms("shouxing") == {(1979, "大寒"): 20}
    assert differing_terms("libastro") == {(1951, "冬至"): 22, (1979, "大寒"): 20}


@pytest.mark.parametrize(
    ("first", "last", "most"),
    [(1901, 2020, 3), (2021, 2040, 24), (2041, 2060, 70), (2061, 2100, 120)],
)
def test_instants_agree_to_seconds_while_the_earth_has_been_observed(first, last, most) -> None:
    """After 2020 the other one forecasts how the Earth slows down, and we keep the present difference."""
    apart = []
    for row in read("terms.csv"):
        if first <= int(row["year"]) <= last:
            for place, term in enumerate(list_solar_terms(int(row["year"]))):
                text = f"{term.instant:%Y%m}{row['shouxing'][8 * place :][:8]}"
                other = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC8)
                seconds = abs((other - term.instant).total_seconds())
                apart.append(seconds if (term.name, term.date.year) != ("春分", 2084) else 77)
    assert len(apart) == 24 * (last - first + 1)
    assert max(apart) <= most


@pytest.mark.parametrize("source", ["observatory", "shouxing"])
def test_lunar_months_are_those_of_the_other_calendar(source) -> None:
    differing = []
    for row in read("months.csv"):
        if row[source]:
            start, leap, long = row[source].split()
            day = date(int(row["year"]), int(start[:2]), int(start[2:]))
            numbers = [
                (n, again) for n in range(1, 13) for again in (False, True)[: 1 + (n == int(leap))]
            ]
            for (number, again), is_long in zip(numbers, long, strict=True):
                if from_lunar(LunarDate(int(row["year"]), number, 1, again)) != day:
                    differing.append((int(row["year"]), number, day))
                day += timedelta(days=29 + int(is_long))
            assert to_lunar(day - timedelta(days=1)).year == int(row["year"])
    # The new moon of September 2057 falls within seconds of midnight.
    printed = [(2057, 9, date(2057, 9, 28))] if source == "observatory" else []
    assert differing == printed


@pytest.mark.parametrize("source", ["chinesecalendar", "holidays"])
def test_all_days_since_2007_are_worked_or_not_as_the_other_collection_says(source) -> None:
    calendar = load_calendar()
    days, differing = 0, []
    for row in read("days.csv"):
        first = date(int(row["year"]), 1, 1)
        for place, bit in enumerate(f"{int(row[source], 16):b}"[1:]):
            day = first + timedelta(days=place)
            days += 1
            if calendar.is_working_day(day) != (bit == "1"):
                differing.append(day)
    assert (days, differing) == (7305, [])


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        (date(2015, 9, 3), "holiday", "抗战胜利纪念日"),  # once, for the 70th anniversary
        (date(2020, 1, 31), "holiday", "春节"),  # prolonged on 26 January 2020
        (date(2020, 2, 2), "holiday", "春节"),
        (date(2020, 2, 3), "working", None),
        (date(2020, 1, 19), "makeup", "春节"),
        (date(2013, 4, 7), "makeup", "清明节"),
        (date(2022, 4, 2), "makeup", "清明节"),
        (date(2026, 1, 4), "makeup", "元旦"),
        (date(2026, 2, 21), "holiday", "春节"),  # a Saturday inside
        (date(2026, 3, 7), "weekend", None),
    ],
)
def test_days_of_notices_that_were_out_of_the_ordinary(day, kind, name) -> None:
    found = load_calendar().name_of(day)
    assert (load_calendar().kind_of(day), found and found[:2]) == (kind, name and name[:2])


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(1978, 9, 3), "戊午年八月初一"),  # new moon at 00:09
        (date(1978, 9, 2), "戊午年七月三十"),
        (date(2033, 8, 25), "癸丑年八月初一"),  # old tables had a leap seventh month here
        (date(2033, 12, 22), "癸丑年闰冬月初一"),
        (date(2034, 1, 20), "癸丑年腊月初一"),
        (date(2034, 2, 19), "甲寅年正月初一"),
        (date(2057, 9, 28), "丁丑年八月三十"),
        (date(2057, 9, 29), "丁丑年九月初一"),
        (date(2023, 3, 22), "癸卯年闰二月初一"),
        (date(2020, 5, 23), "庚子年闰四月初一"),
        (date(1984, 11, 23), "甲子年闰十月初一"),
    ],
)
def test_lunar_dates_that_are_often_wrong(day, text) -> None:
    assert str(to_lunar(day)) == text
