"""How far apart the times of a series lie, counted in its own periods."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from linghang_core.periods import Period, PeriodError, PeriodKind

YEAR_MONTH = (190001, 299912)  # 202603: a month written as a number
YEAR_MONTH_DAY = (19000101, 29991231)
MOST_MISSING = 20  # periods missing for each one there: beyond that the times are no periods


def count_elapsed(times: Sequence[str]) -> tuple[np.ndarray, bool]:
    """Return how many periods after the first each time lies, and whether they could be counted.

    Times are numbers, periods (2026, 2026Q1, 2026-03, 2026-W07) or days, in order; the smallest
    step is one period, so that a month missing from the file leaves a gap. Days of one day of the
    month, or all the last of theirs, are months. Where the steps are no multiples of the smallest,
    or the times mean nothing, or nearly all periods would be missing, they are numbered one after
    the other and the second value is False.
    """
    in_order = np.arange(len(times))
    moments = _read_moments(list(times))
    if moments is None or len(times) < 2:
        return in_order, moments is not None
    steps = np.diff(moments)
    if steps.min() <= 0:
        return in_order, False
    multiples = steps / steps.min()
    if np.abs(multiples - multiples.round()).max() > 1e-6:
        return in_order, False
    if multiples.sum() > MOST_MISSING * len(times):
        return in_order, False
    return np.concatenate([[0], multiples.round().cumsum()]).astype(int), True


def _read_moments(times: list[str]) -> np.ndarray | None:
    numbers = pd.to_numeric(pd.Series(times, dtype=object), errors="coerce").to_numpy(float)
    if np.isnan(numbers).any():
        return _read_periods(times) if len(times[0]) <= 8 else _read_days(times)
    moments: np.ndarray = numbers
    if _within(numbers, YEAR_MONTH_DAY):
        days = _read_days([f"{number:.0f}" for number in numbers])
        return moments if days is None else days
    months = numbers % 100
    if _within(numbers, YEAR_MONTH) and ((months >= 1) & (months <= 12)).all():
        moments = np.floor(numbers / 100) * 12 + months
    return moments


def _within(numbers: np.ndarray, ends: tuple[int, int]) -> bool:
    return bool(((numbers >= ends[0]) & (numbers <= ends[1])).all())


def _read_periods(times: list[str]) -> np.ndarray | None:
    try:
        periods = [Period.parse(time) for time in times]
    except PeriodError:
        return None
    if len({period.kind for period in periods}) > 1:
        return None
    a_year = {PeriodKind.MONTH: 12, PeriodKind.QUARTER: 4, PeriodKind.YEAR: 1}
    if periods[0].kind is PeriodKind.WEEK:
        return np.array([period.first_day.toordinal() / 7 for period in periods])
    return np.array(
        [period.year * a_year[period.kind] + period.number for period in periods], float
    )


def _read_days(times: list[str]) -> np.ndarray | None:
    days = pd.to_datetime(pd.Series(times), errors="coerce", format="ISO8601")
    if days.isna().any():
        return None
    monthly = (days.dt.day == days.dt.day[0]).all() or days.dt.is_month_end.all()
    if monthly and len(days) > 1:
        return np.array([day.year * 12 + day.month for day in days], float)
    return np.array([day.timestamp() / 86_400 for day in days])
