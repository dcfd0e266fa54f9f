"""Textbook systems, and the laws that hold whatever the data are."""

import random
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linghang_core.periods import DateRange
from linghang_core.reliability import (
    DLT836,
    IEEE1366,
    STANDARDS,
    CustomerBase,
    Edge,
    compare_days,
    compute_indices,
    daily_saidi,
    find_major_days,
    read_steps,
)

YEAR = DateRange(date(2025, 1, 1), date(2026, 1, 1))


def test_six_load_points_of_a_textbook_system() -> None:
    """Billinton and Allan, Reliability Evaluation of Power Systems, chapter 7: customers 1,000, 800,
    600, 800, 500 and 300 at load points 1 to 6, and the four interruptions of a year.
    """
    customers = {1: 1000, 2: 800, 3: 600, 4: 800, 5: 500, 6: 300}
    load = {2: 3600, 3: 2800, 5: 2400, 6: 1800}
    interruptions = [(1, 2, 3), (1, 3, 3), (2, 6, 2), (3, 3, 1), (4, 5, 1.5), (4, 6, 1.5)]
    table = pd.DataFrame(
        [
            {
                "event_id": event,
                "unit": f"LP{point}",
                "group": f"LP{point}",
                "start": datetime(2025, event, 3, 22),
                "end": datetime(2025, event, 3, 22) + timedelta(hours=hours),
                "customers": customers[point],
                "category": "fault",
                "power_kw": load[point],
            }
            for event, point, hours in interruptions
        ]
    )
    base = CustomerBase.read(
        [(f"LP{point}", date(2025, 1, 1), number) for point, number in customers.items()]
    )
    found = compute_indices(read_steps(table, base=base), base, YEAR, IEEE1366)[0]
    assert (found.saifi, found.saidi_minutes / 60, found.events) == (0.775, 1.65, 4)
    assert found.caidi_minutes is not None
    assert round(found.caidi_minutes / 60, 2) == 2.13
    assert round(found.asai, 6) == 0.999812
    assert found.parts["energy_kwh_per_customer"] == 31_900 / 4000
    # 2,200 customers were out at all, those of points 3 and 6 twice.
    assert [found.parts[f"cemi_{n}"] for n in (1, 2, 3)] == [0.55, 0.225, 0]
    by_unit = compute_indices(read_steps(table), base, YEAR, IEEE1366, by="unit")
    assert [(unit.key, unit.saifi, unit.saidi_minutes) for unit in by_unit] == [
        ("LP1", 0, 0),
        ("LP2", 1, 180),
        ("LP3", 2, 240),
        ("LP4", 0, 0),
        ("LP5", 1, 90),
        ("LP6", 2, 210),
    ]


ROWS = st.lists(
    st.tuples(
        st.integers(1, 8),  # event
        st.integers(0, 525_599),  # minute of the year
        st.integers(1, 3000),
        st.integers(1, 500),
        st.sampled_from("甲乙丙"),
        st.sampled_from(["T1", "T2", ""]),
        st.sampled_from(["故障停电", "检修停电", "系统电源不足限电"]),
    ),
    min_size=1,
    max_size=15,
    unique_by=lambda row: (row[0], row[1], row[4], row[5]),
)
NAMES = ("event_id", "start", "end", "customers", "unit", "group", "category")


def build(rows, scale: int = 1):
    first = datetime(2025, 1, 1)
    return read_steps(
        pd.DataFrame(
            [
                (
                    f"E{event}",
                    first + timedelta(minutes=at),
                    first + timedelta(minutes=at + minutes),
                    scale * customers,
                    *rest,
                )
                for event, at, minutes, customers, *rest in rows
            ],
            columns=NAMES,
        )
    )


def nearly(found: dict):
    """The same but for the last digits: sums of other orders differ in them."""
    return {name: pytest.approx(v) if isinstance(v, float) else v for name, v in found.items()}


@settings(max_examples=15, deadline=None)
@given(ROWS, st.sampled_from(sorted(STANDARDS)), st.integers(2, 7))
def test_all_customers_multiplied_leave_the_indices(rows, code, factor) -> None:
    """Those interrupted and those there are; the numbers themselves are multiplied."""
    few = compute_indices(build(rows), CustomerBase.constant(4000), YEAR, STANDARDS[code])[0]
    base = CustomerBase.constant(4000 * factor)
    many = compute_indices(build(rows, factor), base, YEAR, STANDARDS[code])[0]
    assert many.saifi == pytest.approx(few.saifi)
    assert many.saidi_minutes == pytest.approx(few.saidi_minutes)
    assert many.maifi == pytest.approx(few.maifi)
    assert (many.customer_interruptions, many.events) == (
        factor * few.customer_interruptions,
        few.events,
    )


@settings(max_examples=12, deadline=None)
@given(ROWS, st.sampled_from(sorted(STANDARDS)), st.integers(0, 999))
def test_shuffled_rows_give_the_same_result_whatever_overlaps(rows, code, seed) -> None:
    mixed = list(rows)
    random.Random(seed).shuffle(mixed)
    base = CustomerBase.constant(4000)
    both = [build(rows), build(mixed)]
    for by in (None, "unit", "category", "month"):
        one, other = (compute_indices(s, base, YEAR, STANDARDS[code], by=by) for s in both)
        assert [nearly(each.as_dict()) for each in one] == [each.as_dict() for each in other]


@settings(max_examples=15, deadline=None)
@given(ROWS)
def test_other_names_of_units_give_the_same_results_under_those_names(rows) -> None:
    base = CustomerBase.constant(4000)
    other = {"甲": "丙", "乙": "甲", "丙": "乙"}
    renamed = [(*row[:4], other[row[4]], *row[5:]) for row in rows]
    one, two = (
        {
            each.key: each.as_dict()
            for each in compute_indices(build(r), base, YEAR, DLT836, by="unit")
        }
        for r in (rows, renamed)
    )
    assert set(two) == {other[key] for key in one}
    for key, found in one.items():
        assert nearly(found | {"key": other[key]}) == two[other[key]]


@settings(max_examples=15, deadline=None)
@given(ROWS, st.integers(1, 364))
def test_a_year_cut_in_two_has_the_minutes_and_interruptions_of_both_parts(rows, day) -> None:
    cut = YEAR.first_day + timedelta(days=day)
    steps, base = build(rows), CustomerBase.constant(4000)
    for standard in (DLT836, IEEE1366):
        for edge in Edge:
            parts = [
                compute_indices(steps, base, days, standard, edge=edge)[0]
                for days in (DateRange(YEAR.first_day, cut), DateRange(cut, YEAR.end))
            ]
            whole = compute_indices(steps, base, YEAR, standard, edge=edge)[0]
            assert sum(p.customer_minutes for p in parts) == pytest.approx(whole.customer_minutes)
            assert sum(p.customer_interruptions for p in parts) == whole.customer_interruptions


@settings(max_examples=15, deadline=None)
@given(ROWS)
def test_minutes_of_a_group_are_those_of_the_union_of_its_rows(rows) -> None:
    """Counted minute by minute, of rows that each concern one customer of one group."""
    one_group = [
        (event, at % 4000, minutes % 300 + 1, 1, "甲", "T1", "故障停电")
        for event, at, minutes, *_ in rows
    ]
    one_group = list({row[:2]: row for row in one_group}.values())
    out = np.zeros(5000, bool)
    for _event, at, minutes, *_ in one_group:
        out[at : at + minutes] = True
    found = compute_indices(build(one_group), CustomerBase.constant(1), YEAR, DLT836)[0]
    assert found.customer_minutes == out.sum()
    begins = out & ~np.r_[False, out[:-1]]
    assert found.customer_interruptions >= begins.sum()


@settings(max_examples=15, deadline=None)
@given(ROWS)
def test_days_add_up_to_the_period(rows) -> None:
    steps, base = build(rows), CustomerBase.constant(4000)
    days = daily_saidi(steps, base, YEAR, IEEE1366)
    whole = compute_indices(steps, base, YEAR, IEEE1366)[0]
    assert (len(days), days.sum()) == (365, pytest.approx(whole.saidi_minutes))


@settings(max_examples=15, deadline=None)
@given(ROWS, st.integers(2, 9))
def test_multiplied_customers_leave_the_major_days(rows, factor) -> None:
    base = CustomerBase.constant(4000)
    found = []
    for scale in (1, factor):
        days = daily_saidi(build(rows, scale), base, YEAR, DLT836)
        if (days > 0).sum() < 2:
            return
        table = pd.DataFrame(
            {"date": [day.isoformat() for day in days.index], "saidi": days.to_numpy()}
        )
        found.append(find_major_days(table, YEAR, YEAR))
    assert found[0].major_event_days == found[1].major_event_days
    assert found[1].t_med == pytest.approx(factor * found[0].t_med)


def test_days_all_alike_are_no_major_days() -> None:
    days = DateRange(date(2025, 1, 1), date(2025, 1, 31))
    table = pd.DataFrame({"date": [d.isoformat() for d in days.days()], "saidi": 0.7})
    assert find_major_days(table, days, days).major_event_days == ()


def test_days_without_dependence_have_the_interval_of_the_textbook() -> None:
    """The delta method: a change of means of independent days has a known standard error."""
    draw = np.random.default_rng(5)
    before, after = (pd.Series(draw.normal(mean, 2, 365)) for mean in (10, 9))
    found = compare_days(before, after, block_days=1)
    spread = np.hypot(*(each.std() / each.mean() / 365**0.5 for each in (before, after)))
    half = 1.96 * spread * after.mean() / before.mean()
    assert (found.low, found.high) == pytest.approx(
        (found.change - half, found.change + half), abs=0.004
    )
    assert found.clear is True


def test_storms_that_last_for_days_widen_the_interval() -> None:
    draw = np.random.default_rng(6)
    weeks = [pd.Series(np.repeat(draw.gamma(1, 1, 60), 7)) for _ in range(2)]
    by_day, by_week = (compare_days(*weeks, block_days=n) for n in (1, 7))
    assert by_week.high - by_week.low > 1.8 * (by_day.high - by_day.low)
