"""One unit and its synthetic control: weights, path, gaps before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from linghang_core.effects.results import EffectsError
from linghang_core.effects.synthetic.predictor_weights import weigh_predictors
from linghang_core.effects.synthetic.predictors import Grids, Plan, build_predictors
from linghang_core.effects.synthetic.simplex import find_gap, solve_even

EXACT = 1e-5  # of the deviation of a path: a smaller gap is rounding and tie-breaking


class Variant(StrEnum):
    """Which synthetic control: the classic one, or one that may differ by a constant."""

    CLASSIC = "classic"
    DEMEANED = "demeaned"


@dataclass(frozen=True)
class Task:
    """What is fitted: outcomes (N × T), of which `before` periods lie before treatment.

    `fit` says over which of those the gap is made small; with a plan, `grids` hold its columns.
    A task that was `cut` does without predictors that were not observed so early.
    """

    outcomes: np.ndarray
    before: int
    fit: np.ndarray
    variant: Variant = Variant.CLASSIC
    plan: Plan | None = None
    grids: Grids | None = None
    is_cut: bool = False

    def cut(self, before: int, periods: int) -> Task:
        """Return the task with an earlier treatment, as if the table ended after `periods`."""
        fit = self.fit[self.fit < before]
        return replace(
            self,
            outcomes=self.outcomes[:, :periods],
            before=before,
            fit=fit if len(fit) else np.arange(before),
            is_cut=True,
        )


@dataclass(frozen=True)
class Fit:
    """A unit beside its synthetic control: weights (donors), V by name, both paths (T).

    `slack` bounds how far the sum of squares lies above the least one, given V.
    """

    donors: np.ndarray
    weights: np.ndarray
    v: dict[str, float]
    actual: np.ndarray
    synthetic: np.ndarray
    before: int
    balance: tuple[tuple[str, float, float, float], ...]
    slack: float

    @property
    def gaps(self) -> np.ndarray:
        """Return actual less synthetic (T)."""
        found: np.ndarray = self.actual - self.synthetic
        return found

    @property
    def effect(self) -> float:
        """Return the mean gap after treatment."""
        return float(self.gaps[self.before :].mean())

    @property
    def misfit(self) -> float:
        """Return the root mean square gap before treatment (pre-RMSPE)."""
        return float(np.sqrt((self.gaps[: self.before] ** 2).mean()))

    @property
    def ratio(self) -> float:
        """Return the root mean square gap after treatment by that before; ∞ where that is nothing."""
        after = float(np.sqrt((self.gaps[self.before :] ** 2).mean()))
        if not self.is_exact:
            return after / self.misfit
        return float("inf") if after > EXACT * self.scale else 0.0

    @property
    def scale(self) -> float:
        """Return the deviation of the unit's whole path."""
        return float(np.std(self.actual))

    @property
    def is_exact(self) -> bool:
        """Return whether the gap before treatment is nothing but rounding."""
        return self.misfit <= EXACT * self.scale


def fit_unit(task: Task, unit: int, donors: np.ndarray) -> Fit:
    """Return the synthetic control of a unit from donors (places in the outcomes)."""
    outcomes = task.outcomes
    if task.variant is Variant.DEMEANED:
        outcomes = outcomes - outcomes[:, : task.before].mean(axis=1, keepdims=True)
    paths, path = outcomes[np.ix_(donors, task.fit)], outcomes[unit, task.fit]
    if task.plan and task.grids is not None:
        names, values = build_predictors(task.grids, task.plan, task.before)
        names, values = _keep_observed(names, values, [unit, *donors], lenient=task.is_cut)
        match = weigh_predictors(values[donors], values[unit], paths, path)
        weights, v = match.weights, dict(zip(names, match.v.tolist(), strict=True))
        means = values[donors].mean(axis=0)
        table = zip(names, values[unit], weights @ values[donors], means, strict=True)
        balance = tuple((name, float(a), float(b), float(c)) for name, a, b, c in table)
        spread = np.std(values[[unit, *donors]], axis=0, ddof=1)
        root = np.sqrt(match.v) / np.where(spread > 0, spread, 1.0)
        slack = find_gap((values[donors] * root).T, values[unit] * root, weights)
    else:
        weights, v, balance = solve_even(paths.T, path), {}, ()
        slack = find_gap(paths.T, path, weights)
    synthetic = weights @ outcomes[donors]
    synthetic = synthetic + (task.outcomes[unit] - outcomes[unit])
    return Fit(donors, weights, v, task.outcomes[unit], synthetic, task.before, balance, slack)


def _keep_observed(
    names: tuple[str, ...], values: np.ndarray, units: list[int], *, lenient: bool
) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the predictors observed for all units; raises EffectsError for others unless lenient."""
    whole = ~np.isnan(values[units]).any(axis=0)
    kept = tuple(name for name, seen in zip(names, whole, strict=True) if seen)
    missing = [name for name, seen in zip(names, whole, strict=True) if not seen]
    if missing and not (lenient and kept):
        raise EffectsError(
            f"predictor {', '.join(missing)} is not observed before treatment for every unit; "
            "choose other periods (--covariate-mean) or leave it out"
        )
    return kept, values[:, whole]
