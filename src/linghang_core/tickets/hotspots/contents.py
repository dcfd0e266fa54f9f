"""What tickets say, read once: words and places; tickets that say the very same are one content."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from linghang_core.tickets.grams import read_letters
from linghang_core.tickets.hotspots.places import find_places
from linghang_core.tickets.records import Tickets
from linghang_core.tickets.text import cut, looks_segmented, normalise

OPENING = 200  # characters of a text that are read: what it is about stands there
SHORTEST = 2  # characters of a word
TITLE_COUNTS = 2  # times that the words of a title count
DIGIT = re.compile(r"[0-9]")


@dataclass(frozen=True)
class Content:
    """One thing said: by which tickets (places in the order of time), and the places it names."""

    members: tuple[int, ...]
    places: tuple[str, ...]


@dataclass(frozen=True)
class Contents:
    """All contents in the order of their first ticket, and how often (`counts`) each word stands."""

    found: tuple[Content, ...]
    counts: sparse.csr_matrix
    vocabulary: tuple[str, ...]


def read_contents(tickets: Tickets, segmented: bool | None = None) -> Contents:
    """Return the contents of tickets in the order of time, of one time in that of their letters."""
    cut_already = looks_segmented(tickets.texts) if segmented is None else segmented
    said = [
        (read_letters(title), read_letters(text))
        for title, text in zip(tickets.titles, tickets.texts, strict=True)
    ]
    given = tickets.places or ("",) * len(tickets)
    times = np.zeros(len(tickets)) if tickets.times is None else tickets.times.to_numpy()
    members: dict[tuple[tuple[str, str], str], list[int]] = {}
    order = sorted(
        range(len(tickets)), key=lambda n: (times[n], said[n], given[n], tickets.rows[n])
    )
    for place in order:
        members.setdefault((said[place], given[place]), []).append(place)
    found, words = [], []
    for (_letters, place_given), places in members.items():
        first = places[0]
        title, text = tickets.titles[first], tickets.texts[first]
        named = _name_places(title, text, place_given, cut_already)
        found.append(Content(tuple(places), named))
        parts = [*_cut(title, named, cut_already)] * TITLE_COUNTS
        parts += _cut(text[:OPENING], named, cut_already)
        words.append(list(_keep_words(parts, named)))
    counts, vocabulary = _count(words)
    return Contents(tuple(found), counts, vocabulary)


def _name_places(title: str, text: str, given: str, cut_already: bool) -> tuple[str, ...]:
    """Return the place of the column, else the places named in title and text."""
    if given:
        return (given,)
    whole = f"{title},{text[:OPENING]}"
    return find_places("".join(whole.split()) if cut_already else whole)


def _cut(text: str, places: tuple[str, ...], cut_already: bool) -> list[str]:
    """Return the words of a text; names of places are taken out first, that they split no word."""
    if not cut_already:
        text = normalise(text)
        for place in places:
            text = text.replace(place, " ")
    return cut(text, segmented=cut_already)


def _keep_words(words: Iterable[str], places: tuple[str, ...]) -> Iterable[str]:
    """Yield words that tell a problem: of two characters or more, no numbers, no part of a place."""
    named = " ".join(places)
    for word in words:
        if len(word) >= SHORTEST and word not in named and not DIGIT.search(word):
            yield word


def _count(words: list[list[str]]) -> tuple[sparse.csr_matrix, tuple[str, ...]]:
    """Return how often each word stands in each content; words in alphabetical order."""
    vocabulary = tuple(sorted({word for each in words for word in each}))
    number = {word: n for n, word in enumerate(vocabulary)}
    columns = np.array([number[word] for each in words for word in each], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum([len(each) for each in words])])
    counts = sparse.csr_matrix(
        (np.ones(len(columns)), columns, starts), shape=(len(words), max(1, len(vocabulary)))
    )
    counts.sum_duplicates()
    return counts, vocabulary or ("",)
