"""What speaks for or against a staggered result: trends before, and what hangs on single units."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import stats

from linghang_core.effects.differences import keep_units
from linghang_core.effects.differences.design import fit, lay_out
from linghang_core.effects.differences.errors import measure_clusters
from linghang_core.effects.panel import Panel
from linghang_core.effects.results import EffectsError
from linghang_core.effects.staggered.aggregates import Aggregate, average
from linghang_core.effects.staggered.bands import bound
from linghang_core.effects.staggered.cells import Effects, Part, list_groups
from linghang_core.effects.staggered.group_time import Control
from linghang_core.effects.staggered.plan import Estimator, Plan, fill_cells

SINGLES = 60  # units up to which each is left out in turn, not only each group


def diagnose(
    panel: Panel, plan: Plan, found: Effects, critical: float, level: float
) -> dict[str, Any]:
    """Return tests before treatment, what leaving out changes, and counts."""
    seen = ~np.isnan(panel.outcomes)
    cells = average(found, panel, Aggregate.SIMPLE)
    single = float(stats.norm.ppf(0.5 + level / 2))
    shown = []
    for label, part in cells.rows:
        low, high = bound(part.estimate, part.error, single)
        shown.append(
            {**label, "estimate": part.estimate, "se": part.error, "ci_low": low, "ci_high": high}
        )
    return {
        "pre_trends": test_leads(panel, plan)
        if plan.estimator is Estimator.IMPUTATION
        else test_before(found, cells.rows),
        "critical_value": critical,
        "group_time": [] if plan.aggregate is Aggregate.SIMPLE else shown,
        "leave_one_out": _leave_out(panel, plan),
        "groups": {
            panel.times[group]: int((panel.starts == group).sum()) for group in list_groups(panel)
        },
        "rows": int(seen.sum()),
        "units": len(panel.units),
        "treated_units": int(panel.treated.sum()),
        "never_treated_units": int((~panel.treated).sum()),
        "periods": len(panel.times),
        "missing_cells": int((~seen).sum()),
        "control": (plan.control or Control.NEVER).value,
    }


def test_before(
    found: Effects, rows: tuple[tuple[dict[str, Any], Part], ...]
) -> dict[str, Any] | None:
    """Return the Wald test that all effects before treatment are none, None where there are none."""
    before = [
        part
        for cell, (_, part) in zip(found.cells, rows, strict=True)
        if cell.since < 0 and part.error > 0
    ]
    if not before:
        return None
    values = np.array([part.estimate for part in before])
    parts = np.column_stack([part.parts for part in before])
    covariance = parts.T @ parts
    if np.linalg.matrix_rank(covariance) < len(values):
        return {"cells": len(values), "p_value": None, "p_kind": "none: the covariance is singular"}
    statistic = float(values @ np.linalg.solve(covariance, values))
    return {
        "cells": len(values),
        "statistic": statistic,
        "p_value": float(stats.chi2.sf(statistic, len(values))),
        "p_kind": f"Wald, chi-squared({len(values)})",
    }


def test_leads(panel: Panel, plan: Plan) -> dict[str, Any] | None:
    """Return the Wald test of leads in a regression on untreated rows (Borusyak et al. 2024, sec. 4.4).

    The leads are the later half of the periods before treatment that every group has.
    """
    start = panel.starts - plan.anticipation
    since = np.arange(len(panel.times))[None, :] - start[:, None]
    hidden = np.where(panel.treated[:, None] & (since >= 0), np.nan, panel.outcomes)
    count = int(start[panel.treated].min()) // 2
    if count == 0:
        return None
    leads = (since[:, :, None] == -np.arange(1, count + 1)) & panel.treated[:, None, None]
    try:
        found = fit(lay_out(replace(panel, outcomes=hidden), "twfe", leads.astype(float)))
    except EffectsError:
        return None
    covariance = measure_clusters(found).covariance
    if np.linalg.matrix_rank(covariance) < count:
        return None
    values = found.coefficients[:count]
    statistic = float(values @ np.linalg.solve(covariance, values)) / count
    left = len(panel.units) - 1
    return {
        "cells": count,
        "statistic": statistic,
        "p_value": float(stats.f.sf(statistic, count, left)),
        "p_kind": f"Wald of leads on untreated rows, F({count}, {left})",
    }


def _leave_out(panel: Panel, plan: Plan) -> dict[str, Any]:
    """Return the estimate without each group, and without each unit where units are few."""
    groups = list_groups(panel)
    found: dict[str, Any] = {}
    if len(groups) > 1:
        found["groups"] = {
            panel.times[group]: _repeat(panel, plan, panel.starts != group) for group in groups
        }
    if len(panel.units) <= SINGLES:
        places = np.arange(len(panel.units))
        found["units"] = {
            name: _repeat(panel, plan, places != place) for place, name in enumerate(panel.units)
        }
    return found


def _repeat(panel: Panel, plan: Plan, kept: np.ndarray) -> float | None:
    part = keep_units(panel, kept)
    if not part.treated.any():
        return None
    try:
        return average(
            fill_cells(part, plan), part, plan.aggregate, balance=plan.balance
        ).overall.estimate
    except (EffectsError, np.linalg.LinAlgError):
        return None
