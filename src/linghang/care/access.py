"""Who records awards, and who knows of somebody's hardship; every refusal says who can."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linghang.care.models import Hardship
from linghang.org.models import Unit
from linghang.platform.access import Allowed, Denied, Permission, Scope

Answer = Allowed | Denied


def can_record(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader records and withdraws awards of the unit and its members."""
    if scope.can(Permission.EDIT_RECORDS, unit.path):
        return Allowed()
    return Denied(
        _("The committee of %(unit)s records its awards, or the Party-affairs officer.")
        % {"unit": unit.name}
    )


def can_keep(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader keeps the records of hardship of the unit: its secretary, the officer."""
    if scope.can(Permission.VIEW_IDENTITY, unit.path) and scope.can(
        Permission.EDIT_RECORDS, unit.path
    ):
        return Allowed()
    return Denied(
        _("Only the secretary of %(unit)s and the Party-affairs officer keep this.")
        % {"unit": unit.name}
    )


def can_change(scope: Scope, hardship: Hardship) -> Answer:
    """Return whether the reader records visits, reviews and ends the record; nobody their own."""
    if hardship.ended_on is not None:
        return Denied(_("This record has ended: nothing more is recorded."))
    if scope.person_id == hardship.person_id:
        return Denied(_("Nobody keeps the record of their own hardship. The officer does."))
    return can_keep(scope, hardship.unit)
