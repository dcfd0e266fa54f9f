"""Laws and worked examples of Period and DateRange."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang_core.periods import (
    DateRange,
    Period,
    PeriodError,
    PeriodKind,
    WindowKind,
    add_months,
    chinese_date,
)

DAYS = st.dates(date(1910, 1, 1), date(2500, 12, 31))
KINDS = st.sampled_from(PeriodKind)
PERIODS = st.builds(Period.containing, DAYS, KINDS)


@pytest.mark.parametrize(
    ("code", "first", "last", "zh", "en"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2026年", "2026"),
        ("2026Q1", date(2026, 1, 1), date(2026, 3, 31), "2026年第一季度", "Q1 2026"),
        ("2026Q4", date(2026, 10, 1), date(2026, 12, 31), "2026年第四季度", "Q4 2026"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024年2月", "February 2024"),
        ("2026-W07", date(2026, 2, 9), date(2026, 2, 15), "2026年第7周", "Week 7, 2026"),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3), "2026年第53周", "Week 53, 2026"),
    ],
)
def test_code_gives_days_and_labels(code: str, first: date, last: date, zh: str, en: str) -> None:
    period = Period.parse(code)
    assert (period.first_day, period.last_day) == (first, last)
    assert (str(period), period.label(), period.label("en")) == (code, zh, en)


@pytest.mark.parametrize(
    "code",
    ["", "26", "2026-3", "2026-13", "2026-00", "2026Q5", "2026q1", "2026-W54", "2025-W53", "1899",
     "2026-01-01", "2026Q1 ", "\uff12026", "2026-W00"],
)  # fmt: skip
def test_anything_else_is_no_period(code: str) -> None:
    with pytest.raises(PeriodError):
        Period.parse(code)


@given(PERIODS)
def test_code_parses_to_the_same_period(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(DAYS, KINDS)
def test_each_day_lies_in_exactly_one_period_of_a_kind(day: date, kind: PeriodKind) -> None:
    period = Period.containing(day, kind)
    assert day in period
    assert day not in period.next()
    assert day not in period.previous()
    assert period.range.first_day == period.first_day


@given(PERIODS)
def test_neighbours_leave_no_gap_and_do_not_overlap(period: Period) -> None:
    assert period.next().first_day == period.end
    assert period.next().previous() == period
    assert period.previous().end == period.first_day
    assert period.previous() < period < period.next()


@given(st.integers(1900, 2999), st.sampled_from([PeriodKind.MONTH, PeriodKind.QUARTER]))
def test_parts_share_out_a_year(year: int, kind: PeriodKind) -> None:
    whole = Period(PeriodKind.YEAR, year)
    parts = whole.parts(kind)
    assert [day for part in parts for day in part.range.days()] == list(whole.range.days())
    assert len(parts) == {PeriodKind.MONTH: 12, PeriodKind.QUARTER: 4}[kind]


def test_parts_of_a_quarter_are_its_months() -> None:
    assert [str(part) for part in Period.parse("2026Q3").parts()] == [
        "2026-07",
        "2026-08",
        "2026-09",
    ]


@pytest.mark.parametrize(
    ("code", "kind"),
    [("2026", "week"), ("2026-W07", "month"), ("2026-03", "quarter"), ("2026Q1", "year")],
)
def test_parts_that_do_not_fit_are_refused(code: str, kind: str) -> None:
    with pytest.raises(PeriodError, match="is not made up of"):
        Period.parse(code).parts(PeriodKind(kind))


@pytest.mark.parametrize(
    ("code", "window", "first", "end"),
    [
        ("2026-02", "month", date(2026, 2, 1), date(2026, 3, 1)),
        ("2026-02", "quarter", date(2026, 1, 1), date(2026, 3, 1)),
        ("2026-02", "year", date(2026, 1, 1), date(2026, 3, 1)),
        ("2026-02", "last_3_months", date(2025, 12, 1), date(2026, 3, 1)),
        ("2026-02", "last_12_months", date(2025, 3, 1), date(2026, 3, 1)),
        ("2026Q1", "month", date(2026, 3, 1), date(2026, 4, 1)),
        ("2026Q1", "quarter", date(2026, 1, 1), date(2026, 4, 1)),
        ("2026Q1", "last_12_months", date(2025, 4, 1), date(2026, 4, 1)),
        ("2026", "last_3_months", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026", "last_12_months", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-W07", "month", date(2026, 2, 1), date(2026, 2, 16)),
    ],
)
def test_window_ends_with_the_period(code: str, window: str, first: date, end: date) -> None:
    assert Period.parse(code).window(window) == DateRange(first, end)


@given(PERIODS, st.sampled_from(WindowKind))
def test_no_window_looks_past_the_period(period: Period, window: WindowKind) -> None:
    found = period.window(window)
    assert found.end == period.end
    assert found.first_day < found.end


def test_range_is_half_open_and_never_reversed() -> None:
    days = DateRange(date(2026, 1, 1), date(2026, 1, 3))
    assert list(days.days()) == [date(2026, 1, 1), date(2026, 1, 2)]
    assert (days.length, days.last_day) == (2, date(2026, 1, 2))
    assert date(2026, 1, 3) not in days
    with pytest.raises(PeriodError, match="ends before it begins"):
        DateRange(date(2026, 1, 3), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 3, 31), -6, date(2025, 9, 30)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_add_months_stays_inside_the_month(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_chinese_date_has_no_leading_zeros() -> None:
    assert chinese_date(date(2026, 11, 21)) == "2026年11月21日"
    assert chinese_date(date(2026, 3, 5)) == "2026年3月5日"


@given(DAYS)
def test_months_of_a_year_are_ordered_by_time(day: date) -> None:
    month = Period.containing(day, PeriodKind.MONTH)
    assert sorted([month.next(), month, month.previous()])[1] == month
    assert month.end - timedelta(days=1) in month
