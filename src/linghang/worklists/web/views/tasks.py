"""Pages of tasks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from linghang.ledger import api as ledger
from linghang.ledger.models import Entry
from linghang.org import api as org
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import Tab, render_list
from linghang.worklists import access, queries, services
from linghang.worklists.enums import TaskState
from linghang.worklists.models import Assignment
from linghang.worklists.web.filters import TaskFilter
from linghang.worklists.web.forms.tasks import (
    CorrectTaskForm,
    FinishForm,
    TaskForm,
)
from linghang.worklists.web.tables.tasks import (
    TASKS,
    judge_task,
    list_corrections,
)

ON_A_PANEL = 10
TASK_FIELDS = {
    "due_on": gettext_lazy("Due"),
    "finished_on": gettext_lazy("Finished on"),
    "result": gettext_lazy("Result"),
    "evidence": gettext_lazy("Evidence"),
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
    return render(request, "worklists/form.html", context, status=422 if form.is_bound else 200)


@require(Permission.VIEW_RECORDS)
def show_unit_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a unit is asked, as a part of its page."""
    unit = org.get_visible_unit(request.scope, pk, Permission.VIEW_RECORDS)
    tasks = queries.list_tasks(request.scope).filter(unit__path__startswith=unit.path)
    waiting = list(queries.filter_waiting(tasks)[: ON_A_PANEL + 1])
    context = {
        "unit": unit,
        "tasks": [(task, judge_task(task)) for task in waiting[:ON_A_PANEL]],
    }
    return render(request, "worklists/unit_panel.html", context)


# -- tasks ---------------------------------------------------------------------------------------


@require(Permission.VIEW_RECORDS)
def list_tasks(request: HttpRequest) -> HttpResponse:
    """Show the tasks of the reader's units: those that wait first."""
    found = TaskFilter(request.GET, queryset=queries.list_tasks(request.scope), request=request)
    rows, tabs = _tabs(
        request,
        found.qs,
        TaskState.DONE,
        {
            "waiting": _("To be finished"),
            "overdue": _("Overdue"),
            "done": _("Finished"),
            "all": _("All"),
        },
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
    """Show one task: to whoever may finish it with what proves it already and the filled-in form."""
    return _task_page(request, _get_task(request, pk))


def _task_page(
    request: HttpRequest, task: Assignment, form: FinishForm | None = None
) -> HttpResponse:
    today = clock.today()
    may_edit = access.can_edit(request.scope, task)
    may_finish = bool(may_edit) and task.state == TaskState.OPEN
    proof = queries.find_proof(request.scope, task)
    proofs = queries.list_proofs(request.scope, task, today) if may_finish else []
    if form is None and may_finish:
        form = FinishForm(initial={"finished_on": today, "result": _("Done as asked.")})
    context = {
        "task": task,
        "state": judge_task(task),
        "proof": proof,
        "proof_url": ledger.find_page(proof) if proof else "",
        "proofs": [(line, _name_kind(line), ledger.find_page(line)) for line in proofs],
        "form": form if may_finish else None,
        "corrections": list_corrections(task, TASK_FIELDS),
        "may_edit": may_edit,
        "crumbs": [(_("Tasks"), resolve_url("worklists:tasks"))],
    }
    bound = form is not None and form.is_bound
    return render(request, "worklists/task.html", context, status=422 if bound else 200)


def _name_kind(line: Entry) -> str:
    return str(ledger.get_kind(line.kind).title)


@require(Permission.EDIT_RECORDS)
@require_POST
def finish_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the result of a task, with the record that proves it where one was chosen."""
    task = _get_task(request, pk)
    insist(access.can_edit(request.scope, task))
    line = _find_line(request, task)
    if line is not None:
        result = f"{line.occurred_on:%Y-%m-%d} {_name_kind(line)}《{line.title}》"[:400]
        values: dict[str, Any] = {
            "finished_on": line.occurred_on,
            "result": result,
            "evidence": "",
        }
    else:
        form = FinishForm(request.POST)
        if not form.is_valid():
            return _task_page(request, task, form)
        values = form.cleaned_data
    try:
        services.finish_task(task=task, **values, proof=line, actor=request.user)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
        return redirect("worklists:task", pk=task.pk)
    messages.success(request, _("Finished: %(task)s") % {"task": task.item})
    return redirect("worklists:tasks")


def _find_line(request: HttpRequest, task: Assignment) -> Entry | None:
    """Return the ledger line chosen as proof; only one that was offered."""
    asked = request.POST.get("proof", "")
    offered = queries.list_proofs(request.scope, task, clock.today()) if asked else []
    return next((line for line in offered if str(line.pk) == asked), None)


@require(Permission.EDIT_RECORDS)
def correct_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a task with a reason."""
    task = _get_task(request, pk)
    insist(access.can_edit(request.scope, task))
    form = CorrectTaskForm(
        request.POST or None, initial={name: getattr(task, name) for name in TASK_FIELDS}
    )
    if form.is_valid():
        values = dict(form.cleaned_data)
        reason = values.pop("reason")
        try:
            services.correct_task(task=task, values=values, reason=reason, actor=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The correction is recorded; what it said before is kept."))
            return redirect("worklists:task", pk=task.pk)
    title = _("Correct: %(task)s") % {"task": task.item}
    back = resolve_url("worklists:task", task.pk)
    return _form_page(request, form, title, back, _("Correct"), sub=task.unit.name)


@require(Permission.EDIT_RECORDS)
def add_tasks(request: HttpRequest) -> HttpResponse:
    """Ask one thing of one or several units."""
    form = TaskForm(request.POST or None, scope=request.scope)
    if form.is_valid():
        values = dict(form.cleaned_data)
        units = values.pop("units")
        drafts = [services.TaskDraft(unit=unit, **values) for unit in units]
        new, asked = services.assign_tasks(drafts=drafts, actor=request.user)
        said = ngettext("%(count)d unit has the task.", "%(count)d units have the task.", new)
        messages.success(request, said % {"count": new})
        if asked:
            text = ngettext(
                "%(count)d unit had it already; nothing changed there.",
                "%(count)d units had it already; nothing changed there.",
                asked,
            )
            messages.info(request, text % {"count": asked})
        return redirect("worklists:tasks")
    return _form_page(request, form, _("New task"), resolve_url("worklists:tasks"), _("Assign"))
