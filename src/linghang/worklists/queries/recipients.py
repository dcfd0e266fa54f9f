"""Who is told of a task: the person asked, or who keeps the records of the unit; and who decides on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from linghang.people.models import Appointment
from linghang.worklists.access import find_accepter
from linghang.worklists.models import Assignment

# Of a branch its secretaries, of a committee its officers: one step more would wake everybody.
TOLD_ROLES = ("secretary", "officer")
CHUNK = 500


def list_doers(tasks: Sequence[Assignment], on: date) -> dict[int, list[int]]:
    """Return the users who are to do each task, by its key; of members without a log-in none.

    Two queries for 500 units.
    """
    keepers = list_keepers({task.unit_id for task in tasks if task.person_id is None}, on)
    found = {}
    for task in tasks:
        if task.person_id is None:
            found[task.pk] = keepers.get(task.unit_id, [])
        else:
            user = task.person.user_id if task.person else None
            found[task.pk] = [user] if user is not None else []
    return found


def list_deciders(tasks: Sequence[Assignment], on: date) -> dict[int, list[int]]:
    """Return the users who decide on each task, by its key: of the unit that accepts it."""
    accepters = {task.pk: find_accepter(task).pk for task in tasks}
    keepers = list_keepers(set(accepters.values()), on)
    return {pk: keepers.get(unit, []) for pk, unit in accepters.items()}


def list_keepers(unit_ids: Iterable[int], on: date) -> dict[int, list[int]]:
    """Return the users who keep the records of each unit on the day, by unit."""
    wanted = sorted(unit_ids)
    found: dict[int, list[int]] = {}
    for start in range(0, len(wanted), CHUNK):
        held = Appointment.objects.filter(
            unit_id__in=wanted[start : start + CHUNK],
            post__role_id__in=TOLD_ROLES,
            valid_from__lte=on,
            person__user__is_active=True,
        ).exclude(valid_to__lte=on)
        for unit, user in held.order_by("post__order", "pk").values_list(
            "unit_id", "person__user_id"
        ):
            users = found.setdefault(unit, [])
            if user not in users:
                users.append(user)
    return found
