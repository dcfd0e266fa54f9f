"""Pages of tasks and problems."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.people import api as people
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import Tab, render_list
from linghang.worklists import access, queries, services
from linghang.worklists.enums import ProblemState, TaskState
from linghang.worklists.models import Assignment, Problem
from linghang.worklists.web.filters import ProblemFilter, TaskFilter
from linghang.worklists.web.forms import (
    CloseForm,
    CorrectProblemForm,
    CorrectTaskForm,
    FinishForm,
    ProblemForm,
    TaskForm,
)
from linghang.worklists.web.tables import PROBLEMS, TASKS, judge_problem, judge_task


def _tabs(
    request: HttpRequest, rows: Any, done: str, words: dict[str, str]
) -> tuple[Any, list[Tab]]:
    """Return the rows of the asked state, and the tabs with their counts (one query)."""
    today = clock.today()
    conditions = {
        "waiting": ~Q(state=done),
        "overdue": ~Q(state=done) & Q(due_on__lt=today),
        "done": Q(state=done),
        "all": Q(),
    }
    counts = rows.order_by().aggregate(
        **{name: Count("pk", filter=condition or None) for name, condition in conditions.items()}
    )
    asked = request.GET.get("state", "waiting")
    current = asked if asked in conditions else "waiting"
    keep = request.GET.copy()
    keep.pop("page", None)
    tabs = []
    for name, label in words.items():
        keep["state"] = name
        tabs.append(Tab(label, f"?{keep.urlencode()}", counts[name], current=name == current))
    return rows.filter(conditions[current]), tabs


@require(Permission.VIEW_RECORDS)
def list_tasks(request: HttpRequest) -> HttpResponse:
    """Show the tasks of the reader's units: those that wait first."""
    found = TaskFilter(request.GET, queryset=queries.list_tasks(request.scope), request=request)
    rows, tabs = _tabs(
        request,
        found.qs,
        TaskState.DONE,
        {"waiting": _("Waiting"), "overdue": _("Overdue"), "done": _("Finished"), "all": _("All")},
    )
    return render_list(
        request,
        TASKS.bind(rows, request.GET),
        title=_("Tasks"),
        sub=_("What was asked of the units, by due date."),
        filterset=found,
        tabs=tabs,
        template="worklists/tasks.html",
        may_add=request.scope.can(Permission.EDIT_RECORDS),
    )


def _get_task(request: HttpRequest, pk: int) -> Assignment:
    return get_object_or_404(queries.list_tasks(request.scope), pk=pk)


@require(Permission.VIEW_RECORDS)
def show_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one task with what was corrected."""
    task = _get_task(request, pk)
    context = {
        "task": task,
        "state": judge_task(task),
        "revisions": task.revisions.select_related("actor"),
        "may_edit": access.can_edit(request.scope, task),
        "crumbs": [(_("Tasks"), resolve_url("worklists:tasks"))],
    }
    return render(request, "worklists/task.html", context)


def _form_page(request: HttpRequest, form: Any, title: str, back: str, label: str) -> HttpResponse:
    return render(
        request,
        "ui/form.html",
        {"form": form, "title": title, "cancel_url": back, "submit_label": label},
        status=422 if form.is_bound else 200,
    )


@require(Permission.EDIT_RECORDS)
def finish_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the result of a task."""
    task = _get_task(request, pk)
    insist(access.can_edit(request.scope, task))
    form = FinishForm(request.POST or None, initial={"finished_on": clock.today()})
    if form.is_valid():
        services.finish_task(task=task, **form.cleaned_data, actor=request.user)
        messages.success(request, _("The task is finished."))
        return redirect("worklists:task", pk=task.pk)
    title = _("Finish: %(task)s") % {"task": task.item}
    return _form_page(request, form, title, resolve_url("worklists:task", task.pk), _("Finish"))


@require(Permission.EDIT_RECORDS)
def correct_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a task with a reason."""
    task = _get_task(request, pk)
    insist(access.can_edit(request.scope, task))
    initial = {"due_on": task.due_on, "finished_on": task.finished_on, "result": task.result}
    form = CorrectTaskForm(request.POST or None, initial=initial)
    if form.is_valid():
        values = dict(form.cleaned_data)
        reason = values.pop("reason")
        services.correct_task(task=task, values=values, reason=reason, actor=request.user)
        messages.success(request, _("The correction is recorded; what it said before is kept."))
        return redirect("worklists:task", pk=task.pk)
    title = _("Correct: %(task)s") % {"task": task.item}
    return _form_page(request, form, title, resolve_url("worklists:task", task.pk), _("Correct"))


@require(Permission.EDIT_RECORDS)
def add_tasks(request: HttpRequest) -> HttpResponse:
    """Ask one thing of one or several units."""
    form = TaskForm(request.POST or None, scope=request.scope)
    if form.is_valid():
        values = dict(form.cleaned_data)
        units = values.pop("units")
        drafts = [services.TaskDraft(unit=unit, **values) for unit in units]
        new, _changed, _same = services.save_tasks(drafts=drafts, actor=request.user)
        messages.success(
            request,
            ngettext("%(count)d unit has the task.", "%(count)d units have the task.", new)
            % {"count": new},
        )
        return redirect("worklists:tasks")
    return _form_page(request, form, _("New task"), resolve_url("worklists:tasks"), _("Assign"))


@require(Permission.VIEW_RECORDS)
def list_problems(request: HttpRequest) -> HttpResponse:
    """Show the problems of the reader's units: the open ones first."""
    found = ProblemFilter(
        request.GET, queryset=queries.list_problems(request.scope), request=request
    )
    rows, tabs = _tabs(
        request,
        found.qs,
        ProblemState.CLOSED,
        {"waiting": _("Open"), "overdue": _("Overdue"), "done": _("Closed"), "all": _("All")},
    )
    return render_list(
        request,
        PROBLEMS.bind(rows, request.GET),
        title=_("Problems"),
        sub=_("From finding to closure, by due date."),
        filterset=found,
        tabs=tabs,
        template="worklists/problems.html",
        may_add=request.scope.can(Permission.EDIT_RECORDS),
    )


def _get_problem(request: HttpRequest, pk: int) -> Problem:
    return get_object_or_404(queries.list_problems(request.scope), pk=pk)


@require(Permission.VIEW_RECORDS)
def show_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one problem with what was corrected."""
    problem = _get_problem(request, pk)
    context = {
        "problem": problem,
        "state": judge_problem(problem),
        "revisions": problem.revisions.select_related("actor"),
        "may_edit": access.can_edit(request.scope, problem),
        "crumbs": [(_("Problems"), resolve_url("worklists:problems"))],
    }
    return render(request, "worklists/problem.html", context)


@require(Permission.EDIT_RECORDS)
def add_problem(request: HttpRequest) -> HttpResponse:
    """State a problem of a unit."""
    form = ProblemForm(request.POST or None, scope=request.scope)
    if form.is_valid():
        values = form.cleaned_data
        found = people.find_by_name_in_unit(values["unit"], [values["responsible_name"]])
        draft = services.ProblemDraft(
            **values, responsible=found.get(values["responsible_name"], [None])[0]
        )
        services.save_problems(drafts=[draft], actor=request.user)
        messages.success(request, _("The problem is on the list."))
        return redirect("worklists:problems")
    return _form_page(request, form, _("New problem"), resolve_url("worklists:problems"), _("Save"))


@require(Permission.EDIT_RECORDS)
def close_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a problem."""
    problem = _get_problem(request, pk)
    insist(access.can_edit(request.scope, problem))
    initial = {"closed_on": clock.today(), "measure": problem.measure}
    form = CloseForm(request.POST or None, initial=initial)
    if form.is_valid():
        services.close_problem(problem=problem, **form.cleaned_data, actor=request.user)
        messages.success(request, _("The problem is closed."))
        return redirect("worklists:problem", pk=problem.pk)
    title = _("Close: %(problem)s") % {"problem": problem.text}
    return _form_page(request, form, title, resolve_url("worklists:problem", pk), _("Close"))


@require(Permission.EDIT_RECORDS)
def correct_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a problem with a reason."""
    problem = _get_problem(request, pk)
    insist(access.can_edit(request.scope, problem))
    initial = {
        "text": problem.text,
        "due_on": problem.due_on,
        "closed_on": problem.closed_on,
        "measure": problem.measure,
    }
    form = CorrectProblemForm(request.POST or None, initial=initial)
    if form.is_valid():
        values = dict(form.cleaned_data)
        reason = values.pop("reason")
        services.correct_problem(problem=problem, values=values, reason=reason, actor=request.user)
        messages.success(request, _("The correction is recorded; what it said before is kept."))
        return redirect("worklists:problem", pk=problem.pk)
    title = _("Correct: %(problem)s") % {"problem": problem.text}
    return _form_page(request, form, title, resolve_url("worklists:problem", pk), _("Correct"))
