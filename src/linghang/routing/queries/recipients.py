"""Who has to act: the users behind the middle office, a unit, the front and the back office."""

from __future__ import annotations

from collections.abc import Iterable

from linghang.org.api import in_force
from linghang.people.models import Appointment, Role
from linghang.platform.access import Permission
from linghang.platform.calendar import clock
from linghang.routing.enums import Holder
from linghang.routing.models import Case


def list_holders(case: Case) -> list[int]:
    """Return the ids of the users who have to act in the present stage; never more than need to know."""
    holder = case.standing.holder
    if holder is Holder.MIDDLE:
        return list_middle_office(case)
    if holder is Holder.FRONT:
        return list_front(case)
    if holder is Holder.UNIT and case.unit is not None:
        if case.person is not None and case.person.user_id is not None:
            return [case.person.user_id]
        return _users_with(Permission.EDIT_RECORDS, case.unit.path)
    return []


def list_middle_office(case: Case) -> list[int]:
    """Return the users of the middle office of the case."""
    return _users_with(Permission.ROUTE_PROBLEMS, case.front.root_path)


def list_front(case: Case) -> list[int]:
    """Return the user who raised it."""
    return [case.raised_by_id] if case.raised_by_id is not None else []


def list_back_office(case: Case) -> list[int]:
    """Return the users an escalated case is brought before."""
    return _users_with(Permission.SIGN_OFF, case.front.root_path)


def _users_with(permission: Permission, path: str) -> list[int]:
    """Return the users whose post gives the permission and is held at the unit of this path."""
    roles = [role.code for role in Role.objects.all() if _gives(role.permissions, permission)]
    held = Appointment.objects.filter(
        in_force(clock.today()),
        post__role_id__in=roles,
        person__user__isnull=False,
        unit__path=path,
    )
    found = held.order_by("post__order", "pk").values_list("person__user_id", flat=True)
    return list(dict.fromkeys(pk for pk in found if pk is not None))


def _gives(permissions: Iterable[dict[str, str]], wanted: Permission) -> bool:
    return any(given["permission"] == wanted.value for given in permissions)
