"""A calibrated model of escalation, and the trial it must pass before it is used.

Logistic regression on character pairs and on which rules fired, calibrated by Platt's method on
folds it has not seen (Platt 1999). It is used only with enough labels, and only where its Brier score
is better than that of the rules by more than chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

LEAST = 50  # tickets of each label, repeats counted once
FOLDS = 5
ONE_SIDED = 1.645  # standard errors by which the model must be better


@dataclass(frozen=True)
class Trial:
    """What came of trying a model: `used`, and if not why; scores out of fold, rules beside model."""

    used: bool
    why: str
    labelled: int
    escalated: int
    brier_model: float | None = None
    brier_rules: float | None = None
    auc_model: float | None = None
    auc_rules: float | None = None
    gain: float | None = None
    gain_se: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the trial as plain data."""
        return dict(self.__dict__)


@dataclass(frozen=True)
class Sample:
    """What a model learns from: texts, which rules fired (n × rules), points, groups of repeats."""

    texts: Sequence[str]
    fired: np.ndarray
    points: np.ndarray
    groups: np.ndarray

    def pick(self, kept: np.ndarray) -> Sample:
        """Return the tickets at the given places."""
        texts = [self.texts[n] for n in kept]
        return Sample(texts, self.fired[kept], self.points[kept], self.groups[kept])


def try_model(
    sample: Sample, labels: Sequence[bool | None], seed: int = 1
) -> tuple[Trial, np.ndarray | None]:
    """Return how the model stands against the rules, and chances of all tickets where it is used.

    Repeats of one text stay on one side of every fold. Chances of labelled tickets come from folds
    that had not seen them.
    """
    known = np.flatnonzero([label is not None for label in labels])
    truth = np.array([label for label in labels if label is not None], dtype=bool)
    part = sample.pick(known)
    fewest = min(len(np.unique(part.groups[truth == side])) for side in (True, False))
    if fewest < LEAST:
        why = (
            f"too few labels: {fewest} different tickets of the rarer kind, {LEAST} are needed; "
            "the rules stand"
        )
        return Trial(False, why, len(known), int(truth.sum())), None
    model, rules = np.empty(len(known)), np.empty(len(known))
    for learn, judge in _split(part.groups, truth, seed):
        model[judge] = _Model(part.pick(learn), truth[learn], seed).predict(part.pick(judge))
        rules[judge] = _fit_points(part.points[learn], truth[learn], part.points[judge])
    trial = _compare(truth, model, rules, part.points)
    if not trial.used:
        return trial, None
    chances = _Model(part, truth, seed).predict(sample)
    chances[known] = model
    return trial, chances


def _compare(truth: np.ndarray, model: np.ndarray, rules: np.ndarray, points: np.ndarray) -> Trial:
    gains = (rules - truth) ** 2 - (model - truth) ** 2
    gain, error = float(gains.mean()), float(gains.std(ddof=1) / np.sqrt(len(gains)))
    used = gain - ONE_SIDED * error > 0
    why = (
        "better than the rules by more than chance"
        if used
        else "not better than the rules by more than chance; the rules stand"
    )
    return Trial(
        used=used,
        why=why,
        labelled=len(truth),
        escalated=int(truth.sum()),
        brier_model=float(((model - truth) ** 2).mean()),
        brier_rules=float(((rules - truth) ** 2).mean()),
        auc_model=float(roc_auc_score(truth, model)),
        auc_rules=float(roc_auc_score(truth, points)),
        gain=gain,
        gain_se=error,
    )


def _split(groups: np.ndarray, truth: np.ndarray, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    return list(folds.split(np.zeros(len(truth)), truth, groups))


def _fit_points(points: np.ndarray, truth: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return the chances that points of rules stand for."""
    law = LogisticRegression().fit(points[:, None], truth)
    chances: np.ndarray = law.predict_proba(asked[:, None])[:, 1]
    return chances


class _Model:
    """Logistic regression with its calibration."""

    def __init__(self, sample: Sample, truth: np.ndarray, seed: int) -> None:
        scores = np.empty(len(truth))
        for learn, judge in _split(sample.groups, truth, seed):
            self._fit(sample.pick(learn), truth[learn])
            scores[judge] = self._score(sample.pick(judge))
        self._calibration = LogisticRegression().fit(scores[:, None], truth)
        self._fit(sample, truth)

    def predict(self, sample: Sample) -> np.ndarray:
        """Return the calibrated chances."""
        chances: np.ndarray = self._calibration.predict_proba(self._score(sample)[:, None])[:, 1]
        return chances

    def _fit(self, sample: Sample, truth: np.ndarray) -> None:
        self._words = TfidfVectorizer(
            analyzer="char", ngram_range=(1, 2), sublinear_tf=True, min_df=2
        ).fit(sample.texts)
        self._law = LogisticRegression(max_iter=1000, C=2.0).fit(self._describe(sample), truth)

    def _score(self, sample: Sample) -> np.ndarray:
        scores: np.ndarray = self._law.decision_function(self._describe(sample))
        return scores

    def _describe(self, sample: Sample) -> sparse.csr_matrix:
        return sparse.hstack([self._words.transform(sample.texts), sample.fired]).tocsr()
