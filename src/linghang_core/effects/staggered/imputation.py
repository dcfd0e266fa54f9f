"""The imputation estimator of Borusyak, Jaravel and Spiess (2024)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import SuperLU, splu

from linghang_core.effects.panel import Panel
from linghang_core.effects.results import EffectsError
from linghang_core.effects.staggered.cells import Cell, Part


@dataclass(frozen=True)
class Imputed:
    """What treated rows would have been, from a regression on untreated rows only.

    `gaps` (R) are outcomes less what was expected, `z` (R × K) dummies and covariates, `used` the
    columns that untreated rows identify, `solver` their normal equations.
    """

    cells: tuple[Cell, ...]
    sizes: np.ndarray
    gaps: np.ndarray
    z: sparse.csr_matrix
    solver: SuperLU
    untreated: np.ndarray
    cell_of: np.ndarray
    unit_of: np.ndarray
    units: int
    notes: tuple[str, ...] = ()
    random_shares: bool = False
    recipe: str = "conservative, clustered by unit, effects alike within group and period (Borusyak et al. 2024)"

    def combine(self, weights: np.ndarray, moves: np.ndarray | None = None) -> Part:
        """Return a weighted sum of cells; weights are taken as given."""
        del moves  # the estimand is the average over these very rows
        inside = self.cell_of >= 0
        own = np.zeros(len(self.gaps))
        own[inside] = (weights / self.sizes)[self.cell_of[inside]]
        means = np.bincount(self.cell_of[inside], self.gaps[inside], len(self.cells)) / self.sizes
        whole = own.copy()
        zero = self.z[self.untreated]
        whole[self.untreated] = -(zero @ self.solver.solve(self.z.T @ own))
        left = np.where(self.untreated, self.gaps, 0.0)
        left[inside] = self.gaps[inside] - means[self.cell_of[inside]]
        parts = np.bincount(self.unit_of, whole * left, self.units)
        return Part(float(own @ self.gaps), parts)


def estimate_imputed(panel: Panel, *, anticipation: int = 0) -> Imputed:
    """Return effects as treated outcomes less those imputed from untreated rows.

    The regression has an effect of each unit, each period, and covariates, linearly. Rows from
    g − `anticipation` on do not count as untreated. Rows of units never seen untreated, and of
    periods in which nobody is, are left out and named. Raises EffectsError where nothing is left.
    """
    seen = ~np.isnan(panel.outcomes)
    unit, time = np.nonzero(seen)
    since = time - panel.starts[unit]
    free = (since < -anticipation) | ~panel.treated[unit]
    known = np.isin(unit, unit[free]) & np.isin(time, time[free])
    notes = _say_left_out(panel, unit, time, known)
    kept = known & (free | (since >= 0))
    if not (kept & (since >= 0) & ~free).any():
        raise EffectsError("no treated row can be imputed: nobody is untreated beside it")
    unit, time, free, since = unit[kept], time[kept], free[kept], since[kept]
    y = panel.outcomes[seen][kept]
    extra = [values[seen][kept] for values in panel.covariates.values()]
    z = _lay_out(unit, time, extra)
    gram = (z[free].T @ z[free]).tocsc()
    try:
        solver = splu(gram)
    except RuntimeError:
        raise EffectsError(
            "untreated rows do not tell effects of units, periods, covariates apart"
        ) from None
    gaps = y - z @ solver.solve(z[free].T @ y[free])
    inside = ~free
    pairs = np.column_stack([panel.starts[unit[inside]], time[inside]])
    names, places, sizes = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
    cell_of = np.full(len(y), -1)
    cell_of[inside] = places.ravel()
    return Imputed(
        cells=tuple(Cell(int(group), int(at)) for group, at in names),
        sizes=sizes.astype(float),
        gaps=gaps,
        z=z,
        solver=solver,
        untreated=free,
        cell_of=cell_of,
        unit_of=unit,
        units=len(panel.units),
        notes=notes,
    )


def _lay_out(unit: np.ndarray, time: np.ndarray, extra: list[np.ndarray]) -> sparse.csr_matrix:
    """Return dummies of units, of periods but the first, and covariates (scaled)."""
    rows = np.arange(len(unit))
    at_unit = np.unique(unit, return_inverse=True)[1]
    at_time = np.unique(time, return_inverse=True)[1]
    ones = np.ones(len(unit))
    blocks = [
        sparse.csr_matrix((ones, (rows, at_unit))),
        sparse.csr_matrix((ones, (rows, at_time)))[:, 1:],
    ]
    for values in extra:
        moved = values - values.mean()
        size = np.abs(moved).max() or 1.0
        blocks.append(sparse.csr_matrix((moved / size)[:, None]))
    return sparse.csr_matrix(sparse.hstack(blocks))


def _say_left_out(
    panel: Panel, unit: np.ndarray, time: np.ndarray, known: np.ndarray
) -> tuple[str, ...]:
    lost_units = sorted(set(unit[~known]) - set(unit[known]))
    lost_times = sorted(set(time[~known]) - set(time[known]))
    notes = []
    if lost_units:
        notes.append(
            "left out, never seen untreated: " + ", ".join(panel.units[u] for u in lost_units)
        )
    if lost_times:
        notes.append(
            "left out, nobody is untreated: " + ", ".join(panel.times[t] for t in lost_times)
        )
    return tuple(notes)
