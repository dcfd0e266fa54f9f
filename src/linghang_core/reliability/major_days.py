"""Major event days by the 2.5-beta method of IEEE 1366."""

import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from linghang_core.findings import Finding
from linghang_core.periods import DateRange

BETAS = 2.5
FEWEST_DAYS = 2


class MajorDaysError(ValueError):
    """The threshold cannot be computed, or there is nothing to judge by it."""


class Deviation(StrEnum):
    """How the spread of the logarithms is computed."""

    SAMPLE = "sample"  # divided by n − 1
    POPULATION = "population"  # divided by n


@dataclass(frozen=True)
class MajorDays:
    """The threshold and what it finds. SAIDI in the unit of the input, summed over the days judged.

    A major event day is reported apart, never deleted: `saidi_all` has it, `saidi_without_med` not.
    """

    alpha: float
    beta: float
    t_med: float
    base_days: int
    zero_days_dropped: int
    major_event_days: tuple[str, ...]
    saidi_all: float
    saidi_without_med: float
    quality: tuple[Finding, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the result as plain data."""
        return asdict(self) | {"major_event_days": list(self.major_event_days)}


def find_major_days(
    table: pd.DataFrame,
    base: DateRange,
    judged: DateRange,
    deviation: Deviation = Deviation.SAMPLE,
) -> MajorDays:
    """Return T_MED = exp(α + 2.5 β) of the base days and the judged days above it.

    `table` has the columns date and saidi. α and β are mean and standard deviation of the natural
    logarithms of the base days' SAIDI; days of zero are dropped, for they have none. Five years to
    the end of the last complete one are usual; fewer are taken where there are no more. Rows that
    cannot be read are findings and not counted. Raises MajorDaysError.
    """
    daily, findings = _read(table)
    inside = daily[(daily.index >= base.first_day) & (daily.index < base.end)]
    positive = inside[inside > 0]
    if len(positive) < FEWEST_DAYS:
        raise MajorDaysError(
            f"{len(positive)} base days with a SAIDI above zero; at least {FEWEST_DAYS} are needed"
        )
    logs = positive.map(math.log)
    alpha = float(logs.mean())
    beta = float(logs.std(ddof=1 if deviation is Deviation.SAMPLE else 0))
    threshold = math.exp(alpha + BETAS * beta)
    year = daily[(daily.index >= judged.first_day) & (daily.index < judged.end)]
    if year.empty:
        raise MajorDaysError(f"no day from {judged.first_day} to {judged.last_day} in the file")
    major = year[year > threshold]
    return MajorDays(
        alpha=alpha,
        beta=beta,
        t_med=threshold,
        base_days=len(positive),
        zero_days_dropped=int((inside == 0).sum()),
        major_event_days=tuple(day.isoformat() for day in sorted(major.index)),
        saidi_all=float(year.sum()),
        saidi_without_med=float(year.sum() - major.sum()),
        quality=tuple(findings),
    )


def _read(table: pd.DataFrame) -> tuple[pd.Series, list[Finding]]:
    """Return SAIDI by day, and the rows that could not be read."""
    table = table.rename(columns={name: str(name).strip().lower() for name in table.columns})
    missing = [name for name in ("date", "saidi") if name not in table.columns]
    if missing:
        raise MajorDaysError(f"column {', '.join(missing)} is missing; needed are date, saidi")
    if table.empty:
        raise MajorDaysError("the file has no rows")
    days = pd.to_datetime(
        table["date"].astype("string").str.strip(), errors="coerce", format="ISO8601"
    )
    numbers = pd.to_numeric(table["saidi"], errors="coerce")
    rules = (
        (days.isna(), "no_date", "date", "date is no day; write 2026-03-05"),
        (numbers.isna(), "no_number", "saidi", "saidi is no number"),
        (numbers < 0, "negative", "saidi", "saidi is negative"),
        (
            days.duplicated() & days.notna(),
            "duplicate",
            "date",
            "the day stands in the file already",
        ),
    )
    findings, bad = [], pd.Series(data=False, index=table.index)
    for which, code, column, message in rules:
        findings += [
            Finding(int(place) + 2, code, message, "error", column)
            for place in which.to_numpy().nonzero()[0]
        ]
        bad |= which
    kept = numbers[~bad]
    kept.index = pd.Index(days[~bad].dt.date)
    return kept, sorted(findings, key=lambda f: f.row)
