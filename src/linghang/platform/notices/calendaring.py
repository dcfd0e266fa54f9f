"""A person's dates as an iCalendar file (RFC 5545), without alarms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from linghang.platform.access import Permission, Scope
from linghang.platform.notices import registry
from linghang.platform.notices.registry import DatedThing

BACK = timedelta(days=90)
AHEAD = timedelta(days=366)
ONE_DAY = timedelta(days=1)
PRODUCT = "-//Linghang//Party-building work//ZH"
log = structlog.get_logger()


def write_calendar(user: Any, *, today: date, absolute: Callable[[str], str]) -> bytes:
    """Return the person's calendar: 90 days back, 366 ahead, as of what their posts show today.

    `absolute` makes an address of a path. Who holds no post any more and whose log-in is closed gets an
    empty calendar: it takes the days away where they were shown, as an error would not. The same days
    give the same bytes on the same day.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Linghang: my days"))
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    stamp = datetime.combine(today, time.min, tzinfo=timezone.get_default_timezone())
    scope: Scope = import_string(settings.READER_SCOPE)(user)
    for thing in list_things(scope, today - BACK, today + AHEAD + ONE_DAY):
        calendar.add_component(_write_event(thing, stamp.astimezone(UTC), absolute))
    return bytes(calendar.to_ical())


def list_things(scope: Scope, start: date, end: date) -> list[DatedThing]:
    """Return the dated things of [start, end) the scope may see, by day; nothing without a post.

    An app that fails leaves its days out of the calendar and the others' in.
    """
    if not scope.home_units:
        return []
    found: dict[str, DatedThing] = {}
    for name, function in sorted(registry.dates.items()):
        try:
            things: Iterable[DatedThing] = list(function(scope, start, end))
        except Exception:
            log.exception("dates failed", app=name)
            continue
        found |= {each.uid: each for each in things if _belongs(each, scope, start, end)}
    return sorted(found.values(), key=lambda thing: (thing.day, thing.uid))


def _belongs(thing: DatedThing, scope: Scope, start: date, end: date) -> bool:
    if not start <= thing.day < end:
        return False
    own = tuple(path for _pk, _name, path in scope.home_units)
    reach = (*own, *scope.prefixes(Permission.VIEW_RECORDS))
    return not thing.unit_path or thing.unit_path.startswith(reach)


def _write_event(thing: DatedThing, stamp: datetime, absolute: Callable[[str], str]) -> Event:
    event = Event()
    event.add("uid", f"{thing.uid}@linghang")
    event.add("dtstamp", stamp)
    event.add("dtstart", thing.day)
    event.add("dtend", thing.day + ONE_DAY)
    title = _("Done: %(title)s") % {"title": thing.title} if thing.done else thing.title
    event.add("summary", title)
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # a day to keep in mind, not a day that is taken
    event.add("class", "PRIVATE")
    if thing.note:
        event.add("description", thing.note)
    if thing.url:
        event.add("url", absolute(thing.url))
    return event
