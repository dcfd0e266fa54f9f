"""Pages of problems."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linghang.org import api as org
from linghang.people import api as people
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import Tab, render_list
from linghang.rectification import access, queries, services
from linghang.rectification.enums import ProblemState
from linghang.rectification.models import Problem
from linghang.rectification.web.filters import ProblemFilter
from linghang.rectification.web.forms import (
    CloseForm,
    CorrectProblemForm,
    ProblemForm,
)
from linghang.rectification.web.tables import (
    PROBLEMS,
    judge_problem,
    list_corrections,
)

ON_A_PANEL = 10
PROBLEM_FIELDS = {
    "text": gettext_lazy("Problem"),
    "measure": gettext_lazy("Rectification measure"),
    "due_on": gettext_lazy("Due"),
    "closed_on": gettext_lazy("Closed on"),
}


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


def _form_page(
    request: HttpRequest, form: Any, title: str, back: str, label: str, **extra: Any
) -> HttpResponse:
    context = {"form": form, "title": title, "cancel_url": back, "submit_label": label, **extra}
    return render(request, "rectification/form.html", context, status=422 if form.is_bound else 200)


@require(Permission.VIEW_RECORDS)
def show_unit_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a unit has to mend, as a part of its page."""
    unit = org.get_visible_unit(request.scope, pk, Permission.VIEW_RECORDS)
    problems = queries.list_problems(request.scope).filter(unit__path__startswith=unit.path)
    unsolved = list(queries.filter_unsolved(problems)[: ON_A_PANEL + 1])
    context = {
        "unit": unit,
        "problems": [(problem, judge_problem(problem)) for problem in unsolved[:ON_A_PANEL]],
    }
    return render(request, "rectification/unit_panel.html", context)


# -- problems ------------------------------------------------------------------------------------


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
        {
            "waiting": _("Still open"),
            "overdue": _("Overdue"),
            "done": _("Closed problems"),
            "all": _("All"),
        },
    )
    return render_list(
        request,
        PROBLEMS.bind(rows, request.GET),
        title=_("Problems"),
        sub=_("From finding to closure, by due date."),
        filterset=found,
        tabs=tabs,
        template="rectification/problems.html",
        may_add=request.scope.can(Permission.EDIT_RECORDS),
    )


def _get_problem(request: HttpRequest, pk: int) -> Problem:
    return get_object_or_404(queries.list_problems(request.scope), pk=pk)


@require(Permission.VIEW_RECORDS)
def show_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one problem: to whoever may close it with the filled-in form."""
    return _problem_page(request, _get_problem(request, pk))


def _problem_page(
    request: HttpRequest, problem: Problem, form: CloseForm | None = None
) -> HttpResponse:
    may_edit = access.can_edit(request.scope, problem)
    may_close = bool(may_edit) and problem.state == ProblemState.OPEN
    if form is None and may_close:
        form = CloseForm(initial={"closed_on": clock.today(), "measure": problem.measure})
    context = {
        "problem": problem,
        "state": judge_problem(problem),
        "form": form if may_close else None,
        "corrections": list_corrections(problem, PROBLEM_FIELDS),
        "may_edit": may_edit,
        "crumbs": [(_("Problems"), resolve_url("rectification:problems"))],
    }
    bound = form is not None and form.is_bound
    return render(request, "rectification/problem.html", context, status=422 if bound else 200)


@require(Permission.EDIT_RECORDS)
def add_problem(request: HttpRequest) -> HttpResponse:
    """State a problem of a unit."""
    form = ProblemForm(request.POST or None, scope=request.scope)
    if form.is_valid():
        values = form.cleaned_data
        name = values["responsible_name"]
        found = people.find_by_name_in_unit(values["unit"].pk, [name], clock.today())
        draft = services.ProblemDraft(**values, responsible=found[name])
        services.create_problems(drafts=[draft], actor=request.user)
        messages.success(request, _("The problem is on the list."))
        return redirect("rectification:problems")
    return _form_page(
        request, form, _("New problem"), resolve_url("rectification:problems"), _("Save")
    )


@require(Permission.EDIT_RECORDS)
@require_POST
def close_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a problem."""
    problem = _get_problem(request, pk)
    insist(access.can_edit(request.scope, problem))
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _problem_page(request, problem, form)
    try:
        services.close_problem(problem=problem, **form.cleaned_data, actor=request.user)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
        return redirect("rectification:problem", pk=problem.pk)
    messages.success(request, _("Closed: %(problem)s") % {"problem": problem.text})
    return redirect("rectification:problems")


@require(Permission.EDIT_RECORDS)
def correct_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a problem with a reason."""
    problem = _get_problem(request, pk)
    insist(access.can_edit(request.scope, problem))
    form = CorrectProblemForm(
        request.POST or None, initial={name: getattr(problem, name) for name in PROBLEM_FIELDS}
    )
    if form.is_valid():
        values = dict(form.cleaned_data)
        reason = values.pop("reason")
        services.correct_problem(problem=problem, values=values, reason=reason, actor=request.user)
        messages.success(request, _("The correction is recorded; what it said before is kept."))
        return redirect("rectification:problem", pk=problem.pk)
    title = _("Correct: %(problem)s") % {"problem": problem.text}
    back = resolve_url("rectification:problem", problem.pk)
    return _form_page(request, form, title, back, _("Correct"), sub=problem.unit.name)
