"""Calibration of raters: a table worked by hand, the published example, and what never gives way."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linghang_core.calibration import Obstacle, calibrate, is_connected, measure_agreement

# docs/algorithms/calibration.md: A is kind, C strict, and nobody marked everything
WORKED = {
    ("u1", "A"): Fraction(92), ("u1", "B"): Fraction(90),
    ("u2", "A"): Fraction(88), ("u2", "C"): Fraction(82),
    ("u3", "B"): Fraction(84), ("u3", "C"): Fraction(80),
    ("u4", "A"): Fraction(90), ("u4", "B"): Fraction(88), ("u4", "C"): Fraction(84),
}  # fmt: skip
# Shrout and Fleiss 1979, table 2: six targets, four judges
PUBLISHED = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_the_worked_table_is_calibrated_exactly():
    found = calibrate(WORKED)
    assert found.obstacle is None
    assert found.leaning == {"A": Fraction(8, 3), "B": Fraction(2, 3), "C": Fraction(-10, 3)}
    assert found.raw == {"u1": 91, "u2": 85, "u3": 82, "u4": Fraction(262, 3)}
    assert found.calibrated == {
        "u1": Fraction(268, 3),
        "u2": Fraction(256, 3),
        "u3": Fraction(250, 3),
        "u4": Fraction(262, 3),
    }
    assert set(found.rest.values()) == {
        Fraction(0)
    }  # made without a rest: the model is found again
    assert (found.deviation, found.outlying) == (0.0, ())


def test_agreement_of_the_published_example():
    marks = {(n, j): Fraction(m) for n, row in enumerate(PUBLISHED) for j, m in enumerate(row)}
    found = measure_agreement(marks)
    assert (round(found.single, 2), round(found.mean, 2)) == (0.29, 0.62)
    assert (found.subjects, found.raters) == (6, 4)
    # who marked only some subjects leaves the others out of the table, not out of the calibration
    del marks[5, 3]
    assert measure_agreement(marks).subjects == 5
    assert calibrate(marks).obstacle is None


@pytest.mark.parametrize(
    ("marks", "obstacle", "few"),
    [
        ({(n, "A"): Fraction(80 + n) for n in range(5)}, Obstacle.ONE_RATER, ()),
        (
            WORKED | {("u1", "D"): Fraction(70), ("u2", "D"): Fraction(70)},
            Obstacle.FEW_SUBJECTS,
            ("D",),
        ),
        (
            {(n, "A" if n < 3 else "B"): Fraction(80) for n in range(6)},
            Obstacle.NOT_CONNECTED,
            (),
        ),
    ],
)
def test_what_cannot_be_calibrated_stays_as_it_is_and_says_why(marks, obstacle, few):
    found = calibrate(marks)
    assert (found.obstacle, found.few) == (obstacle, few)
    assert found.calibrated == found.raw
    assert (found.leaning, found.rest, found.outlying) == ({}, {}, ())


def test_a_mark_far_from_the_others_stands_out():
    marks = {(n, r): Fraction(80 + n + 2 * r) for n in range(8) for r in range(3)}
    marks[4, 1] += 9
    found = calibrate(marks)
    assert found.outlying == ((4, 1),)
    assert found.rest[4, 1] == Fraction(9) * Fraction(7, 8) * Fraction(2, 3)


def test_no_marks_are_no_error():
    assert calibrate({}).raw == {}
    assert not is_connected({})
    assert measure_agreement({}) is None


designs = st.sets(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=6).filter(
    lambda keys: calibrate({key: Fraction(1) for key in keys}).obstacle is None
)


@settings(max_examples=50)
@given(designs, st.data())
def test_a_strict_rater_costs_nobody_anything(keys, data):
    points = st.integers(0, 100).map(Fraction)
    marks = {key: data.draw(points) for key in sorted(keys)}
    plain = calibrate(marks)
    assert sum(plain.leaning.values()) == 0
    # whoever marks n points lower than before is n points stricter; by n / raters all results move
    rater = min(r for _s, r in keys)
    stricter = calibrate({(s, r): m - 10 * (r == rater) for (s, r), m in marks.items()})
    shift = Fraction(10, len(plain.leaning))
    assert stricter.leaning[rater] == plain.leaning[rater] - 10 + shift
    assert stricter.calibrated == {s: m - shift for s, m in plain.calibrated.items()}
    assert stricter.rest == plain.rest
