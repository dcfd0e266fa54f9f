"""Texts as weighted counts of their character and word n-grams, exact and in arrays.

A text is read twice: as characters (runs of one to four, which find words however they are cut, and
bear typos) and as words (one and two). An n-gram is a number: the places of its tokens in the list
of known tokens, side by side in 64 bits, so that counting is sorting and looking up is a binary
search, and the number can be read back as text when a decision is explained. No hashing: two
n-grams never share a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linghang_core.tickets import text as words_of

LEAST_TEXTS = 2  # an n-gram of one text only teaches that text
POINTS = 0x110000  # of Unicode
END = "\n"

Matrix = Any  # scipy.sparse.csr_matrix: has no types of its own


@dataclass(frozen=True)
class Block:
    """One way to read a text: what a token is, how many make an n-gram, the bits of each."""

    name: str
    lengths: tuple[int, ...]
    bits: int

    @property
    def most_tokens(self) -> int:
        """Return how many tokens can be told apart; 0 is the end of a run."""
        return int(2**self.bits - 1)


CHARACTERS = Block("characters", (1, 2, 3, 4), 16)
WORDS = Block("words", (1, 2), 32)
BLOCKS = (CHARACTERS, WORDS)


@dataclass(frozen=True)
class Grams:
    """The n-grams of one block: its known tokens, and its n-grams as sorted numbers."""

    block: Block
    tokens: tuple[str, ...]
    keys: NDArray[np.uint64]

    def spell(self, column: int) -> str:
        """Return the n-gram of a column as text."""
        key, found = int(self.keys[column]), []
        while key:
            found.append(self.tokens[(key & self.block.most_tokens) - 1])
            key >>= self.block.bits
        return "".join(reversed(found))


def read(texts: Sequence[str], block: Block, *, segmented: bool) -> list[Sequence[str]]:
    """Return the tokens of each text: words, or characters without the blanks between words."""
    if block is WORDS:
        return [words_of.cut(text, segmented=segmented) for text in texts]
    clean = [words_of.normalise(text) for text in texts]
    return [text.replace(" ", "") for text in clean] if segmented else list(clean)


def learn(read_texts: Sequence[Sequence[str]], block: Block) -> tuple[Grams, Matrix]:
    """Return all n-grams that stand in `LEAST_TEXTS` texts or more, and their counts (texts x n-grams)."""
    found = {token for tokens in read_texts for token in set(tokens)}
    tokens = tuple(sorted(token for token in found if token.isalnum()))[: block.most_tokens]
    values, owners = _flatten(read_texts, tokens, block)
    parts = [_pack(values, owners, length, block.bits) for length in block.lengths]
    packed = np.concatenate([keys for keys, _rows in parts])
    rows = np.concatenate([rows for _keys, rows in parts])
    keys, columns = np.unique(packed, return_inverse=True)
    counts = _count(rows, columns, (len(read_texts), len(keys)))
    kept = counts.getnnz(axis=0) >= LEAST_TEXTS
    return Grams(block, tokens, keys[kept]), counts[:, kept]


def count(read_texts: Sequence[Sequence[str]], grams: Grams) -> Matrix:
    """Return how often each known n-gram stands in each text; others are passed over."""
    if not len(grams.keys):
        return sparse.csr_matrix((len(read_texts), 0))
    values, owners = _flatten(read_texts, grams.tokens, grams.block)
    rows, columns = [], []
    for length in grams.block.lengths:
        packed, where = _pack(values, owners, length, grams.block.bits)
        places = np.minimum(np.searchsorted(grams.keys, packed), len(grams.keys) - 1)
        known = grams.keys[places] == packed
        rows.append(where[known])
        columns.append(places[known])
    shape = (len(read_texts), len(grams.keys))
    return _count(np.concatenate(rows), np.concatenate(columns), shape)


def weigh(counts: Matrix, rarity: NDArray[np.float64]) -> Matrix:
    """Return (1 + ln count) times rarity, each text scaled to length 1 (Salton and Buckley 1988)."""
    weighted = sparse.csr_matrix(counts, dtype=np.float64, copy=True)
    weighted.data = (1 + np.log(weighted.data)) * rarity[weighted.indices]
    owners = np.repeat(np.arange(weighted.shape[0]), np.diff(weighted.indptr))
    lengths = np.sqrt(np.bincount(owners, weighted.data**2, minlength=weighted.shape[0]))
    weighted.data /= lengths[owners]
    return weighted


def find_rarity(counts: Matrix) -> NDArray[np.float64]:
    """Return ln((1 + texts) / (1 + texts with the n-gram)) + 1 for each n-gram."""
    texts: int = counts.shape[0]
    return np.asarray(np.log((1 + texts) / (1 + counts.getnnz(axis=0))) + 1, dtype=np.float64)


def _flatten(
    read_texts: Sequence[Sequence[str]], tokens: Sequence[str], block: Block
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the places of all tokens in one row, 0 for what is unknown or ends a text; and whose."""
    sizes = np.fromiter((len(each) + 1 for each in read_texts), np.int64, len(read_texts))
    owners = np.repeat(np.arange(len(read_texts)), sizes)
    if block is WORDS:
        known = {token: place for place, token in enumerate(tokens, start=1)}
        flat = (known.get(token, 0) for each in read_texts for token in (*each, END))
        return np.fromiter(flat, np.uint64, len(owners)), owners
    table = np.zeros(POINTS, np.uint64)
    table[[ord(token) for token in tokens]] = np.arange(1, len(tokens) + 1)
    joined = "".join(f"{each}{END}" for each in read_texts).encode("utf-32-le", "surrogatepass")
    return table[np.frombuffer(joined, "<u4")], owners


def _pack(
    values: NDArray[np.uint64], owners: NDArray[np.int64], length: int, bits: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the n-grams of one length that hold no 0, as numbers, and the text of each."""
    size = max(0, len(values) - length + 1)
    keys, whole = np.zeros(size, np.uint64), np.ones(size, bool)
    for place in range(length):
        part = values[place : place + size]
        keys = (keys << np.uint64(bits)) | part
        whole &= part != 0
    return keys[whole], owners[:size][whole]


def _count(rows: NDArray[np.int64], columns: NDArray[np.int64], shape: tuple[int, int]) -> Matrix:
    ones = np.ones(len(rows), np.float32)
    found = sparse.csr_matrix((ones, (rows, columns)), shape=shape)  # sums what stands twice
    found.sort_indices()
    return found
