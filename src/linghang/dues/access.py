"""Who keeps the dues of a branch, who reads its statement; every refusal says who can."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.org.enums import BRANCH_KINDS
from linghang.org.models import Unit
from linghang.platform.access import Allowed, Denied, Permission, Scope

Answer = Allowed | Denied


def can_keep(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader enters bases and payments of the branch."""
    if scope.can(Permission.EDIT_RECORDS, unit.path):
        return Allowed()
    return Denied(
        _("The committee of %(unit)s keeps its dues: ask its member for organisation.")
        % {"unit": unit.name}
    )


def restrict_branches(scope: Scope) -> Q:
    """Return the condition on branches whose statement the reader reads.

    Names and paid amounts are public inside a branch; outside it they are for who sees its people.
    """
    homes = [pk for pk, _name, _path in scope.home_units]
    return Q(kind__in=BRANCH_KINDS) & (scope.restrict(Permission.VIEW_PEOPLE) | Q(pk__in=homes))
