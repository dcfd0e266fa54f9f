"""Today and now, in one place, so that a test can stand on another day."""

from __future__ import annotations

import os
from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """Return the current moment, aware."""
    return timezone.now()


def today() -> date:
    """Return today's date in Asia/Shanghai. `LINGHANG_TODAY` (tests, demo) stands in for it."""
    fixed = os.environ.get("LINGHANG_TODAY")
    return date.fromisoformat(fixed) if fixed else timezone.localdate()
