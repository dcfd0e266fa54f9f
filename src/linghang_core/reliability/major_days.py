"""Major event days by the 2.5-beta method of IEEE 1366."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from linghang_core.findings import Finding
from linghang_core.periods import DateRange
from linghang_core.reliability.daily import MajorDaysError, read_daily

BETAS = 2.5
FEWEST_DAYS = 2
HAIR = 1e-12  # days alike to the last digit lie on their threshold, not above it


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
    *,
    rows: Sequence[int] | np.ndarray | None = None,
) -> MajorDays:
    """Return T_MED = exp(α + 2.5 β) of the base days and the judged days above it.

    `table` has the columns date and saidi. α and β are mean and standard deviation of the natural
    logarithms of the base days' SAIDI; days of zero are dropped, for they have none. Five years to
    the end of the last complete one are usual; fewer are taken where there are no more. Rows that
    cannot be read are findings and not counted. Raises MajorDaysError.
    """
    daily, findings = read_daily(table, rows=rows)
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
    major = year[year > threshold * (1 + HAIR)]
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
