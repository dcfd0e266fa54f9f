"""The difference of both sides: a worked table, and the laws of counting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.diagnosis.enums import STRICTNESS, Difference, Verdict
from linghang.diagnosis.queries import (
    compare_round,
    find_difference,
    join_verdicts,
    measure_kappa,
)
from linghang.diagnosis.queries.comparison import Agreement
from tests.diagnosis.conftest import M, N, P, X

VERDICTS = st.sampled_from(list(Verdict))


@pytest.mark.parametrize(
    ("own", "joint", "expected"),
    [
        (M, M, Difference.SAME),
        (M, P, Difference.KINDER),
        (P, N, Difference.KINDER),
        (N, M, Difference.STRICTER),
        (X, M, Difference.INCOMPARABLE),
        (M, X, Difference.INCOMPARABLE),
        (X, X, Difference.INCOMPARABLE),
        (None, M, Difference.INCOMPARABLE),
        (M, None, Difference.INCOMPARABLE),
    ],
)
def test_difference_of_two_answers(own, joint, expected):
    assert find_difference(own, joint) is expected


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ([], None),
        ([P], P),
        ([M, N], N),  # two that differ: the stricter
        ([M, M, N], M),  # three: the middle one
        ([X, X], X),
        ([X, P], P),  # "not applicable" only when nobody says otherwise
    ],
)
def test_experts_speak_with_one_voice(given_, expected):
    assert join_verdicts(given_) is expected


@given(st.lists(VERDICTS, min_size=1, max_size=7))
def test_joint_answer_is_one_that_was_given_whatever_the_order(given_):
    joint = join_verdicts(given_)
    assert joint in given_
    assert join_verdicts(reversed(given_)) is joint


@given(st.lists(st.tuples(VERDICTS, VERDICTS), max_size=60))
def test_kappa_stays_between_minus_one_and_one_and_needs_thirty_pairs(pairs):
    rated = [pair for pair in pairs if all(each in STRICTNESS for each in pair)]
    kappa = measure_kappa(rated)
    if len(rated) < 30:
        assert kappa is None
    elif kappa is not None:
        assert -1 <= kappa <= 1 + 1e-9


def test_kappa_of_a_worked_table():
    """20 both met, 5 kinder, 10 stricter, 15 both not met: seen 0.7, by chance 0.5, κ = 0.4."""
    pairs = [(M, M)] * 20 + [(M, N)] * 5 + [(N, M)] * 10 + [(N, N)] * 15
    assert measure_kappa(pairs) == pytest.approx(0.4)


def test_kappa_of_one_answer_everywhere_says_nothing():
    assert measure_kappa([(M, M)] * 40) is None


def test_share_is_withheld_below_five_pairs():
    assert Agreement(pairs=4, kinder=1).share is None
    assert Agreement(pairs=5, kinder=1).share == 0.8


def test_round_is_compared_by_unit_and_by_standard(check):
    """Own: MM MP NN MM; other: MM PM MN XX (no pair)."""
    check.check_both()
    found = compare_round(check.round)
    assert found.total == Agreement(pairs=7, kinder=2, stricter=1)
    assert found.by_sheet == {
        check.own.pk: Agreement(4, 1, 0),
        check.other.pk: Agreement(3, 1, 1),
    }
    assert [found.by_standard[each.pk] for each in check.standards] == [
        Agreement(2, 0, 0),
        Agreement(2, 1, 1),
        Agreement(2, 1, 0),
        Agreement(1, 0, 0),
    ]
    assert found.total.share == pytest.approx(4 / 7)
    assert (found.kappa, found.disputed, found.unchecked) == (None, 0, 0)
