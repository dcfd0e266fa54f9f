"""When something may leave the product: the working hours of working days, never a night or a rest day."""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files

from django.conf import settings
from django.utils import timezone

from linghang_core.periods import find_solar_term, load_calendar, to_lunar

ONE_DAY = timedelta(days=1)
LAST_OF_MONTH = "last"


def is_working_day(day: date) -> bool:
    """Return whether the day is worked; a weekend day that is worked to make up for a holiday is.

    In a year whose notice of the State Council is not known yet, weekends and the statutory days off
    (`data/days_off.csv`) stay silent; the weekends that will be worked instead nobody can know.
    """
    calendar = load_calendar()
    if not calendar.is_working_day(day):
        return False
    return calendar.is_announced(day) or not _is_statutory_day_off(day)


def is_open(moment: datetime) -> bool:
    """Return whether something may be sent at this moment."""
    local = timezone.localtime(moment)
    first, last = working_hours()
    return first <= local.time() < last and is_working_day(local.date())


def next_opening(moment: datetime) -> datetime:
    """Return the moment itself within working hours, else the beginning of the next ones."""
    return moment if is_open(moment) else next_morning(moment)


def next_morning(moment: datetime) -> datetime:
    """Return the next beginning of working hours: that of the same day only before it has begun."""
    local = timezone.localtime(moment)
    first, _last = working_hours()
    day = local.date() if local.time() <= first else local.date() + ONE_DAY
    while not is_working_day(day):
        day += ONE_DAY
    return datetime.combine(day, first, tzinfo=timezone.get_default_timezone())


def working_hours() -> tuple[time, time]:
    """Return from when until when things are sent (LINGHANG_NOTICE_FROM, LINGHANG_NOTICE_UNTIL)."""
    return time.fromisoformat(settings.NOTICE_FROM), time.fromisoformat(settings.NOTICE_UNTIL)


def _is_statutory_day_off(day: date) -> bool:
    """Return whether everybody has the day off by law, whatever the year's notice will say."""
    term = find_solar_term(day)
    lunar, following = to_lunar(day), to_lunar(day + ONE_DAY)
    names = {("solar", str(day.month), str(day.day))}
    if term is not None:
        names.add(("term", "", term.name))
    if not lunar.leap:
        names.add(("lunar", str(lunar.month), str(lunar.day)))
    if following.day == 1 and following.month != lunar.month:
        names.add(("lunar", str(lunar.month), LAST_OF_MONTH))
    return not names.isdisjoint(_list_days_off())


@cache
def _list_days_off() -> frozenset[tuple[str, str, str]]:
    source = files("linghang.platform.notices") / "data" / "days_off.csv"
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return frozenset((row["calendar"], row["month"], row["day"]) for row in rows)
