"""Periods with a text identity (2026, 2026Q1, 2026-03, 2026-W07), working days, solar terms, lunar dates."""

from linghang_core.periods.calendar import (
    Calendar,
    CalendarDay,
    DayKind,
    Deadline,
    load_calendar,
    read_calendar_days,
)
from linghang_core.periods.hours import Moment, WorkingClock, WorkingHours
from linghang_core.periods.lunar import LunarDate, from_lunar, to_lunar
from linghang_core.periods.period import (
    DateRange,
    Period,
    PeriodError,
    PeriodKind,
    WindowKind,
    add_months,
    chinese_date,
    company_month,
    company_month_of,
)
from linghang_core.periods.solar_terms import NAMES as SOLAR_TERM_NAMES
from linghang_core.periods.solar_terms import (
    SolarTerm,
    current_solar_term,
    find_solar_term,
    list_solar_terms,
)

__all__ = [
    "SOLAR_TERM_NAMES",
    "Calendar",
    "CalendarDay",
    "DateRange",
    "DayKind",
    "Deadline",
    "LunarDate",
    "Moment",
    "Period",
    "PeriodError",
    "PeriodKind",
    "SolarTerm",
    "WindowKind",
    "WorkingClock",
    "WorkingHours",
    "add_months",
    "chinese_date",
    "company_month",
    "company_month_of",
    "current_solar_term",
    "find_solar_term",
    "from_lunar",
    "list_solar_terms",
    "load_calendar",
    "read_calendar_days",
    "to_lunar",
]
