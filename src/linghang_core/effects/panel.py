"""Units observed over time, who was treated from when, read from a table of any origin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from linghang_core.effects.results import EffectsError
from linghang_core.effects.times import order_times, place_start, split_numbers
from linghang_core.findings import Finding

NEVER = {"", "0", "inf", "infinity", "never", "na", "n/a", "nan", "nat", "none", "null", "<na>"}
NEVER |= {"-", "—", "从未", "未", "无"}
YES, NO = {"1", "true", "yes", "是"}, {"0", "false", "no", "否"}
WHOLE = re.compile(r"[+-]?\d+\.0+")  # a whole number as pandas writes a column with gaps
MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?$")


@dataclass(frozen=True)
class Treatment:
    """How the table says who is treated and from when: one of four ways.

    `column`: 1 where the unit is under treatment in that period, 0 elsewhere; with `start` also a
    column that marks the treated units in all periods. `unit` and `start`: one unit (or several)
    from that period on. `first`: the unit's first treated period, empty or 0 for never.
    """

    column: str | None = None
    units: Sequence[str] = ()
    start: str | None = None
    first: str | None = None


@dataclass(frozen=True)
class Panel:
    """Outcomes of N units in T periods.

    `outcomes` (N × T) holds NaN where nothing was observed, `starts` (N) the place in `times` of
    each unit's first treated period: 0 for a unit treated throughout, T for one never treated
    within the table. `cohorts` (N) are the starts as the table names them, "" for never.
    `covariates` are N × T each.
    """

    units: tuple[str, ...]
    times: tuple[str, ...]
    outcomes: np.ndarray
    starts: np.ndarray
    cohorts: tuple[str, ...]
    covariates: Mapping[str, np.ndarray] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def treated(self) -> np.ndarray:
        """Return which units (N) are treated within the table."""
        return self.starts < len(self.times)

    @property
    def status(self) -> np.ndarray:
        """Return who is under treatment when (N × T)."""
        return np.arange(len(self.times))[None, :] >= self.starts[:, None]

    def find_complete(self) -> np.ndarray:
        """Return which units (N) are observed, covariates too, in every period."""
        whole: np.ndarray = ~np.isnan(self.outcomes).any(axis=1)
        for values in self.covariates.values():
            whole &= ~np.isnan(values).any(axis=1)
        return whole


def read_panel(
    table: pd.DataFrame,
    treatment: Treatment,
    *,
    unit: str,
    time: str,
    outcome: str,
    covariates: Sequence[str] = (),
    fewest_units: int = 2,
) -> Panel:
    """Return the panel of a table with one row per unit and time.

    Rows without a unit, a time or a numeric outcome are left out and listed in `findings`; so is
    the second row of one unit and time. Units and times are ordered as numbers where all are
    numbers, else as text (2026-01, 2026Q1, 2026-01-31 order well). Raises EffectsError for a
    missing column, an empty table, a column without a single number, fewer units than
    `fewest_units` (an interrupted series needs one, a comparison two), treatment that ends again,
    or none treated.
    """
    needed = [unit, time, outcome, *covariates]
    needed += [name for name in (treatment.column, treatment.first) if name]
    table = _pick_columns(table, needed)
    findings: list[Finding] = []
    known = _clean_rows(table, unit, time, treatment.column, findings)
    rows = _read_values(known, [outcome, *covariates], findings)
    if rows[unit].nunique() < fewest_units:
        raise EffectsError(
            f"only one unit in column {unit}: nothing to compare it with; "
            "use an interrupted time series (effects its)"
        )
    times = order_times(rows[time])
    places = {name: place for place, name in enumerate(times)}
    units = tuple(sorted(set(rows[unit]), key=split_numbers))  # whatever the order of rows
    shape = (len(units), len(times))
    at = (
        rows[unit].map({name: place for place, name in enumerate(units)}).to_numpy(),
        rows[time].map(places).to_numpy(),
    )

    def spread(name: str) -> np.ndarray:
        grid = np.full(shape, np.nan)
        grid[at] = rows[name].to_numpy(float)
        return grid

    # from the rows without an outcome too: a gap in it does not put the start off
    starts, cohorts = _find_starts(known, treatment, unit, time, units, times)
    if not (starts < len(times)).any():
        raise EffectsError(_say_untreated(findings, cohorts, times[-1]))
    return Panel(
        units=units,
        times=times,
        outcomes=spread(outcome),
        starts=starts,
        cohorts=cohorts,
        covariates={name: spread(name) for name in covariates},
        findings=tuple(sorted(findings, key=lambda finding: finding.row)),
    )


def _say_untreated(findings: Sequence[Finding], cohorts: Sequence[str], last: str) -> str:
    """Return that nobody is treated, and what may be why: starts too late, or a column of gaps."""
    said = "no unit is treated within the table"
    empty = Counter(finding.column for finding in findings if finding.code == "no_number")
    if not empty:
        begun = sorted({cohort for cohort in cohorts if cohort}, key=split_numbers)
        if not begun:
            return said
        return f"{said}: it ends with {last}, treatment begins {begun[0]}; write both alike"
    column, rows = empty.most_common(1)[0]
    return f"{said} once {rows} rows without a number in {column} are left out; fill or drop it"


def read_numbers(values: pd.Series, column: str, findings: list[Finding]) -> pd.Series:
    """Return a column as numbers, NaN where there is none; text in it is listed by row.

    The index of `values` is the row of the file. Raises EffectsError where no value is a number.
    """
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    numbers[~np.isfinite(numbers)] = np.nan
    if numbers.isna().all():
        shown = next((str(value) for value in values if spell_cell(value)), "")
        raise EffectsError(f"column {column} holds no number (first value {shown!r})")
    for row in numbers.index[numbers.isna()]:
        shown = spell_cell(values[row])
        said = f"{shown!r} is no number" if shown else "is empty"
        findings.append(Finding(int(row), "no_number", f"{column}: {said}", column=column))
    return numbers


def _pick_columns(table: pd.DataFrame, needed: Sequence[str]) -> pd.DataFrame:
    """Return the columns asked for, rows numbered as in the file (the heading is row 1)."""
    missing = [name for name in needed if name not in table.columns]
    if missing:
        raise EffectsError(
            f"column {', '.join(missing)} is missing; the file has {', '.join(map(str, table))}"
        )
    if table.empty:
        raise EffectsError("the table has no rows")
    picked = table[list(dict.fromkeys(needed))].copy()
    picked.index = pd.RangeIndex(2, len(picked) + 2)
    return picked


def _clean_rows(
    table: pd.DataFrame, unit: str, time: str, mark: str | None, findings: list[Finding]
) -> pd.DataFrame:
    """Return the rows of which unit, time and treatment are known, each unit and time once."""
    rows = table.copy()
    for name in (unit, time):
        rows[name] = [spell_cell(value) for value in table[name]]
        findings += [
            Finding(int(row), "empty", f"{name} is empty", column=name)
            for row in rows.index[rows[name] == ""]
        ]
    if mark is not None:
        rows[mark] = [_read_mark(value) for value in table[mark]]
        findings += [
            Finding(
                int(row),
                "no_mark",
                f"{mark} is {spell_cell(table[mark][row])!r}; write 1 or 0",
                column=mark,
            )
            for row in rows.index[rows[mark].isna()]
        ]
    rows = rows.drop(index=list({finding.row for finding in findings}))
    again = rows.duplicated([unit, time])
    for row in rows.index[again]:
        said = f"{rows[unit][row]} has a row for {rows[time][row]} already; the first one counts"
        findings.append(Finding(int(row), "duplicate", said))
    if again.sum() > len(rows) / 2:
        raise EffectsError(
            f"most rows repeat a {unit} and {time} that stand above already: name the column of "
            f"those observed (--unit), or take one mean for each {unit} and {time}"
        )
    rows = rows[~again]
    if rows.empty:
        raise EffectsError("no row can be used: " + findings[0].message)
    return rows


def _read_values(
    known: pd.DataFrame, numbers: Sequence[str], findings: list[Finding]
) -> pd.DataFrame:
    """Return the rows with a number in all of the columns."""
    rows = known.copy()
    for name in numbers:
        rows[name] = read_numbers(known[name], name, findings)
    rows = rows.dropna(subset=list(numbers))
    if rows.empty:
        raise EffectsError("no row can be used: " + findings[0].message)
    return rows


def _find_starts(
    rows: pd.DataFrame,
    treatment: Treatment,
    unit: str,
    time: str,
    units: tuple[str, ...],
    times: tuple[str, ...],
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the place of each unit's first treated period, and its name."""
    if treatment.first:
        named = _read_first(rows, treatment.first, unit)
    elif treatment.units:
        treated = [spell_cell(name) for name in treatment.units]
        unknown = [name for name in treated if name not in units]
        if unknown:
            raise EffectsError(f"unit {', '.join(unknown)} is not in column {unit}")
        if treatment.start is None:
            raise EffectsError("from when the unit is treated is missing (--treated-from)")
        named = dict.fromkeys(treated, spell_cell(treatment.start))
    elif treatment.column:
        named = _read_status(rows, treatment, unit, time)
    else:
        raise EffectsError("who is treated is missing: name a column or a unit")
    return (
        np.array([place_start(named.get(name, ""), times) for name in units]),
        tuple(named.get(name, "") for name in units),
    )


def _read_first(rows: pd.DataFrame, column: str, unit: str) -> dict[str, str]:
    spelled = rows[column].map(spell_cell)
    differing = spelled.groupby(rows[unit], sort=False).nunique()
    if (differing > 1).any():
        raise EffectsError(f"{differing.idxmax()} has several values in column {column}")
    firsts = spelled.groupby(rows[unit], sort=False).first()
    return {name: first for name, first in firsts.items() if first.lower() not in NEVER}


def _read_status(rows: pd.DataFrame, treatment: Treatment, unit: str, time: str) -> dict[str, str]:
    marks = rows[str(treatment.column)].astype(int)
    if treatment.start is not None:
        marked = marks.groupby(rows[unit], sort=False).max()
        return {name: spell_cell(treatment.start) for name, mark in marked.items() if mark}
    order = {name: place for place, name in enumerate(order_times(rows[time]))}
    named = {}
    for name, part in marks.groupby(rows[unit], sort=False):
        marked = part.to_numpy()[np.argsort(rows[time][part.index].map(order).to_numpy())]
        if (np.diff(marked) < 0).any():
            raise EffectsError(
                f"{name}: treatment ends again; these methods need a treatment that stays"
            )
        treated = part.index[part == 1]
        if len(treated):
            named[str(name)] = min(rows[time][treated], key=order.__getitem__)
    return named


def _read_mark(value: object) -> float:
    """Return 1 or 0 for a mark of treatment, NaN for anything else."""
    word = spell_cell(value).lower()
    return 1.0 if word in YES else 0.0 if word in NO else np.nan


def spell_cell(value: object) -> str:
    """Return a cell as text: a whole number without its decimals, a day as 2026-01-31.

    Text is treated alike: "2004.0" and "2004" of a CSV file are one period, and so are
    "2026-01-31 00:00:00" and "2026-01-31".
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, float) and np.isnan(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return str(value.date() if value == value.normalize() else value.isoformat())
    text = str(value).strip()
    if WHOLE.fullmatch(text):
        return text.partition(".")[0]
    return MIDNIGHT.sub("", text) if MIDNIGHT.search(text) else text
