"""Moments the tests of notices stand at: 2026-11-21 is a Saturday, 2026-10-10 one that is worked."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """Return the moment of "2026-11-21 22:00" in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


SATURDAY_NIGHT = at("2026-11-21 22:00")
MONDAY_MORNING = at("2026-11-23 08:30")
MONDAY_TEN = at("2026-11-23 10:00")
TUESDAY_MORNING = at("2026-11-24 08:30")
