"""Periods with a text identity (2026, 2026Q1, 2026-03, 2026-W07), date ranges and working days."""

from linghang_core.periods.calendar import (
    Calendar,
    CalendarDay,
    DayKind,
    Deadline,
    load_calendar,
    read_calendar_days,
)
from linghang_core.periods.period import (
    DateRange,
    Period,
    PeriodError,
    PeriodKind,
    WindowKind,
    add_months,
    chinese_date,
)

__all__ = [
    "Calendar",
    "CalendarDay",
    "DateRange",
    "DayKind",
    "Deadline",
    "Period",
    "PeriodError",
    "PeriodKind",
    "WindowKind",
    "add_months",
    "chinese_date",
    "load_calendar",
    "read_calendar_days",
]
