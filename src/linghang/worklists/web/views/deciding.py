"""Accepting and returning, later days, urging: what those above a task do with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.worklists import access, queries, services
from linghang.worklists.models import Assignment, Extension
from linghang.worklists.web.forms.tasks import DecisionForm, ExtensionForm, ReturnForm
from linghang.worklists.web.views.showing import show_task_page
from linghang.worklists.web.views.tasks import get_task

TOLD_AT_MOST = 3  # refusals of many named one by one


def _chosen(request: HttpRequest) -> tuple[list[Assignment], dict[int, str]]:
    """Return the tasks ticked, and as what each was seen; a tick sends "12:handed_in:3"."""
    seen: dict[int, str] = {}
    for value in request.POST.getlist("id"):
        pk, _colon, state = value.partition(":")
        if pk.isdigit():
            seen[int(pk)] = state
    tasks = queries.list_tasks(request.scope).filter(pk__in=seen)  # type: ignore[attr-defined]
    return list(tasks), seen


def _go_back(request: HttpRequest) -> HttpResponse:
    """Return to the list the ticks were made in, or to the list of tasks."""
    asked = request.GET.get("next", "") or request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(asked, {request.get_host()}):
        return redirect(asked)
    return redirect("worklists:tasks")


def _warn(request: HttpRequest, refusal: ValidationError) -> None:
    for message in refusal.messages[:TOLD_AT_MOST]:
        messages.warning(request, message)


@require(Permission.ACCEPT_TASKS)
@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Accept all tasks ticked; what cannot be accepted is named with its reason."""
    tasks, seen = _chosen(request)
    if not tasks:
        messages.info(request, _("Tick what is to be accepted."))
        return _go_back(request)
    try:
        outcome = services.accept_tasks(
            tasks=tasks,
            actor=request.user,
            seen=seen,
            scope=request.scope,  # type: ignore[attr-defined]
        )
    except ValidationError as refusal:
        _warn(request, refusal)
        return _go_back(request)
    count = len(outcome.done)
    said = ngettext("%(count)d task accepted.", "%(count)d tasks accepted.", count)
    messages.success(request, said % {"count": count})
    for refused in outcome.refused[:TOLD_AT_MOST]:
        messages.warning(request, refused.reason)
    return _go_back(request)


@require(Permission.ACCEPT_TASKS)
@require_POST
def urge(request: HttpRequest) -> HttpResponse:
    """Urge who has not finished the tasks ticked, at most once a day."""
    tasks, _seen = _chosen(request)
    try:
        count = services.urge_tasks(
            tasks=tasks,
            actor=request.user,
            word=request.POST.get("word", ""),
            scope=request.scope,  # type: ignore[attr-defined]
        )
    except ValidationError as refusal:
        _warn(request, refusal)
        return _go_back(request)
    if count:
        said = ngettext("%(count)d task urged.", "%(count)d tasks urged.", count)
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("Nothing to urge: finished, optional, or urged today already."))
    return _go_back(request)


@require(Permission.ACCEPT_TASKS)
@require_POST
def return_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Return what was handed in, or open what was finished again, with a reason."""
    task = get_task(request, pk)
    insist(access.can_accept(request.scope, task))  # type: ignore[attr-defined]
    form = ReturnForm(request.POST, auto_id="return-%s")
    if not form.is_valid():
        return show_task_page(request, task, return_form=form)
    try:
        services.return_task(
            task=task,
            **form.cleaned_data,
            actor=request.user,
            scope=request.scope,  # type: ignore[attr-defined]
        )
    except ValidationError as refusal:
        _warn(request, refusal)
        return redirect("worklists:task", pk=pk)
    messages.success(request, _("Returned: %(task)s") % {"task": task.item})
    return _go_back(request)


@require(Permission.VIEW_RECORDS)
@require_POST
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a later day."""
    task = get_task(request, pk)
    insist(access.can_edit(request.scope, task))  # type: ignore[attr-defined]
    form = ExtensionForm(request.POST, auto_id="extension-%s")
    if form.is_valid():
        values: dict[str, Any] = form.cleaned_data
        try:
            services.ask_extension(
                task=task,
                **values,
                actor=request.user,
                scope=request.scope,  # type: ignore[attr-defined]
            )
        except ValidationError as refusal:
            if not hasattr(refusal, "error_dict"):
                _warn(request, refusal)
                return redirect("worklists:task", pk=pk)
            form.add_error(None, refusal)
        else:
            unit = access.find_accepter(task).name
            messages.success(
                request,
                _("Asked for; %(unit)s decides. Until then the day stands.") % {"unit": unit},
            )
            return redirect("worklists:task", pk=pk)
    return show_task_page(request, task, extension_form=form)


@require(Permission.ACCEPT_TASKS)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse a later day."""
    tasks = queries.list_tasks(request.scope)  # type: ignore[attr-defined]
    extension = get_object_or_404(Extension.objects.filter(assignment__in=tasks), pk=pk)
    task = get_task(request, extension.assignment_id)
    insist(access.can_decide(request.scope, task))  # type: ignore[attr-defined]
    form = DecisionForm(request.POST, auto_id="decision-%s")
    if form.is_valid():
        grant = request.POST.get("decision") == "grant"
        try:
            services.decide_extension(
                extension=extension,
                grant=grant,
                note=form.cleaned_data["note"],
                actor=request.user,
                scope=request.scope,  # type: ignore[attr-defined]
            )
        except ValidationError as refusal:
            if not hasattr(refusal, "error_dict"):
                _warn(request, refusal)
                return redirect("worklists:task", pk=task.pk)
            form.add_error(None, refusal)
        else:
            said = _("The later day is granted.") if grant else _("The later day is refused.")
            messages.success(request, said)
            return _go_back(request)
    return show_task_page(request, task, decision_form=form)
