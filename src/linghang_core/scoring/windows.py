"""The days a criterion reads: its window resolved against the evaluated period."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from linghang_core.scoring.problems import EvaluationError
from linghang_core.scoring.scheme import PeriodKind, Window

_FORMS = {
    PeriodKind.MONTH: re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$"),
    PeriodKind.QUARTER: re.compile(r"^(\d{4})Q([1-4])$"),
    PeriodKind.YEAR: re.compile(r"^(\d{4})$"),
}
_BACK = {Window.MONTH: 1, Window.LAST_3_MONTHS: 3, Window.LAST_12_MONTHS: 12}


@dataclass(frozen=True, order=True)
class Span:
    """Whole months from the first day to the last, both included."""

    first: date
    last: date

    @property
    def months(self) -> tuple[str, ...]:
        """The months of the span as text, in order: ("2026-09", "2026-10")."""
        start, stop = _ordinal(self.first), _ordinal(self.last)
        return tuple(f"{m // 12:04d}-{m % 12 + 1:02d}" for m in range(start, stop + 1))


def resolve_window(window: Window, period: str, kind: PeriodKind) -> Span:
    """Return the days that the window means for a period such as 2026-10, 2026Q4 or 2026.

    Quarter and year run from their beginning to the end of the period, not beyond: nothing that
    happens later can change a closed month. Raises EvaluationError when the period is of another
    kind than the scheme's.
    """
    last = _last_month(period, kind)
    if window is Window.QUARTER:
        first = last - last % 3
    elif window is Window.YEAR:
        first = last - last % 12
    else:
        first = last - _BACK[window] + 1
    year, month = divmod(last, 12)
    end = date(year, month + 1, calendar.monthrange(year, month + 1)[1])
    return Span(date(first // 12, first % 12 + 1, 1), end)


def _last_month(period: str, kind: PeriodKind) -> int:
    match = _FORMS[kind].match(period)
    if match is None:
        message = f"the scheme is for a {kind}, and {period!r} is none"
        raise EvaluationError(message)
    year = int(match[1])
    if kind is PeriodKind.YEAR:
        return year * 12 + 11
    if kind is PeriodKind.QUARTER:
        return year * 12 + int(match[2]) * 3 - 1
    return year * 12 + int(match[2]) - 1


def _ordinal(day: date) -> int:
    return day.year * 12 + day.month - 1
