"""With whose rights an import works: kept beside it, because its job runs without a request."""

from __future__ import annotations

from datetime import date
from typing import Any

from linghang.platform.access import Grant, Permission, Scope
from linghang.platform.calendar import clock


def system_scope() -> Scope:
    """Return the scope of the installation's operator at the command line: everything everywhere."""
    return Scope(grants=tuple(Grant(p, "/") for p in Permission), on=clock.today())


def keep_scope(scope: Scope) -> dict[str, Any]:
    """Return the scope as JSON: a job works with the rights its starter had when starting it."""
    return {
        "user_id": scope.user_id,
        "person_id": scope.person_id,
        "person_name": scope.person_name,
        "roles": list(scope.roles),
        "on": scope.on.isoformat() if scope.on else None,
        "grants": [
            [g.permission.value, g.prefix, g.until.isoformat() if g.until else None]
            for g in scope.grants
        ],
    }


def restored_scope(kept: dict[str, Any]) -> Scope:
    """Return the scope written by `keep_scope`, seen on today's date: grants that ended since are void."""
    return Scope(
        user_id=kept.get("user_id"),
        person_id=kept.get("person_id"),
        person_name=kept.get("person_name", ""),
        roles=tuple(kept.get("roles", ())),
        on=clock.today(),
        grants=tuple(
            Grant(Permission(p), prefix, date.fromisoformat(until) if until else None)
            for p, prefix, until in kept.get("grants", ())
        ),
    )
