"""Who reads the handbook, who writes its next generation; every refusal says who can."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linghang.handbook.enums import VersionState
from linghang.handbook.models import Version
from linghang.org.models import Unit
from linghang.platform.access import Allowed, Denied, Permission, Scope

Answer = Allowed | Denied


def can_keep(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader keeps the handbook of the committee."""
    if scope.can(Permission.ISSUE_LISTS, unit.path):
        return Allowed()
    return Denied(_("The Party-affairs officer of %(unit)s keeps the handbook.") % {"unit": unit})


def can_write(scope: Scope, version: Version) -> Answer:
    """Return whether the reader changes the version: only a draft, a published one stays as it was."""
    if version.state != VersionState.DRAFT:
        return Denied(
            _("A published generation is not changed. Begin the next one from it instead.")
        )
    return can_keep(scope, version.handbook.unit)
