"""What the views share: the reader's scope, objects by the visible queryset, the tabs, form pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _

from linghang.platform.access import Permission, Scope
from linghang.platform.ui.tables import Tab
from linghang.research import queries
from linghang.research.models import Topic, Visit

REFUSED = 422


def scope_of(request: HttpRequest) -> Scope:
    """Return the reader's scope."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def get_topic(request: HttpRequest, pk: int) -> Topic:
    """Return the topic if the reader sees it; a stranger's is not found."""
    found: Topic = get_object_or_404(queries.list_topics(scope_of(request)), pk=pk)
    return found


def get_visit(request: HttpRequest, pk: int) -> Visit:
    """Return the visit if the reader sees it; a stranger's is not found."""
    found: Visit = get_object_or_404(queries.list_visits(scope_of(request)), pk=pk)
    return found


def list_tabs(request: HttpRequest, current: str) -> list[Tab]:
    """Return the parts of research the reader may open."""
    tabs = [Tab(_("Topics"), resolve_url("research:board"), current=current == "board")]
    if scope_of(request).can(Permission.VIEW_RECORDS):
        tabs += [
            Tab(_("Visits"), resolve_url("research:visits"), current=current == "visits"),
            Tab(_("Findings"), resolve_url("research:findings"), current=current == "findings"),
        ]
    tabs.append(Tab(_("My talks"), resolve_url("research:talks"), current=current == "talks"))
    if scope_of(request).can(Permission.VIEW_RECORDS):
        tabs.append(
            Tab(
                _("How many talks"),
                resolve_url("research:talk-counts"),
                current=current == "counts",
            )
        )
    return tabs


def crumbs_of(topic: Topic) -> list[tuple[str, str]]:
    """Return the way to a page of a topic."""
    return [
        (_("Research and talks"), resolve_url("research:board")),
        (topic.title, resolve_url("research:topic", topic.pk)),
    ]


def show_form(
    request: HttpRequest,
    form: Any,
    title: str,
    back: str,
    label: str,
    template: str = "research/form.html",
    **extra: Any,
) -> HttpResponse:
    """Return a page with one form; one sent with faults is answered as refused."""
    context = {"form": form, "title": title, "cancel_url": back, "submit_label": label, **extra}
    return render(request, template, context, status=REFUSED if form.is_bound else 200)
