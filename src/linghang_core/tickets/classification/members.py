"""The linear members of a classifier, and the one softmax they are joined to.

Each member gives a text a score per class that is linear in its n-grams:

- a support vector machine for each block (characters, words, vectors if the operator has a model
  for them), one class against the rest, squared hinge (Joachims 1998; Fan et al. 2008), rare classes
  weighted up by their rarity;
- complement naive Bayes over the n-grams of all blocks (Rennie et al. 2003): a second opinion that
  needs few texts.

`join` finds the share of each member and an offset of each class so that the softmax of the joined
scores gives the labels of texts *not seen by the members* the greatest likelihood (Platt's sigmoid
for many classes; a stack of generalisers, Wolpert 1992). How much characters and words count is
thus learnt for each collection. A sum of linear scores is linear: what is kept is one weight per
n-gram and class, so a decision is explained exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from linghang_core.tickets.classification.features import Matrix

HARDNESS = 0.5  # C of the support vector machine
SMOOTHING = 0.1  # alpha of naive Bayes
TOLERANCE, PASSES = 0.02, 300
RESTRAINT = 1e-3  # keeps shares and offsets finite where members never err


@dataclass(frozen=True)
class Weights:
    """Scores of a linear member: a weight for each class and n-gram, and an offset for each class."""

    matrix: NDArray[np.float64]  # classes x n-grams
    offsets: NDArray[np.float64]  # classes

    def score(self, texts: Matrix) -> NDArray[np.float64]:
        """Return the score of each text (rows) for each class (columns)."""
        return np.asarray(texts @ self.matrix.T + self.offsets, dtype=np.float64)


@dataclass(frozen=True)
class Junction:
    """The share of each member and the offset of each class, and the joined probabilities."""

    shares: NDArray[np.float64]
    offsets: NDArray[np.float64]

    def judge(self, scores: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the probability of each class for each text, from the members' scores."""
        joined = sum(share * score for share, score in zip(self.shares, scores, strict=True))
        return soften(np.asarray(joined) + self.offsets)

    def merge(self, members: Sequence[Weights]) -> Weights:
        """Return the one linear member that scores as all of them joined."""
        pairs = list(zip(self.shares, members, strict=True))
        matrix = np.sum([share * member.matrix for share, member in pairs], axis=0)
        offsets = np.sum([share * member.offsets for share, member in pairs], axis=0)
        return Weights(matrix, offsets + self.offsets)


def fit_members(
    blocks: Sequence[Matrix],
    vectors: Matrix | None,
    classes: NDArray[np.int64],
    size: int,
) -> list[Weights]:
    """Return the members, each over the columns of all blocks side by side and then the vectors.

    `classes` are numbers below `size`. A class without a text among them is never given by the
    machines and by rarity alone by Bayes.
    """
    parts = list(blocks) + ([] if vectors is None else [vectors])
    ends = np.cumsum([part.shape[1] for part in parts])
    machines = [
        _widen(_fit_machine(part, classes, size), int(end), int(ends[-1]))
        for part, end in zip(parts, ends, strict=True)
    ]
    together = sparse.hstack(blocks, "csr")
    bayes = _widen(_fit_bayes(together, classes, size), together.shape[1], int(ends[-1]))
    return [*machines, bayes]


def _widen(weights: Weights, end: int, width: int) -> Weights:
    """Return the weights with zeros for the columns of other blocks; its own end at `end`."""
    matrix = np.zeros((len(weights.matrix), width))
    matrix[:, end - weights.matrix.shape[1] : end] = weights.matrix
    return Weights(matrix, weights.offsets)


def join(scores: Sequence[NDArray[np.float64]], classes: NDArray[np.int64]) -> Junction:
    """Return the shares and offsets of greatest likelihood for scores of texts not seen before."""
    stacked = np.stack(scores)  # members x texts x classes
    spread = stacked.std(axis=(1, 2)) + 1e-9
    stacked = stacked / spread[:, None, None]
    count, size = len(scores), stacked.shape[2]
    truth = np.eye(size)[classes]

    def loss(found: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        shares, offsets = found[:count], found[count:]
        joined = np.tensordot(shares, stacked, 1) + offsets
        top = joined.max(axis=1, keepdims=True)
        logs = joined - top - np.log(np.exp(joined - top).sum(axis=1, keepdims=True))
        away = (np.exp(logs) - truth) / len(classes)
        slope = np.concatenate([np.tensordot(stacked, away, 2), away.sum(axis=0)])
        value = -(logs * truth).sum() / len(classes) + RESTRAINT * (found @ found) / 2
        return float(value), slope + RESTRAINT * found

    start = np.concatenate([np.ones(count), np.zeros(size)])
    limits = [(0, None)] * count + [(None, None)] * size
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=limits).x
    return Junction(found[:count] / spread, found[count:])


def soften(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the softmax of each row."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float64)


def _fit_machine(texts: Matrix, classes: NDArray[np.int64], size: int) -> Weights:
    present = np.unique(classes)
    matrix, offsets = np.zeros((size, texts.shape[1])), np.full(size, -1.0)
    if len(present) == 1 or not texts.nnz:  # nothing to tell apart, or by
        offsets[present] = 1.0
        return Weights(matrix, offsets)
    machine = LinearSVC(
        C=HARDNESS, class_weight="balanced", tol=TOLERANCE, max_iter=PASSES, random_state=0
    ).fit(texts, classes)
    both = len(present) == 2  # one row stands for both classes
    matrix[present] = np.vstack([-machine.coef_, machine.coef_]) if both else machine.coef_
    found = machine.intercept_
    offsets[present] = np.concatenate([-found, found]) if both else found
    return Weights(matrix, offsets)


def _fit_bayes(texts: Matrix, classes: NDArray[np.int64], size: int) -> Weights:
    if not texts.nnz:
        return Weights(np.zeros((size, texts.shape[1])), np.zeros(size))
    found = ComplementNB(alpha=SMOOTHING).partial_fit(texts, classes, np.arange(size))
    matrix = np.asarray(found.feature_log_prob_)
    return Weights(matrix, np.zeros(size))
