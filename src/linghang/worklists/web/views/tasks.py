"""Pages of tasks: the list, one task, recording its result, correcting it, giving it on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from linghang.ledger import api as ledger
from linghang.ledger.models import Entry
from linghang.org import api as org
from linghang.people.models import Person
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.files import api as files
from linghang.platform.ui.tables import BulkAction, Tab, render_list
from linghang.worklists import access, queries, services
from linghang.worklists.enums import WAITING, TaskState
from linghang.worklists.models import Assignment
from linghang.worklists.web.filters import TaskFilter
from linghang.worklists.web.forms.tasks import (
    CorrectTaskForm,
    FinishForm,
    HandOverForm,
    TaskForm,
)
from linghang.worklists.web.tables.tasks import TASKS, TO_ACCEPT, TO_DO, judge_task
from linghang.worklists.web.views.showing import show_task_page

ON_A_PANEL = 10


def form_page(
    request: HttpRequest, form: Any, title: str, back: str, label: str, **extra: Any
) -> HttpResponse:
    """Return a page with one form of this app."""
    context = {"form": form, "title": title, "cancel_url": back, "submit_label": label, **extra}
    return render(request, "worklists/form.html", context, status=422 if form.is_bound else 200)


@require(Permission.VIEW_RECORDS)
def show_unit_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a unit is asked, as a part of its page."""
    unit = org.get_visible_unit(request.scope, pk, Permission.VIEW_RECORDS)
    tasks = queries.list_tasks(request.scope).filter(unit__path__startswith=unit.path)
    waiting = queries.returned_first(queries.filter_waiting(tasks))
    shown = list(waiting[:ON_A_PANEL])
    context = {
        "unit": unit,
        "tasks": [(task, judge_task(task)) for task in shown],
    }
    return render(request, "worklists/unit_panel.html", context)


# -- the list ------------------------------------------------------------------------------------


@require(Permission.VIEW_RECORDS)
def list_tasks(request: HttpRequest) -> HttpResponse:
    """Show what the reader is to do, to accept and to decide, and the tasks of all units in sight."""
    found = TaskFilter(request.GET, queryset=queries.list_tasks(request.scope), request=request)
    current, tabs = _tabs(request, found.qs)
    rows = _rows_of(current, found.qs, request)
    table = {"mine": TO_DO, "accept": TO_ACCEPT}.get(current, TASKS)
    return render_list(
        request,
        table.bind(rows, request.GET),
        title=_("Tasks"),
        sub=_("What was asked of the units, by due date."),
        filterset=found,
        tabs=tabs,
        bulk=_bulk_of(request, current),
        template="worklists/tasks.html",
        may_add=request.scope.can(Permission.EDIT_RECORDS),
    )


def _rows_of(name: str, tasks: Any, request: HttpRequest) -> Any:
    """Return the tasks of a tab: what waits for the reader by who the reader is, the rest by state."""
    scope = request.scope  # type: ignore[attr-defined]
    if name == "mine":
        mine = queries.filter_mine(tasks, scope).filter(state__in=WAITING)
        return queries.returned_first(mine)
    if name == "accept":
        return queries.filter_acceptable(tasks, scope)
    if name == "decide":
        wish = queries.list_decidable(scope).order_by().filter(assignment=OuterRef("pk"))
        return tasks.filter(Exists(wish.values("pk")))
    return tasks.filter(_conditions()[name])


def _conditions() -> dict[str, Q]:
    waits = Q(state__in=WAITING)
    return {
        "waiting": waits,
        "overdue": waits & Q(due_on__lt=clock.today(), item__required=True),
        "handed_in": Q(state=TaskState.HANDED_IN),
        "done": Q(state=TaskState.DONE),
        "all": Q(),
    }


def _tabs(request: HttpRequest, tasks: Any) -> tuple[str, list[Tab]]:
    """Return the tab asked for, and all with their counts. What nobody waits for has no tab."""
    scope = request.scope  # type: ignore[attr-defined]
    counts = tasks.order_by().aggregate(
        **{name: Count("pk", filter=each or None) for name, each in _conditions().items()}
    )
    names = {"mine": _("Left to do")}
    counts["mine"] = _rows_of("mine", tasks, request).order_by().count()
    if scope.can(Permission.ACCEPT_TASKS):
        names |= {"accept": _("To accept"), "decide": _("Later days asked for")}
        counts |= {name: _rows_of(name, tasks, request).count() for name in ("accept", "decide")}
    names |= {
        "waiting": _("In progress"),
        "overdue": _("Overdue"),
        "handed_in": _("Wait for acceptance"),
        "done": _("Finished"),
        "all": _("All"),
    }
    usual = "mine"
    if _sees_many(request):
        usual = "accept" if counts.get("accept") else "waiting"
    asked = request.GET.get("state", usual)
    current = asked if asked in names else usual
    keep = request.GET.copy()
    keep.pop("page", None)
    tabs = []
    for name, label in names.items():
        keep["state"] = name
        tabs.append(Tab(label, f"?{keep.urlencode()}", counts[name], current=name == current))
    return current, tabs


def _sees_many(request: HttpRequest) -> bool:
    """Return whether the reader looks after a whole bureau: then the units come before the own tasks."""
    seen = request.scope.prefixes(Permission.VIEW_RECORDS)  # type: ignore[attr-defined]
    return any(path.count("/") <= 2 for path in seen)


def _bulk_of(request: HttpRequest, current: str) -> list[BulkAction]:
    if not request.scope.can(Permission.ACCEPT_TASKS):  # type: ignore[attr-defined]
        return []
    back = f"?next={request.get_full_path()}"
    accept = BulkAction(_("Accept"), reverse("worklists:accept") + back, "checks")
    urge = BulkAction(_("Urge"), reverse("worklists:urge") + back, "speakerphone")
    return {"accept": [accept], "waiting": [urge], "overdue": [urge]}.get(current, [])


# -- one task --------------------------------------------------------------------------------------


def get_task(request: HttpRequest, pk: int) -> Assignment:
    """Return a task the reader may see, with what decides on who may do what; 404 otherwise."""
    found = queries.list_tasks(request.scope).select_related(  # type: ignore[attr-defined]
        *services.TASK_RELATED
    )
    return get_object_or_404(found, pk=pk)


@require(Permission.VIEW_RECORDS)
def show_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one task: to whoever may finish it with what proves it already and the filled-in form."""
    return show_task_page(request, get_task(request, pk))


@require(Permission.VIEW_RECORDS)
@require_POST
def finish_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the result of a task, with the record that proves it where one was chosen."""
    task = get_task(request, pk)
    insist(access.can_edit(request.scope, task))
    line = _find_line(request, task)
    form = None
    if line is not None:
        values: dict[str, Any] = {
            "finished_on": line.occurred_on,
            "result": _describe(line),
            "seen": request.POST.get("seen", ""),
        }
    else:
        needs = task.item.needs_evidence
        form = FinishForm(request.POST, request.FILES, needs_evidence=needs)
        if not form.is_valid():
            return show_task_page(request, task, form=form)
        values = form.cleaned_data
    uploads = values.pop("files", [])
    try:
        with transaction.atomic():
            known = files.count_files("worklists.assignment", [task.pk])
            done = services.finish_task(
                task=task,
                **values,
                proof=line,
                actor=request.user,
                scope=request.scope,
                has_files=bool(uploads or known),
            )
            if uploads:
                files.store_files(owner=task, uploads=uploads, actor=request.user)
    except ValidationError as refusal:
        if form is not None and hasattr(refusal, "error_dict"):
            form.add_error(None, refusal)
            return show_task_page(request, task, form=form)
        messages.warning(request, refusal.messages[0])
        return redirect("worklists:task", pk=task.pk)
    said = _("Finished: %(task)s")
    if done.state == TaskState.HANDED_IN:
        said = _("Handed in, waits for acceptance: %(task)s")
    messages.success(request, said % {"task": task.item})
    return redirect("worklists:tasks")


def _describe(line: Entry) -> str:
    title = ledger.get_kind(line.kind).title
    return f"{line.occurred_on:%Y-%m-%d} {title}《{line.title}》"[:400]


def _find_line(request: HttpRequest, task: Assignment) -> Entry | None:
    """Return the ledger line chosen as proof; only one that was offered."""
    asked = request.POST.get("proof", "")
    offered = queries.list_proofs(request.scope, task, clock.today()) if asked else []  # type: ignore[attr-defined]
    return next((line for line in offered if str(line.pk) == asked), None)


@require(Permission.VIEW_RECORDS)
def correct_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a task with a reason."""
    task = get_task(request, pk)
    insist(access.can_correct(request.scope, task))
    names = ("due_on", "finished_on", "result", "evidence")
    form = CorrectTaskForm(
        request.POST or None,
        may_move=bool(access.can_decide(request.scope, task)),
        initial={
            **{name: getattr(task, name) for name in names},
            "seen": services.describe_seen(task),
        },
    )
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
        try:
            services.correct_task(
                task=task,
                values=values,
                reason=form.cleaned_data["reason"],
                actor=request.user,
                seen=form.cleaned_data["seen"],
                scope=request.scope,
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The correction is recorded; what it said before is kept."))
            return redirect("worklists:task", pk=task.pk)
    title = _("Correct: %(task)s") % {"task": task.item}
    back = resolve_url("worklists:task", task.pk)
    return form_page(request, form, title, back, _("Correct"), sub=task.unit.name)


@require(Permission.VIEW_RECORDS)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a personal task to somebody else of the unit; its clock goes on."""
    task = get_task(request, pk)
    insist(access.can_hand_over(request.scope, task))
    today = clock.today()
    here = Q(appointments__unit=task.unit_id, appointments__valid_from__lte=today)
    now = Q(appointments__valid_to=None) | Q(appointments__valid_to__gt=today)
    people = Person.objects.filter(here & now).exclude(pk=task.person_id).distinct()  # type: ignore[misc]
    form = HandOverForm(
        request.POST or None,
        people=people.order_by("code"),
        initial={"seen": services.describe_seen(task)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.hand_over(
                task=task, **form.cleaned_data, actor=request.user, scope=request.scope
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The task was handed over."))
            return redirect("worklists:task", pk=task.pk)
    back = resolve_url("worklists:task", pk)
    return form_page(
        request, form, _("Hand over a task"), back, _("Hand over the task"), sub=task.item.text
    )


@require(Permission.EDIT_RECORDS)
def add_tasks(request: HttpRequest) -> HttpResponse:
    """Ask one thing of one or several units."""
    form = TaskForm(request.POST or None, scope=request.scope)
    if request.method == "POST" and form.is_valid():
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
    return form_page(request, form, _("New task"), resolve_url("worklists:tasks"), _("Assign"))
