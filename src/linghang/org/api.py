"""What other apps may ask of units."""

from __future__ import annotations

from django.http import Http404

from linghang.org.mapping import Follower, Panel, declare_follower, register_unit_panel
from linghang.org.models import Unit
from linghang.org.queries import (
    Headcount,
    TermView,
    business_prefixes,
    count_members,
    coverage_as_of,
    describe_units,
    in_force,
    list_units_as_of,
    open_units,
    search_units,
    subtree,
    view_term,
    visible_units,
)
from linghang.org.services import UnitDraft, create_units, open_coverage
from linghang.platform.access import Permission, Scope

__all__ = [
    "Follower",
    "Headcount",
    "Panel",
    "TermView",
    "UnitDraft",
    "business_prefixes",
    "count_members",
    "coverage_as_of",
    "create_units",
    "declare_follower",
    "describe_units",
    "get_visible_unit",
    "in_force",
    "list_units_as_of",
    "open_coverage",
    "open_units",
    "register_unit_panel",
    "search_units",
    "subtree",
    "view_term",
    "visible_units",
]


def get_visible_unit(scope: Scope, pk: int, permission: Permission = Permission.VIEW_UNITS) -> Unit:
    """Return the unit if the permission covers it; raises Http404, so a stranger's unit is not
    found.
    """
    unit = visible_units(scope, permission).filter(pk=pk).select_related("parent").first()
    if unit is None:
        raise Http404
    return unit
