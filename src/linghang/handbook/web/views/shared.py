"""What every page here needs: the scope, the version, tabs, and a form that acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _

from linghang.handbook.models import Handbook, Version
from linghang.handbook.queries import versions
from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.platform.ui.forms import add_errors
from linghang.platform.ui.tables import Tab

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def get_scope(request: HttpRequest) -> Scope:
    """Return what the reader may see and do."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def get_version(scope: Scope, pk: int) -> Version:
    """Return the version if the reader may see it; a stranger's is not found."""
    found: Version = get_object_or_404(versions.list_versions(scope), pk=pk)
    return found


def find_present(handbook: Handbook) -> Version | None:
    """Return the version that holds today, or the first to come."""
    spans = versions.list_spans(handbook)
    found = versions.find_version(spans, clock.today())
    return found or (spans[0].version if spans else None)


def list_tabs(handbook: Handbook, present: Version | None, current: str) -> list[Tab]:
    """Return the tabs of the room."""
    tabs = [
        Tab(_("Compliance"), resolve_url("handbook:matrix", handbook.pk), None, current == "matrix")
    ]
    if present is not None:
        url = resolve_url("handbook:version", present.pk)
        tabs.append(Tab(_("Handbook"), url, None, current == "handbook"))
    return tabs


def list_crumbs(version: Version | None = None) -> list[tuple[str, str]]:
    """Return the way back."""
    found = [(_("Standards handbook"), resolve_url("handbook:home"))]
    if version is not None:
        words = _("Generation %(n)s") % {"n": version.number}
        found.append((words, resolve_url("handbook:version", version.pk)))
    return found


def answer_form(
    request: HttpRequest,
    form: forms.Form,
    save: Callable[[], Any],
    *,
    back: str,
    done: str,
    template: str = "ui/form.html",
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
    context = {"cancel_url": back, "form": form, **context}
    return render(request, template, context, status=422 if form.is_bound else 200)


def send_file(data: bytes, name: str) -> HttpResponse:
    """Return the document as a file to save."""
    response = HttpResponse(data, content_type=DOCX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
