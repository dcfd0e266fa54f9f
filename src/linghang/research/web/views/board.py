"""The year's board of topics, and the lists of visits and findings."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.platform.access import Permission
from linghang.platform.access.web import require
from linghang.platform.calendar import clock
from linghang.platform.sheets import export
from linghang.platform.ui.tables import Tab, render_list
from linghang.research import access, queries
from linghang.research.enums import TopicState
from linghang.research.models import Topic
from linghang.research.web.filters import FindingFilter, VisitFilter
from linghang.research.web.tables import FINDINGS, VISITS
from linghang.research.web.views.reading import list_tabs, scope_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require(Permission.RAISE_PROBLEMS)
@require_GET
def show_board(request: HttpRequest) -> HttpResponse:
    """Show the topics of a year by who leads them, with how far each is; unclaimed ones first."""
    scope, today = scope_of(request), clock.today()
    seen = queries.list_topics(scope)
    years = sorted({*queries.find_years(seen), today.year}, reverse=True)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and int(asked) in years else today.year
    topics = list(seen.filter(year=year).exclude(state=TopicState.WITHDRAWN).order_by("number"))
    rolls, together = queries.roll_up(topics, today)
    root = queries.find_bureau(scope)
    may_propose = root is not None and bool(access.can_propose(scope, root))
    context = {
        "title": _("Research and talks"),
        "groups": _group(request, topics, rolls),
        "together": together,
        "book": queries.find_book(root, year) if topics else None,
        "count": len(topics),
        "year": year,
        "tabs": list_tabs(request, "board"),
        "years": [Tab(str(each), f"?year={each}", current=each == year) for each in years],
        "may_propose": may_propose,
        "offered": len(queries.list_templates(root, today.year)) if may_propose and root else 0,
        "sees_topics": bool(topics) or (root is not None and _sees_all(request, root)),
    }
    return render(request, "research/board.html", context)


def _sees_all(request: HttpRequest, root: Any) -> bool:
    return bool(scope_of(request).can(Permission.VIEW_RECORDS, root.path))


def _group(
    request: HttpRequest, topics: list[Topic], rolls: dict[int, queries.Roll]
) -> list[dict[str, Any]]:
    """Return the topics by leader: those that wait first, then by the leader's code."""
    scope = scope_of(request)
    found: dict[Any, dict[str, Any]] = {}
    for topic in sorted(topics, key=lambda t: (t.leader is not None, _order(t))):
        group = found.setdefault(topic.leader_id, {"leader": topic.leader, "cards": []})
        group["cards"].append(
            {
                "topic": topic,
                "roll": rolls[topic.pk],
                "is_late": topic.due_on is not None
                and topic.due_on < clock.today()
                and topic.state in {TopicState.CLAIMED, TopicState.UNDER_WAY, TopicState.PROPOSED},
                "may_claim": bool(access.can_claim(scope, topic)),
            }
        )
    return list(found.values())


def _order(topic: Topic) -> tuple[str, int]:
    return (topic.leader.code if topic.leader else "", topic.number)


@require(Permission.VIEW_RECORDS)
@require_GET
def list_visits(request: HttpRequest) -> HttpResponse:
    """Show the visits of the topics the reader sees, and those to their units."""
    rows = queries.list_visits(scope_of(request))
    found = VisitFilter(request.GET, queryset=rows, request=request)
    return render_list(
        request,
        VISITS.bind(found.qs, request.GET),
        title=_("Research visits"),
        sub=_("Where research went, how, and whom it heard."),
        filterset=found,
        template="research/list.html",
        ways=list_tabs(request, "visits"),
        export_url="research:export-visits" if scope_of(request).can(Permission.EXPORT) else "",
        query=request.GET.urlencode(),
    )


@require(Permission.EXPORT)
@require_GET
def export_visits(request: HttpRequest) -> HttpResponse:
    """Send the filtered list of visits as a workbook."""
    scope = scope_of(request)
    rows = queries.list_visits(scope).filter(scope.restrict(Permission.EXPORT, "branch__path"))
    found = VisitFilter(request.GET, queryset=rows, request=request)
    title = _("Research visits")
    table = VISITS.bind(found.qs, request.GET).export_rows()
    with export.Workbook(title=title) as book:
        sheet = book.add_sheet(
            title, title=title, columns=[export.Column(heading) for heading in next(table)]
        )
        for row in table:
            sheet.append(row)
    response = HttpResponse(book.to_bytes(), content_type=XLSX)
    name = f"{title}-{clock.today():%Y%m%d}.xlsx"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


@require(Permission.VIEW_RECORDS)
@require_GET
def list_findings(request: HttpRequest) -> HttpResponse:
    """Show what was found, in the finders' words, and what became of it."""
    rows = queries.list_findings(scope_of(request))
    found = FindingFilter(request.GET, queryset=rows, request=request)
    return render_list(
        request,
        FINDINGS.bind(found.qs, request.GET),
        title=_("Findings"),
        sub=_("In the words of those who found them, and the problems they led to."),
        filterset=found,
        template="research/list.html",
        ways=list_tabs(request, "findings"),
    )
