"""The branches with their terms, one election with its ballots and history, and its papers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.elections import access, queries
from linghang.elections.enums import STAGES_OF, WAY, Deed, Stage
from linghang.elections.models import Election
from linghang.elections.queries import Line
from linghang.elections.web.exports import write_list, write_report, write_request
from linghang.elections.web.filters import LineFilter
from linghang.elections.web.tables import UNITS
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import render_list

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAPERS = {"request": write_request, "report": write_report}


@require(Permission.VIEW_PEOPLE)
@require_GET
def list_units(request: HttpRequest) -> HttpResponse:
    """Show the branches with the ends of their terms, the first to end first."""
    found = _filter_lines(request)
    return render_list(
        request,
        UNITS.bind(found.lines, request.GET),
        title=_("Re-elections"),
        sub=_("Six months before a term ends, branch and superior are reminded."),
        filterset=found,
        template="elections/units.html",
        export_query=request.GET.urlencode(),
    )


@require(Permission.VIEW_PEOPLE)
@require_GET
def export_units(request: HttpRequest) -> HttpResponse:
    """Send the filtered list of terms as a workbook: it names units and no person."""
    table = UNITS.bind(_filter_lines(request).lines, request.GET)
    title = _("Re-elections")
    response = HttpResponse(write_list(title, table), content_type=XLSX)
    file = f"{title}-{clock.today():%Y%m%d}.xlsx"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file)}"
    return response


def _filter_lines(request: HttpRequest) -> LineFilter:
    scope = get_scope(request)
    lines = queries.list_lines(queries.list_units(scope), clock.today())
    return LineFilter(request.GET, [_link(line, scope) for line in lines])


def _link(line: Line, scope: Scope) -> Line:
    if line.election is not None:
        return replace(line, url=resolve_url("elections:election", line.election.pk))
    if access.can_open(scope, line.unit):
        return replace(line, url=resolve_url("elections:open", line.unit.pk))
    return line


@require(Permission.VIEW_RECORDS)
@require_GET
def show_election(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one election: where it stands, what comes next and who does it, ballots and history."""
    scope = get_scope(request)
    election = get_election(request, pk)
    context = describe(election, scope, getattr(request.user, "pk", None))
    context["crumbs"] = list_crumbs(scope)
    return render(request, "elections/election.html", context)


@require(Permission.VIEW_RECORDS)
@require_GET
def send_paper(request: HttpRequest, pk: int, paper: str) -> HttpResponse:
    """Send the request or the report as .docx to who sees the names in it."""
    election = get_election(request, pk)
    if paper not in PAPERS:
        raise Http404
    insist(access.can_see_votes(get_scope(request), election.unit))
    response = HttpResponse(PAPERS[paper](election, clock.today()), content_type=DOCX)
    name = {"request": _("request"), "report": _("report")}[paper]
    file = f"{election.unit.name}-{name}.docx"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file)}"
    return response


def get_election(request: HttpRequest, pk: int) -> Election:
    """Return the election if the reader may see it; a stranger's is not found."""
    found: Election = get_object_or_404(queries.list_elections(get_scope(request)), pk=pk)
    return found


def get_scope(request: HttpRequest) -> Scope:
    """Return what the reader may see and do."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def list_crumbs(scope: Scope) -> list[tuple[str, str]]:
    """Return the way back to the list, for who has it."""
    if not scope.can(Permission.VIEW_PEOPLE):
        return []
    return [(_("Re-elections"), resolve_url("elections:units"))]


def describe(election: Election, scope: Scope, user_id: int | None) -> dict[str, Any]:
    """Return what the page of an election shows to the reader."""
    ballots = queries.read_ballots(election)
    answers = [
        (deed, access.can_do(scope, election, deed, user_id))
        for deed, stages in STAGES_OF.items()
        if election.stage in stages
    ]
    candidates = list(election.candidates.select_related("person"))
    return {
        "election": election,
        "steps": _list_steps(election),
        "deeds": [deed for deed, answer in answers if answer and _comes_now(deed, ballots)],
        "refusals": list(
            dict.fromkeys(getattr(answer, "reason", "") for _deed, answer in answers if not answer)
        ),
        "tallies": queries.read_tallies(election, ballots) if ballots else [],
        "ballots": ballots,
        "offices": [
            (
                office,
                election.count_seats(office),
                [one.person for one in candidates if one.office == office],
            )
            for office in election.offices
        ],
        "nominated": list(election.nominated.all()),
        "elected": list(election.elected.select_related("person", "post")),
        "acts": list(election.acts.select_related("by").order_by("-pk")),
        "sees_votes": bool(access.can_see_votes(scope, election.unit)),
        "sees_reasons": bool(access.can_see_reasons(scope, election.unit)),
        "roll": queries.read_roll(election, clock.today())
        if election.stage == Stage.VOTING
        else None,
    }


def _comes_now(deed: Deed, ballots: list[Any]) -> bool:
    """Return whether the deed makes sense: withdrawing before a ballot, failing after one."""
    if deed == Deed.WITHDRAW:
        return not ballots
    return bool(ballots) or deed not in {Deed.FAIL, Deed.FEWER}


def _list_steps(election: Election) -> list[dict[str, Any]]:
    at = WAY.index(Stage(election.stage)) if election.stage in WAY else len(WAY)
    if election.stage == Stage.DONE:
        at = len(WAY)
    return [
        {
            "label": stage.label,
            "state": "done" if number < at else "current" if number == at else "todo",
        }
        for number, stage in enumerate(WAY)
        if election.stage in WAY
    ]
