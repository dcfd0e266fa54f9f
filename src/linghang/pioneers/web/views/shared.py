"""What every page here needs: the scope, the way back, the tabs of the room, and a form that acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.pioneers import access
from linghang.platform.access import Permission, Scope
from linghang.platform.ui.forms import add_errors
from linghang.platform.ui.tables import Tab

ROOMS = (
    ("mine", gettext_lazy("Mine")),
    ("carriers", gettext_lazy("Posts, zones, squads")),
    ("board", gettext_lazy("Board")),
    ("contacts", gettext_lazy("Contact persons")),
    ("inductions", gettext_lazy("Inductions")),
    ("projects", gettext_lazy("Members’ projects")),
    ("pipelines", gettext_lazy("Two pipelines")),
    ("mentored", gettext_lazy("Whom I mentor")),
)
FOLLOWERS_ONLY = {"inductions"}


def get_scope(request: HttpRequest) -> Scope:
    """Return what the reader may see and do."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def list_tabs(scope: Scope, current: str) -> list[Tab]:
    """Return the tabs of the room the reader has."""
    follows = bool(access.can_follow(scope))
    return [
        Tab(label, resolve_url(f"pioneers:{name}"), None, name == current)
        for name, label in ROOMS
        if follows or name not in FOLLOWERS_ONLY
    ]


def list_crumbs(scope: Scope, room: str = "carriers") -> list[tuple[str, str]]:
    """Return the way back to the list, for who has it."""
    if not scope.can(Permission.VIEW_RECORDS):
        return []
    return [(str(dict(ROOMS)[room]), resolve_url(f"pioneers:{room}"))]


def answer_form(
    request: HttpRequest,
    form: forms.Form,
    save: Callable[[], Any],
    *,
    back: str,
    done: str,
    **context: Any,
) -> HttpResponse:
    """Do what the form asks and go back, or show it with what is refused and why."""
    if form.is_valid():
        try:
            save()
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, done)
            return redirect(back)
    context |= {"form": form, "cancel_url": back}
    status = 422 if form.is_bound else 200
    return render(request, "pioneers/form.html", context, status=status)


def refuse_stale(request: HttpRequest, seen: str) -> bool:
    """Return whether somebody was faster, and say so."""
    if request.POST.get("seen", "") in {"", seen}:
        return False
    messages.warning(request, _("Somebody was faster. Look at what was recorded."))
    return True
