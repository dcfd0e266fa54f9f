"""What is left over by a regression, and whether it follows what was left over before."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

LONGEST_LAG = 12


def describe_residuals(residuals: np.ndarray, elapsed: np.ndarray, width: int) -> dict[str, Any]:
    """Return Durbin-Watson, Ljung-Box and the autocorrelations of residuals (n) at `elapsed`.

    Pairs are those really so many periods apart; a gap makes none. `width` is the number of
    coefficients. Ljung-Box is given without correction for estimated coefficients. None where all
    residuals are zero.
    """
    size = float(residuals @ residuals)
    if size < 1e-20:
        return {"durbin_watson": None, "ljung_box": None, "residual_autocorrelation": []}
    follows = np.diff(elapsed) == 1
    watson = float((np.diff(residuals)[follows] ** 2).sum() / size)
    lags = max(1, min(LONGEST_LAG, len(residuals) // 4, len(residuals) - width))
    correlations = autocorrelations(residuals, elapsed, lags)
    number = len(residuals)
    weights = number * (number + 2) / (number - np.arange(1, lags + 1))
    statistic = float((weights * correlations**2).sum())
    return {
        "durbin_watson": watson,
        "ljung_box": {
            "lags": lags,
            "statistic": statistic,
            "p_value": float(stats.chi2.sf(statistic, lags)),
        },
        "residual_autocorrelation": [float(value) for value in correlations],
    }


def autocorrelations(residuals: np.ndarray, elapsed: np.ndarray, lags: int) -> np.ndarray:
    """Return the autocorrelations at 1 … `lags` periods of residuals around zero."""
    spread = np.zeros(int(elapsed[-1] - elapsed[0]) + 1)
    spread[elapsed - elapsed[0]] = residuals
    found = np.zeros(lags)
    for lag in range(1, min(lags, len(spread) - 1) + 1):
        found[lag - 1] = spread[lag:] @ spread[:-lag]
    return found / float(residuals @ residuals)
