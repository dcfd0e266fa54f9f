"""The branches and their year, one appraisal, the published list of slips with its recount, the report."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.appraisal import access, queries, services
from linghang.appraisal.enums import (
    AFTER_COUNT,
    DECIDED,
    GROUP_OF,
    STAGES_OF,
    WAY,
    Deed,
    Grade,
    Group,
    Stage,
)
from linghang.appraisal.models import Appraisal, Participant
from linghang.appraisal.queries import Line
from linghang.appraisal.web.exports import write_report
from linghang.appraisal.web.filters import LineFilter
from linghang.appraisal.web.tables import UNITS
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import render_list
from linghang_core.regulations import read_list, recount_list

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require(Permission.VIEW_RECORDS)
@require_GET
def list_units(request: HttpRequest) -> HttpResponse:
    """Show the branches with their appraisal of a year."""
    scope = get_scope(request)
    asked = LineFilter(request.GET, clock.today().year)
    lines = queries.list_lines(queries.list_units(scope), asked.year)
    found = [_link(line, scope) for line in asked.choose(lines)]
    return render_list(
        request,
        UNITS.bind(found, request.GET),
        title=_("Democratic appraisal"),
        sub=_("Once a year: own words, peer appraisal, an anonymous ballot, the branch decides."),
        filterset=asked,
    )


def _link(line: Line, scope: Scope) -> Line:
    if line.appraisal is not None:
        return replace(line, url=resolve_url("appraisal:appraisal", line.appraisal.pk))
    if access.can_open(scope, line.unit):
        address = resolve_url("appraisal:open", line.unit.pk)
        return replace(line, url=f"{address}?year={line.year}")
    return line


@require()
@require_GET
def show_appraisal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where an appraisal stands, what the reader does next, who has handed in, and its history."""
    scope = get_scope(request)
    appraisal = get_appraisal(request, pk)
    context = _describe(appraisal, scope, getattr(request.user, "pk", None))
    context["crumbs"] = list_crumbs(scope)
    if any(one.grade for one in context["decided"]):
        services.note_look(appraisal=appraisal, actor=request.user)
    return render(request, "appraisal/appraisal.html", context)


@require()
@require_GET
def show_slips(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the published list by person, counted again while it is shown."""
    scope = get_scope(request)
    appraisal = get_appraisal(request, pk)
    text = _find_list(appraisal, scope)
    found = recount_list(text)
    parts = {one.person_id: one for one in queries.list_participants(appraisal)}
    graded = queries.list_graded(parts.values())
    counts = queries.read_counts(appraisal)
    lines: dict[int, list[Any]] = {}
    for line in read_list(text):
        lines.setdefault(line.number, []).append(line)
    rows = []
    for number, one in enumerate(graded, 1):
        declared = counts.get(one.pk, {})
        again = next((g for (n, _name), g in found.totals.items() if n == number), {})
        sums = [
            (Grade(code).label, number_, again.get(queries.GRADES_ZH[code], 0))
            for code, number_ in declared.items()
        ]
        own = lines.get(number, [])
        rows.append(
            {
                "part": one,
                "sums": sums,
                "same": all(a == b for _label, a, b in sums),
                "slips": [line for line in own if line.receipt],
                "papers": [line for line in own if not line.receipt],
            }
        )
    context = {
        "appraisal": appraisal,
        "rows": rows,
        "recount": found,
        "agrees": found.digest == appraisal.digest
        and not found.faults
        and all(row["same"] for row in rows),
        "least": queries.LISTED_FROM,
        "grades": [grade.label for grade in Grade],
        "crumbs": [
            *list_crumbs(scope),
            (str(appraisal), resolve_url("appraisal:appraisal", appraisal.pk)),
        ],
    }
    return render(request, "appraisal/slips.html", context)


@require()
@require_GET
def send_slips(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the published list as CSV, for a recount outside the system."""
    appraisal = get_appraisal(request, pk)
    text = _find_list(appraisal, get_scope(request))
    response = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    return _name_file(response, f"{appraisal}-{_('slips')}.csv")


def _find_list(appraisal: Appraisal, scope: Scope) -> str:
    insist(access.can_see_list(scope, appraisal, queries.find_own(appraisal, scope.person_id)))
    if appraisal.stage not in AFTER_COUNT:
        raise Http404
    text: str = appraisal.urn.published
    return text


@require(Permission.EDIT_RECORDS, Permission.EDIT_PEOPLE)
@require_GET
def send_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the report (民主评议情况报告) as .docx to who sees the grades in it."""
    appraisal = get_appraisal(request, pk)
    insist(access.can_see_grades(get_scope(request), appraisal.unit))
    services.note_look(appraisal=appraisal, actor=request.user)
    response = HttpResponse(write_report(appraisal, clock.today()), content_type=DOCX)
    return _name_file(response, f"{appraisal}-{_('report')}.docx")


def _name_file(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def get_appraisal(request: HttpRequest, pk: int) -> Appraisal:
    """Return the appraisal if the reader may see it; a stranger's is not found."""
    found: Appraisal = get_object_or_404(queries.list_appraisals(get_scope(request)), pk=pk)
    return found


def get_scope(request: HttpRequest) -> Scope:
    """Return what the reader may see and do."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def list_crumbs(scope: Scope) -> list[tuple[str, str]]:
    """Return the way back to the list, for who has it."""
    if not scope.can(Permission.VIEW_RECORDS):
        return []
    return [(_("Democratic appraisal"), resolve_url("appraisal:units"))]


def _describe(appraisal: Appraisal, scope: Scope, user_id: int | None) -> dict[str, Any]:
    own = queries.find_own(appraisal, scope.person_id)
    answers = [
        (deed, access.can_do(scope, appraisal, deed, user_id, own))
        for deed, stages in STAGES_OF.items()
        if appraisal.stage in stages
    ]
    sees_grades = bool(access.can_see_grades(scope, appraisal.unit))
    parts = queries.list_participants(appraisal)
    voting = appraisal.stage == Stage.BALLOT
    turnout = queries.read_turnout(appraisal) if voting else None
    objections = queries.list_objections(appraisal) if appraisal.stage == Stage.TOLD else []
    graded = queries.list_graded(parts)
    decided = graded if sees_grades and appraisal.stage in {*DECIDED, Stage.COUNTED} else []
    if any(one.measure for one in decided):
        prefetch_related_objects(decided, "follow_ups")
    return {
        "appraisal": appraisal,
        "own": own,
        "own_voted": voting and own is not None and turnout and own not in turnout.missing,
        "steps": _list_steps(appraisal),
        "deeds": [
            deed
            for deed, answer in answers
            if answer and _comes_now(deed, appraisal, graded, turnout, objections)
        ],
        "refusals": list(
            dict.fromkeys(getattr(answer, "reason", "") for _deed, answer in answers if not answer)
        ),
        "parts": parts,
        "excused": [one for one in parts if one.excused],
        "handed_in": sum(one.self_on is not None for one in parts if not one.excused),
        "taking_part": sum(not one.excused for one in parts),
        "turnout": turnout,
        "objections": objections if sees_grades else [],
        "sees_grades": sees_grades,
        "decided": decided,
        "is_counted": appraisal.stage in AFTER_COUNT,
        "sees_list": bool(access.can_see_list(scope, appraisal, own)),
        "papers": [(Group(one.group).label, one) for one in appraisal.papers.all()],
        "acts": list(appraisal.acts.select_related("by").order_by("-pk")),
    }


def _comes_now(
    deed: Deed,
    appraisal: Appraisal,
    graded: list[Participant],
    turnout: queries.Turnout | None,
    objections: list[Any],
) -> bool:
    """Return whether the deed makes sense: papers only where there are some, a report once decided."""
    if deed in GROUP_OF and turnout is not None:
        return bool(turnout.on_paper if deed == Deed.COUNT_PAPER else appraisal.mass_invited)
    if deed == Deed.REPORT:
        return all(one.grade for one in graded)
    if deed == Deed.ANSWER:
        return any(one.decided_on is None for one in objections)
    if deed == Deed.FOLLOW:
        return bool(queries.list_open_measures(graded))
    return True


def _list_steps(appraisal: Appraisal) -> list[dict[str, Any]]:
    if appraisal.stage not in WAY:
        return []
    at = len(WAY) if appraisal.stage == Stage.TOLD else WAY.index(Stage(appraisal.stage))
    return [
        {
            "label": stage.label,
            "state": "done" if number < at else "current" if number == at else "todo",
        }
        for number, stage in enumerate(WAY)
    ]
