"""Who may do what with the agenda of a meeting; every refusal says who can."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linghang.activities.models import Activity
from linghang.platform.access import Allowed, Denied, Permission, Scope


def can_write(scope: Scope, activity: Activity) -> Allowed | Denied:
    """Return whether the reader may write the agenda of a meeting: who records the unit's life."""
    if activity.withdrawn_on is not None:
        return Denied(_("The record was withdrawn and cannot be changed."))
    if scope.can(Permission.EDIT_RECORDS, activity.unit.path):
        return Allowed()
    return Denied(
        _("The committee of %(unit)s records its meetings.") % {"unit": activity.unit.name}
    )
