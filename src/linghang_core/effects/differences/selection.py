"""Parts of a panel: some of its units, the covariates that say something."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from linghang_core.effects.panel import Panel


def keep_units(panel: Panel, kept: np.ndarray) -> Panel:
    """Return the panel of the units (N) kept."""
    return replace(
        panel,
        units=tuple(np.array(panel.units, dtype=object)[kept]),
        outcomes=panel.outcomes[kept],
        starts=panel.starts[kept],
        cohorts=tuple(np.array(panel.cohorts, dtype=object)[kept]),
        covariates={name: values[kept] for name, values in panel.covariates.items()},
    )


def drop_constant(panel: Panel) -> tuple[Panel, list[str]]:
    """Return the panel without covariates that never change within a unit, and what to say.

    Unit effects hold them already; their effect on trends is what staggered adoption with
    group-time effects takes into account.
    """
    kept, notes = {}, []
    for name, values in panel.covariates.items():
        seen = np.where(np.isnan(panel.outcomes), np.nan, values)
        with np.errstate(invalid="ignore"):
            wide = np.nanmax(seen, axis=1, initial=-np.inf) - np.nanmin(
                seen, axis=1, initial=np.inf
            )
        if (wide[np.isfinite(wide)] > 0).any():
            kept[name] = values
        else:
            notes.append(
                f"covariate {name} never changes within a unit: unit effects hold it already"
            )
    return replace(panel, covariates=kept), notes
