"""Reading lists, their items and what was done to them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from linghang.platform.access import Permission, Scope
from linghang.worklists.enums import ExtensionState, ListKind
from linghang.worklists.models import Act, Assignment, Draft, Extension, Item, Template, Worklist


def list_lists(scope: Scope) -> QuerySet[Worklist]:
    """Return the lists the reader may see, the newest first.

    Those issued in the name of a unit whose records the reader may see, those that ask one of these
    units, and those that ask the reader.
    """
    asked = Assignment.objects.filter(worklist=OuterRef("pk"))
    mine = scope.restrict(Permission.VIEW_RECORDS, "unit__path")
    if scope.person_id is not None:
        mine |= Q(person_id=scope.person_id)
    return Worklist.objects.filter(
        scope.restrict(Permission.VIEW_RECORDS, "issuer__path") | Exists(asked.filter(mine))
    ).select_related("issuer", "root")


def list_drafts(scope: Scope) -> QuerySet[Draft]:
    """Return the lists being written in the name of units the reader may issue lists for."""
    found = Draft.objects.filter(scope.restrict(Permission.ISSUE_LISTS, "issuer__path"))
    return found.filter(worklist=None).select_related("issuer")


def list_templates(kinds: Iterable[str] = tuple(ListKind)) -> QuerySet[Template]:
    """Return the templates of installed packs that are still offered."""
    return Template.objects.filter(retired=False, kind__in=list(kinds))


def list_items(worklist: Worklist) -> QuerySet[Item]:
    """Return the items of a list in their order, withdrawn ones included."""
    return worklist.items.select_related("post", "accepter").order_by("number")


def list_acts(worklist: Worklist, scope: Scope) -> QuerySet[Act]:
    """Return what was done to the list, its items and the tasks the reader may see, newest first."""
    visible = Q(assignment=None) | scope.restrict(Permission.VIEW_RECORDS, "assignment__unit__path")
    return (
        worklist.acts.filter(visible)
        .select_related("actor", "item", "assignment__unit", "assignment__person")
        .order_by("-at", "-pk")
    )


def list_waiting_extensions(worklist: Worklist, scope: Scope) -> QuerySet[Extension]:
    """Return the later days asked for in a list and not decided yet, the earliest due first."""
    return (
        Extension.objects.filter(
            scope.restrict(Permission.VIEW_RECORDS, "assignment__unit__path"),
            assignment__worklist=worklist,
            state=ExtensionState.ASKED,
        )
        .select_related("assignment__unit", "assignment__person", "assignment__item")
        .order_by("old_due_on", "pk")
    )
