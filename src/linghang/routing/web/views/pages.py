"""The board, the list, a case, and the numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import require
from linghang.platform.calendar import clock
from linghang.platform.sheets import export
from linghang.platform.ui.tables import Tab, render_list
from linghang.rectification import api as rectification
from linghang.routing import access, queries
from linghang.routing.enums import NEXT, RUNNING, Outcome, Stage
from linghang.routing.models import Case
from linghang.routing.queries import clocks
from linghang.routing.web.filters import CaseFilter
from linghang.routing.web.tables import (
    CASES,
    describe_leg,
    find_case_lateness,
    list_export_columns,
    make_card,
    name_holder,
)

ON_A_COLUMN = 20
PERIODS = {"90": 90, "365": 365, "1095": 1095}  # days
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require(Permission.RAISE_PROBLEMS)
@require_GET
def show_board(request: HttpRequest) -> HttpResponse:
    """Show the problems under way by stage: what is due first stands first, late ones are marked."""
    scope = _scope(request)
    now = clock.now()
    seen = queries.list_cases(scope)
    mine = queries.filter_waiting(seen, scope, now)
    only_mine = request.GET.get("show") == "mine"
    cases = list(queries.annotate_board(mine if only_mine else seen))
    columns = []
    for stage in RUNNING:
        here = [case for case in cases if case.stage == stage]
        columns.append(
            {
                "stage": stage,
                "count": len(here),
                "cards": [make_card(case, now) for case in here[:ON_A_COLUMN]],
                "more": len(here) - ON_A_COLUMN,
                "url": f"{resolve_url('routing:cases')}?stage={stage.value}",
            }
        )
    context = {
        "columns": columns,
        "total": len(cases),
        "tabs": list_tabs("mine" if only_mine else "board", mine.count()),
        "only_mine": only_mine,
    }
    return render(request, "routing/board.html", context)


@require(Permission.RAISE_PROBLEMS)
@require_GET
def list_cases(request: HttpRequest) -> HttpResponse:
    """Show every raised problem the reader is on the way of, ended ones included."""
    scope = _scope(request)
    cases = queries.list_cases(scope)
    found = CaseFilter(request.GET, queryset=cases, request=request)
    waiting = queries.filter_waiting(cases, scope, clock.now()).count()
    return render_list(
        request,
        CASES.bind(found.qs, request.GET),
        title=_("Problem routing"),
        sub=_("Raised at the front, routed to who can solve it, with a clock at every stage."),
        filterset=found,
        template="routing/cases.html",
        ways=list_tabs("cases", waiting),
        may_export=scope.can(Permission.EXPORT),
        query=request.GET.urlencode(),
    )


@require(Permission.EXPORT)
@require_GET
def export_cases(request: HttpRequest) -> HttpResponse:
    """Send the filtered list as a workbook."""
    scope = _scope(request)
    cases = queries.list_cases(scope).filter(scope.restrict(Permission.EXPORT, "front__path"))
    found = CaseFilter(request.GET, queryset=cases, request=request).qs
    columns = list_export_columns()
    title = _("Raised problems")
    with export.Workbook(title=title) as book:
        sheet = book.add_sheet(
            title, title=title, columns=[export.Column(heading) for heading, _read in columns]
        )
        for case in found.iterator(chunk_size=500):
            sheet.append([read(case) for _heading, read in columns])
    response = HttpResponse(book.to_bytes(), content_type=XLSX)
    name = f"{title}-{clock.today():%Y%m%d}.xlsx"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


@require(Permission.RAISE_PROBLEMS)
@require_GET
def show_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one case as everybody on its way sees it: where it stands, who is next, every leg."""
    scope, now = _scope(request), clock.now()
    case = get_case(request, pk)
    legs = list(case.legs.select_related("unit", "person", "ended_by"))
    may_route = case.stage in {Stage.RAISED, Stage.ACCEPTED} and access.can_route(scope, case)
    context = {
        "case": case,
        "card": make_card(case, now),
        "total": find_case_lateness(case),
        "total_spent": clocks.describe_seconds(
            case.spent
            if case.spent is not None
            else clocks.seconds_between(case.raised_at, now) - case.rested
        ),
        "legs": [describe_leg(leg, now) for leg in reversed(legs)],
        "steps": list_steps(case),
        "holder": name_holder(case),
        "may": {outcome.value: bool(access.may(scope, case, outcome)) for outcome in Outcome},
        "why_not": find_refusal(scope, case),
        "suggestions": queries.suggest_units(case) if may_route else [],
        "like": queries.find_like(case) if may_route else [],
        "merged": list(case.merged_cases.select_related("front", "raised_by")),
        "problem": find_problem(scope, case),
        "crumbs": [(_("Problem routing"), resolve_url("routing:board"))],
    }
    return render(request, "routing/case.html", context)


@require(Permission.VIEW_RECORDS)
@require_GET
def show_numbers(request: HttpRequest) -> HttpResponse:
    """Show how long stages take and how much is solved in time: medians with n, no rate below five."""
    scope, today = _scope(request), clock.today()
    chosen = request.GET.get("days", "")
    days = PERIODS.get(chosen, 365)
    start = today - timedelta(days=days)
    seen = queries.list_cases(scope)
    waiting = queries.filter_waiting(seen, scope, clock.now()).count()
    numbers = queries.measure_cases(seen, start, today + timedelta(days=1), clock.now())
    labels = {90: _("the last 90 days"), 365: _("the last year"), 1095: _("three years")}
    context = {
        "numbers": numbers,
        "least": queries.LEAST,
        "median": clocks.describe_seconds(numbers.seconds),
        "groups": [
            (_("By stage"), describe_lines(numbers.by_stage)),
            (_("By category"), describe_lines(numbers.by_category)),
            (_("By solving unit, its own time only"), describe_lines(numbers.by_unit)),
        ],
        "tabs": list_tabs("numbers", waiting),
        "periods": [
            Tab(label, f"?days={number}", current=number == days)
            for number, label in labels.items()
        ],
        "start": start,
    }
    return render(request, "routing/numbers.html", context)


def get_case(request: HttpRequest, pk: int) -> Case:
    """Return the case if the reader is on its way; a stranger's is not found."""
    found: Case = get_object_or_404(
        queries.list_cases(_scope(request)).select_related("merged_into", "answered_by"), pk=pk
    )
    return found


def list_tabs(current: str, waiting: int) -> list[Tab]:
    """Return the ways to look at raised problems."""
    board = resolve_url("routing:board")
    return [
        Tab(_("Board"), board, current=current == "board"),
        Tab(_("Waits for me"), f"{board}?show=mine", waiting, current=current == "mine"),
        Tab(_("All"), resolve_url("routing:cases"), current=current == "cases"),
        Tab(_("Statistics"), resolve_url("routing:numbers"), current=current == "numbers"),
    ]


def list_steps(case: Case) -> list[dict[str, Any]]:
    """Return the six stages with where the case stands."""
    way = [*RUNNING, Stage.CONFIRMED]
    at = way.index(case.standing) if case.standing in way else -1
    steps = []
    for number, stage in enumerate(way):
        state = "done" if number < at else "current" if number == at else "todo"
        if case.stage == Stage.CONFIRMED:
            state = "done"
        steps.append({"label": stage.label, "state": state})
    return steps


def find_refusal(scope: Scope, case: Case) -> str:
    """Return why the reader cannot move the case on, "" if in some way they can."""
    answers = [access.may(scope, case, outcome) for outcome in NEXT[case.standing]]
    return "" if any(answers) or not answers else getattr(answers[0], "reason", "")


def find_problem(scope: Scope, case: Case) -> Any:
    """Return the problem a case became, if the reader sees it there too."""
    if case.problem_id is None:
        return None
    return rectification.list_problems(scope).filter(pk=case.problem_id).first()


def describe_lines(lines: Any) -> list[dict[str, Any]]:
    """Return rows of numbers in words."""
    return [{"line": line, "time": clocks.describe_seconds(line.seconds)} for line in lines]


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope
