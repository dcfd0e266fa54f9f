"""The classes of new texts, each with its probability, whether it is sure, and the words for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linghang_core.tickets.classification import explanation, features, members
from linghang_core.tickets.classification.embedding import Embedder, embed
from linghang_core.tickets.classification.training import Model
from linghang_core.tickets.reading import DemandsError

BATCH = 4000  # texts: keeps memory even
WORDS = 5  # named for a decision unless said


@dataclass(frozen=True)
class Decision:
    """The class of a text: the likeliest, which may be unsure."""

    label: str
    probability: float
    sure: bool
    words: tuple[str, ...]
    second: str
    second_probability: float

    def as_dict(self) -> dict[str, Any]:
        """Return the decision as plain data."""
        return vars(self) | {"words": list(self.words)}


def classify(
    model: Model, texts: Sequence[str], *, top: int = WORDS, embedder: Embedder | None = None
) -> Iterator[Decision]:
    """Yield the decision on each text, in order.

    A text without any known n-gram gets the class that is likeliest without reading, and is never
    sure. Raises `DemandsError` where the model was trained with an embedder that is not given.
    """
    _check_embedder(model, embedder)
    spoken = explanation.centre(model.matrix)
    for start in range(0, len(texts), BATCH):
        part = texts[start : start + BATCH]
        weighted = _weigh(model, part, embedder)
        yield from _decide(model, spoken, weighted, top)


def judge(
    model: Model, texts: Sequence[str], *, embedder: Embedder | None = None
) -> NDArray[np.float64]:
    """Return the probability of each class for each text (texts x classes, rows sum to 1)."""
    _check_embedder(model, embedder)
    parts = [
        _judge(model, _weigh(model, texts[start : start + BATCH], embedder))
        for start in range(0, len(texts), BATCH)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, len(model.classes)))


def _decide(
    model: Model, spoken: NDArray[np.float32], weighted: features.Matrix, top: int
) -> Iterator[Decision]:
    probabilities = _judge(model, weighted)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    first, second = order[:, 0], order[:, 1]
    words = explanation.explain(model.grams, spoken, weighted, first, top=top)
    known = np.diff(weighted.indptr) > 0
    for row, named in enumerate(words):
        probability = float(probabilities[row, first[row]])
        yield Decision(
            label=model.classes[first[row]],
            probability=probability,
            sure=bool(known[row]) and probability >= model.limit,
            words=tuple(named),
            second=model.classes[second[row]],
            second_probability=float(probabilities[row, second[row]]),
        )


def _weigh(model: Model, texts: Sequence[str], embedder: Embedder | None) -> features.Matrix:
    parts = [
        features.weigh(
            features.count(features.read(texts, grams.block, segmented=model.segmented), grams),
            rarity,
        )
        for grams, rarity in zip(model.grams, model.rarities, strict=True)
    ]
    if embedder:
        vectors = embed(embedder, texts)
        if vectors.shape[1] != model.dimensions:
            raise DemandsError(
                f"embedder {embedder.name} gives {vectors.shape[1]} dimensions, "
                f"the model was trained with {model.dimensions}"
            )
        parts.append(sparse.csr_matrix(vectors))
    return sparse.hstack(parts, "csr")


def _judge(model: Model, weighted: features.Matrix) -> NDArray[np.float64]:
    return members.soften(weighted @ model.matrix.T + model.offsets)


def _check_embedder(model: Model, embedder: Embedder | None) -> None:
    given = embedder.name if embedder else None
    if given != model.embedder:
        raise DemandsError(
            f"the model was trained with {model.embedder or 'no embedder'}, "
            f"now {given or 'no embedder'} is given"
        )
