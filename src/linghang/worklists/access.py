"""Who may change tasks."""

from __future__ import annotations

from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang.worklists.models import Assignment


def can_edit(scope: Scope, record: Assignment) -> Allowed | Denied:
    """Return whether the reader may finish or correct the record: EDIT_RECORDS over its unit."""
    return scope.can(Permission.EDIT_RECORDS, record.unit.path)
