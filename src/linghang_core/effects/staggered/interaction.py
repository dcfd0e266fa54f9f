"""Interaction-weighted effects of Sun and Abraham (2021)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from linghang_core.effects.differences.design import fit, lay_out
from linghang_core.effects.differences.errors import measure_clusters
from linghang_core.effects.panel import Panel
from linghang_core.effects.results import EffectsError
from linghang_core.effects.staggered.cells import Cell, Part, list_groups


@dataclass(frozen=True)
class Interacted:
    """Coefficients of group × period with what each unit (N × cells) adds to their error."""

    cells: tuple[Cell, ...]
    effects: np.ndarray
    parts: np.ndarray
    sizes: np.ndarray
    notes: tuple[str, ...] = ()
    random_shares: bool = False
    recipe: str = "CR1, clustered by unit, shares of groups taken as given (Sun and Abraham 2021)"

    def combine(self, weights: np.ndarray, moves: np.ndarray | None = None) -> Part:
        """Return a weighted sum of cells; weights are taken as given."""
        del moves  # shares are fixed here, as in R fixest `sunab`
        return Part(float(weights @ self.effects), self.parts @ weights)


def estimate_interacted(panel: Panel, *, anticipation: int = 0) -> Interacted:
    """Return the effects by group and period from one regression with an effect of every cell.

    Reference is the last period before treatment (less `anticipation`) and the units never treated,
    or, where there are none, the group treated last, up to its treatment. Covariates vary over time
    and enter linearly. Raises EffectsError where there is nobody to compare with.
    """
    groups, notes = list_groups(panel), []
    if panel.treated.all():
        if len(groups) == 1:
            raise EffectsError("every unit is treated from the same period; use effects its")
        last = groups.pop()
        notes.append(f"the group of {panel.times[last]} is the comparison, up to its treatment")
        outcomes = panel.outcomes.copy()
        outcomes[:, last - anticipation :] = np.nan
        panel = replace(panel, outcomes=outcomes)
    reference = -1 - anticipation
    seen = ~np.isnan(panel.outcomes)
    cells, marks, empty = [], [], []
    for group in groups:
        own = panel.starts == group
        for time in np.flatnonzero(seen[own].any(axis=0)):
            cell = Cell(group, int(time))
            if cell.since == reference:
                empty.append(cell)
                continue
            cells.append(cell)
            marks.append(own[:, None] & (np.arange(len(panel.times)) == time))
    if not any(cell.since >= 0 for cell in cells):
        raise EffectsError("no group is observed before and after treatment")
    return _fit_cells(panel, cells, empty, np.stack(marks, axis=2).astype(float), tuple(notes))


def _fit_cells(
    panel: Panel, cells: list[Cell], empty: list[Cell], marks: np.ndarray, notes: tuple[str, ...]
) -> Interacted:
    found = fit(lay_out(panel, "twfe", marks))
    count = len(cells)
    spread = measure_clusters(found)
    raw = found.scores @ found.bread[:, :count]
    plain = (raw**2).sum(axis=0)
    factor = np.sqrt(np.diag(spread.covariance)[0] / plain[0]) if plain[0] > 0 else 1.0
    parts = np.zeros((len(panel.units), count + len(empty)))
    parts[: len(raw), :count] = raw * factor
    whole = [*cells, *empty]
    effects = np.concatenate([found.coefficients[:count], np.zeros(len(empty))])
    order = sorted(range(len(whole)), key=lambda place: (whole[place].group, whole[place].time))
    ordered = tuple(whole[place] for place in order)
    sizes = np.array([float((panel.starts == cell.group).sum()) for cell in ordered])
    return Interacted(ordered, effects[order], parts[:, order], sizes, notes)
