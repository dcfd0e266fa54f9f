"""Who may change service activities."""

from __future__ import annotations

from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang.service.models import ServiceVisit


def can_edit(scope: Scope, visit: ServiceVisit) -> Allowed | Denied:
    """Return whether the reader may correct the activity: EDIT_RECORDS over the team's branch."""
    return scope.can(Permission.EDIT_RECORDS, visit.team.unit.path)
