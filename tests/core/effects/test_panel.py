"""Tables become panels: periods, starts, and what is left out by row."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linghang_core.effects.panel import Treatment, read_panel
from linghang_core.effects.results import EffectsError
from linghang_core.effects.times import order_times

NAMES = {"unit": "unit", "time": "time", "outcome": "y"}


def read(rows, treatment, columns="unit time y d", **options):
    table = pd.DataFrame(rows, columns=columns.split())
    return read_panel(table, treatment, **(NAMES | options))


def square(starts, times=("2003", "2004", "2005")):
    """Rows of units a, b, c … with their first treated period in column d."""
    return [
        (unit, time, place + order, start)
        for place, (unit, start) in enumerate(zip("abcdefgh", starts, strict=False))
        for order, time in enumerate(times)
    ]


@pytest.mark.parametrize("start", ["2004", "2004.0", 2004, 2004.0, " 2004 "])
@pytest.mark.parametrize("times", [("2003", "2004", "2005"), ("2003.0", "2004.0", "2005.0")])
def test_a_period_is_the_same_with_and_without_decimals(start, times):
    panel = read(square([start, "0"], times), Treatment(first="d"))
    assert panel.times == ("2003", "2004", "2005")
    assert panel.starts.tolist() == [1, 3]
    assert panel.cohorts == ("2004", "")


@pytest.mark.parametrize(
    "never", ["", None, "0", "0.0", 0, 0.0, "inf", float("inf"), "never", "nan", "NA", "从未"]
)
def test_never_treated_is_said_in_many_ways(never):
    assert read(square(["2004", never]), Treatment(first="d")).treated.tolist() == [True, False]


def test_a_start_between_periods_or_after_the_table_finds_its_place():
    panel = read(square(["2003.5", "2010", "0"]), Treatment(first="d"))
    assert (panel.starts.tolist(), panel.cohorts) == ([1, 3, 3], ("2003.5", "2010", ""))
    assert panel.treated.tolist() == [True, False, False]


def test_units_and_start_may_be_named_with_decimals_too():
    rows = [(f"{unit}.0", time, 1.0 * unit, 0) for unit in (1, 2) for time in (2003, 2004)]
    panel = read(rows, Treatment(units=["1"], start="2004.0"))
    assert (panel.units, panel.starts.tolist()) == (("1", "2"), [1, 2])


def test_marks_may_be_numbers_truth_values_or_words():
    for yes, no in [(1, 0), ("1.0", "0.0"), ("True", "False"), (True, False), ("是", "否")]:
        rows = [("a", 1, 1, no), ("a", 2, 2, yes), ("b", 1, 1, no), ("b", 2, 1, no)]
        assert read(rows, Treatment(column="d")).starts.tolist() == [1, 2]


def test_a_start_is_read_from_a_row_without_outcome_too():
    rows = [("a", t, None if t == 2 else t, int(t >= 2)) for t in (1, 2, 3, 4)]
    rows += [("b", t, t, 0) for t in (1, 2, 3, 4)]
    panel = read(rows, Treatment(column="d"))
    assert panel.starts.tolist() == [1, 4]
    assert np.isnan(panel.outcomes[0, 1])
    assert [(f.row, f.code) for f in panel.findings] == [(3, "no_number")]


def test_bad_rows_are_listed_by_row_and_the_rest_counts():
    rows = [
        ("a", 1, 5, 0),
        ("", 1, 5, 0),
        ("a", 2, "many", 1),
        ("a", 2, 6, "perhaps"),
        ("a", 3, 7, 1),
        ("a", 3, 8, 1),
        ("b", 1, 1, 0),
        ("b", 3, 2, 0),
    ]
    panel = read(rows, Treatment(column="d"))
    assert [(f.row, f.code) for f in panel.findings] == [
        (3, "empty"),
        (4, "no_number"),
        (5, "no_mark"),
        (7, "duplicate"),
    ]
    assert panel.outcomes.tolist() == [[5, 7], [1, 2]]
    assert panel.starts.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("times", "ordered"),
    [
        (["10", "9", "2"], ["2", "9", "10"]),
        (["2026-10", "2026-9"], ["2026-9", "2026-10"]),
        (["2026Q2", "2025Q4"], ["2025Q4", "2026Q2"]),
        (["2026-W10", "2026-W09"], ["2026-W09", "2026-W10"]),
        (["2026年2月", "2026年11月", "2025年12月"], ["2025年12月", "2026年2月", "2026年11月"]),
    ],
)
def test_times_have_the_order_a_reader_expects(times, ordered):
    assert list(order_times(pd.Series(times))) == ordered


def test_days_of_a_workbook_and_of_text_are_the_same():
    rows = square(["2026-01-02 00:00:00", ""], pd.to_datetime(["2026-01-01", "2026-01-02"]))
    panel = read(rows, Treatment(first="d"))
    assert (panel.times, panel.starts.tolist()) == (("2026-01-01", "2026-01-02"), [1, 2])


@pytest.mark.parametrize(
    ("rows", "treatment", "said"),
    [
        (square(["0", "0"]), Treatment(first="d"), "no unit is treated"),
        (square(["2004"]), Treatment(first="d"), "only one unit"),
        (square(["soon", "0"]), Treatment(first="d"), "'soon' is no number"),
        (square(["2004", "0"], ("31/01/2026", "28/02/2026")), Treatment(first="d"), "2026-01-31"),
        (square(["2004", "0"]), Treatment(first="e"), "column e is missing"),
        (square(["2004", "0"]), Treatment(units=["z"], start="2004"), "unit z is not in column"),
        (square(["2004", "0"]), Treatment(units=["a"]), "--treated-from"),
        ([], Treatment(first="d"), "no rows"),
        ([("a", 1, "x", 0), ("b", 1, "y", 1)], Treatment(column="d"), "holds no number"),
        (
            [("a", 1, 1, 0), ("a", 2, 1, 1), ("a", 3, 1, 0), ("b", 1, 1, 0)],
            Treatment(column="d"),
            "treatment ends again",
        ),
        (
            [("a", 1, 1, "2"), ("a", 2, 1, "3"), ("b", 1, 1, "0")],
            Treatment(first="d"),
            "several values",
        ),
    ],
)
def test_what_cannot_be_a_panel_is_refused(rows, treatment, said):
    with pytest.raises(EffectsError, match=said):
        read(rows, treatment)


@settings(max_examples=25, deadline=None)
@given(st.permutations(square(["2004", "2005", "0"])))
def test_the_order_of_rows_does_not_matter(rows):
    straight = read(square(["2004", "2005", "0"]), Treatment(first="d"))
    panel = read(rows, Treatment(first="d"))
    assert (panel.units, panel.times) == (straight.units, straight.times)
    assert (panel.outcomes == straight.outcomes).all()
    assert (panel.starts == straight.starts).all()


def test_an_empty_day_of_a_workbook_is_never_treated():
    days = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"])
    rows = square([pd.Timestamp("2026-02-01"), pd.NaT], days)
    panel = read(rows, Treatment(first="d"))
    assert panel.starts.tolist() == [1, 3]


@pytest.mark.parametrize(
    "start", ["2026-02-01", "2026-2-1", "2026/2/1", "2026.02.01", "2026年2月1日"]
)
@pytest.mark.parametrize("form", ["{}-{:02}-{:02}", "{}/{}/{}", "{}年{}月{}日"])
def test_a_start_finds_its_day_however_both_are_written(start, form):
    times = [form.format(2026, month, 1) for month in (1, 2, 3, 10)]
    assert read(square([start, ""], times), Treatment(first="d")).starts.tolist() == [1, 4]


@pytest.mark.parametrize("start", ["2026-02", "2026-2", "2026/02", "2026年2月"])
def test_a_start_finds_its_month_however_it_is_written(start):
    times = ("2026-01", "2026-02", "2026-03")
    assert read(square(["", ""], times), Treatment(units=["a"], start=start)).starts[0] == 1


@pytest.mark.parametrize("start", ["soon", "待定", "01/02/2026"])
def test_a_start_that_is_no_period_is_refused(start):
    with pytest.raises(EffectsError, match="first treated period"):
        read(square([start, ""], ("2026-01", "2026-02")), Treatment(first="d"))


def test_people_as_rows_of_one_unit_are_refused():
    rows = square(["2004", ""])
    with pytest.raises(EffectsError, match="most rows repeat a unit and time"):
        read(rows * 3, Treatment(first="d"))
    assert len(read(rows + rows[:2], Treatment(first="d")).findings) == 2


def test_a_covariate_seen_only_before_treatment_is_named():
    rows = [(*row, 1.0 if row[1] == "2003" else None) for row in square(["2004", ""])]
    with pytest.raises(EffectsError, match="once 4 rows without a number in rain are left out"):
        read(rows, Treatment(first="d"), "unit time y d rain", covariates=["rain"])


@pytest.mark.parametrize("time", ["Apr 2026", "2026 April", "1-Apr-26", "04/2026", "Q2 2026"])
def test_times_that_text_would_put_in_a_wrong_order_are_refused(time):
    with pytest.raises(EffectsError, match="has no order as text"):
        order_times(pd.Series([time, "2025-01"], dtype=object))


@pytest.mark.parametrize(
    "times", [("wave 1", "wave 2"), ("2025Q1", "2026Q1"), ("March", "spring"), ("第1周", "第2周")]
)
def test_other_words_with_numbers_keep_their_order(times):
    assert order_times(pd.Series(times[::-1], dtype=object)) == times


def test_a_start_after_the_table_is_named():
    rows = square(["", ""], ("2026-01", "2026-02"))
    with pytest.raises(EffectsError, match="ends with 2026-02, treatment begins 202602"):
        read(rows, Treatment(units=["a"], start="202602"))
