"""Personal study lists: one's own with its progress, and those of each level of leaders."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.platform.access import Permission
from linghang.platform.access.web import require
from linghang.platform.calendar import clock
from linghang.study import queries
from linghang.study.web.views.classes import get_scope
from linghang.worklists.enums import TaskState


@require()
@require_GET
def show_study_list(request: HttpRequest) -> HttpResponse:
    """Show the reader's own study list: what, by when, how far; each leads to its task."""
    scope, today = get_scope(request), clock.today()
    tasks = queries.list_own_tasks(scope.person_id) if scope.person_id else []
    done = sum(task.state == TaskState.DONE for task in tasks)
    rows = [(task, queries.judge_task(task, today)) for task in tasks]
    lists = [(head, list(own)) for head, own in groupby(rows, key=lambda row: row[0].worklist)]
    context = {
        "title": _("My study list"),
        "lists": lists,
        "all": len(tasks),
        "done": done,
        "percent": 100 * done // len(tasks) if tasks else 0,
        "sees_all": bool(scope.can(Permission.VIEW_PEOPLE)),
        "crumbs": [(_("Study"), resolve_url("study:home"))],
    }
    return render(request, "study/study_list.html", context)


@require(Permission.VIEW_PEOPLE)
@require_GET
def show_study_lists(request: HttpRequest) -> HttpResponse:
    """Show the study lists by level of leaders with their progress, in the order of the tree."""
    scope = get_scope(request)
    levels = queries.read_levels(scope, clock.today())
    context = {
        "title": _("Study lists"),
        "levels": levels,
        "lists": sum(len(level.lines) for level in levels),
        "worklists": list(queries.list_study_lists(scope)) if levels else [],
        "issues": bool(scope.can(Permission.ISSUE_LISTS)),
        "crumbs": [(_("Study"), resolve_url("study:home"))],
    }
    return render(request, "study/study_lists.html", context)
