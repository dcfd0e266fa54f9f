"""Demands by place and time: counts, people, shares, and the change against the period before.

A change is told by the ratio of two rates with an exact interval: given the sum of two Poisson
counts, the later one is binomial (Przyborowski and Wilenski, Biometrika 31, 1940; Clopper and Pearson
1934 for its limits). A ratio whose interval holds 1 is not called a trend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from linghang_core.findings import Finding
from linghang_core.periods import DateRange, Period, PeriodKind
from linghang_core.tickets.cells import spell_column
from linghang_core.tickets.records import TicketsError, pick_columns, read_times

LEVEL = 0.95


class Change(StrEnum):
    """What may be said of a count against that of the period before."""

    MORE = "more"
    FEWER = "fewer"
    UNCLEAR = "no clear change"
    UNKNOWN = "nothing to compare with"


@dataclass(frozen=True)
class RateRatio:
    """Ratio of the later rate to the earlier, None where that was zero, with its exact interval."""

    ratio: float | None
    low: float
    high: float
    p_value: float

    @property
    def change(self) -> Change:
        """Return the verdict: a change only where the interval leaves out 1."""
        if self.low > 1:
            return Change.MORE
        return Change.FEWER if self.high < 1 else Change.UNCLEAR


@dataclass(frozen=True)
class Cell:
    """One place in one period. `share` is of all demands one level up, `days` those observed."""

    place: tuple[str, ...]
    period: str
    count: int
    people: int | None
    share: float
    days: int
    partial: bool
    previous: int | None
    against: RateRatio | None

    def as_dict(self) -> dict[str, Any]:
        """Return the cell as plain data."""
        against = self.against
        return {
            "place": list(self.place),
            "level": len(self.place),
            "period": self.period,
            "count": self.count,
            "people": self.people,
            "share": self.share,
            "days": self.days,
            "partial": self.partial,
            "previous": self.previous,
            "ratio": against and against.ratio,
            "ratio_low": against and against.low,
            "ratio_high": against and against.high,
            "p_value": against and against.p_value,
            "change": (against.change if against else Change.UNKNOWN).value,
        }


@dataclass(frozen=True)
class Drilldown:
    """All cells: by level, then by place, then by period."""

    cells: tuple[Cell, ...]
    findings: tuple[Finding, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the cells as plain data."""
        return {
            "cells": [cell.as_dict() for cell in self.cells],
            "level": LEVEL,
            "quality": [finding.as_dict() for finding in self.findings],
        }


def compare_rates(
    later: int, earlier: int, later_time: float, earlier_time: float, level: float = LEVEL
) -> RateRatio:
    """Return the ratio of two Poisson rates with its exact conditional interval and p-value.

    Counts with the time (or customers) each was observed for. Limits by Clopper and Pearson, the
    p-value doubles the smaller tail. Raises ValueError for negative counts or no time.
    """
    if min(later, earlier) < 0 or min(later_time, earlier_time) <= 0:
        raise ValueError("counts must not be negative and times must be positive")
    exposure = later_time / earlier_time
    if not earlier + later:
        return RateRatio(None, 0.0, np.inf, 1.0)
    tail = (1 - level) / 2
    low = stats.beta.ppf(tail, later, earlier + 1) if later else 0.0
    high = stats.beta.ppf(1 - tail, later + 1, earlier) if earlier else 1.0
    chance = exposure / (1 + exposure)
    total = later + earlier
    tails = (stats.binom.cdf(later, total, chance), stats.binom.sf(later - 1, total, chance))
    return RateRatio(
        ratio=later / earlier / exposure if earlier else None,
        low=float(low / (1 - low) / exposure),
        high=float(high / (1 - high) / exposure) if high < 1 else np.inf,
        p_value=float(min(1.0, 2 * min(tails))),
    )


def drill_down(
    table: pd.DataFrame,
    *,
    places: Sequence[str],
    time: str,
    kind: PeriodKind = PeriodKind.MONTH,
    customer: str | None = None,
    within: Sequence[str] = (),
    rows: Sequence[int] | None = None,
) -> Drilldown:
    """Return counts of demands by place and period, level by level.

    `places` are columns from the widest to the narrowest (city, bureau, station, substation area);
    `within` names where to look, from the widest on. The first level is the whole, place (). An
    empty place counts one level up and is listed. The first and the last period are compared by the
    days between the first and the last demand of the file. Raises TicketsError for what cannot be
    read, and where nothing lies `within`.
    """
    picked = pick_columns(table, [*places, time, *([customer] if customer else [])], rows)
    findings: list[Finding] = []
    found = pd.DataFrame({"time": read_times(picked[time], time, findings)})
    for level, name in enumerate(places):
        found[level] = spell_column(picked[name])
        findings += [
            Finding(int(row), "no_place", f"{name} is empty", "warning", name)
            for row in found.index[found[level] == ""]
        ]
    found["customer"] = spell_column(picked[customer]) if customer else ""
    found = found[found["time"].notna()]
    observed = DateRange(found["time"].min().date(), found["time"].max().date() + timedelta(days=1))
    for level, name in enumerate(within):
        found = found[found[level] == name]
    if found.empty:
        raise TicketsError(f"no demand within {' / '.join(within)}")
    days = found["time"].dt.date
    of_day = {day: Period.containing(day, kind) for day in days.unique()}
    found["period"] = days.map(of_day)
    periods = _list_periods(observed, kind)
    cells = [
        cell
        for depth in range(len(within), len(places) + 1)
        for place, part in _split(found, depth)
        for cell in _fill(place, part, found, periods, observed, customer is not None)
    ]
    return Drilldown(tuple(cells), tuple(sorted(findings, key=lambda each: each.row)))


def _list_periods(observed: DateRange, kind: PeriodKind) -> list[Period]:
    found = [Period.containing(observed.first_day, kind)]
    while found[-1].end < observed.end:
        found.append(found[-1].next())
    return found


def _split(rows: pd.DataFrame, depth: int) -> list[tuple[tuple[str, ...], pd.DataFrame]]:
    """Return the demands of each place known to a depth."""
    if not depth:
        return [((), rows)]
    known = rows[(rows[list(range(depth))] != "").all(axis=1)]
    return [(tuple(key), part) for key, part in known.groupby(list(range(depth)), sort=True)]


def _fill(
    place: tuple[str, ...],
    part: pd.DataFrame,
    rows: pd.DataFrame,
    periods: Sequence[Period],
    observed: DateRange,
    has_customers: bool,
) -> list[Cell]:
    """Return the cells of a place, period by period; periods without a demand count zero."""
    above = rows
    for level, name in enumerate(place[:-1]):
        above = above[above[level] == name]
    counts = part["period"].value_counts()
    wholes = above["period"].value_counts()
    cells: list[Cell] = []
    for period in periods:
        days = _count_days(period, observed)
        count, whole = int(counts.get(period, 0)), int(wholes.get(period, 0))
        names = set(part["customer"][part["period"] == period]) - {""}
        before = cells[-1] if cells else None
        cells.append(
            Cell(
                place=place,
                period=str(period),
                count=count,
                people=len(names) if has_customers else None,
                share=count / whole if whole else 0.0,
                days=days,
                partial=days < period.range.length,
                previous=before.count if before else None,
                against=compare_rates(count, before.count, days, before.days) if before else None,
            )
        )
    return cells


def _count_days(period: Period, observed: DateRange) -> int:
    first: date = max(period.first_day, observed.first_day)
    return (min(period.end, observed.end) - first).days
