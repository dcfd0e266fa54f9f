"""The indices against published and hand-worked tables, and the laws they obey."""

from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linghang_core.periods import DateRange
from linghang_core.reliability import (
    DLT836,
    IEEE1366,
    CustomerBase,
    CustomerError,
    Denominator,
    Edge,
    StepsError,
    compute_indices,
    daily_saidi,
    read_steps,
)

QUARTER = DateRange(date(2026, 1, 1), date(2026, 4, 1))  # 2,160 hours
YEAR_1994 = DateRange(date(1994, 1, 1), date(1995, 1, 1))


def rows(*given: tuple, zone: str = "Asia/Shanghai", **more):
    names = ["event_id", "step", "unit", "start", "end", "customers", "category"]
    return read_steps(
        pd.DataFrame([dict(zip(names, row, strict=True)) for row in given]), zone=zone, **more
    )


def last(event: str, start: str, minutes: float, customers: int, category: str, step: int = 1):
    began = datetime.fromisoformat(start)
    return (
        event,
        step,
        "甲",
        start,
        (began + timedelta(minutes=minutes)).isoformat(" "),
        customers,
        category,
    )


def one(steps, number: float, days: DateRange, standard, **more):
    return compute_indices(steps, CustomerBase.constant(number), days, standard, **more)[0]


def test_parts_of_dlt836_are_each_taken_from_index_one() -> None:
    """Five interruptions of one quarter, 10,000 customers: worked by hand."""
    steps = rows(
        last("1", "2026-01-05 08:00", 90, 800, "内部故障停电"),
        last("2", "2026-01-06 08:00", 42, 300, "外部故障停电"),
        last("3", "2026-02-01 08:00", 360, 500, "检修停电"),
        last("4", "2026-02-02 08:00", 120, 1000, "系统电源不足限电"),
        last("5", "2026-03-03 08:00", 2, 2000, "故障停电"),
    )
    found = one(steps, 10_000, QUARTER, DLT836).as_dict()
    hours = {name: round(found[f"saidi_{name}_minutes"] / 60, 6) for name in (1, 2, 3, 4)}
    assert hours == {1: 0.647667, 2: 0.626667, 3: 0.447667, 4: 0.641}
    shares = [round(100 * found[f"asai_{name}"], 6) for name in (1, 2, 3, 4)]
    assert shares == [99.970015, 99.970988, 99.979275, 99.970324]
    assert (found["saifi"], found["saifi_sustained"], found["maifi"]) == (0.46, 0.26, 0.2)
    assert round(found["caidi_minutes"] / 60, 5) == 2.46538
    assert round(found["saidi_fault_minutes"] / 60, 3) == 0.141
    assert round(found["saidi_planned_minutes"] / 60, 3) == 0.5
    assert (found["events"], found["customer_interruptions"]) == (5, 4600)


def example_of_the_standard():
    """The circuit of nine interruptions in IEEE Std 1366 (annex with the calculation examples)."""
    return rows(
        ("107", 1, "7075", "1994-03-17 12:12:20", "1994-03-17 12:20:30", 200, "fault"),
        ("256", 1, "7075", "1994-04-15 18:23:56", "1994-04-15 18:24:26", 400, "fault"),
        ("435", 1, "7075", "1994-05-05 00:23:10", "1994-05-05 01:34:29", 600, "fault"),
        ("567", 1, "7075", "1994-06-12 23:17:00", "1994-06-12 23:47:14", 25, "fault"),
        ("678", 1, "7075", "1994-07-06 09:30:10", "1994-07-06 09:31:10", 2000, "fault"),
        ("832", 1, "7075", "1994-08-20 15:45:39", "1994-08-20 20:12:50", 90, "fault"),
        ("1003", 1, "7075", "1994-08-31 08:20:00", "1994-08-31 10:20:00", 700, "fault"),
        ("1100", 1, "7075", "1994-09-03 17:10:00", "1994-09-03 17:20:00", 1500, "fault"),
        ("1356", 1, "7075", "1994-10-27 10:15:00", "1994-10-27 10:55:00", 100, "fault"),
        zone="UTC",
    )


def test_example_of_ieee1366_is_reproduced() -> None:
    found = one(example_of_the_standard(), 2000, YEAR_1994, IEEE1366)
    assert round(found.saidi_minutes, 2) == 86.11
    assert found.saifi == 1.6075
    assert found.caidi_minutes is not None
    assert round(found.caidi_minutes, 2) == 53.57
    assert round(found.asai, 6) == 0.999836
    assert (found.maifi, found.events, found.customer_interruptions) == (1.2, 7, 3215)


def test_three_and_five_minutes_are_never_mixed() -> None:
    steps = rows(last("1", "2026-01-05 08:00", 4, 100, "fault"))
    chinese, american = (one(steps, 1000, QUARTER, standard) for standard in (DLT836, IEEE1366))
    assert (chinese.parts["saifi_sustained"], chinese.maifi) == (0.1, 0.0)
    assert (american.saifi, american.maifi) == (0.0, 0.1)
    exactly = rows(last("1", "2026-01-05 08:00", 5, 100, "fault"))
    assert one(exactly, 1000, QUARTER, IEEE1366).maifi == 0.1  # "more than five minutes"


def test_restoration_in_steps_is_one_event() -> None:
    steps = rows(
        last("1", "2026-01-05 08:00", 2, 300, "fault", 1),
        last("1", "2026-01-05 08:00", 30, 500, "fault", 2),
        last("1", "2026-01-05 08:00", 90, 200, "fault", 3),
    )
    found = one(steps, 1000, QUARTER, IEEE1366)
    assert (found.events, found.saifi, found.maifi) == (1, 0.7, 0.3)
    assert found.saidi_minutes == (500 * 30 + 200 * 90) / 1000


def test_a_reclosing_sequence_is_one_momentary_event_and_none_before_a_lockout() -> None:
    sequence = [
        last("1", "2026-01-05 08:00", 1, 400, "fault", 1),
        last("1", "2026-01-05 08:02", 1, 400, "fault", 2),
    ]
    assert one(rows(*sequence), 1000, QUARTER, IEEE1366).maifi == 0.4
    locked_out = [*sequence, last("1", "2026-01-05 08:04", 60, 400, "fault", 3)]
    found = one(rows(*locked_out), 1000, QUARTER, IEEE1366)
    assert (found.maifi, found.saifi) == (0.0, 0.4)


def test_midnight_and_the_edge_of_the_period() -> None:
    steps = rows(last("1", "2025-12-31 23:00", 120, 100, "fault"))
    january = DateRange(date(2026, 1, 1), date(2026, 2, 1))
    december = DateRange(date(2025, 12, 1), date(2026, 1, 1))
    clipped = [one(steps, 100, days, DLT836) for days in (december, january)]
    assert [(i.saidi_minutes, i.saifi) for i in clipped] == [(60, 1), (60, 0)]
    whole = [one(steps, 100, days, DLT836, edge=Edge.START) for days in (december, january)]
    assert [(i.saidi_minutes, i.saifi) for i in whole] == [(120, 1), (0, 0)]
    days = DateRange(date(2025, 12, 31), date(2026, 1, 2))
    assert list(daily_saidi(steps, CustomerBase.constant(100), days, DLT836)) == [120, 0]


def test_a_leap_year_has_its_day() -> None:
    steps = rows(last("1", "2024-02-29 08:00", 60, 100, "fault"))
    year = DateRange(date(2024, 1, 1), date(2025, 1, 1))
    found = one(steps, 100, year, DLT836)
    assert (found.minutes_in_period, found.asai) == (527_040, 1 - 60 / 527_040)


def test_the_night_the_clocks_change_has_its_true_length() -> None:
    spring = rows(
        ("1", 1, "x", "2026-03-08 01:30", "2026-03-08 03:30", 100, "fault"), zone="America/New_York"
    )
    assert list(spring.frame["minutes"]) == [60]
    day = DateRange(date(2026, 3, 8), date(2026, 3, 9))
    assert one(spring, 100, day, IEEE1366).minutes_in_period == 23 * 60
    autumn = rows(
        ("1", 1, "x", "2026-11-01T00:30:00-04:00", "2026-11-01T01:30:00-05:00", 100, "fault"),
        ("2", 1, "x", "2026-11-01 00:30", "2026-11-01 01:30", 100, "fault"),
        ("3", 1, "x", "2026-03-08 02:30", "2026-03-08 04:30", 100, "fault"),
        ("4", 1, "x", "2026-11-01 01:50", "2026-11-01 01:10", 100, "fault"),
        zone="America/New_York",
    )
    # The last one can only have ended when 01:10 was told the second time.
    assert list(autumn.frame["minutes"]) == [120, 60, 20]
    assert [(f.row, f.code, f.severity) for f in autumn.findings] == [
        (3, "ambiguous_time", "warning"),
        (4, "no_such_time", "error"),
        (5, "ambiguous_time", "warning"),
        (5, "ambiguous_time", "warning"),
    ]


def test_customers_are_those_of_the_date_by_the_stated_convention() -> None:
    base = CustomerBase.read([("甲", date(2026, 1, 1), 1000), ("甲", date(2026, 1, 16), 2000)])
    january = DateRange(date(2026, 1, 1), date(2026, 2, 1))
    counted = {by.value: base.count(january, None, by) for by in Denominator}
    average = (15 * 1000 + 16 * 2000) / 31
    assert counted == {"average": average, "start": 1000, "end": 2000, "middle": 1500}
    with pytest.raises(CustomerError, match="not positive"):
        CustomerBase.read([("甲", date(2026, 1, 1), 0)])
    with pytest.raises(CustomerError, match="two numbers"):
        CustomerBase.read([("甲", date(2026, 1, 1), 5), ("甲", date(2026, 1, 1), 6)])
    with pytest.raises(CustomerError, match="no number of customers for 乙"):
        base.count(january, "乙")


def test_units_are_divided_by_their_own_and_categories_add_up() -> None:
    steps = rows(
        ("1", 1, "甲", "2026-01-05 08:00", "2026-01-05 09:00", 100, "故障停电"),
        ("2", 1, "乙", "2026-01-06 08:00", "2026-01-06 10:00", 50, "检修停电"),
    )
    base = CustomerBase.read(
        [
            ("甲", QUARTER.first_day, 200),
            ("乙", QUARTER.first_day, 100),
            ("丙", QUARTER.first_day, 700),
        ]
    )
    by_unit = {
        i.key: i.saidi_minutes for i in compute_indices(steps, base, QUARTER, DLT836, by="unit")
    }
    assert by_unit == {"丙": 0, "乙": 60, "甲": 30}
    by_category = compute_indices(steps, base, QUARTER, DLT836, by="category")
    whole = compute_indices(steps, base, QUARTER, DLT836)[0]
    assert sum(i.saidi_minutes for i in by_category) == pytest.approx(whole.saidi_minutes) == 12
    months = compute_indices(steps, base, QUARTER, DLT836, by="month")
    assert [(i.key, i.customer_minutes) for i in months] == [
        ("2026-01", 12000),
        ("2026-02", 0),
        ("2026-03", 0),
    ]


def test_groups_that_were_out_again_and_again_are_counted() -> None:
    table = pd.DataFrame(
        [
            {"event_id": str(n), "unit": "甲", "start": f"2026-01-0{n} 08:00", "end": f"2026-01-0{n} 09:00",
             "customers": size, "category": "fault", "group": group}
            for n, group, size in ((1, "T1", 60), (2, "T1", 60), (3, "T2", 40))
        ]
    )  # fmt: skip
    found = one(read_steps(table), 1000, QUARTER, IEEE1366)
    assert [found.parts[f"cemi_{n}"] for n in (1, 2, 3)] == [0.1, 0.06, 0]
    without = one(read_steps(table.drop(columns="group")), 1000, QUARTER, IEEE1366)
    assert without.parts["cemi_1"] is None


def test_every_doubtful_row_is_named_and_only_what_cannot_count_is_left_out() -> None:
    steps = rows(
        ("1", 1, "甲", "2026-01-05 09:00", "2026-01-05 08:00", 100, "fault"),
        ("2", 1, "甲", "2026-01-05 08:00", "2026-01-05 08:00", 100, "fault"),
        ("3", 1, "甲", "2026-01-05 08:00", "2026-01-05 09:00", 5000, "fault"),
        ("4", 1, "甲", "yesterday", "2026-01-05 09:00", 10, "fault"),
        ("5", 1, "甲", "2026-01-05 08:00", "2026-01-05 09:00", "many", "fault"),
        ("6", 1, "甲", "2026-01-05 08:00", "2026-01-05 09:00", 10, "weather"),
        ("6", 1, "甲", "2026-01-05 08:00", "2026-01-05 09:00", 10, "weather"),
        ("7", 1, "甲", "2026-01-05 08:00", None, 10, "fault"),
        base=CustomerBase.constant(1000),
    )
    assert [(f.row, f.code, f.severity) for f in steps.findings] == [
        (2, "restored_before_start", "error"),
        (3, "zero_duration", "error"),
        (4, "more_customers_than_exist", "error"),
        (5, "no_time", "error"),
        (6, "no_number", "error"),
        (7, "unknown_category", "warning"),
        (8, "duplicate", "error"),
        (8, "unknown_category", "warning"),
        (9, "empty", "error"),
    ]
    assert list(steps.frame["row"]) == [7]


def test_a_stated_duration_is_held_against_the_times() -> None:
    table = pd.DataFrame(
        [{"event_id": "1", "unit": "甲", "start": "2026-01-05 08:00", "end": "2026-01-05 09:00",
          "customers": 1, "category": "fault", "duration_minutes": 75}]
    )  # fmt: skip
    assert [f.code for f in read_steps(table).findings] == ["duration_differs"]


def test_a_bare_duration_differs_where_no_unit_of_time_fits() -> None:
    told = ["60", "1", "3600", "75", "-60", "1:00", None]
    table = pd.DataFrame(
        [{"event_id": str(n), "unit": "甲", "start": f"2026-01-0{n} 08:00",
          "end": f"2026-01-0{n} 09:00", "customers": 1, "category": "fault", "duration": each}
         for n, each in enumerate(told, 1)]
    )  # fmt: skip
    found = read_steps(table).findings
    assert [(f.row, f.code) for f in found] == [(5, "duration_differs"), (6, "duration_differs")]
    named = read_steps(table.rename(columns={"duration": "duration_min"})).findings
    assert [f.row for f in named] == [3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            pd.DataFrame({"event_id": ["1"]}),
            "column unit, start, end, customers, category is missing",
        ),
        (
            pd.DataFrame(columns=["event_id", "unit", "start", "end", "customers", "category"]),
            "no rows",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(table: pd.DataFrame, said: str) -> None:
    with pytest.raises(StepsError, match=said):
        read_steps(table)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 31))
EVENTS = st.lists(
    st.tuples(MOMENTS, st.integers(1, 3000), st.integers(1, 500), st.sampled_from("甲乙丙")),
    min_size=1,
    max_size=20,
)


def build(events):
    return rows(
        *(
            (
                str(n),
                1,
                unit,
                start.isoformat(" "),
                (start + timedelta(minutes=m)).isoformat(" "),
                c,
                "fault",
            )
            for n, (start, m, c, unit) in enumerate(events)
        )
    )


@settings(max_examples=20, deadline=None)
@given(EVENTS, st.integers(2, 9))
def test_twice_the_customers_of_the_base_halve_the_indices(events, factor) -> None:
    few, many = (one(build(events), 1000 * n, QUARTER, IEEE1366) for n in (1, factor))
    assert few.saifi == pytest.approx(factor * many.saifi)
    assert few.saidi_minutes == pytest.approx(factor * many.saidi_minutes)
    assert few.caidi_minutes == many.caidi_minutes


@settings(max_examples=20, deadline=None)
@given(EVENTS, st.randoms())
def test_the_order_of_rows_changes_nothing(events, random) -> None:
    mixed = list(events)
    random.shuffle(mixed)
    plain, shuffled = (one(build(e), 1000, QUARTER, DLT836) for e in (events, mixed))
    assert plain.as_dict() == pytest.approx(shuffled.as_dict())


@settings(max_examples=20, deadline=None)
@given(EVENTS)
def test_months_share_out_the_customer_minutes_of_the_quarter(events) -> None:
    steps, base = build(events), CustomerBase.constant(1000)
    whole = compute_indices(steps, base, QUARTER, DLT836)[0]
    months = compute_indices(steps, base, QUARTER, DLT836, by="month")
    assert sum(m.customer_minutes for m in months) == pytest.approx(whole.customer_minutes)
    assert sum(m.customer_interruptions for m in months) == whole.customer_interruptions
