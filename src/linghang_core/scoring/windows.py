"""The days a criterion reads: its window resolved against the evaluated period."""

from __future__ import annotations

from datetime import date

from linghang_core.periods import DateRange, Period, PeriodError
from linghang_core.scoring.problems import EvaluationError
from linghang_core.scoring.scheme import PeriodKind, Window


def resolve_window(window: Window, period: str, kind: PeriodKind) -> DateRange:
    """Return the days that the window means for a period such as 2026-10, 2026Q4, 2026, or a span.

    Raises EvaluationError when the text is no period, or one of another kind than the scheme's.
    """
    if kind is PeriodKind.SPAN:
        return read_span(period)
    try:
        found = Period.parse(period)
    except PeriodError as error:
        raise EvaluationError(str(error)) from error
    if found.kind.value != kind.value:
        message = f"the scheme is for a {kind}, and {period} is a {found.kind}"
        raise EvaluationError(message)
    return found.window(window.value)


def write_span(first: date, last: date) -> str:
    """Return the text of the days from the first to the last, both included."""
    return f"{first.isoformat()}..{last.isoformat()}"


def read_span(text: str) -> DateRange:
    """Return the days of a span such as 2026-08-01..2026-11-08, both included.

    Raises EvaluationError for any other text, and for a span that ends before it begins.
    """
    first, _dots, last = text.partition("..")
    try:
        found = DateRange(date.fromisoformat(first), date.fromisoformat(last))
    except (ValueError, PeriodError) as error:
        message = f"no span of days: {text!r} (write 2026-08-01..2026-11-08)"
        raise EvaluationError(message) from error
    return DateRange(found.first_day, date.fromordinal(found.end.toordinal() + 1))


def list_months(days: DateRange) -> tuple[str, ...]:
    """Return the months that the days touch as text, in order: ("2026-09", "2026-10")."""
    first, last = (day.year * 12 + day.month - 1 for day in (days.first_day, days.last_day))
    return tuple(f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(first, last + 1))
