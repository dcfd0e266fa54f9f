"""The board of supervision and the library of common findings."""

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
from linghang.supervision import queries
from linghang.supervision.models import CommonFinding
from linghang.supervision.web.filters import FindingFilter
from linghang.supervision.web.tables import FINDINGS
from linghang.supervision.web.views.answering import crumbs, find_root, list_tabs, scope_of


@require(Permission.VIEW_SUPERVISION)
@require_GET
def show_board(request: HttpRequest) -> HttpResponse:
    """Show self-examinations with how far they are, and how much waits to be looked at."""
    scope, today = scope_of(request), clock.today()
    examinations = list(queries.list_examinations(scope)[:30])
    coverage = queries.measure_coverage(examinations, today)
    context = {
        "tabs": list_tabs("board"),
        "rows": [(each, coverage[each.pk]) for each in examinations],
        "open_hints": queries.filter_open_hints(queries.list_hints(scope)).count(),
        "risks": queries.list_risks(scope).count(),
        "late_reviews": queries.filter_overdue_reviews(queries.list_risks(scope), today).count(),
        "findings": queries.list_findings().count(),
        "may_open": find_root(scope) is not None,
    }
    return render(request, "supervision/board.html", context)


@require(Permission.VIEW_SUPERVISION)
@require_GET
def list_findings(request: HttpRequest) -> HttpResponse:
    """Show the library of common findings."""
    found = FindingFilter(request.GET, queryset=queries.list_findings(), request=request)
    return render_list(
        request,
        FINDINGS.bind(found.qs, request.GET),
        title=_("Supervision"),
        sub=_("What inspections and audits meet often: no real cases, no persons."),
        filterset=found,
        template="supervision/list.html",
        ways=list_tabs("findings"),
        actions=list_opening(scope_of(request)),
    )


def list_opening(scope: Any) -> list[tuple[str, str, str, bool]]:
    """Return the button that opens a self-examination, for who may."""
    if find_root(scope) is None:
        return []
    return [(_("Open a self-examination"), resolve_url("supervision:open"), "plus", True)]


@require(Permission.VIEW_SUPERVISION)
@require_GET
def show_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a finding: how it shows, how to check, its basis, and how many units said it is there."""
    finding = get_object_or_404(CommonFinding, pk=pk)  # the library is one for all who may see it
    context = {
        "finding": finding,
        "counts": queries.count_presence(finding, scope_of(request)),
        "crumbs": crumbs((_("Common findings"), resolve_url("supervision:findings"))),
    }
    return render(request, "supervision/finding.html", context)
