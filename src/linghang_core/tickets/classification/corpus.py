"""Labelled texts made ready to learn from: each text once, classes numbered, near copies grouped."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linghang_core.findings import Finding
from linghang_core.tickets.classification import duplicates, features
from linghang_core.tickets.classification.embedding import Embedder, embed
from linghang_core.tickets.reading import Demands, DemandsError

SHOWN = 20  # classes in a message, and characters of each: the label may be the wrong column


@dataclass(frozen=True)
class Corpus:
    """Texts without exact copies, in an order that does not depend on that of the rows."""

    texts: tuple[str, ...]
    letters: tuple[str, ...]
    names: tuple[str, ...]  # of the classes, sorted
    classes: NDArray[np.int64]  # of the texts
    groups: NDArray[np.int64]  # near copies have the same
    segmented: bool
    duplicates_removed: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Counted:
    """A corpus with its n-grams counted, and its vectors if the operator has a model for them."""

    corpus: Corpus
    grams: tuple[features.Grams, ...]
    counts: tuple[features.Matrix, ...]
    vectors: NDArray[np.float64] | None


def prepare(demands: Demands, *, folds: int) -> Corpus:
    """Return the corpus of labelled demands.

    Of exact copies one is kept; where they have different labels, it gets the most frequent one (at
    a tie the first by code point) and the rows are listed. A class with one text, or whose texts
    are all near copies of one another, cannot be checked and is left out. Raises `DemandsError`
    where fewer than two classes are left.
    """
    copies = defaultdict(list)
    for place, text in enumerate(demands.texts):
        copies[duplicates.strip(text)].append(place)
    letters = sorted(copies, key=duplicates.digest)
    findings: list[Finding] = []
    labels = [_settle([demands.labels[p] for p in copies[key]]) for key in letters]
    for key, label in zip(letters, labels, strict=True):
        findings += _list_conflicts(demands, copies[key], label)
    groups = duplicates.group_near(letters)
    reach = _count_groups(labels, groups)
    kept = np.array([place for place, label in enumerate(labels) if reach[label] > 1], np.int64)
    findings += _list_small(demands, reach, folds)
    names = tuple(sorted(label for label, size in reach.items() if size > 1))
    if len(names) < 2:
        there = [f"{label[:SHOWN]} ({size})" for label, size in sorted(reach.items())]
        more = f" and {len(there) - SHOWN} more" if len(there) > SHOWN else ""
        raise DemandsError(
            "at least two classes with two different texts each are needed; there are: "
            + (", ".join(there[:SHOWN]) or "none")
            + more
        )
    places = {name: place for place, name in enumerate(names)}
    return Corpus(
        texts=tuple(min(demands.texts[p] for p in copies[letters[k]]) for k in kept),
        letters=tuple(letters[k] for k in kept),
        names=names,
        classes=np.array([places[labels[k]] for k in kept]),
        groups=groups[kept],
        segmented=demands.segmented,
        duplicates_removed=len(demands.texts) - len(letters),
        findings=demands.findings + tuple(sorted(findings, key=lambda each: each.row)),
    )


def count(corpus: Corpus, embedder: Embedder | None = None) -> Counted:
    """Return the corpus with all its n-grams counted; what is learnt from them is chosen later."""
    pairs = [
        features.learn(features.read(corpus.texts, block, segmented=corpus.segmented), block)
        for block in features.BLOCKS
    ]
    grams, counts = zip(*pairs, strict=True)
    return Counted(corpus, grams, counts, embed(embedder, corpus.texts) if embedder else None)


def _settle(labels: list[str]) -> str:
    tally = Counter(labels)
    return min(tally, key=lambda label: (-tally[label], label))


def _list_conflicts(demands: Demands, places: list[int], label: str) -> list[Finding]:
    if len({demands.labels[p] for p in places}) == 1:
        return []
    rows = ", ".join(str(demands.rows[p]) for p in places)
    message = f"rows {rows} have the same text and different labels; counted once, as {label}"
    return [Finding(demands.rows[p], "conflicting_labels", message, "warning") for p in places]


def _count_groups(labels: list[str], groups: NDArray[np.int64]) -> dict[str, int]:
    found = defaultdict(set)
    for label, group in zip(labels, groups.tolist(), strict=True):
        found[label].add(group)
    return {label: len(each) for label, each in found.items()}


def _list_small(demands: Demands, reach: dict[str, int], folds: int) -> list[Finding]:
    """Return the rows of classes with one text, and a note for those that miss in some fold."""
    found = [
        Finding(
            row,
            "class_too_small",
            f"class {label} has no two different texts; it is left out",
        )
        for row, label in zip(demands.rows, demands.labels, strict=True)
        if reach.get(label, 0) == 1
    ]
    for label, size in sorted(reach.items()):
        if 1 < size < folds:
            message = f"class {label} has {size} different texts for {folds} folds: its figures are unsure"
            found.append(Finding(0, "class_small", message, "warning"))
    return found
