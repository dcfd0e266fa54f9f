"""What a synthetic control must resemble besides the path of the outcome: means and single periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from linghang_core.effects.panel import Panel, spell_cell
from linghang_core.effects.results import EffectsError
from linghang_core.effects.times import order_times
from linghang_core.findings import Finding


@dataclass(frozen=True)
class Window:
    """The mean of a column from one period to another, both counted."""

    column: str
    first: str
    last: str


@dataclass(frozen=True)
class Plan:
    """Which predictors are made: as `predictors`, `special.predictors` of the R package Synth.

    `covariates` are averaged over the periods before treatment, or over their `windows`; the
    outcome may have windows too. `special_outcomes` are single periods of the outcome. With
    covariates but neither windows nor single periods of the outcome, its means over the first,
    middle and last third of the periods before treatment are predictors too: a path that is not
    among the predictors is not followed, and none can be picked to please.
    """

    covariates: Sequence[str] = ()
    special_outcomes: Sequence[str] = ()
    windows: Sequence[Window] = ()

    def __bool__(self) -> bool:
        return bool(self.covariates or self.special_outcomes or self.windows)


@dataclass(frozen=True)
class Grids:
    """Columns of the table over units × times of a panel; gaps (NaN) are allowed."""

    outcome: str
    times: tuple[str, ...]
    columns: Mapping[str, np.ndarray]
    findings: tuple[Finding, ...] = ()


def read_grids(
    table: pd.DataFrame, panel: Panel, plan: Plan, *, unit: str, time: str, outcome: str
) -> Grids:
    """Return the columns the plan asks for, on the units and times of the panel.

    A mean is taken over what was observed, so gaps are no fault; text where a number belongs is
    listed as a warning and counts as a gap. Raises EffectsError for a missing column or period.
    """
    columns = [*plan.covariates, *(window.column for window in plan.windows)]
    columns = [name for name in dict.fromkeys(columns) if name != outcome]
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise EffectsError(
            f"column {', '.join(missing)} is missing; the file has {', '.join(map(str, table))}"
        )
    for period in plan.special_outcomes:
        if find_time(panel.times, period) is None:
            raise EffectsError(f"period {period} of the outcome is not in the table")
    rows = np.array([_find(panel.units, spell_cell(value)) for value in table[unit]])
    places = np.array([_find(panel.times, spell_cell(value)) for value in table[time]])
    known = (rows >= 0) & (places >= 0)
    findings: list[Finding] = []
    values = {outcome: panel.outcomes}
    for name in columns:
        numbers = _read_column(table[name], name, findings)
        grid = np.full(panel.outcomes.shape, np.nan)
        for row in np.flatnonzero(known)[::-1]:  # the first of two rows counts
            grid[rows[row], places[row]] = numbers[row]
        if np.isnan(grid).all():
            raise EffectsError(f"column {name} holds no number")
        values[name] = grid
    return Grids(outcome, panel.times, values, tuple(findings))


def build_predictors(grids: Grids, plan: Plan, before: int) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the names of the predictors and their values (units × predictors).

    Only periods before `before` count; a unit without an observation in a window has NaN there.
    """
    built: dict[str, np.ndarray] = {}
    framed = {window.column for window in plan.windows}
    for name in plan.covariates:
        if name not in framed:
            built[name] = _average(grids.columns[name][:, :before])
    for window in plan.windows:
        kept = _select(grids.times, window)[:before]
        if kept.any():
            label = f"{window.column} {window.first}–{window.last}"
            built[label] = _average(grids.columns[window.column][:, :before][:, kept])
    outcomes = grids.columns[grids.outcome]
    for period in plan.special_outcomes:
        place = find_time(grids.times, period)
        if place is not None and place < before:
            built[f"{grids.outcome} {period}"] = outcomes[:, place]
    if not plan.special_outcomes and grids.outcome not in framed:
        built |= _average_thirds(grids, before)
    if not built:
        raise EffectsError("no predictor is left before treatment")
    return tuple(built), np.column_stack(list(built.values()))


def find_time(times: tuple[str, ...], named: str) -> int | None:
    """Return the place of a period named, also where one is written 1989 and the other 1989.0."""
    if named in times:
        return times.index(named)
    numbers = pd.to_numeric(pd.Series([*times, named], dtype=object), errors="coerce").to_numpy(
        float
    )
    same = np.flatnonzero(numbers[:-1] == numbers[-1])
    return int(same[0]) if len(same) else None


def _average_thirds(grids: Grids, before: int) -> dict[str, np.ndarray]:
    parts = [part for part in np.array_split(np.arange(before), 3) if len(part)]
    return {
        f"{grids.outcome} {grids.times[part[0]]}–{grids.times[part[-1]]}": grids.columns[
            grids.outcome
        ][:, part].mean(axis=1)
        for part in parts
    }


def _select(times: tuple[str, ...], window: Window) -> np.ndarray:
    """Return which times lie in a window; raises EffectsError where none does."""
    everything = order_times(pd.Series([*times, window.first, window.last], dtype=object))
    low, high = everything.index(window.first), everything.index(window.last)
    kept = np.array([low <= everything.index(time) <= high for time in times])
    if not kept.any():
        raise EffectsError(f"no period of the table lies in {window.first} to {window.last}")
    return kept


def _average(values: np.ndarray) -> np.ndarray:
    """Return the mean of what each unit was observed to be, NaN where nothing was."""
    seen = ~np.isnan(values)
    count = seen.sum(axis=1)
    total = np.where(seen, values, 0.0).sum(axis=1)
    found: np.ndarray = np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0)
    return found


def _read_column(column: pd.Series, name: str, findings: list[Finding]) -> np.ndarray:
    numbers: np.ndarray = pd.to_numeric(column, errors="coerce").to_numpy(float, na_value=np.nan)
    for row, (value, number) in enumerate(zip(column, numbers, strict=True), start=2):
        if np.isnan(number) and spell_cell(value):
            said = f"{name}: {spell_cell(value)!r} is no number and counts as a gap"
            findings.append(Finding(row, "no_number", said, "warning", name))
    return numbers


def _find(names: tuple[str, ...], name: str) -> int:
    try:
        return names.index(name)
    except ValueError:
        return -1
