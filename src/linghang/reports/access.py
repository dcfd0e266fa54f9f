"""Who may make documents of a bureau."""

from __future__ import annotations

from linghang.org.models import Unit
from linghang.platform.access import Allowed, Denied, Permission, Scope


def can_make(scope: Scope, root: Unit) -> Allowed | Denied:
    """Return whether the reader may make documents of the bureau: EXPORT over all of it."""
    return scope.can(Permission.EXPORT, root.path)


def may_name_members(scope: Scope, root: Unit) -> bool:
    """Return whether a score book for this reader may hold the scores of the bureau's members."""
    return bool(scope.can(Permission.VIEW_MEMBER_SCORES, root.path))
