"""What is doubtful about rows of interruptions, and which of them cannot be counted."""

from typing import Literal

import numpy as np
import pandas as pd

from linghang_core.findings import Finding
from linghang_core.reliability import cells
from linghang_core.reliability.customers import CustomerBase

LISTED = 1000  # findings of one code that are listed row by row; the rest is counted
TOLERANCE_MINUTES = 1.0  # between a stated duration and the times
# Columns of a stated duration, and the minutes of one unit. A bare "duration" does not tell its unit:
# it differs where neither seconds nor minutes nor hours fit, and words like 1:30 are let be.
DURATIONS: dict[str, tuple[float, ...]] = {
    "duration_minutes": (1,),
    "duration_min": (1,),
    "duration_hours": (60,),
    "duration": (1 / 60, 1, 60),
}
# Rows that count and yet contradict themselves or each other: a result that holds them is not clean.
CONTRADICTIONS = frozenset(
    {"duration_differs", "more_out_than_exist", "overlap", "without_med_above_saidi"}
)
KEY = ("event_id", "step", "unit", "group", "start", "end", "customers")
MIX = np.uint64(0x9E3779B97F4A7C15)


class Doubts:
    """Findings about the rows of one file, gathered column by column."""

    def __init__(self, rows: np.ndarray) -> None:
        """Begin without any; `rows` are the rows of the file."""
        self.rows = rows
        self._found: list[Finding] = []

    def add(
        self,
        which: np.ndarray,
        code: str,
        column: str,
        message: str,
        severity: Literal["error", "warning"] = "error",
    ) -> None:
        """Add a finding for each row concerned: the first ones by row, the rest as one number."""
        self.add_rows(self.rows[which], code, column, message, severity)

    def add_rows(
        self,
        rows: np.ndarray,
        code: str,
        column: str,
        message: str,
        severity: Literal["error", "warning"] = "error",
    ) -> None:
        """Add a finding for each of the rows of the file."""
        self._found += [Finding(int(row), code, message, severity, column) for row in rows[:LISTED]]
        if len(rows) > LISTED:
            more = f"{len(rows) - LISTED} more rows: {message}"
            self._found.append(Finding(0, code, more, severity, column))

    def list(self) -> list[Finding]:
        """Return what was found, by row."""
        return sorted(self._found, key=lambda finding: (finding.row, finding.code))


def check_rows(frame: pd.DataFrame, found: Doubts, *, same_step: bool) -> np.ndarray:
    """Add what is wrong with each row as a whole; return which rows cannot be counted.

    With `same_step` a step that stands twice with the same times is a duplicate whatever number of
    customers it names; without numbers of steps only a row that is the same in everything is.
    """
    minutes, customers = frame["minutes"].to_numpy(), frame["customers"].to_numpy()
    bad: np.ndarray = (frame["start"].isna() | frame["end"].isna()).to_numpy() | np.isnan(customers)
    nameless = (frame["event_id"] == "").to_numpy()
    broken = ~np.isnan(customers) & (customers % 1 != 0)
    rules = (
        (nameless, "empty", "event_id", "event_id is empty"),
        (minutes < 0, "restored_before_start", "end", "the supply was restored before it failed"),
        (minutes == 0, "zero_duration", "end", "start and end are the same moment"),
        (customers < 0, "negative_customers", "customers", "customers are negative"),
        (broken, "no_whole_number", "customers", "customers are no whole number"),
    )
    for which, code, column, message in rules:
        found.add(which, code, column, message)
    twice = _find_duplicates(frame, KEY if not same_step else KEY[:-1]) & ~bad
    said = "the same step of the same event stands in the file already"
    found.add(twice, "duplicate", "step" if same_step else "event_id", said)
    for which, *_rest in rules:
        bad |= which
    nobody = (customers == 0) & ~bad
    found.add(nobody, "no_customers", "customers", "nobody was out", "warning")
    bad |= twice
    return bad


def check_duration(
    table: pd.DataFrame, frame: pd.DataFrame, bad: np.ndarray, found: Doubts
) -> None:
    """Hold a stated duration against the times; the times count."""
    times = frame["minutes"].to_numpy()
    for column, units in DURATIONS.items():
        if column not in table.columns:
            continue
        numbers = cells.read_numbers(table[column])
        told = numbers.found
        wrong = (np.isnan(told) & ~numbers.blank & (len(units) == 1)) | (told < 0)
        said = f"{column} is no duration; the times are counted"
        found.add(wrong & ~bad, "duration_differs", column, said, "warning")
        gap = np.min([np.abs(told * minutes - times) for minutes in units], axis=0)
        differs = (gap > TOLERANCE_MINUTES) & ~bad & ~wrong
        said = "the stated duration is not that of the times; the times are counted"
        found.add(differs, "duration_differs", column, said, "warning")


def check_customers(
    frame: pd.DataFrame, bad: np.ndarray, base: CustomerBase, zone: str, found: Doubts
) -> np.ndarray:
    """Hold the customers of rows against those there are; return which rows cannot be counted.

    A row of more customers than its unit has is left out, as is one of a unit without a number. Rows
    during which more are out at one moment than exist are named and count: nothing says which of them
    is wrong.
    """
    days = frame["start"].dt.tz_convert(zone).dt.tz_localize(None).to_numpy("datetime64[D]")
    units = frame["unit"] if base.units else frame["unit"].cat.set_categories([""]).fillna("")
    most = np.full(len(frame), np.nan)
    for code, unit in enumerate(units.cat.categories):
        if not base.units or unit in base.units:
            rows = (units.cat.codes == code).to_numpy()
            most[rows] = base.held_on(str(unit), days[rows])
    customers = frame["customers"].to_numpy()
    unknown = np.isnan(most) & ~bad
    found.add(unknown, "unknown_unit", "unit", "the file of customers has no such unit")
    many = (customers > most) & ~bad
    said = "more customers than there are"
    found.add(many, "more_customers_than_exist", "customers", said)
    left_out: np.ndarray = unknown | many
    good = (~(bad | left_out)).nonzero()[0]
    crowded = good[
        _find_crowded(
            frame.iloc[good], units.cat.codes.to_numpy().astype("int64")[good], most[good]
        )
    ]
    said = "more customers are out at that moment than there are; the row counts"
    found.add_rows(found.rows[crowded], "more_out_than_exist", "customers", said, "warning")
    return left_out


def _find_crowded(frame: pd.DataFrame, units: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Return the places of rows at whose start more are out in the unit than it has."""
    customers = frame["customers"].to_numpy()
    if not len(frame):
        return np.zeros(0, int)
    start, end = (
        frame[name].to_numpy("datetime64[ms]").astype("int64") for name in ("start", "end")
    )
    first = start.min()
    span = int(end.max() - first) + 1
    began, ended = units * span + (start - first), units * span + (end - first)
    # Earlier units begin and end in equal numbers: what runs on from them cancels out.
    order, back = np.argsort(began), np.argsort(ended)
    began, ended = began[order], ended[back]
    gone = np.cumsum(customers[order])[np.searchsorted(began, began, "right") - 1]
    restored = np.concatenate([[0], np.cumsum(customers[back])])
    out = gone - restored[np.searchsorted(ended, began, "right")]
    places: np.ndarray = np.sort(order[out > most[order]])
    return places


def _find_duplicates(frame: pd.DataFrame, key: tuple[str, ...]) -> np.ndarray:
    """Return which rows have the same key as one before them."""
    mixed = np.zeros(len(frame), "uint64")
    for name in key:
        column = frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            numbers = column.cat.codes.to_numpy().astype("int64")
        elif name == "customers":
            numbers = column.fillna(-1).to_numpy().astype("int64")
        else:
            numbers = column.to_numpy("datetime64[ns]").astype("int64")
        mixed = (mixed ^ numbers.view("uint64")) * MIX
        mixed ^= mixed >> np.uint64(29)
    # Equal keys have equal mixes; the few rows with an equal mix are compared in full.
    alike = pd.Series(mixed).duplicated(keep=False).to_numpy().nonzero()[0]
    twice = np.zeros(len(frame), bool)
    if len(alike):
        twice[alike] = frame.iloc[alike].duplicated(list(key)).to_numpy()
    return twice
