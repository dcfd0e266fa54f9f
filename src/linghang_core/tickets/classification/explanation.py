"""Which words spoke for a class, in one decision and in all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from linghang_core.tickets.classification.features import WORDS, Grams, Matrix

TOP = 15  # words named for a class
CANDIDATES = 6  # n-grams looked at for each word wanted: many are parts of one another


def centre(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how much each n-gram speaks for a class rather than for the classes on average."""
    return np.asarray(matrix - matrix.mean(axis=0), dtype=np.float32)


def name_classes(
    names: Sequence[str],
    grams: Sequence[Grams],
    matrix: NDArray[np.float32],
    texts: Matrix,
    classes: NDArray[np.int64],
) -> dict[str, list[str]]:
    """Return the words that add most to the scores of the texts of each class, most first."""
    spoken, known = centre(matrix), list_words(grams)
    found = {}
    for number, name in enumerate(names):
        mean = np.asarray(texts[classes == number].mean(axis=0)).ravel()
        gains = (mean * spoken[number])[: sum(len(each.keys) for each in grams)]
        order = np.argsort(-gains, kind="stable")
        told = (spell(grams, column) for column in order.tolist() if gains[column] > 0)
        found[name] = pick_words(told, known, TOP)
    return found


def explain(
    grams: Sequence[Grams],
    spoken: NDArray[np.float32],
    texts: Matrix,
    classes: NDArray[np.int64],
    *,
    top: int,
) -> list[list[str]]:
    """Return for each text the words that added most to its class, most first."""
    owners = np.repeat(np.arange(texts.shape[0]), np.diff(texts.indptr))
    last, known = sum(len(each.keys) for each in grams), list_words(grams)
    gains = texts.data * spoken[classes[owners], texts.indices] * (texts.indices < last)
    found = []
    for start, end in zip(texts.indptr[:-1], texts.indptr[1:], strict=True):
        part, columns = gains[start:end], texts.indices[start:end]
        most = min(len(part), top * CANDIDATES)
        chosen = np.argpartition(-part, most - 1)[:most] if most else np.zeros(0, np.int64)
        chosen = chosen[np.lexsort((columns[chosen], -part[chosen]))]
        told = (spell(grams, int(columns[n])) for n in chosen if part[n] > 0)
        found.append(pick_words(told, known, top))
    return found


def spell(grams: Sequence[Grams], column: int) -> str:
    """Return the n-gram of a column over all blocks as text."""
    for each in grams:
        if column < len(each.keys):
            return each.spell(column)
        column -= len(each.keys)
    raise IndexError(column)


def list_words(grams: Sequence[Grams]) -> frozenset[str]:
    """Return the words met in training, other runs of characters are no words."""
    found = {each.tokens for each in grams if each.block is WORDS}
    return frozenset(word for tokens in found for word in tokens)


def pick_words(told: Iterable[str], known: frozenset[str], top: int) -> list[str]:
    """Return the first known words, of two characters or more, that are no part of one another."""
    found: list[str] = []
    for word in told:
        shown = word in known and len(word) > 1 and not word.isdigit()
        if shown and not any(word in other or other in word for other in found):
            found.append(word)
            if len(found) == top:
                break
    return found
