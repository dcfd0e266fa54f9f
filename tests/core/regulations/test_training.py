"""Training hours: the table of the docs is the test, and the edges of each rule."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from linghang_core.regulations import (
    TrainingState,
    compute_target,
    count_day_hours,
    count_session_hours,
    judge_training,
    list_counted_kinds,
)
from linghang_core.regulations.training import share_of_year

PAGE = Path(__file__).parents[3] / "docs" / "algorithms" / "regulations.md"


def read_rows(heading: str) -> list[list[str]]:
    text = PAGE.read_text(encoding="utf-8").partition(heading)[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [row for row in rows[1:] if not re.fullmatch(r"[-| ]+", "|".join(row))]


@pytest.mark.parametrize("row", read_rows("## Training hours"), ids="-".join)
def test_the_worked_table_holds(row):
    minutes, lecture, hours = row
    assert count_session_hours(int(minutes), lecture=lecture == "yes") == int(Fraction(hours) * 100)


def test_days_count_by_the_rule():
    assert (count_day_hours(3, half=False), count_day_hours(3, half=True)) == (2400, 1200)


def test_a_session_has_a_length():
    with pytest.raises(ValueError, match="length"):
        count_session_hours(0, lecture=True)


def test_leaders_are_asked_for_more_and_for_a_class():
    member, leader = compute_target(leader=False), compute_target(leader=True)
    assert (member.hours, member.concentrated) == (3200, 0)
    assert (leader.hours, leader.concentrated) == (5600, 1)
    assert "training_class" in list_counted_kinds()[0]
    assert "members_meeting" not in list_counted_kinds()[0]


@pytest.mark.parametrize(
    ("hours", "concentrated", "leader", "on", "state"),
    [
        (3200, 0, False, date(2026, 1, 1), TrainingState.ENOUGH),
        (3199, 0, False, date(2026, 12, 31), TrainingState.BEHIND),
        (1600, 0, False, date(2026, 7, 2), TrainingState.BEHIND),
        (1605, 0, False, date(2026, 7, 2), TrainingState.ON_WAY),
        (5600, 0, True, date(2026, 12, 31), TrainingState.ON_WAY),
        (5600, 1, True, date(2026, 12, 31), TrainingState.ENOUGH),
        (8, 0, False, date(2026, 1, 1), TrainingState.BEHIND),
    ],
)
def test_a_year_is_judged_by_the_share_that_has_gone(hours, concentrated, leader, on, state):
    assert judge_training(hours, concentrated, compute_target(leader=leader), on) is state


def test_the_share_of_a_leap_year_is_exact():
    assert share_of_year(date(2028, 2, 29)) == Fraction(60, 366)
    assert share_of_year(date(2026, 12, 31)) == 1
