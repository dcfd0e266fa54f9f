"""Counts by place and period, and changes that small numbers cannot show."""

from math import inf

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linghang_core.periods import PeriodKind
from linghang_core.tickets.drilldown import Change, compare_rates, drill_down
from linghang_core.tickets.records import TicketsError


def test_rate_ratio_of_the_textbook_is_reproduced():
    """Breast cancer after fluoroscopy: 41 cases in 28,010 person-years, 15 in 19,017.

    Rothman, Modern Epidemiology; printed by Stata's `iri 41 15 28010 19017` as 1.855759 with the
    exact interval 1.005684 to 3.6093.
    """
    found = compare_rates(41, 15, 28_010, 19_017)
    assert found.ratio == pytest.approx(1.855759, abs=1e-6)
    assert found.low == pytest.approx(1.005684, abs=1e-6)
    assert found.high == pytest.approx(3.6093, abs=1e-4)
    assert found.change is Change.MORE


@pytest.mark.parametrize(
    ("later", "earlier", "change"),
    [
        (6, 3, Change.UNCLEAR),
        (60, 30, Change.MORE),
        (3, 12, Change.FEWER),
        (0, 0, Change.UNCLEAR),
        (2, 0, Change.UNCLEAR),
        (8, 0, Change.MORE),
    ],
)
def test_small_numbers_are_not_called_a_trend(later, earlier, change):
    assert compare_rates(later, earlier, 30, 30).change is change


def test_zero_counts_have_a_one_sided_interval():
    assert compare_rates(0, 0, 1, 1) == type(compare_rates(1, 1, 1, 1))(None, 0.0, inf, 1.0)
    found = compare_rates(4, 0, 1, 1)
    assert (found.ratio, found.high) == (None, inf)
    with pytest.raises(ValueError, match="must be positive"):
        compare_rates(1, 1, 0, 1)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.1, 10))
def test_turning_a_comparison_round_turns_its_interval(later, earlier, time):
    one, other = compare_rates(later, earlier, time, 1), compare_rates(earlier, later, 1, time)
    assert one.p_value == pytest.approx(other.p_value)
    if later and earlier:
        assert one.low == pytest.approx(1 / other.high)
    assert one.low <= (one.ratio if one.ratio is not None else inf) <= one.high


TABLE = pd.DataFrame(
    [
        ("云州", "甲所", "甲1台区", "2026-01-01", "a"),
        ("云州", "甲所", "甲1台区", "2026-01-09", "a"),
        ("云州", "甲所", "甲2台区", "2026-01-31", "b"),
        ("云州", "乙所", "乙1台区", "2026-02-03", "c"),
        ("云州", "乙所", "", "2026-02-04", "d"),
        ("海州", "丙所", "丙1台区", "2026-02-14", ""),
    ],
    columns=["city", "station", "area", "time", "customer"],
)


def drill(**more):
    return drill_down(
        TABLE, places=["city", "station", "area"], time="time", customer="customer", **more
    )


def test_worked_table_of_the_docs_page():
    found = drill()
    cells = {(cell.place, cell.period): cell for cell in found.cells}
    whole = cells[(), "2026-02"]
    assert (whole.count, whole.previous, whole.days, whole.partial) == (3, 3, 14, True)
    assert whole.against.ratio == pytest.approx(31 / 14)
    assert cells[("云州",), "2026-02"].share == pytest.approx(2 / 3)
    assert cells[("云州", "甲所"), "2026-01"].people == 2
    assert cells[("云州", "甲所", "甲1台区"), "2026-01"].share == pytest.approx(2 / 3)
    assert cells[("云州", "甲所"), "2026-02"].count == 0
    assert [(f.row, f.code, f.severity) for f in found.findings] == [(6, "no_place", "warning")]
    assert cells[(), "2026-01"].as_dict()["change"] == "nothing to compare with"


def test_parts_add_up_to_the_level_above():
    cells = drill().cells
    for period in ("2026-01", "2026-02"):
        levels = [[c for c in cells if len(c.place) == n and c.period == period] for n in range(3)]
        assert {sum(c.count for c in level) for level in levels} == {3}
        assert sum(c.share for c in levels[1]) == pytest.approx(1)


def test_within_looks_at_one_branch_and_refuses_one_that_is_not_there():
    found = drill(within=["云州", "乙所"], kind=PeriodKind.QUARTER)
    assert [(c.place, c.period, c.count) for c in found.cells] == [
        (("云州", "乙所"), "2026Q1", 2),
        (("云州", "乙所", "乙1台区"), "2026Q1", 1),
    ]
    with pytest.raises(TicketsError, match="no demand within 山州"):
        drill(within=["山州"])
