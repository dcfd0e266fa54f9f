"""Group-time effects of Callaway and Sant'Anna (2021)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from linghang_core.effects.panel import Panel
from linghang_core.effects.results import EffectsError
from linghang_core.effects.staggered.cells import Cell, Part, list_groups
from linghang_core.effects.staggered.pairs import Adjustment, NoOverlapError, compare


class Control(StrEnum):
    """Who a group is compared with: units never treated, or all not treated yet."""

    NEVER = "never"
    NOT_YET = "notyet"


class Base(StrEnum):
    """The period compared with, before treatment: the one before, or always the last untreated."""

    VARYING = "varying"
    UNIVERSAL = "universal"


@dataclass(frozen=True)
class GroupTime:
    """Cells with the influence (N × cells) of each unit; a mean of squares / N is a variance."""

    cells: tuple[Cell, ...]
    effects: np.ndarray
    influence: np.ndarray
    sizes: np.ndarray
    notes: tuple[str, ...] = ()
    random_shares: bool = True
    recipe: str = "influence functions, clustered by unit (Callaway and Sant'Anna 2021)"

    def combine(self, weights: np.ndarray, moves: np.ndarray | None = None) -> Part:
        """Return a weighted sum of cells, with the error of estimated weights where given."""
        influence = self.influence @ weights
        if moves is not None:
            influence = influence + moves @ self.effects
        return Part(float(weights @ self.effects), influence / len(influence))


def estimate_group_time(
    panel: Panel,
    *,
    control: Control = Control.NEVER,
    base: Base = Base.VARYING,
    adjustment: Adjustment = Adjustment.DR,
    anticipation: int = 0,
) -> GroupTime:
    """Return the effects ATT(g, t) of each group in each period but the first.

    After treatment the period compared with is the last one before g − `anticipation`; before
    treatment the one before t (`varying`) or the same as after (`universal`). Covariates are those
    of the period compared with. A pair of periods uses the units observed in both. Raises
    EffectsError where there is nobody to compare with.
    """
    _check_controls(panel, control)
    cells, pairs, sizes, notes = [], [], [], []
    end = len(panel.times)
    if panel.treated.all():
        end = max(list_groups(panel)) - anticipation
        notes.append(f"periods from {panel.times[end]} on left out: nobody is untreated")
    for group in list_groups(panel):
        last = group - anticipation - 1
        if last < 0:
            notes.append(f"group {panel.times[group]} left out: no period before it")
            continue
        for time in range(end):
            before = last if base is Base.UNIVERSAL or time >= group else time - 1
            if before < 0:
                continue
            try:
                pair = _compare_cell(panel, group, time, before, control, adjustment, anticipation)
            except NoOverlapError as reason:
                notes.append(
                    f"group {panel.times[group]} in {panel.times[time]} left out: {reason}"
                )
                continue
            cells.append(Cell(group, time))
            pairs.append(pair)
            sizes.append(float((panel.starts == group).sum()))
    if not any(cell.since >= 0 for cell in cells):
        raise EffectsError("no group can be compared after treatment: " + "; ".join(notes))
    return GroupTime(
        tuple(cells),
        np.array([effect for effect, _ in pairs]),
        np.column_stack([influence for _, influence in pairs]),
        np.array(sizes),
        tuple(notes),
    )


def _check_controls(panel: Panel, control: Control) -> None:
    if control is Control.NEVER and panel.treated.all():
        raise EffectsError("every unit is treated within the table; use --control notyet")
    if panel.treated.all() and len(list_groups(panel)) == 1:
        raise EffectsError(
            "every unit is treated from the same period: nothing to compare with; "
            "use an interrupted time series (effects its)"
        )


def _compare_cell(
    panel: Panel,
    group: int,
    time: int,
    before: int,
    control: Control,
    adjustment: Adjustment,
    anticipation: int,
) -> tuple[float, np.ndarray]:
    """Return the effect and the influence (N) of each unit; raises NoOverlapError."""
    count = len(panel.units)
    if time == before:
        return 0.0, np.zeros(count)
    own = panel.starts == group
    others = ~panel.treated
    if control is Control.NOT_YET:
        others |= (panel.starts > max(time, before) + anticipation) & ~own
    change = panel.outcomes[:, time] - panel.outcomes[:, before]
    columns = [np.ones(count), *(values[:, before] for values in panel.covariates.values())]
    x = np.column_stack(columns)
    used = (own | others) & ~np.isnan(change) & ~np.isnan(x).any(axis=1)
    if not (own & used).any() or not (others & used).any():
        raise NoOverlapError("no treated or no comparison unit is observed in both periods")
    found = compare(change[used], own[used], x[used], adjustment)
    influence = np.zeros(count)
    influence[used] = found.influence * count / used.sum()
    return found.effect, influence
