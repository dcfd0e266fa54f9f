"""Solar terms and lunar dates against published tables, and the laws both obey."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang_core.periods import (
    DateRange,
    LunarDate,
    Period,
    PeriodError,
    company_month,
    company_month_of,
    current_solar_term,
    find_solar_term,
    from_lunar,
    list_solar_terms,
    to_lunar,
)

# Dates of the terms, 小寒 first, as almanacs of the six years print them.
PUBLISHED = {
    2023: "0105 0120 0204 0219 0306 0321 0405 0420 0506 0521 0606 0621 "
    "0707 0723 0808 0823 0908 0923 1008 1024 1108 1122 1207 1222",
    2024: "0106 0120 0204 0219 0305 0320 0404 0419 0505 0520 0605 0621 "
    "0706 0722 0807 0822 0907 0922 1008 1023 1107 1122 1206 1221",
    2025: "0105 0120 0203 0218 0305 0320 0404 0420 0505 0521 0605 0621 "
    "0707 0722 0807 0823 0907 0923 1008 1023 1107 1122 1207 1221",
    2026: "0105 0120 0204 0218 0305 0320 0405 0420 0505 0521 0605 0621 "
    "0707 0723 0807 0823 0907 0923 1008 1023 1107 1122 1207 1222",
    2027: "0105 0120 0204 0219 0306 0321 0405 0420 0506 0521 0606 0621 "
    "0707 0723 0808 0823 0908 0923 1008 1023 1107 1122 1207 1222",
    2028: "0106 0120 0204 0219 0305 0320 0404 0419 0505 0520 0605 0621 "
    "0706 0722 0807 0822 0907 0922 1008 1023 1107 1122 1206 1221",
}


@pytest.mark.parametrize(("year", "days"), PUBLISHED.items())
def test_dates_of_a_year_are_those_of_the_almanac(year: int, days: str) -> None:
    assert [f"{term.date:%m%d}" for term in list_solar_terms(year)] == days.split()


@pytest.mark.parametrize(
    ("name", "day", "instant"),
    [
        ("小满", date(2008, 5, 21), "00:00"),
        ("大寒", date(2012, 1, 21), "00:09"),
        ("大暑", date(2013, 7, 22), "23:55"),
        ("惊蛰", date(2014, 3, 6), "00:02"),
        ("小暑", date(2016, 7, 7), "00:03"),
        ("夏至", date(2019, 6, 21), "23:54"),
        ("大雪", date(2020, 12, 7), "00:09"),
        ("冬至", date(2021, 12, 21), "23:59"),
        ("雨水", date(2026, 2, 18), "23:51"),
        ("立夏", date(2035, 5, 5), "23:54"),
        ("立秋", date(2035, 8, 7), "23:54"),
        ("春分", date(2051, 3, 20), "23:59"),
    ],
)
def test_terms_near_midnight_fall_on_the_right_side(name: str, day: date, instant: str) -> None:
    term = find_solar_term(day)
    assert term is not None
    assert (term.name, f"{term.instant:%H:%M}", term.instant.date()) == (name, instant, day)


def test_the_two_published_dates_that_differ_from_their_instants_are_kept_apart() -> None:
    odd = [
        t
        for year in range(1901, 2101)
        for t in list_solar_terms(year)
        if t.date != t.instant.date()
    ]
    assert [(t.name, t.date, f"{t.instant:%F %T}") for t in odd] == [
        ("大寒", date(1979, 1, 21), "1979-01-20 23:59:54"),
        ("春分", date(2084, 3, 19), "2084-03-20 00:00:47"),
    ]


def test_terms_follow_each_other_by_fifteen_degrees_in_fourteen_to_sixteen_days() -> None:
    terms = [term for year in range(1901, 2101) for term in list_solar_terms(year)]
    assert len(terms) == 4800
    for before, after in pairwise(terms):
        assert (after.longitude - before.longitude) % 360 == 15
        assert timedelta(days=14.6) < after.instant - before.instant < timedelta(days=15.8)


def test_a_day_lies_in_the_term_that_began_last() -> None:
    assert current_solar_term(date(2026, 2, 18)).name == "雨水"
    assert current_solar_term(date(2026, 2, 17)).name == "立春"
    assert current_solar_term(date(2026, 1, 1)).name == "冬至"


@pytest.mark.parametrize("year", [1900, 2101])
def test_years_without_terms_are_refused(year: int) -> None:
    with pytest.raises(ValueError, match="1901 to 2100"):
        list_solar_terms(year)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 2, 17), "丙午年正月初一"),
        (date(2026, 2, 16), "乙巳年腊月廿九"),
        (date(2025, 7, 25), "乙巳年闰六月初一"),
        (date(2026, 6, 19), "丙午年五月初五"),  # 端午
        (date(2026, 9, 25), "丙午年八月十五"),  # 中秋
        (date(2024, 10, 11), "甲辰年九月初九"),  # 重阳
        (date(2033, 12, 22), "癸丑年闰冬月初一"),
        (date(1949, 10, 1), "己丑年八月初十"),
        (date(2000, 2, 5), "庚辰年正月初一"),
        (date(1901, 2, 19), "辛丑年正月初一"),
    ],
)
def test_lunar_dates_are_those_of_the_almanac(day: date, text: str) -> None:
    assert str(to_lunar(day)) == text


def test_the_animal_goes_with_the_year() -> None:
    assert [to_lunar(date(year, 6, 1)).animal for year in (2024, 2025, 2026)] == ["龙", "蛇", "马"]


@given(st.dates(date(1900, 1, 31), date(2101, 1, 28)))
def test_there_and_back_is_the_same_day(day: date) -> None:
    assert from_lunar(to_lunar(day)) == day


@pytest.mark.parametrize(
    "wrong", [LunarDate(2026, 13, 1), LunarDate(2026, 1, 31), LunarDate(2026, 6, 1, leap=True)]
)
def test_lunar_dates_that_do_not_exist_are_refused(wrong: LunarDate) -> None:
    with pytest.raises(ValueError, match=r"month|days"):
        from_lunar(wrong)


def test_the_midwinter_month_holds_the_winter_solstice() -> None:
    """GB/T 33661-2017: the month that holds 冬至 is the eleventh, and never a leap month."""
    for year in range(1901, 2101):
        lunar = to_lunar(list_solar_terms(year)[-1].instant.date())
        assert (lunar.month, lunar.leap) == (11, False), year


def test_a_company_month_ends_on_its_day() -> None:
    march = Period.parse("2026-03")
    assert company_month(march, 25) == DateRange(date(2026, 2, 26), date(2026, 3, 26))
    assert company_month(march, 31) == DateRange(date(2026, 3, 1), date(2026, 4, 1))
    assert company_month(Period.parse("2026-01"), 20).first_day == date(2025, 12, 21)
    with pytest.raises(PeriodError):
        company_month(Period.parse("2026"), 25)
    with pytest.raises(PeriodError):
        company_month(march, 0)


@given(st.dates(date(1999, 1, 1), date(2050, 1, 1)), st.integers(1, 31))
def test_company_months_share_out_the_days(day: date, closing_day: int) -> None:
    month = company_month_of(day, closing_day)
    assert day in company_month(month, closing_day)
    assert day not in company_month(month.next(), closing_day)
    assert (
        company_month(month, closing_day).end == company_month(month.next(), closing_day).first_day
    )
