"""The working clock: exact sums, nothing at night or on rest days, across 2024 to 2027."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang_core.periods import WorkingClock, WorkingHours, load_calendar

CLOCK = WorkingClock(load_calendar())
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31))
NEAR = st.timedeltas(timedelta(0), timedelta(days=60))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-20 09:00", "2026-11-20 10:30", 1.5),
        ("2026-11-20 11:00", "2026-11-20 15:00", 2),  # noon stands still
        ("2026-11-20 17:00", "2026-11-23 09:00", 1),  # Friday evening to Monday
        ("2026-11-20 18:00", "2026-11-23 08:00", 0),  # nothing but night and rest days
        ("2026-09-30 17:00", "2026-10-08 09:00", 1),  # National Day
        ("2026-10-10 09:00", "2026-10-10 10:00", 1),  # a Saturday worked instead
        ("2026-11-16 08:30", "2026-11-20 17:30", 35),
        ("2026-11-23 09:00", "2026-11-20 17:00", -1),
    ],
)
def test_working_hours_between_two_moments(start, end, hours):
    assert CLOCK.elapsed(at(start), at(end)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "hours", "end", "provisional"),
    [
        ("2026-11-20 09:00", 2, "2026-11-20 11:00", False),
        ("2026-11-20 11:00", 1, "2026-11-20 12:00", False),  # the end of the morning itself
        ("2026-11-20 16:30", 4, "2026-11-23 11:30", False),
        ("2026-11-21 10:00", 1, "2026-11-23 09:30", False),  # raised on a Saturday
        ("2026-09-30 16:30", 2, "2026-10-08 09:30", False),
        ("2026-12-31 16:30", 2, "2027-01-01 09:30", True),  # 2027 has no notice yet
        ("2026-11-21 10:00", 0, "2026-11-21 10:00", False),
    ],
)
def test_moment_at_which_so_much_has_passed(start, hours, end, provisional):
    found = CLOCK.add(at(start), timedelta(hours=hours))
    assert (found.at, found.provisional) == (at(end), provisional)


@given(MOMENTS, NEAR, st.lists(st.floats(0, 1), max_size=6))
def test_stretch_split_anywhere_has_the_same_sum(start, length, places):
    cuts = [start, *sorted(start + length * place for place in places), start + length]
    parts = [CLOCK.elapsed(a, b) for a, b in itertools.pairwise(cuts)]
    assert sum(parts, timedelta(0)) == CLOCK.elapsed(start, start + length)


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(hours=200)))
def test_what_is_added_has_passed_and_not_a_moment_sooner(start, amount):
    end = CLOCK.add(start, amount).at
    assert CLOCK.elapsed(start, end) == amount
    if amount:
        assert CLOCK.elapsed(start, end - timedelta(microseconds=1)) < amount


@given(
    MOMENTS,
    st.timedeltas(timedelta(0), timedelta(hours=80)),
    st.timedeltas(timedelta(0), timedelta(hours=80)),
)
def test_adding_twice_is_adding_the_sum(start, first, second):
    assert CLOCK.add(CLOCK.add(start, first).at, second).at == CLOCK.add(start, first + second).at


@given(MOMENTS)
def test_clock_runs_only_in_hours_of_working_days(moment):
    runs = CLOCK.is_running(moment)
    assert runs == (CLOCK.elapsed(moment, moment + timedelta(microseconds=1)) > timedelta(0))
    if runs:
        assert CLOCK.calendar.is_working_day(moment.date())
        assert time(8, 30) <= moment.time() < time(17, 30)


@given(MOMENTS, NEAR)
def test_moments_of_another_zone_are_turned_to_china(start, length):
    zone = ZoneInfo("Asia/Shanghai")
    first, last = start.replace(tzinfo=zone), (start + length).replace(tzinfo=zone)
    expected = CLOCK.elapsed(start, start + length)
    assert CLOCK.elapsed(first.astimezone(UTC), last.astimezone(UTC)) == expected
    added = CLOCK.add(first.astimezone(UTC), timedelta(hours=5)).at
    assert added.tzinfo == UTC
    assert added.astimezone(zone).replace(tzinfo=None) == CLOCK.add(start, timedelta(hours=5)).at


def test_every_day_of_the_known_years_has_seven_hours_or_none():
    day = date(2024, 1, 1)
    while day < date(2027, 1, 1):
        start = datetime.combine(day, time())
        passed = CLOCK.elapsed(start, start + timedelta(days=1))
        assert passed == timedelta(hours=7 * CLOCK.calendar.is_working_day(day))
        day += timedelta(days=1)


@pytest.mark.parametrize(
    "spans", [(), ((time(12), time(8)),), ((time(8), time(12)), (time(11), time(17)))]
)
def test_hours_out_of_order_are_refused(spans):
    with pytest.raises(ValueError, match="follow each other"):
        WorkingHours(spans)


def test_negative_amount_is_refused():
    with pytest.raises(ValueError, match="cannot add"):
        CLOCK.add(at("2026-11-20 09:00"), timedelta(hours=-1))
