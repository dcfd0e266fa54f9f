"""Daily SAIDI read from a table: one row a day, doubtful rows named."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from linghang_core.findings import Finding
from linghang_core.reliability import cells
from linghang_core.reliability.doubts import Doubts

COLUMNS = ("date", "saidi")
WITHOUT = "saidi_without_med"


class MajorDaysError(ValueError):
    """The threshold cannot be computed, or there is nothing to judge by it."""


def read_daily(
    table: pd.DataFrame, *, rows: Sequence[int] | np.ndarray | None = None
) -> tuple[pd.Series, list[Finding]]:
    """Return SAIDI by day, and what is doubtful about rows.

    `table` has the columns date and saidi, maybe saidi_without_med, which cannot be more than saidi.
    Left out are rows without a day or a number, negative ones and the second of a day. `rows` are
    the rows of the file, 2 and up unless given. Raises MajorDaysError.
    """
    table = table.rename(columns={name: str(name).strip().lower() for name in table.columns})
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise MajorDaysError(f"column {', '.join(missing)} is missing; needed are date, saidi")
    if table.empty:
        raise MajorDaysError("the file has no rows")
    found = Doubts(np.arange(2, len(table) + 2) if rows is None else np.asarray(rows))
    days = cells.read_times(table["date"]).clock.dt.normalize()
    numbers = cells.read_numbers(table["saidi"]).found
    no_day, twice = days.isna().to_numpy(), (days.duplicated() & days.notna()).to_numpy()
    rules = (
        (no_day, "no_date", "date", "date is no day; write 2026-03-05"),
        (np.isnan(numbers), "no_number", "saidi", "saidi is no number"),
        (numbers < 0, "negative", "saidi", "saidi is negative"),
        (twice, "duplicate", "date", "the day stands in the file already"),
    )
    bad = np.zeros(len(table), bool)
    for which, code, column, message in rules:
        found.add(which, code, column, message)
        bad |= which
    if WITHOUT in table.columns:
        less = cells.read_numbers(table[WITHOUT]).found
        said = "saidi without major event days is above saidi; saidi is counted"
        found.add((less > numbers) & ~bad, "without_med_above_saidi", WITHOUT, said, "warning")
    return pd.Series(numbers[~bad], index=pd.Index(days[~bad].dt.date)), found.list()
