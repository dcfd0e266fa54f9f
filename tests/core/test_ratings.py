"""Stars: the worked table of docs/algorithms/ratings.md, and laws of the drawn mean."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang_core.ratings import (
    SHOWN_FROM,
    Rated,
    count_stars,
    draw_mean,
    rank_lectures,
    sum_stars,
)

PAGE = Path(__file__).parents[2] / "docs" / "algorithms" / "ratings.md"
ROW = re.compile(r"^\| (\S+) ((?:\| \d+ ){6})\| (\S+) \| (\S+) \| (\S+) \|$", re.MULTILINE)


def read_rows():
    """Yield name, five counts, number, mean, drawn mean and place of each row of the table."""
    for name, numbers, mean, drawn, place in ROW.findall(PAGE.read_text(encoding="utf-8")):
        *counts, total = (int(text) for text in re.findall(r"\d+", numbers))
        yield name, counts, total, mean, drawn, place


def test_the_worked_table():
    rows = list(read_rows())
    assert len(rows) == 5
    found = rank_lectures({name: counts for name, counts, *_rest in rows})
    for name, counts, total, mean, drawn, place in rows:
        assert sum(counts) == total
        if place == "–":
            assert found[name] == Rated(total)
        else:
            assert found[name] == Rated(total, Decimal(mean), Decimal(drawn), int(place)), name


def test_three_fives_do_not_win_over_forty_who_give_nearly_five():
    found = rank_lectures({"few": [0, 0, 0, 0, 5], "many": [0, 0, 0, 4, 36]})
    assert (found["few"].drawn, found["many"].drawn) == (Decimal("4.96"), Decimal("4.90"))
    harsher = rank_lectures(
        {"few": [0, 0, 0, 0, 5], "many": [0, 0, 0, 4, 36], "rest": [0, 0, 60, 20, 0]}
    )
    assert harsher["many"].place == 1
    assert harsher["few"].place == 2


def test_a_show_without_ratings_shows_nothing():
    assert rank_lectures({"a": [0] * 5}) == {"a": Rated(0)}


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_other_stars_are_refused(stars):
    with pytest.raises(ValueError, match="one to five"):
        count_stars([5, stars])


counts = st.lists(st.integers(0, 30), min_size=5, max_size=5)


@given(st.dictionaries(st.integers(), counts, min_size=1, max_size=8))
def test_places_follow_the_shown_means_and_ties_share_one(show):
    found = rank_lectures(show)
    assert {key for key, rated in found.items() if rated.place} == {
        key for key, own in show.items() if sum(own) >= SHOWN_FROM
    }
    ranked = [rated for rated in found.values() if rated.place is not None]
    for one in ranked:
        assert one.place == 1 + sum(other.drawn > one.drawn for other in ranked)


@given(counts.filter(lambda own: sum(own) > 0), st.integers(100, 500))
def test_the_drawn_mean_lies_between_the_mean_and_the_prior(own, hundredths):
    prior = Fraction(hundredths, 100)
    mean = Fraction(sum_stars(own), sum(own))
    drawn = Fraction(draw_mean(own, prior))
    low, high = sorted((mean, prior))
    assert low - Fraction(1, 200) <= drawn <= high + Fraction(1, 200)


@given(st.lists(st.integers(1, 5), max_size=50))
def test_counts_keep_every_star(stars):
    own = count_stars(stars)
    assert (sum(own), sum_stars(own)) == (len(stars), sum(stars))
