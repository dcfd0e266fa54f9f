"""Regressions whose errors follow those before: Prais-Winsten, Cochrane-Orcutt, ARMA."""

from __future__ import annotations

import math
import warnings

import numpy as np
import statsmodels.api as sm
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.statespace.sarimax import SARIMAX

from linghang_core.effects.results import EffectsError
from linghang_core.effects.series.fitting import Fit

ROUNDS = 100
SETTLED = 1e-6


def fit_autoregressive(
    columns: np.ndarray,
    outcome: np.ndarray,
    elapsed: np.ndarray,
    *,
    keep_first: bool,
    rounds: int = ROUNDS,
) -> Fit:
    """Return feasible generalised least squares with AR(1) errors.

    Prais-Winsten where `keep_first` (the first period of each unbroken stretch is kept, times
    √(1 − ρ²)), Cochrane-Orcutt where not. ρ is the regression of a residual on the one before it;
    both steps are repeated until ρ settles. Raises EffectsError where |ρ| reaches 1.
    """
    follows = np.concatenate([[False], np.diff(elapsed) == 1])
    coefficients = np.linalg.lstsq(columns, outcome, rcond=None)[0]
    rho = math.inf
    fitted = None
    for _ in range(rounds):
        before, rho = rho, _find_rho(outcome - columns @ coefficients, follows)
        if abs(rho - before) < SETTLED:
            break
        changed = _transform(np.column_stack([outcome, columns]), rho, follows, keep_first)
        fitted = sm.OLS(changed[:, 0], changed[:, 1:]).fit()
        coefficients = fitted.params
    name = "Prais-Winsten" if keep_first else "Cochrane-Orcutt"
    if fitted is None or fitted.df_resid < 1:
        raise EffectsError(f"too few periods for {name}; use --inference newey-west")
    return Fit(
        coefficients=coefficients,
        covariance=np.asarray(fitted.cov_params()),
        residuals=fitted.resid,
        elapsed=elapsed if keep_first else elapsed[follows],
        recipe=f"{name}, AR(1) with rho {rho:.3f} from residuals on those before, iterated",
        freedom=float(fitted.df_resid),
        details={"rho": rho, "residual_sd": math.sqrt(fitted.scale)},
    )


def _find_rho(residuals: np.ndarray, follows: np.ndarray) -> float:
    later = follows.nonzero()[0]
    size = float(residuals[later - 1] @ residuals[later - 1])
    if size < 1e-20 * max(float(residuals @ residuals), 1e-300):
        return 0.0
    rho = float(residuals[later] @ residuals[later - 1]) / size
    if abs(rho) >= 1:
        raise EffectsError(
            f"residuals follow those before with rho {rho:.2f}: the series wanders without return; "
            "add a season or a comparison series, or use --inference newey-west"
        )
    return rho


def _transform(values: np.ndarray, rho: float, follows: np.ndarray, keep_first: bool) -> np.ndarray:
    changed: np.ndarray = values * math.sqrt(1 - rho**2)
    later = follows.nonzero()[0]
    changed[later] = values[later] - rho * values[later - 1]
    return changed if keep_first else changed[later]


def fit_arma(
    columns: np.ndarray, outcome: np.ndarray, elapsed: np.ndarray, order: tuple[int, int]
) -> Fit:
    """Return a regression with ARMA(p, q) errors by exact maximum likelihood.

    In state space, so that missing periods need no filling. Raises EffectsError where the search
    does not settle.
    """
    length = int(elapsed[-1] - elapsed[0]) + 1
    places = elapsed - elapsed[0]
    full = np.full(length, np.nan)
    full[places] = outcome
    exog = np.zeros((length, columns.shape[1]))
    exog[places] = columns
    spread = np.std(outcome) or 1.0  # the search is steadier in units of the series itself
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        warnings.simplefilter("ignore", UserWarning)
        try:
            model = SARIMAX(full / spread, exog=exog, order=(order[0], 0, order[1]))
            fitted = model.fit(disp=False, maxiter=500, cov_type="oim")
        except (ConvergenceWarning, np.linalg.LinAlgError, IndexError) as error:
            raise EffectsError(
                f"ARMA({order[0]}, {order[1]}) errors do not settle; ask for fewer (--arma 1,0) "
                "or use --inference newey-west"
            ) from error
    width = columns.shape[1]
    covariance = np.asarray(fitted.cov_params())[:width, :width] * spread**2
    if not np.isfinite(covariance).all():
        raise EffectsError("ARMA errors leave the coefficients undetermined; use newey-west")
    names = fitted.model.param_names[width:]
    return Fit(
        coefficients=np.asarray(fitted.params[:width]) * spread,
        covariance=covariance,
        residuals=np.asarray(fitted.resid)[places] * spread,
        elapsed=elapsed,
        recipe=f"ARMA({order[0]}, {order[1]}) errors, exact maximum likelihood, observed information",
        details={"arma": dict(zip(names, map(float, fitted.params[width:]), strict=True))},
    )
