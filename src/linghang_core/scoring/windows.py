"""The days a criterion reads: its window resolved against the evaluated period."""

from __future__ import annotations

from linghang_core.periods import DateRange, Period, PeriodError
from linghang_core.scoring.problems import EvaluationError
from linghang_core.scoring.scheme import PeriodKind, Window


def resolve_window(window: Window, period: str, kind: PeriodKind) -> DateRange:
    """Return the days that the window means for a period such as 2026-10, 2026Q4 or 2026.

    Raises EvaluationError when the text is no period, or one of another kind than the scheme's.
    """
    try:
        found = Period.parse(period)
    except PeriodError as error:
        raise EvaluationError(str(error)) from error
    if found.kind.value != kind.value:
        message = f"the scheme is for a {kind}, and {period} is a {found.kind}"
        raise EvaluationError(message)
    return found.window(window.value)


def list_months(days: DateRange) -> tuple[str, ...]:
    """Return the months of a window of whole months as text, in order: ("2026-09", "2026-10")."""
    first, end = (day.year * 12 + day.month - 1 for day in (days.first_day, days.end))
    return tuple(f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(first, end))
