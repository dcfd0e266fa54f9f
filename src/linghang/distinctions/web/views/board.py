"""The board of a bureau, who qualifies, the rolling lists, the tab on a unit's page, the poster."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.distinctions import access, services
from linghang.distinctions.enums import ENDED, Kind
from linghang.distinctions.models import Case, Holding, Programme
from linghang.distinctions.queries import conditions, standing
from linghang.distinctions.queries.standing import Place
from linghang.distinctions.web.tables import UNITS
from linghang.distinctions.web.views.shared import (
    READING,
    get_programme,
    get_root,
    get_scope,
    get_unit,
    list_crumbs,
)
from linghang.org.models import Unit
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.languages import spoken
from linghang.platform.sheets import export
from linghang.platform.ui.tables import BoundTable, Tab, render_list
from linghang_core.periods import Period, PeriodKind

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require(*READING)
@require_GET
def show_board(request: HttpRequest) -> HttpResponse:
    """Show the levels of a bureau by peer group, what waits, and every unit with its level."""
    scope, root, programme = get_scope(request), get_root(request), get_programme(request)
    if root is None or programme is None:
        return render(request, "distinctions/nothing.html", {"title": _("Stars and benchmarks")})
    if programme.kind == Kind.FLAGS:  # nobody holds it: each quarter has its list
        return redirect(f"{resolve_url('distinctions:rolling', programme.pk)}?root={root.pk}")
    lines = _list_lines(request, programme, root)
    groups, counts = standing.count_levels(lines)
    waiting = standing.list_waiting(scope, programme, root, clock.today())
    objections = [
        one
        for one in standing.list_objections(scope).filter(state="open")
        if access.can_settle(scope, one)
    ]
    return render_list(
        request,
        UNITS.bind(lines, request.GET),
        title=_("Stars and benchmarks"),
        sub=root.name,
        programmes=_list_tabs(programme, root),
        template="distinctions/board.html",
        programme=programme,
        root=root,
        bureaus=standing.list_bureaus(scope),
        groups=groups,
        rows=_list_rows(programme, groups, counts),
        waiting=[_show_waiting(one) for one in waiting],
        objections=objections,
        may_recommend=bool(access.can_recommend(scope, root)),
        own=_find_own(request, programme, lines),
        query=urlencode({"programme": programme.pk, "root": root.pk}),
    )


def _list_lines(request: HttpRequest, programme: Programme, root: Unit) -> list[Place]:
    scope = get_scope(request)
    lines = standing.list_lines(conditions.read_evidence(programme, root, clock.today()))
    return [
        replace(
            line,
            url=resolve_url("distinctions:holding", line.holding.pk)
            if line.holding
            else resolve_url("distinctions:apply", programme.pk, line.unit.pk)
            if access.can_apply(scope, line.unit)
            else "",
            case=line.case
            if line.case
            and (line.case.stage == "public" or access.can_see_reasons(scope, line.unit))
            else None,
        )
        for line in lines
    ]


def _list_tabs(programme: Programme, root: Unit) -> list[Tab]:
    return [
        Tab(
            str(one),
            f"{resolve_url('distinctions:board')}?{urlencode({'programme': one.pk, 'root': root.pk})}",
            None,
            one.pk == programme.pk,
        )
        for one in standing.list_programmes()
    ]


def _list_rows(programme: Programme, groups: list[str], counts: Any) -> list[dict[str, Any]]:
    """Return a row for each level and one for the units without, with a count for each group."""
    levels: list[tuple[str, str, int]] = [
        (one.title, one.stars if programme.has_stars else "", one.rank) for one in programme.levels
    ]
    return [
        {
            "title": title,
            "stars": stars,
            "cells": [(group, counts.get(rank, {}).get(group, 0)) for group in groups],
            "total": sum(counts.get(rank, {}).values()),
        }
        for title, stars, rank in [*levels, (_("without"), "", 0)]
    ]


def _show_waiting(row: Case | Holding) -> dict[str, Any]:
    if isinstance(row, Case):
        is_over = row.objections_until is not None and row.objections_until < clock.today()
        return {
            "title": str(row),
            "url": resolve_url("distinctions:case", row.pk),
            "meta": _("publicity is over, it can be awarded") if is_over else "",
            "state": row.standing,
            "due": None if is_over else row.objections_until,
        }
    return {
        "title": str(row),
        "url": resolve_url("distinctions:holding", row.pk),
        "meta": _("grace is over, the committee decides"),
        "state": row.state,
        "due": None,
    }


def _find_own(request: HttpRequest, programme: Programme, lines: list[Place]) -> Place | None:
    """Return the one unit the reader may apply for, so that a secretary is led to it."""
    scope = get_scope(request)
    if scope.can(Permission.RUN_EVALUATION):
        return None
    own = [line for line in lines if access.can_apply(scope, line.unit)]
    if len(own) != 1:
        return None
    return replace(own[0], url=resolve_url("distinctions:apply", programme.pk, own[0].unit.pk))


@require(*READING)
@require_GET
def export_board(request: HttpRequest) -> HttpResponse:
    """Send the units with their levels as a workbook, as the page has them."""
    root, programme = get_root(request), get_programme(request)
    if root is None or programme is None:
        raise Http404
    table = UNITS.bind(_list_lines(request, programme, root), request.GET)
    title = str(programme)
    response = HttpResponse(_write_list(title, table), content_type=XLSX)
    file = f"{title}-{clock.today():%Y%m%d}.xlsx"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file)}"
    return response


def _write_list(title: str, table: BoundTable) -> bytes:
    with export.Workbook(title=title) as book:
        head, *rows = table.export_rows()
        sheet = book.add_sheet(title, title=title, columns=[export.Column(one) for one in head])
        for row in rows:
            sheet.append(row)
    return book.to_bytes()


@require(*READING)
@require_GET
def show_poster(request: HttpRequest) -> HttpResponse:
    """Show the units of each level on one sheet to print and hang out; it names units and nobody."""
    root, programme = get_root(request), get_programme(request)
    if root is None or programme is None:
        raise Http404
    evidence = conditions.read_evidence(programme, root, clock.today(), [])
    held = sorted(evidence.held.values(), key=lambda one: one.unit.path)
    levels = [
        (level, [one.unit.name for one in held if one.rank == level.rank])
        for level in programme.levels
    ]
    context = {
        "programme": programme,
        "root": root,
        "levels": [(level, names) for level, names in levels if names],
        "today": clock.today(),
        "crumbs": list_crumbs(programme),
    }
    return render(request, "distinctions/poster.html", context)


@require(Permission.VIEW_SCORES, Permission.RUN_EVALUATION)
def show_candidates(request: HttpRequest, pk: int) -> HttpResponse:
    """Show which units qualify for their next level and what the others miss; recommend with one press."""
    scope, root = get_scope(request), get_root(request)
    programme = get_object_or_404(standing.list_programmes(), pk=pk)
    if root is None:
        raise Http404
    insist(scope.can(Permission.VIEW_SCORES, root.path))
    evidence = conditions.read_evidence(programme, root, clock.today())
    under_way = set(
        Case.objects.filter(programme=programme, unit_id__in=list(evidence.units))
        .exclude(stage__in=ENDED)
        .values_list("unit_id", flat=True)
    )
    candidates = [one for one in standing.list_candidates(evidence) if one.unit.pk not in under_way]
    if request.method == "POST":
        insist(access.can_recommend(scope, root))
        chosen = set(request.POST.getlist("unit"))
        units = [one.unit for one in candidates if str(one.unit.pk) in chosen]
        try:
            cases = services.recommend(programme=programme, units=units, actor=request.user)
        except ValidationError as refusal:
            messages.warning(request, refusal.messages[0])
            return redirect(request.get_full_path())
        messages.success(
            request, _("Recommended: %(n)s. Somebody else verifies them.") % {"n": len(cases)}
        )
        return redirect(
            f"{resolve_url('distinctions:board')}?programme={programme.pk}&root={root.pk}"
        )
    context = {
        "programme": programme,
        "root": root,
        "qualify": [one for one in candidates if one.qualifies],
        "others": [one for one in candidates if not one.qualifies],
        "periods": len(evidence.periods),
        "may_recommend": bool(access.can_recommend(scope, root)),
        "crumbs": list_crumbs(programme),
    }
    return render(request, "distinctions/candidates.html", context)


@require(*READING)
def show_rolling(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the rolling lists of a programme; who runs the evaluation makes that of the last quarter."""
    scope, root = get_scope(request), get_root(request)
    programme = get_object_or_404(standing.list_programmes(), pk=pk)
    if root is None or programme.kind != Kind.FLAGS:
        raise Http404
    last = Period.containing(clock.today(), PeriodKind.QUARTER).previous()
    if request.method == "POST":
        insist(access.can_recommend(scope, root))
        try:
            services.make_list(programme=programme, root=root, period=last, actor=request.user)
        except ValidationError as refusal:
            messages.warning(request, refusal.messages[0])
        else:
            messages.success(
                request, _("The list of %(period)s is made.") % {"period": last.label()}
            )
        return redirect(request.get_full_path())
    lists = standing.list_rolling(programme, root)
    asked = request.GET.get("period", "")
    shown = next((one for one in lists if one.period == asked), lists[0] if lists else None)
    context = {
        "programme": programme,
        "root": root,
        "last": last.label(spoken()),
        "is_made": any(one.period == str(last) for one in lists),
        "may_make": bool(access.can_recommend(scope, root)),
        "shown": shown,
        "shown_label": Period.parse(shown.period).label(spoken()) if shown else "",
        "programmes": _list_tabs(programme, root),
        "tabs": [
            Tab(
                Period.parse(one.period).label(spoken()),
                f"?root={root.pk}&period={one.period}",
                None,
                one is shown,
            )
            for one in lists
        ],
        "moves": _list_moves(programme, shown.rows) if shown else [],
    }
    return render(request, "distinctions/rolling.html", context)


def _list_moves(programme: Programme, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return who enters, stays and leaves, each with the conditions as they were read."""
    heads = {"enters": _("Enters"), "stays": _("Stays"), "leaves": _("Leaves")}
    return [
        {
            "move": move,
            "title": title,
            "tone": {"enters": "ok", "stays": "info", "leaves": "warn"}[move],
            "rows": [
                {
                    **row,
                    "level": programme.name_level(row["level"]) if row["level"] else "",
                    "checks": conditions.restore(row["checks"]),
                }
                for row in rows
                if row["move"] == move
            ],
        }
        for move, title in heads.items()
    ]


@require(*READING)
@require_GET
def show_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the levels of a unit, now and before: a part of its page."""
    scope, unit = get_scope(request), get_unit(request, pk)
    history = standing.list_history(scope, unit)
    context = {
        "unit": unit,
        "held": [one for one in history if one.valid_to is None],
        "past": [one for one in history if one.valid_to is not None],
        "cases": list(standing.list_cases(scope).filter(unit=unit).exclude(stage__in=ENDED)),
        "programmes": [
            one
            for one in standing.list_programmes().exclude(kind=Kind.FLAGS)
            if unit.kind in one.document["unit_kinds"] and access.can_apply(scope, unit)
        ],
    }
    return render(request, "distinctions/panel.html", context)
