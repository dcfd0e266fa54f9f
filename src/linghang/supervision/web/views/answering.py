"""What the views of supervision share: whose bureau, the form of one act, a file to send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import Tab
from linghang.supervision import services
from linghang.supervision.enums import Subject, Verb
from linghang.supervision.models import Act

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DAYS_TO_SOLVE = 30  # working days a problem is proposed with


def scope_of(request: HttpRequest) -> Scope:
    """Return the reader's scope."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def find_root(scope: Scope, permission: Permission = Permission.EDIT_SUPERVISION) -> Unit | None:
    """Return the bureau the reader supervises, None if there is none."""
    found: Unit | None = (
        Unit.objects.filter(scope.restrict(permission), parent=None, line="party", closed_on=None)
        .order_by("path")
        .first()
    )
    return found


def record_list_look(request: HttpRequest, subject: Subject) -> None:
    """Have a look at a list written down: its titles name units and posts already."""
    root = find_root(scope_of(request), Permission.VIEW_SUPERVISION)
    path = root.path if root is not None else ""
    services.record_list_look(subject, root_path=path, actor=request.user)


def list_tabs(current: str) -> list[Tab]:
    """Return the rooms of supervision."""
    names = {
        "board": _("Self-examinations"),
        "hints": _("Hints"),
        "risks": _("Risk points"),
        "findings": _("Common findings"),
    }
    return [
        Tab(label, resolve_url(f"supervision:{name}"), current=name == current)
        for name, label in names.items()
    ]


def list_acts(subject: Subject, pk: int) -> list[tuple[Verb, Act]]:
    """Return the history of a record, newest first."""
    found = Act.objects.filter(subject=subject, subject_id=pk).select_related("actor")
    return [(Verb(act.verb), act) for act in found[:40]]


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way from the board."""
    return [(_("Supervision"), resolve_url("supervision:board")), *more]


def do(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    said: str,
    back: str,
    template: str = "supervision/form.html",
    **context: Any,
) -> HttpResponse:
    """Do the act a valid form asks for and go back; show the form otherwise."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except ValidationError as refusal:
            if getattr(refusal, "code", "") == "changed":
                messages.warning(request, refusal.messages[0])
                return redirect(back)
            add_refusal(form, refusal)
        else:
            messages.success(request, said)
            return redirect(back)
    context = {"form": form, "title": title, "cancel_url": back, "submit_label": title} | context
    return render(request, template, context, status=422 if form.is_bound else 200)


def add_refusal(form: forms.Form, refusal: ValidationError) -> None:
    """Show a refusal at its field where the form has it, above the form otherwise."""
    named = getattr(refusal, "error_dict", {})
    if named and all(name in form.fields for name in named):
        form.add_error(None, refusal)
    else:
        for message in refusal.messages:
            form.add_error(None, message)


def send_workbook(content: bytes, title: str) -> HttpResponse:
    """Return a workbook as a download with the day in its name."""
    response = HttpResponse(content, content_type=XLSX)
    name = f"{title}-{clock.today():%Y%m%d}.xlsx"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
