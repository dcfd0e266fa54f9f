"""Rows of interruptions, read, checked and brought to one form.

One row is one step of an event: a group of customers, out from `start` to `end`. A restoration in
steps is one event with several rows of the same start; an automatic reclosing sequence is one event
whose rows follow each other.
"""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from linghang_core.findings import Finding
from linghang_core.reliability.standards import WORDS, Cause

COLUMNS = ("event_id", "step", "unit", "start", "end", "customers", "category")
OPTIONAL = ("power_kw", "duration_minutes", "group")
SHANGHAI = "Asia/Shanghai"
NANOSECONDS_PER_MINUTE = 60_000_000_000
LISTED = 1000  # findings of one code that are listed row by row; the rest is counted
TOLERANCE_MINUTES = 1.0  # between a stated duration and the times


class StepsError(ValueError):
    """The file cannot be used at all: a column is missing, no row is left, the zone is unknown."""


@dataclass(frozen=True)
class Steps:
    """Checked rows: `frame` has start and end as UTC instants, customers as whole numbers, `cause`,
    `minutes` (of the whole interruption) and `row` (of the file). `zone` is the local time zone.
    """

    frame: pd.DataFrame
    findings: tuple[Finding, ...]
    zone: str = SHANGHAI


def read_steps(
    table: pd.DataFrame, *, zone: str = SHANGHAI, most_customers: float | None = None
) -> Steps:
    """Return the rows of a table that can be counted, and everything doubtful about all of them.

    `table` has the columns COLUMNS (texts or typed), maybe `power_kw`, `duration_minutes` and
    `group`. Times without an offset are local to `zone`; those with one are taken as they are, so
    the hour that a change to daylight saving repeats is never counted double. Raises StepsError.
    """
    table = table.rename(columns={name: str(name).strip().lower() for name in table.columns})
    missing = [name for name in COLUMNS if name not in table.columns and name != "step"]
    if missing:
        raise StepsError(f"column {', '.join(missing)} is missing; needed are {', '.join(COLUMNS)}")
    if table.empty:
        raise StepsError("the file has no rows")
    findings: list[Finding] = []
    frame = pd.DataFrame({"row": np.arange(2, len(table) + 2)})
    for name in ("event_id", "unit"):
        frame[name] = _read_text(table[name])
    frame["step"] = _read_text(table["step"]) if "step" in table.columns else "1"
    frame["group"] = _read_text(table["group"]) if "group" in table.columns else ""
    frame["start"] = _read_times(table["start"], zone, "start", frame, findings)
    frame["end"] = _read_times(table["end"], zone, "end", frame, findings)
    frame["customers"] = _read_numbers(table["customers"], "customers", frame, findings)
    frame["power_kw"] = (
        _read_numbers(table["power_kw"], "power_kw", frame, findings, needed=False)
        if "power_kw" in table.columns
        else np.nan
    )
    frame["cause"] = _read_causes(table["category"], frame, findings)
    frame["minutes"] = (frame["end"] - frame["start"]) / pd.Timedelta(minutes=1)
    stated = table["duration_minutes"] if "duration_minutes" in table.columns else None
    bad = _check(frame, findings, stated, most_customers)
    kept = frame[~bad].reset_index(drop=True)
    if kept.empty:
        raise StepsError("no row can be counted: " + "; ".join(f.message for f in findings[:3]))
    kept["customers"] = kept["customers"].astype("int64")
    return Steps(kept, tuple(sorted(findings, key=lambda f: (f.row, f.code))), zone)


def _read_text(column: pd.Series) -> pd.Series:
    return column.astype("string").fillna("").str.strip().reset_index(drop=True)


def _read_times(
    column: pd.Series, zone: str, name: str, frame: pd.DataFrame, findings: list[Finding]
) -> pd.Series:
    """Return UTC instants; NaT with a finding for what is no time."""
    try:
        local = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise StepsError(f"no time zone {zone!r}") from error
    column = column.reset_index(drop=True)
    if pd.api.types.is_datetime64_any_dtype(column):
        return _localise(column, local, name, frame, findings)
    text = column.astype("string").str.strip()
    offset = text.str.contains(r"(?:Z|[+-]\d{2}:?\d{2})$", regex=True, na=False)
    found = pd.Series(pd.NaT, index=text.index, dtype="datetime64[ns, UTC]")
    if offset.any():
        found[offset] = pd.to_datetime(text[offset], utc=True, errors="coerce", format="ISO8601")
    if not offset.all():
        plain = text[~offset].str.replace("/", "-", regex=False)
        naive = pd.to_datetime(plain, errors="coerce", format="ISO8601")
        found[~offset] = _localise(naive, local, name, frame[~offset], findings)
    _add(findings, frame, found.isna() & _is_blank(text), "empty", name, "{name} is empty")
    unreadable = found.isna() & ~_is_blank(text)
    already = {f.row for f in findings if f.column == name}
    unreadable &= ~frame["row"].isin(already)
    _add(findings, frame, unreadable, "no_time", name, "{name} is no time; write 2026-03-05 08:30")
    return found


def _is_blank(text: pd.Series) -> pd.Series:
    return text.isna() | (text == "")


def _localise(
    naive: pd.Series, local: ZoneInfo, name: str, frame: pd.DataFrame, findings: list[Finding]
) -> pd.Series:
    if getattr(naive.dtype, "tz", None) is not None:
        return naive.dt.tz_convert("UTC").astype("datetime64[ns, UTC]")
    naive = naive.astype("datetime64[ns]")
    # The hour that is told twice: the first of the two is taken and reported.
    first = naive.dt.tz_localize(local, ambiguous=np.ones(len(naive), bool), nonexistent="NaT")
    second = naive.dt.tz_localize(local, ambiguous=np.zeros(len(naive), bool), nonexistent="NaT")
    _add(
        findings,
        frame,
        (first != second) & first.notna(),
        "ambiguous_time",
        name,
        "{name} is told twice that night; the earlier one was taken",
        "warning",
    )
    _add(
        findings,
        frame,
        first.isna() & naive.notna(),
        "no_such_time",
        name,
        "{name} does not exist that night: the clocks were put forward",
    )
    return first.dt.tz_convert("UTC").astype("datetime64[ns, UTC]")


def _read_numbers(
    column: pd.Series,
    name: str,
    frame: pd.DataFrame,
    findings: list[Finding],
    *,
    needed: bool = True,
) -> pd.Series:
    column = column.reset_index(drop=True)
    text = column.astype("string").str.strip().str.replace(",", "", regex=False)
    found = pd.to_numeric(text, errors="coerce").astype("float64")
    blank = _is_blank(text)
    if needed:
        _add(findings, frame, blank, "empty", name, "{name} is empty")
    _add(findings, frame, found.isna() & ~blank, "no_number", name, "{name} is no number")
    return found


def _read_causes(column: pd.Series, frame: pd.DataFrame, findings: list[Finding]) -> pd.Series:
    words = _read_text(column)
    known = {word: WORDS.get(word) or WORDS.get(word.lower()) for word in words.unique()}
    _add(
        findings,
        frame,
        words.map(lambda word: known[word] is None),
        "unknown_category",
        "category",
        "the category is not known; it counts as other, neither fault nor planned",
        "warning",
    )
    return words.map({word: (cause or Cause.OTHER).value for word, cause in known.items()})


def _check(
    frame: pd.DataFrame,
    findings: list[Finding],
    stated: pd.Series | None,
    most_customers: float | None,
) -> pd.Series:
    """Add what is wrong with the rows as wholes; return which rows cannot be counted."""
    bad = frame["start"].isna() | frame["end"].isna() | frame["customers"].isna()
    minutes, customers = frame["minutes"], frame["customers"]
    rules: list[tuple[pd.Series, str, str, str]] = [
        (frame["event_id"] == "", "empty", "event_id", "event_id is empty"),
        (minutes < 0, "restored_before_start", "end", "the supply was restored before it failed"),
        (minutes == 0, "zero_duration", "end", "start and end are the same moment"),
        (customers < 0, "negative_customers", "customers", "customers are negative"),
        (
            (customers % 1 != 0) & customers.notna(),
            "no_whole_number",
            "customers",
            "customers are no whole number",
        ),
        (
            frame.duplicated(["event_id", "step", "unit", "group", "start", "end"]) & ~bad,
            "duplicate",
            "step",
            "the same step of the same event stands in the file already",
        ),
    ]
    if most_customers is not None:
        rules.append(
            (
                customers > most_customers,
                "more_customers_than_exist",
                "customers",
                f"more customers than there are ({most_customers:g})",
            )
        )
    for which, code, column, message in rules:
        _add(findings, frame, which, code, column, message)
        bad |= which
    _add(findings, frame, (customers == 0) & ~bad, "no_customers", "customers",
         "nobody was out", "warning")  # fmt: skip
    if stated is not None:
        told = pd.to_numeric(stated.reset_index(drop=True), errors="coerce")
        differs = ((told - minutes).abs() > TOLERANCE_MINUTES) & ~bad
        _add(findings, frame, differs, "duration_differs", "duration_minutes",
             "the stated duration is not that of the times; the times are counted", "warning")  # fmt: skip
    return bad


def _add(
    findings: list[Finding],
    frame: pd.DataFrame,
    which: pd.Series,
    code: str,
    column: str,
    message: str,
    severity: Any = "error",
) -> None:
    """Add a finding for each row concerned: the first ones by row, the rest as one number."""
    which = which.fillna(value=False).to_numpy(dtype=bool)
    rows = frame["row"].to_numpy()[which]
    text = message.replace("{name}", column)
    findings += [Finding(int(row), code, text, severity, column) for row in rows[:LISTED]]
    if len(rows) > LISTED:
        findings.append(
            Finding(0, code, f"{len(rows) - LISTED} more rows: {text}", severity, column)
        )
