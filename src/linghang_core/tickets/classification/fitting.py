"""One classifier fitted to some texts of a corpus, and its own judgement of how sure it may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linghang_core.tickets.classification import duplicates, features, members
from linghang_core.tickets.classification.corpus import Counted

INNER = 4  # folds inside the training texts, for probabilities and the limit of "sure"


@dataclass(frozen=True)
class Weighing:
    """Which n-grams of each block are used, and how rare each is among the training texts."""

    columns: tuple[NDArray[np.int64], ...]
    rarities: tuple[NDArray[np.float64], ...]

    def apply(self, counts: Sequence[features.Matrix]) -> list[features.Matrix]:
        """Return the weighted n-grams of texts, block by block."""
        return [
            features.weigh(counted[:, kept], rarity)
            for counted, kept, rarity in zip(counts, self.columns, self.rarities, strict=True)
        ]


@dataclass(frozen=True)
class Fit:
    """A fitted classifier, with what it gave to its own texts when they were held out inside."""

    weighing: Weighing
    weights: members.Weights
    rows: NDArray[np.int64]
    held_out: NDArray[
        np.float64
    ]  # probabilities (rows x classes) by members that had not seen them


def fit(counted: Counted, rows: NDArray[np.int64], *, seed: int) -> Fit:
    """Return the classifier of some texts; nothing of the others enters it.

    The texts are cut into `INNER` folds, near copies together; members fitted to all but one fold
    score that fold, and these scores, of texts not seen, join the members. The members that are
    kept are fitted to all the texts.
    """
    corpus = counted.corpus
    folds = duplicates.deal_folds(
        [corpus.names[c] for c in corpus.classes[rows]],
        corpus.groups[rows],
        [corpus.letters[row] for row in rows],
        folds=INNER,
        seed=seed,
    )
    scores: dict[int, list[NDArray[np.float64]]] = {}
    for fold in np.unique(folds).tolist():
        weighing, fitted = _fit_members(counted, rows[folds != fold])
        texts = take(counted, weighing, rows[folds == fold])
        scores[fold] = [member.score(texts) for member in fitted]
    seen = [_gather([scores[fold][m] for fold in scores], folds) for m in range(len(scores[0]))]
    junction = members.join(seen, corpus.classes[rows])
    weighing, fitted = _fit_members(counted, rows)
    return Fit(weighing, junction.merge(fitted), rows, junction.judge(seen))


def judge(counted: Counted, fitted: Fit, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the probabilities of each class for other texts of the same corpus."""
    return members.soften(fitted.weights.score(take(counted, fitted.weighing, rows)))


def take(counted: Counted, weighing: Weighing, rows: NDArray[np.int64]) -> features.Matrix:
    """Return some texts of the corpus: weighted n-grams, then vectors, side by side."""
    parts = weighing.apply([counts[rows] for counts in counted.counts])
    if counted.vectors is not None:
        parts.append(sparse.csr_matrix(counted.vectors[rows]))
    return sparse.hstack(parts, "csr")


def find_limit(
    probabilities: NDArray[np.float64], classes: NDArray[np.int64], precision: float
) -> float:
    """Return the lowest probability from which the decisions are right as often as asked.

    2.0, which no probability reaches, where not even the surest are.
    """
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == classes
    order = np.argsort(-sure, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    ends = np.append(
        np.diff(sure[order]) != 0, [True]
    )  # equal probabilities stand or fall together
    enough = np.flatnonzero((shares >= precision) & ends)
    return float(sure[order][enough[-1]]) if len(enough) else 2.0


def _fit_members(
    counted: Counted, rows: NDArray[np.int64]
) -> tuple[Weighing, list[members.Weights]]:
    columns, rarities = [], []
    for counts in counted.counts:
        part = counts[rows]
        kept = np.flatnonzero(part.getnnz(axis=0) >= features.LEAST_TEXTS)
        columns.append(kept)
        rarities.append(features.find_rarity(part[:, kept]))
    weighing = Weighing(tuple(columns), tuple(rarities))
    fitted = members.fit_members(
        weighing.apply([counts[rows] for counts in counted.counts]),
        None if counted.vectors is None else sparse.csr_matrix(counted.vectors[rows]),
        counted.corpus.classes[rows],
        len(counted.corpus.names),
    )
    return weighing, fitted


def _gather(parts: list[NDArray[np.float64]], folds: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the scores of all folds in the order of the texts."""
    found = np.zeros((len(folds), parts[0].shape[1]))
    for fold, part in zip(np.unique(folds), parts, strict=True):
        found[folds == fold] = part
    return found
