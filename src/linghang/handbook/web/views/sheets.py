"""How branches stand: a branch's sheet, the matrix of branches and chapters, the printed sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.handbook.enums import Verdict
from linghang.handbook.mapping import describe_check, list_activity_kinds
from linghang.handbook.models import Chapter, Handbook, Version
from linghang.handbook.queries import sheets as queries
from linghang.handbook.queries import versions
from linghang.handbook.queries.judging import Finding, Proof
from linghang.handbook.web.exports import number_of, write_sheet
from linghang.handbook.web.forms import PeriodForm
from linghang.handbook.web.views.shared import (
    find_present,
    get_scope,
    list_tabs,
    send_file,
)
from linghang.org import api as org
from linghang.org.models import Unit
from linghang.platform.access import Permission
from linghang.platform.access.web import require
from linghang.platform.calendar import clock
from linghang_core.periods import Period, PeriodError, PeriodKind

HUNDRED = 100


@require(Permission.VIEW_RECORDS)
@require_GET
def show_matrix(request: HttpRequest, pk: int) -> HttpResponse:
    """Show branches × chapters: met of what can be told; every cell leads to the branch's sheet."""
    scope, today = get_scope(request), clock.today()
    handbook = get_object_or_404(versions.list_handbooks(scope), pk=pk)
    period = read_period(request)
    version = _find_version(handbook, period)
    units = list(queries.list_units(scope, handbook))
    found = queries.read_sheets(version, units, period, today) if version else {}
    chapters = versions.read_chapters(version) if version else []
    shown = [found[unit.pk] for unit in units if unit.pk in found]
    context = {
        "handbook": handbook,
        "version": version,
        "period": period,
        "period_form": PeriodForm(chosen=period),
        "counts": _count(shown),
        "columns": [chapter.title for chapter in chapters],
        "rows": [_show_row(sheet, chapters) for sheet in shown],
        "tabs": list_tabs(handbook, find_present(handbook), "matrix"),
    }
    return render(request, "handbook/matrix.html", context)


def _show_row(sheet: queries.Sheet, chapters: list[Chapter]) -> tuple[str, str, list[Any]]:
    url = f"{resolve_url('handbook:sheet', sheet.unit.pk)}?period={sheet.period}"
    cells = [_show_cell(sheet, chapter, url) for chapter in chapters]
    return sheet.unit.name, url, cells


def _show_cell(sheet: queries.Sheet, chapter: Chapter, url: str) -> dict[str, Any] | None:
    met, unmet = (sheet.count(one, chapter.pk) for one in (Verdict.MET, Verdict.UNMET))
    if not met + unmet:
        return None
    return {
        "value": met * HUNDRED // (met + unmet),
        "text": f"{met}/{met + unmet}",
        "url": f"{url}#chapter-{chapter.number}",
        "mark": _("something is not met") if unmet else "",
    }


def _count(sheets: list[queries.Sheet]) -> list[tuple[Verdict, int]]:
    order = (Verdict.MET, Verdict.UNMET, Verdict.NOT_DUE, Verdict.UNKNOWN)
    return [(one, sum(sheet.count(one) for sheet in sheets)) for one in order]


@require(Permission.VIEW_RECORDS)
@require_GET
def show_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a branch with every standard that concerns it, the records behind it, what to do next."""
    unit = org.get_visible_unit(get_scope(request), pk, Permission.VIEW_RECORDS)
    period = read_period(request)
    context = describe(request, unit, period)
    context["period_form"] = PeriodForm(chosen=period)
    handbook = context["handbook"]
    if handbook is not None:
        context["tabs"] = list_tabs(handbook, find_present(handbook), "")
    context["crumbs"] = [(_("Standards handbook"), resolve_url("handbook:home"))]
    return render(request, "handbook/sheet.html", context)


@require(Permission.VIEW_RECORDS)
@require_GET
def show_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how the branch stands this quarter: a part of its page."""
    unit = org.get_visible_unit(get_scope(request), pk, Permission.VIEW_RECORDS)
    return render(request, "handbook/panel.html", describe(request, unit, read_period(request)))


@require(Permission.VIEW_RECORDS)
@require_GET
def send_sheet(request: HttpRequest, pk: int, period: str) -> HttpResponse:
    """Send a branch's sheet as .docx."""
    unit = org.get_visible_unit(get_scope(request), pk, Permission.VIEW_RECORDS)
    try:
        span = Period.parse(period)
    except PeriodError as bad:
        raise Http404 from bad
    version, sheet = _read(request, unit, span)[1:]
    if version is None or sheet is None:
        raise Http404
    data = write_sheet(sheet, version, clock.today())
    return send_file(data, f"{unit.name}-{span}.docx")


def describe(request: HttpRequest, unit: Unit, period: Period) -> dict[str, Any]:
    """Return what the page of a branch shows: counts, chapters, lines with their checks in words."""
    handbook, version, sheet = _read(request, unit, period)
    kinds = list_activity_kinds() if sheet else {}
    chapters = [
        (
            chapter,
            [
                {
                    "number": number_of(chapter, line.standard),
                    "line": line,
                    "check": describe_check(line.standard.proved_by, line.standard.params, kinds),
                    "groups": _group(_choose_parts(line)),
                    "is_met": line.verdict is Verdict.MET,
                }
                for line in lines
            ],
        )
        for chapter, lines in (sheet.chapters if sheet else ())
    ]
    return {
        "unit": unit,
        "period": period,
        "handbook": handbook,
        "version": version,
        "sheet": sheet,
        "counts": _count([sheet] if sheet else []),
        "chapters": chapters,
    }


@dataclass
class Group:
    """Spans that stand the same way, told once; each with where it goes on."""

    finding: Finding
    next: Proof | None
    spans: list[tuple[Period, str]]


def _group(parts: Sequence[queries.Part]) -> list[Group]:
    """Return the spans, those together of which the same is to be said and no record to be shown."""
    groups: list[Group] = []
    for part in parts:
        last, url = groups[-1] if groups else None, part.next.url if part.next else ""
        if last and not last.finding.proofs and last.finding == part.finding:
            last.spans.append((part.span, url))
        else:
            groups.append(Group(part.finding, part.next, [(part.span, url)]))
    return groups


def _choose_parts(line: queries.Line) -> list[queries.Part]:
    """Return the spans that decide; of what waits or is not known one is enough."""
    same = [part for part in line.parts if part.finding.verdict is line.verdict]
    return same if line.verdict in {Verdict.MET, Verdict.UNMET} else same[:1]


def _read(
    request: HttpRequest, unit: Unit, period: Period
) -> tuple[Handbook | None, Version | None, queries.Sheet | None]:
    found = versions.list_handbooks(get_scope(request))
    handbook = found.filter(unit__path=unit.root_path).first()
    version = _find_version(handbook, period) if handbook else None
    if version is None:
        return handbook, None, None
    sheets = queries.read_sheets(version, [unit], period, clock.today())
    return handbook, version, sheets.get(unit.pk)


def _find_version(handbook: Handbook, period: Period) -> Version | None:
    """Return the generation that held when the period began: a later one changes no page before it."""
    return versions.find_version(versions.list_spans(handbook), period.first_day)


def read_period(request: HttpRequest) -> Period:
    """Return the month, quarter or year asked for; this quarter where none is, or no such."""
    try:
        found = Period.parse(request.GET.get("period", ""))
    except PeriodError:
        found = None
    if found is None or found.kind is PeriodKind.WEEK:
        return Period.containing(clock.today(), PeriodKind.QUARTER)
    return found
