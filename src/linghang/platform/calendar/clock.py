"""Today and now, in one place, so that a test or the demo can stand on another day."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_standing_on: ContextVar[date | None] = ContextVar("standing_on", default=None)
_standing_at: ContextVar[datetime | None] = ContextVar("standing_at", default=None)


def now() -> datetime:
    """Return the current moment, aware; on a day stood on, the present time of that day."""
    exact = _standing_at.get()
    if exact is not None:
        return exact
    moment = timezone.now()
    day = _fixed_day()
    if day is None:
        return moment
    local = timezone.localtime(moment)
    return local.replace(year=day.year, month=day.month, day=day.day)


def today() -> date:
    """Return today's date in Asia/Shanghai, or the day stood on."""
    return _fixed_day() or timezone.localdate()


@contextmanager
def stand_on(day: date) -> Iterator[None]:
    """Let everything inside happen on another day: how the demo gets its past."""
    token = _standing_on.set(day)
    try:
        yield
    finally:
        _standing_on.reset(token)


@contextmanager
def stand_at(moment: datetime) -> Iterator[None]:
    """Let everything inside happen at an aware moment: for what is measured in hours."""
    token = _standing_at.set(moment)
    try:
        yield
    finally:
        _standing_at.reset(token)


def _fixed_day() -> date | None:
    """Return the day stood on, or the one of LINGHANG_TODAY (tests, demonstrations), or None."""
    exact = _standing_at.get()
    if exact is not None:
        return timezone.localdate(exact)
    inside = _standing_on.get()
    if inside is not None:
        return inside
    fixed = os.environ.get("LINGHANG_TODAY")
    return date.fromisoformat(fixed) if fixed else None
