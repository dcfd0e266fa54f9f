"""What other apps may ask of people."""

from __future__ import annotations

from typing import Any

from linghang.people.access import scope_of
from linghang.platform.access import Scope
from linghang.platform.calendar import clock

__all__ = ["compute_scope"]


def compute_scope(user: Any) -> Scope:
    """Return what the user may see and do today."""
    return scope_of(user, clock.today())
