"""Runs of characters in many texts at once, as sparse counts; exact, nothing is hashed."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from linghang_core.tickets.text import normalise

OTHERS = re.compile(r"[\W_]+")
BITS = 21  # of a Unicode code point: three of them fit a 64-bit word without loss
LONGEST = 3


def read_letters(text: str) -> str:
    """Return the letters, digits and Han of a text alone: NFKC, lower case, run together.

    So the segmented and the raw form of a text are the same.
    """
    return OTHERS.sub("", normalise(text))


def count_grams(letters: Sequence[str], length: int) -> sparse.csr_matrix:
    """Return how often each run of `length` (1 to 3) characters stands in each text.

    Rows are the texts, columns the runs in no particular order. A text shorter than `length` has
    itself as its only run, an empty one has none.
    """
    if not 1 <= length <= LONGEST:
        raise ValueError(f"runs of {length} characters are not counted; use 1 to {LONGEST}")
    sizes = np.array([len(each) for each in letters], dtype=np.int64)
    points = np.frombuffer("".join(letters).encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    runs = np.zeros(len(points), dtype=np.int64)
    for place in range(length):
        shifted = np.zeros_like(points)
        shifted[: len(points) - place] = points[place:]
        runs = (runs << BITS) | shifted
    ends = np.cumsum(sizes)
    texts = np.repeat(np.arange(len(sizes)), sizes)
    left = ends[texts] - np.arange(len(points))  # characters from here to the end of the text
    first = left == sizes[texts]
    short = first & (sizes[texts] < length)
    runs = np.where(short, runs >> (BITS * (length - left)).clip(0), runs)
    kept = (left >= length) | short
    columns, found = pd.factorize(runs[kept])
    counts = sparse.csr_matrix(
        (np.ones(len(columns), dtype=np.int32), (texts[kept], columns)),
        shape=(len(sizes), len(found)),
    )
    counts.sum_duplicates()
    return counts
