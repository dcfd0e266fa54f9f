"""The audit trail: who did what to which object, when, from what to what."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import require
from linghang.platform.audit.models import Entry
from linghang.platform.ui.tables import render_list
from linghang.portal.enums import name_verb
from linghang.portal.queries import trail
from linghang.portal.web.filters import AuditFilter
from linghang.portal.web.tables import ACTS, join_values, name_actor
from linghang.portal.web.trail_words import name_field, name_linked


@require(Permission.VIEW_AUDIT)
def list_acts(request: HttpRequest) -> HttpResponse:
    """List the acts about the units whose trail the reader may see, the latest first."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    found = AuditFilter(request.GET, trail.visible_trail(scope), trail.list_verbs(scope))
    return render_list(
        request,
        ACTS.bind(found.qs, request.GET),
        title=_("Audit trail"),
        sub=_("Who changed what, when and why. Nothing here can be changed or deleted."),
        filterset=found,
    )


@require(Permission.VIEW_AUDIT)
def show_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one act with every value it changed."""
    entry = get_object_or_404(trail.visible_trail(request.scope), pk=pk)  # type: ignore[attr-defined]
    context = {
        "title": name_verb(entry.verb),
        "entry": entry,
        "who": name_actor(entry),
        "changes": _list_changes(entry),
        "crumbs": [(_("Audit trail"), reverse("portal:audit"))],
    }
    return render(request, "portal/act.html", context)


def _list_changes(entry: Entry) -> list[tuple[str, Any, Any]]:
    names = dict.fromkeys([*entry.old, *entry.new])
    return [
        (name_field(name), *(_show(entry, name, side) for side in (entry.old, entry.new)))
        for name in names
    ]


def _show(entry: Entry, name: str, side: dict[str, Any]) -> Any:
    value = name_linked(entry, name, side.get(name))
    return join_values(value) if isinstance(value, list) else value
