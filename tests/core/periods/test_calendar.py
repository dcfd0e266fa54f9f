"""Working days against the notices of 2007 to 2026 and the laws of counting."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang_core.periods import (
    CalendarDay,
    DayKind,
    Deadline,
    load_calendar,
    read_calendar_days,
)

CALENDAR = load_calendar()


@pytest.mark.parametrize(
    ("year", "expected"),
    [(2008, 251), (2015, 249), (2020, 249), (2024, 251), (2025, 248), (2026, 248)],
)
def test_working_days_of_a_year(year: int, expected: int) -> None:
    assert CALENDAR.count_working_days(date(year, 1, 1), date(year + 1, 1, 1)) == expected


@pytest.mark.parametrize(
    ("received_on", "days", "expected"),
    [
        (date(2026, 9, 30), 5, date(2026, 10, 13)),
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a Saturday that is worked
        (date(2026, 4, 30), 4, date(2026, 5, 9)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
    ],
)
def test_deadline_does_not_count_the_day_of_receipt(
    received_on: date, days: int, expected: date
) -> None:
    assert CALENDAR.add_working_days(received_on, days) == Deadline(expected, provisional=False)


def test_deadline_in_a_year_without_notice_is_provisional() -> None:
    assert CALENDAR.add_working_days(date(2026, 12, 30), 1) == Deadline(
        date(2026, 12, 31), provisional=False
    )
    assert CALENDAR.add_working_days(date(2026, 12, 30), 2) == Deadline(
        date(2027, 1, 1), provisional=True
    )


def test_later_notice_makes_the_deadline_final() -> None:
    newer = CALENDAR.extended([CalendarDay(date(2027, 1, 1), DayKind.HOLIDAY, "元旦")])
    assert newer.add_working_days(date(2026, 12, 30), 2) == Deadline(
        date(2027, 1, 4), provisional=False
    )
    assert newer.name_of(date(2027, 1, 1)) == "元旦"
    assert CALENDAR.name_of(date(2027, 1, 1)) is None


def test_every_makeup_day_is_a_weekend_day() -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(1096)]
    worked = [day for day in days if day.weekday() >= 5 and CALENDAR.is_working_day(day)]
    assert len(worked) == 8 + 5 + 6


@given(st.dates(date(2024, 1, 1), date(2026, 6, 30)), st.integers(1, 60))
def test_deadline_is_a_working_day_with_that_many_up_to_it(received_on: date, days: int) -> None:
    deadline = CALENDAR.add_working_days(received_on, days).date
    assert CALENDAR.is_working_day(deadline)
    day_after = timedelta(days=1)
    assert CALENDAR.count_working_days(received_on + day_after, deadline + day_after) == days


def test_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot count -1 working days"):
        CALENDAR.add_working_days(date(2026, 1, 1), -1)


@pytest.mark.parametrize("row", ["2026-02-30,holiday,x", "2026-02-01,feast,x", "2026-02-01"])
def test_bad_row_is_named_by_its_line(row: str) -> None:
    with pytest.raises(ValueError, match="line 3: "):
        read_calendar_days(f"date,kind,name\n2026-01-01,holiday,元旦\n{row}\n")
