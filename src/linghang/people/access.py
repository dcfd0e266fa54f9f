"""From dated appointments to a scope."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from linghang.people.models import Appointment, Person
from linghang.platform.access import EMPTY, Allowed, Denied, Grant, Permission, Reach, Scope

SYSTEM_ADMINISTRATOR = (
    Permission.MANAGE_USERS,
    Permission.MANAGE_PACKS,
    Permission.VIEW_JOBS,
    Permission.VIEW_AUDIT,
    Permission.SEND_NOTICES,
)


def scope_of(user: Any, on: date) -> Scope:
    """Return what the user may see and do on a day: one query, through the posts held that day."""
    if not user.is_authenticated or not user.is_active:
        return EMPTY
    grants: list[Grant] = []
    if user.is_system_administrator:
        grants += [Grant(permission, "/") for permission in SYSTEM_ADMINISTRATOR]
    held = list(
        Appointment.objects.filter(person__user=user, valid_from__lte=on)
        .exclude(valid_to__lte=on)
        .select_related("person", "unit", "post__role")
        .order_by("post__order", "unit__path")
    )
    for appointment in held:
        grants += grants_of(appointment)
    person = held[0].person if held else Person.objects.filter(user=user).first()
    homes = {a.unit_id: (a.unit_id, a.unit.name, a.unit.path) for a in held}
    return Scope(
        user_id=user.pk,
        person_id=person.pk if person else None,
        person_name=person.name if person else str(user),
        grants=tuple(dict.fromkeys(grants)),
        roles=tuple(dict.fromkeys(a.post.role_id for a in held))
        + (("system_administrator",) if user.is_system_administrator else ()),
        home_units=tuple(homes.values()),
        on=on,
    )


def grants_of(appointment: Appointment) -> list[Grant]:
    """Return the grants one appointment gives, each as far as the role says and as long as it
    lasts.
    """
    prefix = {
        Reach.UNIT: appointment.unit.path,
        Reach.BUREAU: appointment.unit.root_path,
        Reach.SYSTEM: "/",
    }
    return [
        Grant(Permission(given["permission"]), prefix[Reach(given["reach"])], appointment.valid_to)
        for given in appointment.post.role.permissions
    ]


def can_decide(scope: Scope, person: Person, path: str) -> Allowed | Denied:
    """Return whether the reader decides what this person asks to have corrected.

    Whoever may see the data in full and records the life of the unit at `path`: the secretary, or the
    Party-affairs officer. Nobody decides about their own data.
    """
    if scope.person_id == person.pk:
        return Denied(
            _("Nobody decides about their own data: the Party-affairs officer of the bureau does.")
        )
    if scope.can(Permission.VIEW_IDENTITY, path) and scope.can(Permission.EDIT_RECORDS, path):
        return Allowed()
    return Denied(_("The secretary of the branch decides this, or the Party-affairs officer."))
