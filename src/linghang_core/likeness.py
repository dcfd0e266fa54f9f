"""Near copies: how much of a text stands in another, word for word, and where.

Texts are compared by their shingles: every run of `LENGTH` characters, without blanks, punctuation,
case, and without what stands in quotation marks, for a quotation is no copy. Two numbers say how
alike two texts are: the share of the own shingles that stand in the other (containment: a short text
copied out of a long one is 1), and the shingles both have over those either has (Jaccard). No model
is asked and nothing leaves the machine: who reads the result can check it by eye (`Likeness.passages`).
Worked by hand in docs/algorithms/likeness.md.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

LENGTH = 5  # characters of a shingle
LEAST = Fraction(2, 5)  # containment from which a text is near
SHORTEST = 12  # characters of a passage worth showing
OPENING, CLOSING = '“「『"', '”」』"'


@dataclass(frozen=True)
class Likeness:
    """How alike a text is to another: both shares, and the passages of the own text that match."""

    containment: Fraction = Fraction(0)
    jaccard: Fraction = Fraction(0)
    passages: tuple[str, ...] = ()

    @property
    def is_near(self) -> bool:
        """Return whether the author should look at it before handing in."""
        return self.containment >= LEAST and bool(self.passages)

    @property
    def percent(self) -> int:
        """Return the share of the own text in whole per cent, rounded down."""
        return int(self.containment * 100)


@dataclass(frozen=True)
class Near(Generic[K]):
    """A text that is near, by its key."""

    key: K
    likeness: Likeness


def read_letters(text: str) -> list[tuple[int, str]]:
    """Return position and character of what is compared: letters, digits, Han; no quotations."""
    found: list[tuple[int, str]] = []
    closing = ""
    for place, char in enumerate(text):
        if closing:
            closing = "" if char == closing else closing
        elif char in OPENING and CLOSING[OPENING.index(char)] in text[place + 1 :]:
            closing = CLOSING[OPENING.index(char)]
        elif char.isalnum():
            found.append((place, char.lower()))
    return found


def cut_shingles(text: str) -> frozenset[str]:
    """Return the shingles of a text; of a shorter one the whole, of an empty one none."""
    return frozenset(_cut("".join(char for _place, char in read_letters(text))))


def _cut(letters: str) -> list[str]:
    if not letters:
        return []
    return [letters[n : n + LENGTH] for n in range(max(1, len(letters) - LENGTH + 1))]


def compare_texts(text: str, other: str) -> Likeness:
    """Return how alike a text is to another, and which passages of it match."""
    own, theirs = cut_shingles(text), cut_shingles(other)
    both = len(own & theirs)
    if not both:
        return Likeness()
    return Likeness(
        Fraction(both, len(own)),
        Fraction(both, len(own | theirs)),
        find_passages(text, theirs),
    )


def find_passages(text: str, shingles: frozenset[str]) -> tuple[str, ...]:
    """Return the passages of a text whose every shingle is among the given, in order.

    A passage is cut from the text as it was written, with its blanks and points.
    """
    letters = read_letters(text)
    matches = [one in shingles for one in _cut("".join(char for _place, char in letters))]
    passages = []
    for matching, run in groupby(enumerate(matches), key=lambda pair: pair[1]):
        places = [number for number, _matching in run]
        first, last = places[0], min(places[-1] + LENGTH, len(letters)) - 1
        if matching and last - first + 1 >= SHORTEST:
            passages.append(text[letters[first][0] : letters[last][0] + 1])
    return tuple(passages)


def find_near(text: str, others: Mapping[K, str], at_most: int = 5) -> list[Near[K]]:
    """Return the texts a text is near to, the nearest first; in doubt in the order given."""
    own = cut_shingles(text)
    found = []
    for key, other in others.items():
        theirs = cut_shingles(other)
        if own and Fraction(len(own & theirs), len(own)) >= LEAST:
            likeness = compare_texts(text, other)
            if likeness.is_near:
                found.append(Near(key, likeness))
    return sorted(found, key=lambda near: -near.likeness.containment)[:at_most]
