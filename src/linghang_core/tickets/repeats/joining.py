"""Which texts are near which centre: a set join with prefix filter, every pair verified exactly.

Two texts whose sets of runs overlap in `o` places share at least `l` among the `|x| - o + l` rarest
runs of each; so only pairs that do are looked at (prefix filter of Chaudhuri, Ganti and Kaushik,
ICDE 2006, with the longer prefixes of Wang, Li and Feng, SIGMOD 2012). The filter leaves out nothing
that the verification would accept: the result is that of comparing every text with every centre.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

BLOCK = 4000  # texts compared with the centres at a time; the result does not depend on it
SHARED = 3  # runs that must be shared in the prefixes: more prunes better, less is shorter
PAIRS = 100_000  # pairs verified at a time
ONE_CHANGE = 3  # runs that one letter stands in
LEAST_WHOLE = 8  # runs of a text that may stand whole in another up to twice as long
LEAST_CHANGED = 10  # runs of the longer text; below it one letter may be what it is about

Extra = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Nearness:
    """When two texts count as near: shared runs over all runs of both, or a copy inside another.

    `jaccard`: least share of common runs among those of either. `contained`: least share of the
    shorter text's runs that stand in the longer one, asked only of texts with `least_runs`. Shorter
    ones count where they stand whole in one up to twice as long, and where all but the three runs of one changed letter are shared, unless `jaccard`
    asks for more than its default.
    """

    jaccard: float = 0.7
    contained: float = 0.9
    least_runs: int = 20

    def __post_init__(self) -> None:
        """Refuse shares that are none."""
        for name in ("jaccard", "contained"):
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(f"{name} {getattr(self, name)} is not a share above 0 up to 1")

    def accept(self, shared: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Return which pairs are near, from their shared runs and the runs of each."""
        short = np.minimum(one, other)
        # compared without division: 7/10 of 10 is 7, not 7 and a rounding error
        alike = shared >= self.jaccard * (one + other - shared) - 1e-9
        inside = (short >= self.least_runs) & (shared >= self.contained * short - 1e-9)
        long = np.maximum(one, other)
        whole = (short >= LEAST_WHOLE) & (shared == short) & (long <= 2 * short)
        # from ten runs on the prefixes for 0.7 find these too: all but three are 7/10 or more
        one_letter = (long >= LEAST_CHANGED) & (shared >= long - ONE_CHANGE)
        accepted: np.ndarray = (
            alike | inside | whole | (one_letter & (self.jaccard <= Nearness.jaccard))
        )
        return accepted


def find_centres(
    grams: sparse.csr_matrix, nearness: Nearness, extra: Extra | None = None
) -> np.ndarray:
    """Return for each text, in the given order, the place of its centre: the first one it is near to.

    A text near no earlier centre is one itself. Groups cannot drift: each member is near the centre,
    not only near some member. `extra` gets places of texts and of centres and returns which further
    pairs (texts × centres) are near, for a model of meaning.
    """
    sets = _Sets(grams, nearness)
    centre_of = np.full(grams.shape[0], -1)
    centres = np.empty(0, dtype=np.int64)
    for start in range(0, grams.shape[0], BLOCK):
        rows = np.arange(start, min(start + BLOCK, grams.shape[0]))
        if len(centres):
            _settle(centre_of, *sets.find_near(rows, centres))
            if extra is not None:
                _settle(centre_of, *_list_pairs(extra(rows, centres), rows, centres))
        rest = rows[centre_of[rows] < 0]
        born = _lead(centre_of, rest, sets, extra)
        centres = np.concatenate([centres, born])
    return centre_of


def count_shared(grams: sparse.csr_matrix, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return how many runs the texts of each pair have in common; `grams` holds ones."""
    found = [
        np.asarray(
            grams[one[n : n + PAIRS]].multiply(grams[other[n : n + PAIRS]]).sum(axis=1)
        ).ravel()
        for n in range(0, len(one), PAIRS)
    ]
    return np.concatenate(found) if found else np.empty(0)


def _settle(centre_of: np.ndarray, texts: np.ndarray, centres: np.ndarray) -> None:
    """Give each text the first of the centres it is near to."""
    most = np.iinfo(np.int64).max
    first = np.full(len(centre_of), most)
    np.minimum.at(first, texts, centres)
    found = np.flatnonzero(first < most)
    open_ = found[centre_of[found] < 0]
    known = found[centre_of[found] >= 0]
    centre_of[open_] = first[open_]
    centre_of[known] = np.minimum(centre_of[known], first[known])


def _lead(centre_of: np.ndarray, rest: np.ndarray, sets: _Sets, extra: Extra | None) -> np.ndarray:
    """Go through texts near no centre so far: the first is one, and so on; return the new centres."""
    texts, others = sets.find_near(rest, rest)
    if extra is not None and len(rest):
        more = _list_pairs(extra(rest, rest), rest, rest)
        texts, others = np.concatenate([texts, more[0]]), np.concatenate([others, more[1]])
    later = others < texts
    nearer: dict[int, list[int]] = {}
    for text, other in zip(texts[later].tolist(), others[later].tolist(), strict=True):
        nearer.setdefault(text, []).append(other)
    centre_of[rest] = rest
    for text in sorted(nearer):
        led = [other for other in nearer[text] if centre_of[other] == other]
        if led:
            centre_of[text] = min(led)
    born: np.ndarray = rest[centre_of[rest] == rest]
    return born


def _list_pairs(
    near: np.ndarray, rows: np.ndarray, centres: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    one, other = np.nonzero(near)
    return rows[one], centres[other]


class _Sets:
    """The runs of all texts as sets, with their prefixes of rarest runs."""

    def __init__(self, grams: sparse.csr_matrix, nearness: Nearness) -> None:
        self.nearness = nearness
        rarity = np.argsort(np.argsort(np.bincount(grams.indices, minlength=grams.shape[1])))
        self.all = sparse.csr_matrix(
            (np.ones(grams.nnz, dtype=np.int32), rarity[grams.indices], grams.indptr),
            shape=grams.shape,
        )
        self.all.sort_indices()
        self.sizes = np.diff(self.all.indptr)
        self.overlap = np.ceil(nearness.jaccard * self.sizes - 1e-9).astype(np.int64)
        enough = self.sizes >= nearness.least_runs
        inside = np.where(enough, np.ceil(nearness.contained * self.sizes - 1e-9), self.sizes)
        self.jaccard_prefix = self._cut(self.sizes - self.overlap + SHARED)
        lengths = (self.sizes - inside + SHARED).astype(np.int64)
        judged = enough | (self.sizes >= LEAST_WHOLE)
        self.inside_prefix = self._cut(np.where(judged, lengths, 0))

    def find_near(self, rows: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the pairs of a text and a centre that are near, each by its place among all."""
        if not len(rows) or not len(centres):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        near = self._propose_alike(rows, centres)
        near = near + self._propose(self.inside_prefix, self.all, rows, centres)
        near = near + self._propose(self.all, self.inside_prefix, rows, centres)
        pairs = near.tocoo()
        one, other = rows[pairs.row], centres[pairs.col]
        different = one != other
        one, other = one[different], other[different]
        shared = count_shared(self.all, one, other)
        kept = self.nearness.accept(shared, self.sizes[one], self.sizes[other])
        return one[kept], other[kept]

    def _propose_alike(self, rows: np.ndarray, centres: np.ndarray) -> Any:
        """Return which pairs share enough in their prefixes to be alike, and are of like length."""
        pairs = (self.jaccard_prefix[rows] @ self.jaccard_prefix[centres].T).tocoo()
        one, other = rows[pairs.row], centres[pairs.col]
        needed = np.minimum(SHARED, np.minimum(self.overlap[one], self.overlap[other]))
        short = np.minimum(self.sizes[one], self.sizes[other])
        long = np.maximum(self.sizes[one], self.sizes[other])
        kept = (pairs.data >= needed) & (short >= self.nearness.jaccard * long - 1e-9)
        return _mark(pairs.row[kept], pairs.col[kept], pairs.shape)

    def _propose(
        self,
        one: sparse.csr_matrix,
        other: sparse.csr_matrix,
        rows: np.ndarray,
        centres: np.ndarray,
    ) -> Any:
        pairs = (one[rows] @ other[centres].T).tocoo()
        kept = pairs.data >= SHARED
        return _mark(pairs.row[kept], pairs.col[kept], pairs.shape)

    def _cut(self, lengths: np.ndarray) -> sparse.csr_matrix:
        """Return the rarest runs of each text, as many as `lengths` says."""
        places = np.arange(self.all.nnz) - np.repeat(self.all.indptr[:-1], self.sizes)
        kept = places < np.repeat(np.minimum(lengths, self.sizes), self.sizes)
        starts = np.concatenate([[0], np.cumsum(kept)])[self.all.indptr]
        return sparse.csr_matrix(
            (self.all.data[kept], self.all.indices[kept], starts), shape=self.all.shape
        )


def _mark(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> Any:
    return sparse.csr_matrix((np.ones(len(rows), dtype=bool), (rows, columns)), shape=shape)
