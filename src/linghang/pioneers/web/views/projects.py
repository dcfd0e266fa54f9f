"""Committee members' own projects: the list, one with its measures, its report."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.pioneers import access
from linghang.pioneers.models import Project
from linghang.pioneers.queries import projects as queries
from linghang.pioneers.web.exports import write_report
from linghang.pioneers.web.forms import CloseForm, MeasureForm, ProjectForm
from linghang.pioneers.web.tables import PROJECTS
from linghang.pioneers.web.views.shared import (
    answer_form,
    get_scope,
    list_crumbs,
    list_tabs,
    refuse_stale,
)
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import render_list
from linghang.worklists.enums import TaskState

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require(Permission.VIEW_RECORDS)
@require_GET
def list_projects(request: HttpRequest) -> HttpResponse:
    """Show the projects with how far their measures have come."""
    scope = get_scope(request)
    lines = queries.read_lines(queries.list_projects(scope))
    committees = [
        unit for unit in queries.list_committees(scope) if access.can_open_project(scope, unit)
    ]
    return render_list(
        request,
        PROJECTS.bind(lines, request.GET),
        title=_("Members’ projects"),
        sub=_("A committee member's own project, done by the units it asks."),
        tabs=list_tabs(scope, "projects"),
        template="pioneers/projects.html",
        committees=committees,
    )


@require(Permission.VIEW_RECORDS)
def open_project(request: HttpRequest, unit_pk: int) -> HttpResponse:
    """Open a committee member's project with its first measure."""
    scope = get_scope(request)
    unit = get_object_or_404(queries.list_committees(scope), pk=unit_pk)
    insist(access.can_open_project(scope, unit))
    form = ProjectForm(request.POST or None, unit=unit, person_id=scope.person_id)
    return answer_form(
        request,
        form,
        lambda: form.save(request.user),
        back=resolve_url("pioneers:projects"),
        done=_("The project is open; whoever does its first measure is asked."),
        title=_("Open a project"),
        sub=unit.name,
        crumbs=list_crumbs(scope, "projects"),
        submit_label=_("Open the project"),
    )


@require(Permission.VIEW_RECORDS)
@require_GET
def show_project(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a project: goal, measures with who does them, progress."""
    scope = get_scope(request)
    project = get_project(scope, pk)
    context = {
        "project": project,
        "line": queries.read_lines(queries.list_projects(scope).filter(pk=pk))[0],
        "tasks": [(task, TaskState(task.state)) for task in queries.list_tasks(project)],
        "may_change": bool(access.can_change_project(scope, project)),
        "crumbs": list_crumbs(scope, "projects"),
    }
    return render(request, "pioneers/project.html", context)


@require(Permission.VIEW_RECORDS)
def add_measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a measure; whoever does it is asked at once."""
    scope = get_scope(request)
    project = get_project(scope, pk)
    insist(access.can_change_project(scope, project))
    form = MeasureForm(request.POST or None, unit=project.unit, project=project)
    back = resolve_url("pioneers:project", project.pk)
    return answer_form(
        request,
        form,
        lambda: form.save(request.user),
        back=back,
        done=_("The measure is added."),
        title=_("Add a measure"),
        sub=project.title,
        crumbs=[*list_crumbs(scope, "projects"), (project.title, back)],
        submit_label=_("Add"),
    )


@require(Permission.VIEW_RECORDS)
def close_project(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a project whose measures are finished, with what was reached."""
    scope = get_scope(request)
    project = get_project(scope, pk)
    back = resolve_url("pioneers:project", project.pk)
    if refuse_stale(request, project.seen):
        return redirect(back)
    insist(access.can_change_project(scope, project))
    form = CloseForm(request.POST or None, project=project)
    return answer_form(
        request,
        form,
        lambda: form.save(request.user),
        back=back,
        done=_("The project is closed."),
        title=_("Close the project"),
        sub=project.title,
        crumbs=[*list_crumbs(scope, "projects"), (project.title, back)],
        submit_label=_("Close the project"),
    )


@require(Permission.VIEW_RECORDS)
@require_GET
def send_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the report drafted from what is recorded, as .docx."""
    project = get_project(get_scope(request), pk)
    response = HttpResponse(write_report(project, clock.today()), content_type=DOCX)
    file = f"{project.title}-{_('report')}.docx"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file)}"
    return response


def get_project(scope: Scope, pk: int) -> Project:
    """Return the project if the reader may see it; a stranger's is not found."""
    found: Project = get_object_or_404(queries.list_projects(scope), pk=pk)
    return found
