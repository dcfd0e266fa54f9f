"""Rows of interruptions, read, checked and brought to one form.

One row is one step of an event: a group of customers, out from `start` to `end`. A restoration in
steps is one event with several rows of the same start; an automatic reclosing sequence is one event
whose rows follow each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from linghang_core.findings import Finding
from linghang_core.reliability import cells, doubts
from linghang_core.reliability.customers import CustomerBase
from linghang_core.reliability.doubts import DURATIONS, Doubts
from linghang_core.reliability.overlaps import merge_overlaps
from linghang_core.reliability.standards import Cause, Standard, Voltage, find_cause, find_voltage

COLUMNS = ("event_id", "step", "unit", "start", "end", "customers", "category")
OPTIONAL = ("power_kw", *DURATIONS, "group", "voltage")
SHANGHAI = "Asia/Shanghai"


class StepsError(ValueError):
    """The file cannot be used at all: a column is missing, no row is left, the zone is unknown."""


@dataclass(frozen=True)
class Steps:
    """Checked rows of one time zone, and everything doubtful about all rows.

    `frame` has `row` (of the file), `event_id`, `unit`, `group`, `category` (the file's word), `cause`
    and `voltage` as categoricals, start and end as UTC instants, `customers` as whole numbers,
    `power_kw`, and

    - `minutes`: of the row, end − start;
    - `since`: from when its minutes count: later than `start` where the same group was out already;
    - `lasting`: minutes of the whole stretch without supply, which make it sustained or momentary;
    - `fresh`: whether the group had supply before, so that the row is an interruption of its own.
    """

    frame: pd.DataFrame
    findings: tuple[Finding, ...]
    zone: str = SHANGHAI

    def only(self, *, unit: str | None = None, voltage: Voltage | None = None) -> "Steps":
        """Return the rows of one unit or one class of customers; findings stay those of the file."""
        kept = np.ones(len(self.frame), bool)
        if unit is not None:
            kept &= (self.frame["unit"] == unit).to_numpy()
        if voltage is not None:
            kept &= (self.frame["voltage"] == voltage.value).to_numpy()
        return replace(self, frame=self.frame[kept].reset_index(drop=True))


def read_steps(
    table: pd.DataFrame,
    *,
    zone: str = SHANGHAI,
    base: CustomerBase | None = None,
    standard: Standard | None = None,
    rows: Sequence[int] | np.ndarray | None = None,
) -> Steps:
    """Return the rows of a table that can be counted, and everything doubtful about all of them.

    `table` has the columns COLUMNS (texts or typed), maybe those of OPTIONAL. Times without an offset
    are local to `zone`; those with one are taken as they are, so the hour that a change to daylight
    saving repeats is never counted double. With `base` rows are held against the customers there
    are, with `standard` categories against its classes. `rows` are the rows of the file, 2 and up
    unless given. Raises StepsError.
    """
    table = table.rename(columns={name: str(name).strip().lower() for name in table.columns})
    _check_heading(table)
    found = Doubts(np.arange(2, len(table) + 2) if rows is None else np.asarray(rows))
    frame = pd.DataFrame({"row": found.rows})
    for name in ("event_id", "unit", "category", "step", "group", "voltage"):
        if name in table.columns:
            frame[name] = cells.read_names(table[name])
        else:
            nothing = np.zeros(len(table), "int8")
            frame[name] = pd.Categorical.from_codes(nothing, categories=pd.Index([""]))
    local = _find_zone(zone)
    frame["start"] = _read_instants(table["start"], local, "start", found)
    frame["end"] = _read_instants(table["end"], local, "end", found, after=frame["start"])
    frame["customers"] = _read_numbers(table["customers"], "customers", found)
    frame["power_kw"] = _read_power(table, found)
    frame["cause"] = _read_causes(frame["category"], standard, found)
    frame["voltage"] = _read_voltages(frame["voltage"], found)
    frame["minutes"] = (frame["end"] - frame["start"]) / pd.Timedelta(minutes=1)
    bad = doubts.check_rows(frame, found, same_step="step" in table.columns)
    doubts.check_duration(table, frame, bad, found)
    if base is not None:
        bad |= doubts.check_customers(frame, bad, base, zone, found)
    kept = frame if not bad.any() else frame[~bad].reset_index(drop=True)
    if kept.empty:
        said = dict.fromkeys(each.message for each in found.list() if each.severity == "error")
        raise StepsError("no row can be counted: " + "; ".join(list(said)[:3]))
    kept = merge_overlaps(kept.assign(customers=kept["customers"].astype("int64")), found)
    return Steps(kept, tuple(found.list()), zone)


def _check_heading(table: pd.DataFrame) -> None:
    missing = [name for name in COLUMNS if name not in table.columns and name != "step"]
    if missing:
        raise StepsError(
            f"column {', '.join(missing)} is missing; needed are {', '.join(COLUMNS)}; "
            f"found are {', '.join(table.columns) or 'none'}"
        )
    if table.columns.has_duplicates:
        raise StepsError("a column stands twice in the heading")
    if table.empty:
        raise StepsError("the file has no rows")


def _find_zone(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (ValueError, OSError, LookupError) as error:
        raise StepsError(f"no time zone {zone!r}; write for example Asia/Shanghai") from error


def _read_instants(
    column: pd.Series,
    local: ZoneInfo,
    name: str,
    found: Doubts,
    *,
    after: pd.Series | None = None,
) -> pd.Series:
    """Return UTC instants; NaT with a finding for what is no time.

    Of an hour that is told twice the earlier one is taken, unless that lies before `after`.
    """
    times = cells.read_times(column)
    found.add(times.blank, "empty", name, f"{name} is empty")
    unreadable = times.clock.isna().to_numpy() & ~times.blank
    found.add(unreadable, "no_time", name, f"{name} is no time; write 2026-03-05 08:30")
    if times.known.all():
        return times.clock.dt.tz_localize("UTC")
    summer = np.ones(len(times.clock), bool)
    first, second = (
        times.clock.dt.tz_localize(local, ambiguous=flag, nonexistent="NaT").dt.tz_convert("UTC")
        for flag in (summer, ~summer)
    )
    told_twice = ((first != second) & first.notna()).to_numpy() & ~times.known
    if after is not None:
        first = first.where(~told_twice | (first >= after).to_numpy(), second)
    said = f"{name} is told twice that night; the earlier one that can be was taken"
    found.add(told_twice, "ambiguous_time", name, said, "warning")
    skipped = (first.isna() & times.clock.notna()).to_numpy() & ~times.known
    said = f"{name} does not exist that night: the clocks were put forward"
    found.add(skipped, "no_such_time", name, said)
    if times.known.any():
        first = first.where(~times.known, times.clock.dt.tz_localize("UTC"))
    return first


def _read_numbers(column: pd.Series, name: str, found: Doubts) -> np.ndarray:
    numbers = cells.read_numbers(column)
    found.add(numbers.blank, "empty", name, f"{name} is empty")
    wrong = np.isnan(numbers.found) & ~numbers.blank
    found.add(wrong, "no_number", name, f"{name} is no number")
    return numbers.found


def _read_power(table: pd.DataFrame, found: Doubts) -> Any:
    """Return kW of each row, NaN where none is told: the row counts, only its energy does not."""
    if "power_kw" not in table.columns:
        return np.nan
    numbers = cells.read_numbers(table["power_kw"])
    wrong = (np.isnan(numbers.found) & ~numbers.blank) | (numbers.found < 0)
    said = "power_kw is no number from 0 up; the energy of the row is not counted"
    found.add(wrong, "no_number", "power_kw", said, "warning")
    return np.where(wrong, np.nan, numbers.found)


def _read_causes(categories: pd.Series, standard: Standard | None, found: Doubts) -> pd.Categorical:
    words = list(categories.cat.categories)
    known = [find_cause(word) for word in words]
    if standard is None or standard.has_causes:
        unknown = np.array([cause is None for cause in known])[categories.cat.codes]
        said = "the category is not known; it counts as other, neither fault nor planned"
        found.add(unknown, "unknown_category", "category", said, "warning")
    names = [cause.value for cause in Cause]
    codes = np.array([names.index((cause or Cause.OTHER).value) for cause in known], dtype="int8")
    return pd.Categorical.from_codes(codes[categories.cat.codes], categories=pd.Index(names))


def _read_voltages(texts: pd.Series, found: Doubts) -> pd.Categorical:
    words = list(texts.cat.categories)
    known = [find_voltage(word) for word in words]
    names = ["", *(voltage.value for voltage in Voltage)]
    unknown = np.array([bool(word) and v is None for word, v in zip(words, known, strict=True)])
    said = "the voltage is not known; write low, medium or high"
    found.add(unknown[texts.cat.codes], "unknown_voltage", "voltage", said, "warning")
    codes = np.array([names.index(v.value if v else "") for v in known], dtype="int8")
    return pd.Categorical.from_codes(codes[texts.cat.codes], categories=pd.Index(names))
