"""A classifier to keep: its classes, its n-grams with their weights, and what it knows of itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linghang_core.findings import Finding
from linghang_core.tickets.classification import corpus as corpora
from linghang_core.tickets.classification import explanation, features, fitting
from linghang_core.tickets.classification.embedding import Embedder
from linghang_core.tickets.classification.evaluation import SURE
from linghang_core.tickets.reading import Demands, DemandsError


@dataclass(frozen=True)
class Model:
    """A linear classifier with probabilities: score = weights x weighted n-grams + offsets.

    `limit` is the probability from which a decision is called sure: from there on `precision` of
    the training texts were right when held out; `coverage` is their share.
    """

    classes: tuple[str, ...]
    grams: tuple[features.Grams, ...]
    rarities: tuple[NDArray[np.float64], ...]
    matrix: NDArray[np.float32]  # classes x (n-grams of all blocks, then dimensions of the vectors)
    offsets: NDArray[np.float64]
    limit: float
    precision: float
    coverage: float
    segmented: bool
    embedder: str | None
    rows: int
    words: dict[str, list[str]]

    @property
    def dimensions(self) -> int:
        """Return how many dimensions the operator's vectors have."""
        return int(self.matrix.shape[1]) - sum(len(grams.keys) for grams in self.grams)


@dataclass(frozen=True)
class Training:
    """A model and what was found while it was trained."""

    model: Model
    duplicates_removed: int
    findings: tuple[Finding, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return what is known of the model as plain data."""
        model = self.model
        return {
            "classes": list(model.classes),
            "rows": model.rows,
            "duplicates_removed": self.duplicates_removed,
            "ngrams": sum(len(grams.keys) for grams in model.grams),
            "asked_precision": model.precision,
            "limit": model.limit if model.limit <= 1 else None,
            "coverage": model.coverage,
            "segmented": model.segmented,
            "embedder": model.embedder,
            "words": model.words,
            "quality": [finding.as_dict() for finding in self.findings],
        }


def train(
    demands: Demands, *, seed: int = 0, precision: float = SURE, embedder: Embedder | None = None
) -> Training:
    """Return a model of labelled demands; it is the one `evaluate` judges, fitted to all of them.

    Raises `DemandsError` where fewer than two classes can be told apart.
    """
    corpus = corpora.prepare(demands, folds=fitting.INNER)
    if len(np.unique(corpus.groups)) < fitting.INNER:
        raise DemandsError(f"{len(corpus.texts)} texts are too few to learn from")
    counted = corpora.count(corpus, embedder)
    fitted = fitting.fit(counted, np.arange(len(corpus.texts)), seed=seed + 1)
    limit = fitting.find_limit(fitted.held_out, corpus.classes, precision)
    model = Model(
        classes=corpus.names,
        grams=tuple(
            replace(grams, keys=grams.keys[kept])
            for grams, kept in zip(counted.grams, fitted.weighing.columns, strict=True)
        ),
        rarities=fitted.weighing.rarities,
        matrix=fitted.weights.matrix.astype(np.float32),
        offsets=fitted.weights.offsets,
        limit=limit,
        precision=precision,
        coverage=float((fitted.held_out.max(axis=1) >= limit).mean()),
        segmented=corpus.segmented,
        embedder=embedder.name if embedder else None,
        rows=len(corpus.texts),
        words={},
    )
    texts = fitting.take(counted, fitted.weighing, fitted.rows)
    words = explanation.name_classes(
        model.classes, model.grams, model.matrix, texts, corpus.classes
    )
    return Training(replace(model, words=words), corpus.duplicates_removed, corpus.findings)
