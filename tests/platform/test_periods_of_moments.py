"""Every boundary of a period is the Shanghai date, whatever the hour in UTC or elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.platform.calendar import clock
from linghang_core.periods import Period, PeriodKind

EAST_8 = timezone(timedelta(hours=8))  # no summer time since 1991
moments = st.datetimes(
    datetime(1992, 1, 1), datetime(2100, 1, 1), timezones=st.timezones() | st.just(UTC)
)
kinds = st.sampled_from(PeriodKind)


@given(moments)
def test_today_is_the_date_in_china(moment):
    with clock.stand_at(moment):
        assert clock.today() == moment.astimezone(EAST_8).date()


@given(st.dates(date(1992, 2, 1), date(2099, 12, 1)), kinds)
def test_a_period_begins_and_ends_at_midnight_in_china(day, kind):
    period = Period.containing(day, kind)
    begins = datetime.combine(period.first_day, datetime.min.time(), EAST_8)
    ends = datetime.combine(period.next().first_day, datetime.min.time(), EAST_8)
    for moment, expected in (
        (begins - timedelta(microseconds=1), period.previous()),
        (begins, period),
        (ends - timedelta(microseconds=1), period),
        (ends, period.next()),
    ):
        with clock.stand_at(moment.astimezone(UTC)):
            assert Period.containing(clock.today(), kind) == expected


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        (datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC), "2026-10"),
        (datetime(2026, 10, 31, 16, 0, tzinfo=UTC), "2026-11"),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "2027-01"),
        (datetime(2028, 2, 29, 15, 59, tzinfo=UTC), "2028-02"),
    ],
)
def test_the_month_of_a_moment(moment, month):
    with clock.stand_at(moment):
        assert str(Period.containing(clock.today(), PeriodKind.MONTH)) == month
