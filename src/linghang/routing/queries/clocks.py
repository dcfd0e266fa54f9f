"""The working clock of routing: limits of the installed pack, due moments, how a clock stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from linghang.platform.ui.charts import format_number
from linghang.routing.enums import EscalateTo, Lateness
from linghang.routing.models import StageLimit
from linghang_core.periods import Moment, WorkingClock, load_calendar

CLOCK = WorkingClock(load_calendar())
SOON = timedelta(hours=2)  # of working time before a clock runs out


@dataclass(frozen=True)
class Limit:
    """How long a stage may take, and who hears when it takes longer."""

    time: timedelta
    escalate_to: EscalateTo = EscalateTo.BACK


Limits = Mapping[tuple[str, str], Limit]  # by urgency and stage


def load_limits(urgency: str) -> Limits:
    """Return the limits of the installed pack for an urgency; one query."""
    return {
        (row.urgency, row.stage): Limit(timedelta(minutes=row.minutes), EscalateTo(row.escalate_to))
        for row in StageLimit.objects.filter(urgency=urgency)
    }


def find_due(
    limits: Limits, urgency: str, stage: str, start: datetime, spent: timedelta = timedelta(0)
) -> Moment:
    """Return when a stage begun at `start` is due, `spent` of its time being used already.

    Raises ValidationError when no installed pack says how long it may take.
    """
    limit = limits.get((urgency, stage))
    if limit is None:
        raise ValidationError(
            _("No installed practice pack says how long this may take. Ask the administrator."),
            code="limits",
        )
    return CLOCK.add(start, max(timedelta(0), limit.time - spent))


def seconds_between(start: datetime, end: datetime) -> int:
    """Return the whole seconds of working time between two moments."""
    return int(CLOCK.elapsed(start, end).total_seconds())


def find_lateness(due_at: datetime | None, ended_at: datetime | None, now: datetime) -> Lateness:
    """Return how a clock stands now, or stood when it ended."""
    if ended_at is not None:
        in_time = due_at is None or ended_at <= due_at
        return Lateness.DONE if in_time else Lateness.DONE_LATE
    if due_at is None:
        return Lateness.RUNNING
    if now > due_at:
        return Lateness.LATE
    return Lateness.SOON if CLOCK.elapsed(now, due_at) <= SOON else Lateness.RUNNING


def describe_seconds(seconds: float | None) -> str:
    """Return working time as people say it: minutes, hours, then days of seven hours."""
    if seconds is None:
        return "–"
    hours = Decimal(str(seconds)) / 3600
    per_day = Decimal(int(CLOCK.hours.per_day.total_seconds())) / 3600
    if hours < 1:
        return _("%(n)s min") % {"n": int(hours * 60)}
    if hours < per_day:
        return _("%(n)s h") % {"n": format_number(round(hours, 1))}
    return _("%(n)s working days") % {"n": format_number(round(hours / per_day, 1))}
