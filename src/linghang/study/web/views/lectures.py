"""Rosters of lectures, one roster by week with the ranking of a show, and one lecture."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.platform.access import Permission
from linghang.platform.access.web import require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import render_list
from linghang.study import access, queries
from linghang.study.enums import LectureState
from linghang.study.models import Lecture, Roster
from linghang.study.services.lecturing import RATED_WITHIN
from linghang.study.web.tables import ROSTERS
from linghang.study.web.views.classes import get_scope
from linghang_core import ratings


@require()
@require_GET
def list_rosters(request: HttpRequest) -> HttpResponse:
    """Show the rosters of the reader's units and those above."""
    scope = get_scope(request)
    lines = queries.read_rosters(queries.list_rosters(scope))
    return render_list(
        request,
        ROSTERS.bind(lines, request.GET),
        title=_("Lectures"),
        sub=_("Take a free day, swap with another; a held lecture is recorded with one button."),
        template="study/rosters.html",
        crumbs=[(_("Study"), resolve_url("study:home"))],
        plans=bool(scope.can(Permission.EDIT_RECORDS)),
    )


@require()
@require_GET
def show_roster(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a roster: who speaks when about what, free days, and the ranking of a closed show."""
    roster, scope = get_roster(request, pk), get_scope(request)
    today = clock.today()
    lines = queries.read_roster(roster, today, scope.person_id)
    plans = bool(access.can_plan(scope, roster.unit))
    closed = roster.closed_on is not None
    total, people = queries.find_prior([line.lecture for line in lines])
    context = {
        "roster": roster,
        "lines": lines,
        "ranking": queries.rank_show(lines) if roster.is_show and closed else [],
        "prior": total / people if people else 0,
        "weight": ratings.WEIGHT,
        "shown_from": ratings.SHOWN_FROM,
        "facts": _describe(roster, lines),
        "may_claim": bool(access.can_claim(scope, roster)) and not closed,
        "plans": plans and not closed,
        "may_close": plans
        and roster.is_show
        and not closed
        and any(line.state is LectureState.HELD for line in lines),
        "days": RATED_WITHIN,
        "crumbs": crumbs(),
    }
    return render(request, "study/roster.html", context)


def _describe(roster: Roster, lines: list[queries.LectureLine]) -> str:
    """Return when and where, and how far the roster is, as one line."""
    free = sum(line.state is LectureState.FREE for line in lines)
    held = sum(line.state is LectureState.HELD for line in lines)
    words = [
        f"{roster.begins:%H:%M}",
        _("%(n)s minutes each") % {"n": roster.minutes},
        roster.place,
        _("%(free)s free, %(held)s held") % {"free": free, "held": held},
    ]
    return " · ".join(filter(None, words))


@require()
@require_GET
def show_lecture(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a lecture: who and what, slides and recording, one's stars, and counts once closed."""
    return render_lecture(request, get_lecture(request, pk))


def render_lecture(request: HttpRequest, lecture: Lecture, status: int = 200) -> HttpResponse:
    """Return the page of a lecture."""
    scope, roster = get_scope(request), lecture.roster
    own = scope.person_id is not None and lecture.person_id == scope.person_id
    state = lecture.judge(clock.today())
    is_open = lecture.is_held and not lecture.is_rated and roster.closed_on is None
    audience = queries.list_audience(lecture.activity) if lecture.activity and is_open else set()
    rated = None
    if lecture.is_rated and lecture.is_held:
        same = roster.lectures.select_related("activity")
        rated = queries.rank_rated(same).get(lecture.pk)
    plans = bool(access.can_plan(scope, roster.unit)) and roster.closed_on is None
    there = scope.person_id in audience
    context: dict[str, Any] = {
        "lecture": lecture,
        "state": state,
        "own": own,
        "plans": plans,
        "may_claim": bool(access.can_claim(scope, roster)) and roster.closed_on is None,
        "may_record": plans and state is LectureState.WAITING and bool(lecture.topic),
        "may_see_record": lecture.is_held
        and bool(scope.can(Permission.VIEW_RECORDS, roster.unit.path)),
        "rated": rated,
        "counts": list(zip(range(5, 0, -1), reversed(lecture.counts), strict=False)),
        "is_open": is_open,
        "may_rate": is_open and there and not own,
        "stars": queries.read_own_stars([lecture], scope.person_id or 0).get(lecture.pk, 0)
        if is_open and there
        else 0,
        "choices": range(1, 6),
        "shown_from": ratings.SHOWN_FROM,
        "days": RATED_WITHIN,
        "swaps": [s for s in queries.list_swaps(scope.person_id or 0) if s.other_id == lecture.pk],
        "asked": lecture.swaps.filter(state="asked").select_related("other__person").first()
        if own
        else None,
        "crumbs": crumbs(roster),
    }
    return render(request, "study/lecture.html", context, status=status)


def get_roster(request: HttpRequest, pk: int) -> Roster:
    """Return the roster if the reader may see it; a stranger's is not found."""
    found: Roster = get_object_or_404(queries.list_rosters(get_scope(request)), pk=pk)
    return found


def get_lecture(request: HttpRequest, pk: int) -> Lecture:
    """Return the lecture if the reader sees its roster."""
    found: Lecture = get_object_or_404(queries.list_lectures(get_scope(request)), pk=pk)
    return found


def crumbs(roster: Roster | None = None) -> list[tuple[str, str]]:
    """Return the way back to the rosters, or to one."""
    way = [
        (_("Study"), resolve_url("study:home")),
        (_("Lectures"), resolve_url("study:rosters")),
    ]
    if roster is not None:
        way.append((roster.title, resolve_url("study:roster", roster.pk)))
    return way
