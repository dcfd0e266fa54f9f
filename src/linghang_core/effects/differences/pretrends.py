"""Did the two sides move alike before treatment: leads, slope and placebo."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import stats

from linghang_core.effects.differences import permutation
from linghang_core.effects.differences.design import Fit, fit, lay_out
from linghang_core.effects.differences.errors import WILD, Spread, measure, measure_clusters
from linghang_core.effects.differences.inference import Asked, estimate_columns, estimate_effect
from linghang_core.effects.panel import Panel
from linghang_core.effects.results import EffectsError


def study_events(panel: Panel, asked: Asked) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Return the effect at each time relative to treatment, and the joint test of the leads.

    The last period before treatment is the reference. Rows have relative_time, estimate, se, ci_low
    and ci_high; errors are clustered by unit (CR1, or the recipe asked for) and None where one side
    is a single unit. The joint test is None where there is no lead or too few units for it.
    """
    times = _list_relative(panel)
    if not len(times):
        return [], None
    since = np.arange(len(panel.times))[None, :] - panel.starts[:, None]
    marks = (since[:, :, None] == times) & panel.treated[:, None, None]
    try:
        found = fit(lay_out(panel, "twfe", marks.astype(float)))
    except EffectsError:
        return [], None
    spread = _measure(panel, found, asked)
    rows: list[dict[str, Any]] = [
        {"relative_time": -1, "estimate": 0.0, "se": None, "ci_low": None, "ci_high": None}
    ]
    for place, time in enumerate(times):
        value = float(found.coefficients[place])
        row: dict[str, Any] = {"relative_time": int(time), "estimate": value}
        rows.append(row | _bound(value, spread, place, asked.level))
    rows.sort(key=lambda row: row["relative_time"])
    leads = np.flatnonzero(times < -1)
    return rows, _test_jointly(found.coefficients[leads], spread, leads)


def test_slope(panel: Panel, asked: Asked) -> dict[str, Any] | None:
    """Return the difference of linear trends before treatment, by period, and its test."""
    before = _hide_treated(panel)
    if (~np.isnan(before.outcomes[panel.treated])).any(axis=0).sum() < 2:
        return None
    trend = np.arange(len(panel.times), dtype=float)
    column = panel.treated[:, None] * trend
    try:
        found = fit(lay_out(before, "twfe", column[:, :, None]))
    except EffectsError:
        return None
    spread = _measure(panel, found, asked)
    if spread is not None:
        p_value = spread.test(found.estimate, asked.level)[0]
        kind = f"two-sided t({spread.freedom:.4g})"
    elif len(np.unique(panel.starts[panel.treated])) == 1:
        ways = permutation.list_assignments(panel.starts, rounds=asked.rounds, seed=asked.seed)
        columns = (((starts < len(panel.times))[:, None] * trend)[None] for starts in ways.starts)
        estimates = estimate_columns(before, columns, (before.outcomes,))[0]
        p_value, kind = permutation.share_beyond(estimates[~np.isnan(estimates)]), ways.kind
    else:
        return None
    return {"estimate": found.estimate, "p_value": p_value, "p_kind": kind}


def place_placebo(panel: Panel, asked: Asked) -> dict[str, Any] | None:
    """Return the effect of a treatment that never was, set half-way before the true one.

    Only rows before treatment count. None where no treated unit has two periods before.
    """
    moved = np.where(panel.treated, panel.starts - np.maximum(panel.starts // 2, 1), panel.starts)
    if not (moved[panel.treated] > 0).any():
        return None
    common = len(np.unique(panel.starts[panel.treated])) == 1
    if asked.inference == "permutation" and not common:
        return None
    fake = replace(_hide_treated(panel), starts=np.where(moved > 0, moved, len(panel.times)))
    try:
        found = estimate_effect(fake, asked)
    except EffectsError:
        return None
    firsts = sorted({int(start) for start in moved[panel.treated] if start > 0})
    return {
        "from": [panel.times[first] for first in firsts],
        "estimate": found.value,
        "se": found.se,
        "ci_low": found.low,
        "ci_high": found.high,
        "p_value": found.p_value,
        "p_kind": found.p_kind,
    }


def _list_relative(panel: Panel) -> np.ndarray:
    """Return the relative times seen of treated units without −1.

    Where no unit stays untreated, the earliest is the second reference: else all could move along.
    """
    treated = panel.treated
    seen = ~np.isnan(panel.outcomes[treated])
    since = np.arange(len(panel.times))[None, :] - panel.starts[treated][:, None]
    times: np.ndarray = np.unique(since[seen])
    if treated.all():
        times = times[1:]
    kept: np.ndarray = times[times != -1]
    return kept


def _hide_treated(panel: Panel) -> Panel:
    """Return the panel without rows under treatment."""
    return replace(panel, outcomes=np.where(panel.status, np.nan, panel.outcomes))


def _measure(panel: Panel, found: Fit, asked: Asked) -> Spread | None:
    """Return the covariance of leads and lags, None where clusters do not allow it."""
    treated = int(panel.treated.sum())
    if min(treated, len(panel.units) - treated or treated) < 2:
        return None
    if asked.inference in {"permutation", *WILD}:
        return measure_clusters(found)
    try:
        return measure(found, asked.inference)
    except EffectsError:
        return measure_clusters(found)


def _bound(value: float, spread: Spread | None, place: int, level: float) -> dict[str, Any]:
    if spread is None:
        return {"se": None, "ci_low": None, "ci_high": None}
    error = float(np.sqrt(max(spread.covariance[place, place], 0)))
    wide = float(stats.t.ppf(0.5 + level / 2, spread.freedom)) * error
    return {"se": error, "ci_low": value - wide, "ci_high": value + wide}


def _test_jointly(
    values: np.ndarray, spread: Spread | None, places: np.ndarray
) -> dict[str, Any] | None:
    """Return the Wald test that all leads are none, as F(q, G − 1)."""
    count = len(places)
    if spread is None or count == 0:
        return None
    freedom = spread.freedom
    if 2 * count > freedom:
        return {"leads": count, "p_value": None, "p_kind": "none: too few units for so many leads"}
    covariance = spread.covariance[np.ix_(places, places)]
    if np.linalg.matrix_rank(covariance) < count:
        return {"leads": count, "p_value": None, "p_kind": "none: the covariance is singular"}
    statistic = float(values @ np.linalg.solve(covariance, values)) / count
    limit = freedom if np.isfinite(freedom) else 1e9
    return {
        "leads": count,
        "statistic": statistic,
        "p_value": float(stats.f.sf(statistic, count, limit)),
        "p_kind": f"Wald, F({count}, {freedom:.4g})",
    }
