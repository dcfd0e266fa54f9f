"""Stars from an audience: when they are shown, the mean drawn towards the show's, and places with ties.

Three people who give five stars say less than forty who give nearly five. The mean of a lecture is
therefore drawn towards the mean of the whole show as if `WEIGHT` people more had given just that:

    drawn = (WEIGHT × mean of the show + sum of the lecture's stars) / (WEIGHT + its ratings)

It is a posterior mean with the show as the prior. Fewer than `SHOWN_FROM` ratings are not shown.
Worked by hand in docs/algorithms/ratings.md.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TypeVar

STARS = 5
SHOWN_FROM = 5
WEIGHT = 5
CENT = Decimal("0.01")
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Rated:
    """How one lecture was rated: how many gave stars, plain and drawn mean, and its place.

    `mean`, `drawn` and `place` are None where too few rated for anything to be shown.
    """

    ratings: int
    mean: Decimal | None = None
    drawn: Decimal | None = None
    place: int | None = None


def count_stars(stars: Sequence[int]) -> list[int]:
    """Return how many gave one star, two, … five; raises ValueError for anything else."""
    if any(not 1 <= given <= STARS for given in stars):
        raise ValueError("a rating is one to five stars")
    return [sum(given == star for given in stars) for star in range(1, STARS + 1)]


def sum_stars(counts: Sequence[int]) -> int:
    """Return the sum of the stars behind five counts."""
    return sum(star * number for star, number in enumerate(counts, 1))


def rank_lectures(counts: Mapping[K, Sequence[int]]) -> dict[K, Rated]:
    """Return how each lecture of a show stands, by key.

    Places go by the drawn mean as it is shown, with two digits: who shows the same has the same
    place, and the next place is skipped (1, 2, 2, 4).
    """
    total = sum(sum(own) for own in counts.values())
    stars = sum(sum_stars(own) for own in counts.values())
    prior = Fraction(stars, total) if total else Fraction(0)
    shown = {key: own for key, own in counts.items() if sum(own) >= SHOWN_FROM}
    drawn = {key: draw_mean(own, prior) for key, own in shown.items()}
    return {
        key: Rated(
            sum(own),
            _round(Fraction(sum_stars(own), sum(own))),
            drawn[key],
            1 + sum(other > drawn[key] for other in drawn.values()),
        )
        if key in shown
        else Rated(sum(own))
        for key, own in counts.items()
    }


def draw_mean(counts: Sequence[int], prior: Fraction) -> Decimal:
    """Return the mean of five counts drawn towards the prior, with two digits, half rounded up."""
    number = sum(counts)
    return _round((WEIGHT * prior + sum_stars(counts)) / Fraction(WEIGHT + number))


def _round(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(CENT, ROUND_HALF_UP)
