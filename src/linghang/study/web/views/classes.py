"""The own study, the classes, one class with its timetable, and its attendance book."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import render_list
from linghang.study import access, queries
from linghang.study.enums import SessionState
from linghang.study.models import Session, StudyClass
from linghang.study.web.tables import CLASSES

NEXT_AT_MOST = 5


@require()
@require_GET
def show_home(request: HttpRequest) -> HttpResponse:
    """Show what the reader studies: hours of the year, next sessions, and where the rest is."""
    scope, today = get_scope(request), clock.today()
    coming = []
    own = None
    mine: dict[str, Any] = {}
    if scope.person_id is not None:
        coming = list(
            Session.objects.filter(
                study_class__participants__person_id=scope.person_id,
                study_class__called_off_on=None,
                on__gte=today,
                activity=None,
            ).select_related("study_class")[:NEXT_AT_MOST]
        )
        hours = queries.read_hours([scope.person_id], today.year, today)[scope.person_id]
        target = queries.find_target(scope.person_id, today)
        own = {"hours": hours.hours, "asked": target.hours}
        mine = {
            "swaps": list(queries.list_swaps(scope.person_id)),
            "lectures": list(queries.list_own_lectures(scope.person_id, today)[:NEXT_AT_MOST]),
            "to_rate": queries.list_to_rate(scope.person_id),
        }
    context = {
        "title": _("Study"),
        "coming": coming,
        "own": own,
        "sees_people": bool(scope.can(Permission.VIEW_PEOPLE)),
        "plans": bool(scope.can(Permission.EDIT_RECORDS)),
        "waiting": queries.list_waiting_claims(scope).count(),
        **mine,
    }
    return render(request, "study/home.html", context)


@require()
@require_GET
def list_classes(request: HttpRequest) -> HttpResponse:
    """Show the classes of the reader's units and those they take part in."""
    scope = get_scope(request)
    lines = queries.read_classes(queries.list_classes(scope), clock.today())
    return render_list(
        request,
        CLASSES.bind(lines, request.GET),
        title=_("Classes"),
        sub=_("Planned once; each roll call gives the record, the hours and the ledger."),
        template="study/classes.html",
        crumbs=[(_("Study"), resolve_url("study:home"))],
        plans=bool(scope.can(Permission.EDIT_RECORDS)),
    )


@require()
@require_GET
def show_class(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a class: how far it is, the timetable by stage, who takes part."""
    study_class, scope = get_class(request, pk), get_scope(request)
    sessions = list(study_class.sessions.select_related("stage", "activity"))
    may_change = access.can_change(scope, study_class)
    plans = bool(access.can_plan(scope, study_class.unit))
    own = {}
    if scope.person_id is not None:
        mine = [s for s in sessions if s.is_held]
        own = {row.activity_id: row.get_state_display() for row in _own_rows(mine, scope.person_id)}
    left = queries.count_left_out([s.activity_id for s in sessions if s.is_held]) if plans else {}
    today = clock.today()
    rows = [
        {
            "session": session,
            "state": session.judge(today),
            "own": own.get(session.activity_id, ""),
            "left": left.get(session.activity_id or 0, 0),
        }
        for session in sessions
    ]
    context = {
        "study_class": study_class,
        "line": queries.read_class(study_class, today),
        "stages": _by_stage(study_class, rows),
        "days": len({s.on for s in sessions}),
        "hours": sum(s.hours for s in sessions),
        "may_change": bool(may_change),
        "plans": plans,
        "waiting": SessionState.WAITING,
        "held": SessionState.HELD,
        "people": list(queries.list_participants(study_class)) if plans else [],
        "crumbs": crumbs(),
    }
    return render(request, "study/class.html", context)


def _own_rows(sessions: list[Session], person_id: int) -> Any:
    return queries.list_own_rows([s.activity_id for s in sessions], person_id)


def _by_stage(study_class: StudyClass, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = {}
    ordered = sorted(rows, key=lambda r: (r["session"].stage.number, r["session"].on))
    for pk, same in groupby(ordered, key=lambda row: row["session"].stage_id):
        found[pk] = list(same)
    stages = []
    for stage in study_class.stages.all():
        own = found.get(stage.pk, [])
        held = sum(row["state"] is SessionState.HELD for row in own)
        state = "done" if own and held == len(own) else "current" if held else "todo"
        stages.append({"stage": stage, "rows": own, "label": stage.title, "state": state})
    return stages


@require(Permission.EDIT_RECORDS)
@require_GET
def show_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the attendance book: who was at which session; to who plans the class."""
    study_class = get_class(request, pk)
    insist(access.can_plan(get_scope(request), study_class.unit))
    sessions = list(study_class.sessions.select_related("activity"))
    context = {
        "title": _("Attendance book"),
        "study_class": study_class,
        "sessions": sessions,
        "lines": queries.read_book(study_class, sessions),
        "crumbs": [*crumbs(), (study_class.title, resolve_url("study:class", study_class.pk))],
    }
    return render(request, "study/book.html", context)


def get_class(request: HttpRequest, pk: int) -> StudyClass:
    """Return the class if the reader may see it; a stranger's is not found."""
    found: StudyClass = get_object_or_404(queries.list_classes(get_scope(request)), pk=pk)
    return found


def get_scope(request: HttpRequest) -> Scope:
    """Return what the reader may see and do."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def crumbs() -> list[tuple[str, str]]:
    """Return the way back to the classes."""
    return [
        (_("Study"), resolve_url("study:home")),
        (_("Classes"), resolve_url("study:classes")),
    ]
