"""Which units the reader's posts are in: what the sections of the home page are about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q

from linghang.org.api import in_force, open_units
from linghang.org.enums import BRANCH_KINDS
from linghang.org.models import Unit
from linghang.people.models import Appointment
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock


def list_posts(scope: Scope) -> list[Appointment]:
    """Return the posts the reader holds today with unit and role, the most senior first; one query."""
    if scope.person_id is None:
        return []
    return list(
        Appointment.objects.filter(in_force(clock.today()), person_id=scope.person_id)
        .select_related("unit", "post")
        .order_by("post__order", "unit__path")
    )


def units_of(posts: Iterable[Appointment], roles: Iterable[str]) -> list[Unit]:
    """Return the units in which one of the roles is held, each once, in the order of the posts."""
    wanted = set(roles)
    found = {post.unit_id: post.unit for post in posts if post.post.role_id in wanted}
    return list(found.values())


def within(paths: Sequence[str], field: str) -> Q:
    """Return the condition that keeps the rows whose unit path stands under one of the paths."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return condition


def list_branches(scope: Scope, paths: Sequence[str]) -> list[Unit]:
    """Return the open branches under the paths whose records the reader may see; one query."""
    covered = scope.restrict(Permission.VIEW_RECORDS, "path")
    found = Unit.objects.filter(covered, within(paths, "path"), kind__in=BRANCH_KINDS)
    return list(open_units(found, clock.today()).order_by("path"))
