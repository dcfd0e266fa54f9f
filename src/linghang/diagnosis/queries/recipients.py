"""Who is told: the users who answer for a unit, and the experts of a round."""

from __future__ import annotations

from collections.abc import Iterable

from linghang.diagnosis.models import Expert, Round
from linghang.people.api import users_with
from linghang.platform.access import Permission
from linghang.platform.calendar import clock


def users_of_units(unit_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return the users who may answer for each unit, by unit."""
    return users_with(Permission.EDIT_RECORDS, unit_ids, clock.today())


def experts_of(round_: Round) -> list[int]:
    """Return the users of the experts of a round."""
    rows = Expert.objects.filter(round=round_, person__user__isnull=False)
    return [pk for pk in rows.values_list("person__user_id", flat=True) if pk is not None]
