"""Fitted regressions of a series with the errors their recipe names."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import statsmodels.api as sm
from scipy.optimize import minimize_scalar

from linghang_core.effects.results import EffectsError

SMALLEST_TO_LARGEST = (math.log(1e-9), math.log(1e3))  # of α


@dataclass(frozen=True)
class Fit:
    """Coefficients (k) and their covariance (k × k), and residuals that lie at `elapsed`.

    `freedom` are the degrees of freedom of the t distribution, None for the normal one.
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    residuals: np.ndarray
    elapsed: np.ndarray
    recipe: str
    freedom: float | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Robust:
    """Newey-West errors: Bartlett weights over `lags`, a rule of thumb unless given.

    `small_sample` multiplies the variance by n / (n − k), as most programs do.
    """

    lags: int | None = None
    small_sample: bool = True

    def choose_lags(self, number: int) -> int:
        """Return the lags: those given, or floor(4 (n/100)^(2/9)) (Newey & West 1994)."""
        return math.floor(4 * (number / 100) ** (2 / 9)) if self.lags is None else self.lags

    def describe(self, number: int) -> str:
        """Return the recipe in words."""
        rule = "floor(4(n/100)^(2/9))" if self.lags is None else "as asked"
        factor = "factor n/(n-k)" if self.small_sample else "no small-sample factor"
        return (
            "Newey-West (1987), Bartlett weights, "
            f"{self.choose_lags(number)} lags ({rule}), {factor}"
        )


def fit_linear(
    columns: np.ndarray, outcome: np.ndarray, elapsed: np.ndarray, robust: Robust | None
) -> Fit:
    """Return least squares with Newey-West errors, or the classical ones where `robust` is None."""
    fitted = sm.OLS(outcome, columns).fit()
    number, width = columns.shape
    total = float(((outcome - outcome.mean()) ** 2).sum())
    covariance, recipe = fitted.cov_params(), "ordinary least squares"
    if robust:
        bread = np.linalg.inv(columns.T @ columns)
        covariance = sandwich(columns * fitted.resid[:, None], bread, elapsed, robust)
        recipe = robust.describe(number)
    return Fit(
        coefficients=fitted.params,
        covariance=np.asarray(covariance),
        residuals=fitted.resid,
        elapsed=elapsed,
        recipe=recipe,
        freedom=number - width,
        details={
            "r_squared": 1 - float(fitted.ssr) / total if total else None,
            "residual_sd": math.sqrt(fitted.scale),
        },
    )


def sandwich(
    scores: np.ndarray, bread: np.ndarray, elapsed: np.ndarray, robust: Robust
) -> np.ndarray:
    """Return the Newey-West covariance of coefficients whose scores (n × k) lie at `elapsed`.

    A period that is missing or left out has a score of zero, so that lags are lags in time
    (Datta & Du 2012).
    """
    number, width = scores.shape
    spread = np.zeros((int(elapsed[-1] - elapsed[0]) + 1, width))
    spread[elapsed - elapsed[0]] = scores
    lags = min(robust.choose_lags(number), len(spread) - 1)
    meat = spread.T @ spread
    for lag in range(1, lags + 1):
        shared = spread[lag:].T @ spread[:-lag]
        meat += (1 - lag / (lags + 1)) * (shared + shared.T)
    factor = number / (number - width) if robust.small_sample else 1.0
    covariance: np.ndarray = factor * bread @ meat @ bread
    return covariance


def fit_counts(
    columns: np.ndarray,
    outcome: np.ndarray,
    exposure: np.ndarray,
    elapsed: np.ndarray,
    *,
    robust: Robust | None = None,
    scaled: bool = True,
) -> Fit:
    """Return a Poisson regression of counts with log(exposure) as offset.

    Errors: Newey-West where `robust`, else those of quasi-Poisson (`scaled` by Pearson's
    χ² / (n − k)) or of Poisson.
    """
    model = sm.GLM(outcome, columns, family=sm.families.Poisson(), offset=np.log(exposure))
    return _finish_counts(model, columns, elapsed, robust, "Poisson", scaled=scaled)


def fit_shares(
    columns: np.ndarray,
    outcome: np.ndarray,
    comparison: np.ndarray,
    ratio: np.ndarray,
    elapsed: np.ndarray,
    *,
    robust: Robust | None = None,
    scaled: bool = True,
) -> Fit:
    """Return the regression of a count against a comparison's, period by period.

    Given their sum, the share of one of two Poisson counts is binomial with odds
    `ratio`·exp(columns·b), the ratio of exposures: whatever strikes both in one period falls out
    (conditional Poisson, Armstrong, Gasparrini & Tobias 2014).
    """
    pair = np.column_stack([outcome, comparison])
    model = sm.GLM(pair, columns, family=sm.families.Binomial(), offset=np.log(ratio))
    return _finish_counts(model, columns, elapsed, robust, "conditional Poisson", scaled=scaled)


def _finish_counts(
    model: Any,
    columns: np.ndarray,
    elapsed: np.ndarray,
    robust: Robust | None,
    name: str,
    *,
    scaled: bool,
) -> Fit:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # met by the check of the result
            fitted = model.fit()
        settled = fitted.converged and np.isfinite(fitted.bse).all()
    except (ValueError, np.linalg.LinAlgError):  # statsmodels meets NaN on its way
        settled = False
    if not settled:
        raise EffectsError(
            "the regression of counts does not settle: a stretch without any event? "
            "Take longer periods, no season or --impact level"
        )
    number, width = columns.shape
    dispersion = float(fitted.pearson_chi2 / (number - width))
    covariance = np.asarray(fitted.cov_params())
    recipe = f"{name}, variance equal to the mean"
    if robust:
        scores = columns * np.asarray(fitted.resid_response * _trials(model))[:, None]
        covariance = sandwich(scores, covariance, elapsed, robust)
        recipe = f"{name}, {robust.describe(number)}"
    elif scaled:
        covariance = covariance * dispersion
        recipe = f"quasi-Poisson ({name}), variance scaled by Pearson's chi-squared / (n-k)"
    return Fit(
        coefficients=np.asarray(fitted.params),
        covariance=covariance,
        residuals=np.asarray(fitted.resid_pearson),
        elapsed=elapsed,
        recipe=recipe,
        details={"dispersion": dispersion},
    )


def _trials(model: Any) -> np.ndarray | float:
    """Return by what a residual of a share is multiplied to be one of a count."""
    return np.asarray(model.n_trials) if isinstance(model.family, sm.families.Binomial) else 1.0


def fit_negative_binomial(
    columns: np.ndarray, outcome: np.ndarray, exposure: np.ndarray, elapsed: np.ndarray
) -> Fit:
    """Return a negative binomial regression (NB2: variance μ + αμ²) by maximum likelihood.

    The likelihood is maximised over α with the coefficients at their best for each α (statsmodels'
    joint search stalls where counts are large and α small); errors take α as known, as MASS does.
    """
    plain = fit_counts(columns, outcome, exposure, elapsed, scaled=False)

    def fit_with(log_alpha: float) -> Any:
        family = sm.families.NegativeBinomial(alpha=math.exp(log_alpha))
        model = sm.GLM(outcome, columns, family=family, offset=np.log(exposure))
        return model.fit(start_params=plain.coefficients)

    mean = np.exp(columns @ plain.coefficients) * exposure
    if ((outcome - mean) ** 2 - mean).sum() <= 0:
        raise EffectsError(
            "the counts vary no more than Poisson counts do: a negative binomial has nothing to "
            "fit; use --inference poisson or quasi-poisson"
        )
    found = minimize_scalar(
        lambda log_alpha: -fit_with(log_alpha).llf,
        bounds=SMALLEST_TO_LARGEST,
        method="bounded",
        options={"xatol": 1e-8},
    )
    fitted = fit_with(found.x)
    return Fit(
        coefficients=np.asarray(fitted.params),
        covariance=np.asarray(fitted.cov_params()),
        residuals=np.asarray(fitted.resid_pearson),
        elapsed=elapsed,
        recipe="negative binomial (NB2), maximum likelihood",
        details={"alpha": math.exp(found.x), "dispersion": plain.details["dispersion"]},
    )
