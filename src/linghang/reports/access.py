"""Who may make documents of a bureau."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.access import Allowed, Denied, Permission, Scope


def can_make(scope: Scope, root: Unit) -> Allowed | Denied:
    """Return whether the reader may make documents of the bureau: EXPORT over all of it."""
    return scope.can(Permission.EXPORT, root.path)


def may_name_members(scope: Scope, root: Unit) -> bool:
    """Return whether a score book for this reader may hold the scores of the bureau's members."""
    return bool(scope.can(Permission.VIEW_MEMBER_SCORES, root.path))


def can_print_file(scope: Scope, person: Person) -> Allowed | Denied:
    """Return whether the reader prints the person's file: their own, or who may see all of it."""
    if scope.person_id == person.pk:
        return Allowed()
    if people.visible_people(scope, Permission.VIEW_IDENTITY).filter(pk=person.pk).exists():
        return scope.can(Permission.EXPORT)
    return Denied(
        _("The member, the secretary of the branch and the Party-affairs officer print this file.")
    )


def can_print_book(scope: Scope, unit: Unit) -> Allowed | Denied:
    """Return whether the reader prints the unit's year book: EXPORT, and its people to see."""
    people_seen = scope.can(Permission.VIEW_PEOPLE, unit.path)
    return scope.can(Permission.EXPORT, unit.path) if people_seen else people_seen
