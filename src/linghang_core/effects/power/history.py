"""The past of an indicator before a project begins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from linghang_core.effects.panel import Treatment, read_panel
from linghang_core.effects.results import EffectsError
from linghang_core.effects.times import order_times
from linghang_core.findings import Finding


@dataclass(frozen=True)
class History:
    """Outcomes (N × T) of units before the planned start; NaN where nothing was observed."""

    units: tuple[str, ...]
    times: tuple[str, ...]
    outcomes: np.ndarray
    findings: tuple[Finding, ...] = ()


def read_history(
    table: pd.DataFrame,
    *,
    time: str,
    outcome: str,
    unit: str | None = None,
    start: str | None = None,
) -> History:
    """Return the past of every unit: all periods, or those before `start`.

    Without `unit` the table is one series. Raises EffectsError for what `read_panel` refuses but
    single units, and where nothing lies before the start.
    """
    if unit is None:
        unit = _free("series", table)
        table = table.assign(**{unit: "series"})
    planned = _free("planned", table)
    panel = read_panel(
        table.assign(**{planned: 1}),
        Treatment(column=planned),
        unit=unit,
        time=time,
        outcome=outcome,
        fewest_units=1,
    )
    past = len(panel.times)
    if start is not None:
        everything = order_times(pd.Series([*panel.times, start], dtype=object))
        past = everything.index(start)
    if past == 0:
        raise EffectsError(f"nothing lies before the planned start {start}")
    return History(panel.units, panel.times[:past], panel.outcomes[:, :past], panel.findings)


def _free(name: str, table: pd.DataFrame) -> str:
    while name in table:
        name += "_"
    return name
