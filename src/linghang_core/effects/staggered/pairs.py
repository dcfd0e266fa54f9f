"""The effect in one group and period against one before: regression, weighting, or both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

OVERLAP = 0.999  # a comparison unit this likely to be treated is none
STEPS = 50


class Adjustment(StrEnum):
    """How covariates are taken into account (Sant'Anna and Zhao 2020).

    `dr`: doubly robust; `reg`: outcome regression; `ipw`: inverse probability weighting, weights
    adding up to 1. Without covariates all three are the difference of mean changes.
    """

    DR = "dr"
    REG = "reg"
    IPW = "ipw"


@dataclass(frozen=True)
class Pair:
    """An effect with the influence (n) of each unit on it: its mean square / n is the variance."""

    effect: float
    influence: np.ndarray


class NoOverlapError(ValueError):
    """The covariates tell treated from comparison units: nothing to compare."""


def compare(change: np.ndarray, treated: np.ndarray, x: np.ndarray, how: Adjustment) -> Pair:
    """Return the effect on the treated of changes (n), treated or not (n), covariates x (n × K).

    The first column of x is 1. Influence includes that of estimated regressions and propensities,
    as in R DRDID `drdid_panel`, `reg_did_panel`, `std_ipw_did_panel`. Raises NoOverlapError where the
    covariates cannot be fitted or tell the two sides apart.
    """
    d = treated.astype(float)
    if x.shape[1] == 1 or how is Adjustment.REG:
        return _compare_by_regression(change, d, x)
    odds, moves = _weigh_by_propensity(d, x)
    if how is Adjustment.IPW:
        return _compare_by_weights(change, d, x, odds, moves)
    return _compare_doubly(change, d, x, odds, moves)


def _compare_by_regression(change: np.ndarray, d: np.ndarray, x: np.ndarray) -> Pair:
    fitted, moves = _regress_controls(change, d, x)
    treated = (d * change).mean() / d.mean()
    control = (d * fitted).mean() / d.mean()
    ours = d * (change - treated)
    theirs = d * (fitted - control) + moves @ (d[:, None] * x).mean(axis=0)
    return Pair(treated - control, (ours - theirs) / d.mean())


def _compare_by_weights(
    change: np.ndarray, d: np.ndarray, x: np.ndarray, odds: np.ndarray, moves: np.ndarray
) -> Pair:
    treated = (d * change).mean() / d.mean()
    control = (odds * change).mean() / odds.mean()
    ours = d * (change - treated) / d.mean()
    shift = (odds * (change - control))[:, None] * x
    theirs = (odds * (change - control) + moves @ shift.mean(axis=0)) / odds.mean()
    return Pair(treated - control, ours - theirs)


def _compare_doubly(
    change: np.ndarray, d: np.ndarray, x: np.ndarray, odds: np.ndarray, moves: np.ndarray
) -> Pair:
    fitted, shifts = _regress_controls(change, d, x)
    left = change - fitted
    treated = (d * left).mean() / d.mean()
    control = (odds * left).mean() / odds.mean()
    ours = d * (left - treated) - shifts @ (d[:, None] * x).mean(axis=0)
    theirs = (
        odds * (left - control)
        + moves @ ((odds * (left - control))[:, None] * x).mean(axis=0)
        - shifts @ (odds[:, None] * x).mean(axis=0)
    )
    return Pair(treated - control, ours / d.mean() - theirs / odds.mean())


def _regress_controls(
    change: np.ndarray, d: np.ndarray, x: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what comparison units with such covariates changed by, and its influence (n × K)."""
    weights = 1 - d
    gram = (weights[:, None] * x).T @ x / len(d)
    if weights.sum() < x.shape[1] or np.linalg.cond(gram) > 1e12:
        raise NoOverlapError("too few comparison units for the covariates")
    inverse = np.linalg.inv(gram)
    beta = inverse @ ((weights * change) @ x / len(d))
    fitted = x @ beta
    return fitted, (weights * (change - fitted))[:, None] * x @ inverse


def _weigh_by_propensity(d: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights of comparison units, ps / (1 − ps), and the influence on the logit (n × K)."""
    beta = np.zeros(x.shape[1])
    for _ in range(STEPS):
        shares = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        hessian = (shares * (1 - shares))[:, None] * x
        try:
            inverse = np.linalg.inv(hessian.T @ x)
        except np.linalg.LinAlgError:
            raise NoOverlapError("the covariates tell the two sides apart") from None
        step = inverse @ ((d - shares) @ x)
        beta = beta + step
        if np.abs(x @ step).max() < 1e-10:
            break
    else:
        raise NoOverlapError("the covariates tell the two sides apart")
    shares = 1 / (1 + np.exp(-(x @ beta)))
    if shares[d == 0].max() >= OVERLAP:
        raise NoOverlapError("a comparison unit looks like a treated one for certain")
    odds = shares * (1 - d) / (1 - shares)
    return odds, (d - shares)[:, None] * x @ inverse * len(d)
