"""How well a classifier does on texts it has not seen, by folds that keep copies together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, f1_score, precision_recall_fscore_support

from linghang_core.findings import Finding
from linghang_core.tickets.classification import corpus as corpora
from linghang_core.tickets.classification import duplicates, fitting
from linghang_core.tickets.classification.embedding import Embedder
from linghang_core.tickets.reading import Demands, DemandsError

BINS = 10  # of probability, for the calibration error
SURE = 0.95  # precision asked of "sure" decisions unless said


@dataclass(frozen=True)
class Evaluation:
    """Figures over all texts, each judged once, by a classifier that saw no copy of it."""

    macro_f1: float
    micro_f1: float  # every text has one class: the same as accuracy
    per_class: dict[str, dict[str, float]]
    confusion: dict[str, dict[str, int]]  # of the true class, to the class given
    coverage: float  # share of decisions called sure
    sure_accuracy: float | None  # share of those that are right; None where none is
    asked_precision: float
    calibration_error: float  # mean distance of probability from frequency, weighted (ECE)
    rows: int
    duplicates_removed: int
    near_duplicates: int  # texts that share a fold with a near copy
    folds: int
    segmented: bool
    embedder: str | None
    findings: tuple[Finding, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the evaluation as plain data, `quality` for what was found in rows."""
        plain = {name: value for name, value in vars(self).items() if name != "findings"}
        more = {"unsure": 1 - self.coverage, "lexical_only": True}  # of copies, embedder or not
        return plain | more | {"quality": [finding.as_dict() for finding in self.findings]}


def evaluate(
    demands: Demands,
    *,
    folds: int = 5,
    seed: int = 0,
    precision: float = SURE,
    embedder: Embedder | None = None,
) -> Evaluation:
    """Return the figures of cross-validation on labelled demands.

    Nothing of a fold enters what judges it: not its n-grams, not their rarity, not the probabilities,
    not the limit of "sure", and no exact or near copy of its texts. The order of the rows does not
    matter. Raises `DemandsError` where there are too few texts.
    """
    corpus = corpora.prepare(demands, folds=folds)
    if len(np.unique(corpus.groups)) < folds:
        raise DemandsError(f"{len(corpus.texts)} texts cannot be dealt to {folds} folds")
    counted = corpora.count(corpus, embedder)
    labels = [corpus.names[number] for number in corpus.classes]
    dealt = duplicates.deal_folds(labels, corpus.groups, corpus.letters, folds=folds, seed=seed)
    probabilities = np.zeros((len(labels), len(corpus.names)))
    sure = np.zeros(len(labels), bool)
    for fold in range(folds):
        inside, outside = np.flatnonzero(dealt != fold), np.flatnonzero(dealt == fold)
        fitted = fitting.fit(counted, inside, seed=seed + 1)
        limit = fitting.find_limit(fitted.held_out, corpus.classes[inside], precision)
        probabilities[outside] = fitting.judge(counted, fitted, outside)
        sure[outside] = probabilities[outside].max(axis=1) >= limit
    return _sum_up(corpus, probabilities, sure, folds, precision, embedder)


def _sum_up(
    corpus: corpora.Corpus,
    probabilities: NDArray[np.float64],
    sure: NDArray[np.bool_],
    folds: int,
    precision: float,
    embedder: Embedder | None,
) -> Evaluation:
    truth, given = corpus.classes, probabilities.argmax(axis=1)
    numbers, right = np.arange(len(corpus.names)), given == truth
    table = confusion_matrix(truth, given, labels=numbers)
    shared = np.bincount(corpus.groups)[corpus.groups] > 1
    return Evaluation(
        macro_f1=float(f1_score(truth, given, labels=numbers, average="macro", zero_division=0)),
        micro_f1=float(right.mean()),
        per_class=_report(corpus, given),
        confusion={
            name: {other: int(table[i, j]) for j, other in enumerate(corpus.names) if table[i, j]}
            for i, name in enumerate(corpus.names)
        },
        coverage=float(sure.mean()),
        sure_accuracy=float(right[sure].mean()) if sure.any() else None,
        asked_precision=precision,
        calibration_error=measure_calibration(probabilities.max(axis=1), right),
        rows=len(truth),
        duplicates_removed=corpus.duplicates_removed,
        near_duplicates=int(shared.sum()),
        folds=folds,
        segmented=corpus.segmented,
        embedder=embedder.name if embedder else None,
        findings=corpus.findings,
    )


def _report(corpus: corpora.Corpus, given: NDArray[np.int64]) -> dict[str, dict[str, float]]:
    numbers = np.arange(len(corpus.names))
    columns = precision_recall_fscore_support(
        corpus.classes, given, labels=numbers, zero_division=0
    )
    return {
        name: {
            "precision": float(precision),
            "recall": float(recall),
            "f1": float(f1),
            "support": int(support),
        }
        for name, precision, recall, f1, support in zip(corpus.names, *columns, strict=True)
    }


def measure_calibration(sure: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the mean distance of probability and frequency over `BINS` equal bins (Naeini 2015)."""
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, sure - right, minlength=BINS)
    return float(np.abs(gaps).sum() / len(sure))
