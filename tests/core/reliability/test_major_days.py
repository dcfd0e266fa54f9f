"""Major event days and like-for-like comparison."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linghang_core.periods import DateRange
from linghang_core.reliability import Deviation, MajorDaysError, compare_days, find_major_days

SAIDI = [0.8, 1.2, 0.5, 2.0, 0, 1.0, 0.6, 3.5, 0.9, 1.1, 25, 0.7]
FIRST = date(2025, 1, 1)
DAYS = DateRange(FIRST, FIRST + timedelta(days=len(SAIDI)))


def table(values, first: date = FIRST) -> pd.DataFrame:
    days = [(first + timedelta(days=n)).isoformat() for n in range(len(values))]
    return pd.DataFrame({"date": days, "saidi": values})


def test_the_threshold_of_the_worked_table() -> None:
    found = find_major_days(table(SAIDI), DAYS, DAYS)
    assert round(found.alpha, 6) == 0.323024
    assert round(found.beta, 6) == 1.106123
    assert round(found.t_med, 4) == 21.9404
    assert (found.base_days, found.zero_days_dropped) == (11, 1)
    assert found.major_event_days == ("2025-01-11",)
    assert (round(found.saidi_all, 6), round(found.saidi_without_med, 6)) == (37.3, 12.3)


def test_the_population_deviation_is_smaller() -> None:
    found = find_major_days(table(SAIDI), DAYS, DAYS, Deviation.POPULATION)
    assert found.beta == pytest.approx(1.106123 * (10 / 11) ** 0.5, abs=1e-6)


def test_a_year_is_judged_by_the_years_before_it() -> None:
    both = pd.concat([table(SAIDI), table([30, 1], date(2026, 1, 1))])
    found = find_major_days(both, DAYS, DateRange(date(2026, 1, 1), date(2026, 1, 3)))
    assert (found.major_event_days, found.saidi_without_med) == (("2026-01-01",), 1)


def test_rows_that_cannot_be_read_are_named_and_left_out() -> None:
    faulty = table([*SAIDI, "much", -1, 2])
    faulty.loc[14, "date"] = "2025-01-01"
    found = find_major_days(faulty, DAYS, DAYS)
    assert [(f.row, f.code) for f in found.quality] == [
        (14, "no_number"),
        (15, "negative"),
        (16, "duplicate"),
    ]
    assert round(found.t_med, 4) == 21.9404


def test_too_few_days_are_refused() -> None:
    with pytest.raises(MajorDaysError, match="at least 2"):
        find_major_days(table([0, 5, 0]), DAYS, DAYS)
    with pytest.raises(MajorDaysError, match="column saidi is missing"):
        find_major_days(pd.DataFrame({"date": ["2025-01-01"]}), DAYS, DAYS)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0.01, 500), min_size=5, max_size=60),
    st.floats(0.1, 50),
)
def test_another_unit_of_saidi_leaves_the_major_days(values, factor) -> None:
    days = DateRange(FIRST, FIRST + timedelta(days=len(values)))
    plain = find_major_days(table(values), days, days)
    scaled = find_major_days(table([v * factor for v in values]), days, days)
    near = [v for v in values if abs(v / plain.t_med - 1) < 1e-9]
    if not near:
        assert plain.major_event_days == scaled.major_event_days
    assert scaled.t_med == pytest.approx(plain.t_med * factor)


def test_a_fall_by_a_third_is_told_with_what_chance_could_do() -> None:
    random = np.random.default_rng(7)
    before = pd.Series(random.gamma(0.5, 2.0, 365))
    found = compare_days(before, before * 0.64)
    assert found.change == pytest.approx(-0.36)
    assert found.low < -0.36 < found.high
    again = compare_days(before, before * 0.64)
    assert (again.low, again.high) == (found.low, found.high)


def test_one_storm_does_not_make_a_clear_change() -> None:
    quiet = pd.Series([1.0] * 365)
    storm = quiet.copy()
    storm[100] = 200.0
    found = compare_days(storm, quiet)
    assert found.change < -0.3
    assert found.clear is False


def test_a_month_is_the_least_that_is_compared() -> None:
    with pytest.raises(ValueError, match="at least 28"):
        compare_days(pd.Series([1.0] * 20), pd.Series([1.0] * 40))
    with pytest.raises(ValueError, match="no percentage"):
        compare_days(pd.Series([0.0] * 40), pd.Series([1.0] * 40))
