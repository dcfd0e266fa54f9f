"""Pages of issued lists: all of them, one with its items, its history, the later days asked for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.ui.tables import Tab
from linghang.worklists import access, queries, services
from linghang.worklists.enums import ListKind, ListState, Verb
from linghang.worklists.mapping.words import say_due, say_owner
from linghang.worklists.models import Assignment, Item, Worklist
from linghang.worklists.queries.progress import Progress, count_list, progress_of_lists
from linghang.worklists.web.forms.lists import (
    AddItemForm,
    ChangeItemForm,
    ReasonForm,
)

LISTS_A_PAGE = 50
ACTS_A_PAGE = 50
VERB_TONES = {
    Verb.WITHDRAWN: "warn",
    Verb.RETURNED: "warn",
    Verb.CLOSED: "ok",
    Verb.FINISHED: "ok",
    Verb.ACCEPTED: "ok",
}


def get_list(request: HttpRequest, pk: int) -> Worklist:
    """Return the list if the reader may see it; a stranger's is not found."""
    found: Worklist = get_object_or_404(queries.list_lists(request.scope), pk=pk)  # type: ignore[attr-defined]
    return found


def tasks_of(request: HttpRequest, worklist: Worklist) -> QuerySet[Assignment]:
    """Return the tasks of the list the reader may see; all of them where the issuer's are visible."""
    scope = request.scope  # type: ignore[attr-defined]
    if scope.can(Permission.VIEW_RECORDS, (worklist.issuer or worklist.root).path):
        return Assignment.objects.filter(worklist=worklist)
    return queries.list_tasks(scope).filter(worklist=worklist)


def head_of(
    request: HttpRequest, worklist: Worklist, current: str, known: Progress | None = None
) -> dict[str, Any]:
    """Return what every page of a list shows above its own: title, sums, tabs, what may be done.

    `known` is the sum of the list where the page has counted it already.
    """
    scope = request.scope  # type: ignore[attr-defined]
    is_open = worklist.state == ListState.ISSUED
    waiting = queries.list_waiting_extensions(worklist, scope).count()
    places = [
        ("items", _("Items"), "worklists:list", None),
        ("matrix", _("Matrix"), "worklists:matrix", None),
        ("extensions", _("Later days asked for"), "worklists:extensions", waiting),
        ("history", _("What happened so far"), "worklists:history", None),
    ]
    if worklist.kind == ListKind.READING:
        places.insert(0, ("reading", _("Reading"), "worklists:reading", None))
    return {
        "worklist": worklist,
        "title": worklist.title,
        "sub": _("Issued by %(unit)s") % {"unit": (worklist.issuer or worklist.root).name},
        "crumbs": [(_("Tasks"), resolve_url("worklists:tasks")), (_("Lists"), _all_lists())],
        "progress": known or count_list(worklist, tasks_of(request, worklist)),
        "tabs": [
            Tab(label, reverse(name, args=[worklist.pk]), count, current=code == current)
            for code, label, name, count in places
        ],
        "may_change": is_open and access.can_change_list(scope, worklist),
        "may_accept": access.can_accept_in_list(scope, worklist),
        "state": ListState(worklist.state),
    }


def _all_lists() -> str:
    return resolve_url("worklists:lists")


@require(Permission.VIEW_RECORDS)
def list_lists(request: HttpRequest) -> HttpResponse:
    """Show the lists the reader may see as cards: title, how far, how much is late."""
    scope = request.scope  # type: ignore[attr-defined]
    found = queries.list_lists(scope).filter(~Q(issued_at=None))
    kind = request.GET.get("kind", "")
    if kind in ListKind.values:
        found = found.filter(kind=kind)
    states = [(ListState.ISSUED, _("Running")), (ListState.CLOSED, _("Closed"))]
    asked = request.GET.get("state", "")
    current = ListState(asked) if asked in ListState.values else ListState.ISSUED
    page = Paginator(found.filter(state=current), LISTS_A_PAGE).get_page(request.GET.get("page"))
    sums = progress_of_lists([row.pk for row in page], queries.list_tasks(scope))
    may_issue = scope.can(Permission.ISSUE_LISTS)
    context = {
        "page": page,
        "cards": [(row, sums[row.pk], ListKind(row.kind)) for row in page],
        "tabs": [
            Tab(
                label,
                f"?state={state}&kind={kind}" if kind else f"?state={state}",
                None,
                state == current,
            )
            for state, label in states
        ],
        "kinds": [("", _("Every kind")), *ListKind.choices],
        "kind": kind,
        "drafts": queries.list_drafts(scope) if may_issue else (),
        "may_issue": may_issue,
        "crumbs": [(_("Tasks"), resolve_url("worklists:tasks"))],
    }
    return render(request, "worklists/lists.html", context)


@require(Permission.VIEW_RECORDS)
def show_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a list with its items and how far each has come."""
    worklist = get_list(request, pk)
    items = list(queries.list_items(worklist))
    tasks = queries.list_tasks(request.scope).filter(worklist=worklist)  # type: ignore[attr-defined]
    sums = queries.progress_by(tasks, "item_id")
    rows = [(item, say_owner(item), say_due(item), sums.get(item.pk, Progress())) for item in items]
    return render(
        request, "worklists/list.html", {**head_of(request, worklist, "items"), "rows": rows}
    )


@require(Permission.VIEW_RECORDS)
def show_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was done to a list, its items and its tasks, newest first."""
    worklist = get_list(request, pk)
    acts = queries.list_acts(worklist, request.scope)  # type: ignore[attr-defined]
    page = Paginator(acts, ACTS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        **head_of(request, worklist, "history"),
        "page": page,
        "acts": [(act, _name_verb(act.verb), VERB_TONES.get(act.verb, "neutral")) for act in page],  # type: ignore[call-overload]
    }
    return render(request, "worklists/history.html", context)


def _name_verb(code: str) -> str:
    return str(Verb(code).label) if code in Verb.values else code


@require(Permission.VIEW_RECORDS)
def show_extensions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the later days asked for in a list that wait for a decision."""
    worklist = get_list(request, pk)
    waiting = queries.list_waiting_extensions(worklist, request.scope)  # type: ignore[attr-defined]
    context = {**head_of(request, worklist, "extensions"), "extensions": waiting}
    return render(request, "worklists/extensions.html", context)


# -- items -------------------------------------------------------------------------------------------


def _get_item(request: HttpRequest, pk: int) -> Item:
    lists = queries.list_lists(request.scope)  # type: ignore[attr-defined]
    found: Item = get_object_or_404(
        Item.objects.filter(worklist__in=lists).select_related(
            "worklist__issuer", "worklist__root", "post", "accepter"
        ),
        pk=pk,
    )
    return found


@require(Permission.VIEW_RECORDS)
def show_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one item: what it asks, how far it is, and what was done to it."""
    item = _get_item(request, pk)
    worklist = item.worklist
    tasks = queries.list_tasks(request.scope).filter(item=item)  # type: ignore[attr-defined]
    is_open = worklist.state == ListState.ISSUED and item.withdrawn_on is None
    context = {
        "item": item,
        "worklist": worklist,
        "title": item.text,
        "sub": worklist.title,
        "crumbs": [
            (_("Tasks"), resolve_url("worklists:tasks")),
            (_("Lists"), _all_lists()),
            (worklist.title, resolve_url("worklists:list", worklist.pk)),
        ],
        "owner": say_owner(item),
        "due": say_due(item),
        "progress": queries.count_progress(tasks),
        "acts": [
            (act, _name_verb(act.verb), VERB_TONES.get(act.verb, "neutral"))  # type: ignore[call-overload]
            for act in item.acts.filter(assignment=None).select_related("actor")
        ],
        "may_change": is_open and access.can_change_list(request.scope, worklist),  # type: ignore[attr-defined]
    }
    return render(request, "worklists/item.html", context)


def _insist_change(request: HttpRequest, worklist: Worklist) -> None:
    insist(access.can_change_list(request.scope, worklist))  # type: ignore[attr-defined]


def _form_page(
    request: HttpRequest, form: Any, title: str, back: str, label: str, **extra: Any
) -> HttpResponse:
    context = {"form": form, "title": title, "cancel_url": back, "submit_label": label, **extra}
    template = extra.pop("template", "worklists/list_form.html")
    return render(request, template, context, status=422 if form.is_bound else 200)


@require(Permission.ISSUE_LISTS)
def change_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what an item says, with a reason that everybody concerned reads."""
    item = _get_item(request, pk)
    _insist_change(request, item.worklist)
    form = ChangeItemForm(request.POST or None, item=item)
    if form.is_valid():
        try:
            services.change_item(item=item, actor=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("The item is changed; everybody concerned sees it."))
            return redirect("worklists:item", pk=item.pk)
    back = resolve_url("worklists:item", item.pk)
    return _form_page(
        request, form, _("Change: %(item)s") % {"item": item}, back, _("Change"), sub=item.worklist
    )


@require(Permission.ISSUE_LISTS)
def withdraw_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an item, with a reason."""
    item = _get_item(request, pk)
    _insist_change(request, item.worklist)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            services.withdraw_item(item=item, actor=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("The item is withdrawn; what was done stays done."))
            return redirect("worklists:list", pk=item.worklist_id)
    tasks = queries.count_progress(item.assignments.all())
    return _form_page(
        request,
        form,
        _("Withdraw: %(item)s") % {"item": item},
        resolve_url("worklists:item", item.pk),
        _("Withdraw the item"),
        sub=_("%(open)d not finished will be withdrawn, %(done)d finished stay.")
        % {"open": tasks.total - tasks.done, "done": tasks.done},
    )


@require(Permission.ISSUE_LISTS)
def add_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Add one more item to an issued list; whoever it concerns is asked at once."""
    worklist = get_list(request, pk)
    _insist_change(request, worklist)
    issuer = worklist.issuer or worklist.root
    form = AddItemForm(request.POST or None, issuer=issuer, scope=request.scope)  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            services.add_items(
                worklist=worklist,
                items=[form.make_item()],
                actor=request.user,
                reason=form.cleaned_data["reason"],
                reason_over_cap=form.cleaned_data["reason_over_cap"] or form.cleaned_data["reason"],
            )
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("The item is added; everybody it concerns is asked."))
            return redirect("worklists:list", pk=worklist.pk)
    return _form_page(
        request,
        form,
        _("Add an item"),
        resolve_url("worklists:list", worklist.pk),
        _("Add and ask"),
        sub=worklist.title,
        sections=_sections(worklist),
    )


def _sections(worklist: Worklist) -> list[str]:
    return [
        name for name in dict.fromkeys(worklist.items.values_list("section", flat=True)) if name
    ]


@require(Permission.ISSUE_LISTS)
def close_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a list; what is unfinished is withdrawn with a reason."""
    worklist = get_list(request, pk)
    _insist_change(request, worklist)
    tasks = queries.count_progress(worklist.assignments.all())
    unfinished = tasks.total - tasks.done
    form = ReasonForm(request.POST or None, is_needed=unfinished > 0)
    if form.is_valid():
        try:
            services.close_list(worklist=worklist, actor=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("The list is closed."))
            return redirect("worklists:list", pk=worklist.pk)
    return _form_page(
        request,
        form,
        _("Close: %(list)s") % {"list": worklist},
        resolve_url("worklists:list", worklist.pk),
        _("Close the list"),
        sub=_("%(open)d not finished will be withdrawn; what was overdue stays overdue.")
        % {"open": unfinished},
    )
