"""Which texts are copies of one another, and folds that keep copies together.

Exact: the same letters, digits and Han characters after normalising (blanks, punctuation, case and
width do not count). Near: the runs of `SHINGLE` characters both have, over those either has
(Jaccard), are `NEAR` or more. Candidates for near copies are found by minimum hashes in bands
(Broder 1997; Indyk and Motwani 1998) and then compared exactly, so no pair is called near that is
not; a pair just at the limit can be missed. The comparison is of letters only, never of meaning.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from linghang_core.tickets.text import normalise

SHINGLE = 4  # characters
NEAR = 0.6  # Jaccard
BANDS, BAND = 24, 3  # at 0.6 a pair is found with 1 - (1 - 0.6**3)**24 = 99.7 %
SEED = 2  # of the hashes: only which candidates are looked at depends on it
CROWD = 20  # candidates in one band from which not all pairs are compared
CHUNK = 2_000_000  # characters hashed at a time


def strip(text: str) -> str:
    """Return the letters, digits and Han characters of a text: what makes it the same text."""
    return "".join(char for char in normalise(text) if char.isalnum())


def digest(letters: str, seed: int = 0) -> str:
    """Return a number of the text that does not depend on where it stands."""
    return hashlib.blake2b(f"{seed}:{letters}".encode(), digest_size=16).hexdigest()


def group_near(letters: Sequence[str]) -> NDArray[np.int64]:
    """Return the group of each text: those joined by a chain of near copies, numbered from 0."""
    size = len(letters)
    pairs = [pair for pair in _find_candidates(letters) if _jaccard(letters, *pair) >= NEAR]
    if not pairs:
        return np.arange(size)
    left, right = np.array(sorted(pairs)).T
    graph = sparse.coo_matrix((np.ones(len(pairs)), (left, right)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def deal_folds(
    labels: Sequence[str],
    groups: NDArray[np.int64],
    letters: Sequence[str],
    *,
    folds: int,
    seed: int = 0,
) -> NDArray[np.int64]:
    """Return the fold of each text, whole groups only, the classes spread as evenly as can be.

    Larger groups are dealt first, each to the fold that has the fewest of its classes. The order of
    the rows does not matter: equal groups are dealt by the digest of their texts and the seed.
    """
    classes = {label: place for place, label in enumerate(sorted(set(labels)))}
    members = defaultdict(list)
    for place, group in enumerate(groups.tolist()):
        members[group].append(place)
    order = sorted(
        members.values(),
        key=lambda places: (-len(places), min(digest(letters[p], seed) for p in places)),
    )
    held = np.zeros((folds, len(classes)))
    found = np.zeros(len(labels), np.int64)
    for places in order:
        wanted = np.bincount([classes[labels[p]] for p in places], minlength=len(classes))
        burden = held @ wanted + held.sum(axis=1) * 1e-6  # its classes first, then the sizes
        fold = int(np.argmin(burden))
        held[fold] += wanted
        found[places] = fold
    return found


def _find_candidates(letters: Sequence[str]) -> set[tuple[int, int]]:
    """Return the pairs that share a band of minimum hashes."""
    found: set[tuple[int, int]] = set()
    places = np.array([p for p, text in enumerate(letters) if len(text) >= SHINGLE])
    if len(places) < 2:
        return found
    signs = np.concatenate(list(_sign([letters[p] for p in places])))
    for band in range(BANDS):
        part = np.ascontiguousarray(signs[:, band * BAND : (band + 1) * BAND])
        _values, inverse, counts = np.unique(part, axis=0, return_inverse=True, return_counts=True)
        order = np.argsort(inverse.ravel(), kind="stable")
        ends = np.cumsum(counts)
        for end, count in zip(ends[counts > 1], counts[counts > 1], strict=True):
            same = places[order[end - count : end]].tolist()
            found.update(combinations(same, 2) if count <= CROWD else _chain(same))
    return found


def _chain(places: list[int]) -> set[tuple[int, int]]:
    """Return each of many with the next and with the first: true copies are joined by these."""
    return {*pairwise(places), *((places[0], other) for other in places[2:])}


def _sign(letters: Sequence[str]) -> Iterator[NDArray[np.uint32]]:
    """Yield the minimum hashes of the texts, some at a time (texts x BANDS * BAND)."""
    draw = np.random.default_rng(SEED)
    factors = draw.integers(1, 2**63, BANDS * BAND, dtype=np.uint64) | np.uint64(1)
    start = 0
    while start < len(letters):
        end, size = start, 0
        while end < len(letters) and (size == 0 or size + len(letters[end]) <= CHUNK):
            size, end = size + len(letters[end]), end + 1
        keys, starts = _shingle(letters[start:end])
        mixed = (keys ^ (keys >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
        columns = [
            np.minimum.reduceat(((mixed * factor) >> np.uint64(32)).astype(np.uint32), starts)
            for factor in factors
        ]
        yield np.stack(columns, axis=1)
        start = end


def _shingle(letters: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the shingles of texts as numbers, and where each text's first one stands."""
    codes = np.frombuffer("".join(letters).encode("utf-32-le", "surrogatepass"), "<u4")
    wide = codes.astype(np.uint64)
    sizes = np.array([len(text) for text in letters])
    keys = np.zeros(len(wide) - SHINGLE + 1, np.uint64)
    for place in range(SHINGLE):
        keys = keys * np.uint64(0x100000001B3) + wide[place : place + len(keys)]
    last = np.repeat(np.cumsum(sizes) - SHINGLE, sizes)[: len(keys)]
    within = np.arange(len(keys)) <= last
    starts = np.concatenate([[0], np.cumsum(sizes - SHINGLE + 1)[:-1]])
    return keys[within], starts


def _jaccard(letters: Sequence[str], left: int, right: int) -> float:
    one, two = _cut(letters[left]), _cut(letters[right])
    return len(one & two) / len(one | two)


def _cut(text: str) -> frozenset[str]:
    return frozenset(text[n : n + SHINGLE] for n in range(len(text) - SHINGLE + 1))
