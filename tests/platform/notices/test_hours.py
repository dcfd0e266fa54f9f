"""Nothing leaves the product at night or on a rest day: over all hours of four years, and by example."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.platform.notices import hours
from tests.platform.notices.moments import SHANGHAI, at

HOUR = timedelta(hours=1)
FIRST, LAST = time(8, 30), time(17, 30)
moments = st.datetimes(
    datetime(2024, 1, 1), datetime(2027, 12, 31, 23, 59), timezones=st.just(SHANGHAI)
)


def read_notices() -> dict[date, str]:
    """Return the days of the State Council's notices, read here without the product's calendar."""
    text = (files("linghang_core.periods") / "data" / "working_days.csv").read_text(
        encoding="utf-8"
    )
    return {date.fromisoformat(r["date"]): r["kind"] for r in csv.DictReader(text.splitlines())}


def test_every_hour_of_four_years_is_open_on_working_days_in_working_hours_only():
    notices = read_notices()
    wrong = []
    moment = datetime(2024, 1, 1, tzinfo=SHANGHAI)
    while moment.year < 2028:
        kind = notices.get(moment.date())
        is_rest = kind == "holiday" or (moment.weekday() > 4 and kind != "makeup")
        is_office = FIRST <= moment.time() < LAST
        if hours.is_open(moment) and (is_rest or not is_office):
            wrong.append(moment)
        announced = any(day.year == moment.year for day in notices)
        if announced and is_office and not is_rest and not hours.is_open(moment):
            wrong.append(moment)
        moment += HOUR
    assert wrong == []


@given(moments)
def test_the_next_opening_is_open_and_no_open_moment_lies_before_it(moment):
    opening = hours.next_opening(moment)
    assert hours.is_open(opening)
    assert opening >= moment
    assert hours.next_opening(opening) == opening
    between = moment
    while between < opening:
        assert not hours.is_open(between)
        between += timedelta(minutes=59)


@given(moments)
def test_the_next_morning_begins_a_working_day_and_none_lies_before_it(moment):
    morning = hours.next_morning(moment)
    assert (morning.time(), hours.is_working_day(morning.date())) == (FIRST, True)
    assert morning >= moment
    earlier = [
        moment.date() + timedelta(days=n) for n in range((morning.date() - moment.date()).days)
    ]
    assert [day for day in earlier[1:] if hours.is_working_day(day)] == []


@pytest.mark.parametrize(
    ("made", "opens"),
    [
        ("2026-11-20 17:29", "2026-11-20 17:29"),
        ("2026-11-20 17:30", "2026-11-23 08:30"),
        ("2026-11-21 22:00", "2026-11-23 08:30"),
        ("2026-11-23 00:00", "2026-11-23 08:30"),
        ("2026-09-30 23:00", "2026-10-08 08:30"),  # 国庆
        ("2026-10-09 19:00", "2026-10-10 08:30"),  # a Saturday worked for the holiday
        ("2026-12-31 20:00", "2027-01-04 08:30"),  # the next year's notice is not known: still 元旦
    ],
)
def test_what_is_made_out_of_hours_waits_for_the_next_working_morning(made, opens):
    assert hours.next_opening(at(made)) == at(opens)


def test_the_hours_are_those_of_shanghai_wherever_the_moment_was_taken():
    assert hours.is_open(datetime(2026, 11, 23, 0, 30, tzinfo=UTC))  # 08:30 in Shanghai
    assert not hours.is_open(datetime(2026, 11, 23, 9, 30, tzinfo=UTC))  # 17:30


def test_a_year_without_a_notice_is_silent_on_weekends_and_statutory_days():
    days = [date(2040, 1, 1) + timedelta(days=n) for n in range(366)]
    silent = [day for day in days if day.weekday() < 5 and not hours.is_working_day(day)]
    assert [day.isoformat()[5:] for day in silent] == [
        "02-13",  # 春节: New Year's Day is Sunday the 12th
        "02-14",
        "04-04",  # 清明
        "05-01",
        "05-02",
        "06-14",  # 端午
        "09-20",  # 中秋
        "10-01",
        "10-02",
        "10-03",
    ]
    assert [day for day in days if day.weekday() > 4 and hours.is_working_day(day)] == []


def test_the_operator_sets_the_hours(settings):
    settings.NOTICE_FROM, settings.NOTICE_UNTIL = "09:00", "12:00"
    assert hours.next_opening(at("2026-11-23 08:30")) == at("2026-11-23 09:00")
    assert hours.next_opening(at("2026-11-23 12:00")) == at("2026-11-24 09:00")
