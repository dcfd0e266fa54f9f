"""Who may change problems."""

from __future__ import annotations

from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang.rectification.models import Problem


def can_edit(scope: Scope, record: Problem) -> Allowed | Denied:
    """Return whether the reader may close or correct the record: EDIT_RECORDS over its unit."""
    return scope.can(Permission.EDIT_RECORDS, record.unit.path)
