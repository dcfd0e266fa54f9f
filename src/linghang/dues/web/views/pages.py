"""The branches of a reader, a branch's year as it is published, and the own year with its reasons."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.dues import access, queries
from linghang.dues.enums import MonthState
from linghang.dues.models import to_yuan
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import require
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.languages import spoken
from linghang.platform.sheets import export

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST_YEAR = 2008  # the rules in force begin there


@require()
@require_GET
def go_home(request: HttpRequest) -> HttpResponse:
    """Go to what the reader has to do with: many branches, the one kept, or the own year."""
    scope = get_scope(request)
    if scope.can(Permission.VIEW_PEOPLE):
        branches = list(queries.list_branches(scope)[:2])
        if len(branches) == 1:
            return redirect("dues:year", pk=branches[0].pk, year=clock.today().year)
        return redirect("dues:branches")
    return redirect("dues:mine")


@require(Permission.VIEW_PEOPLE)
@require_GET
def show_branches(request: HttpRequest) -> HttpResponse:
    """Show each branch of the reader: due, paid, share, and whom the rules speak of."""
    scope = get_scope(request)
    year = _read_year(request.GET.get("year", ""))
    seen = scope.restrict(Permission.VIEW_PEOPLE)
    units = list(queries.list_branches(scope).filter(seen))
    rows = queries.read_branches(units, year, clock.today())
    language = spoken()
    context = {
        "title": _("Party dues"),
        "may_import": bool(scope.can(Permission.IMPORT)),
        "rows": rows,
        "due": to_yuan(sum(row.due_cents for row in rows)),
        "paid": to_yuan(sum(row.paid_cents for row in rows)),
        "warned": [
            (row.unit, line.person, notice.text(language), notice.basis, notice.code)
            for row in rows
            for line, notice in row.warned
        ],
        **_turn_years(year, lambda other: resolve_url("dues:branches") + f"?year={other}"),
    }
    return render(request, "dues/branches.html", context)


@require(Permission.VIEW_RECORDS, Permission.VIEW_PEOPLE)
@require_GET
def show_year(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Show a branch's year as it is published to its members: names and what they paid."""
    unit = get_branch(request, pk)
    lines = _read_lines(unit, year)
    keeps = bool(access.can_keep(get_scope(request), unit))
    context = {
        "title": _("Dues of %(year)d") % {"year": year},
        "unit": unit,
        "months": list(range(1, 13)),
        "lines": [(line, _fill(line.cells)) for line in lines],
        "sums": [to_yuan(cents) for cents in _sum_months(lines)],
        "paid": to_yuan(sum(line.paid_cents for line in lines)),
        "extras": list(queries.list_extras(unit, year)),
        "keeps": keeps,
        "reliefs": list(queries.list_reliefs(unit)) if keeps else [],
        "unknown": _count_unknown(lines) if keeps else 0,
        "may_export": bool(get_scope(request).can(Permission.EXPORT, unit.path)),
        "this_month": queries.first_of(clock.today()),
        "states": [
            MonthState.PAID,
            MonthState.LATE,
            MonthState.SHORT,
            MonthState.OWED,
            MonthState.OPEN,
            *([MonthState.EXEMPT, MonthState.UNKNOWN] if keeps else []),
        ],
        "crumbs": crumbs(get_scope(request)),
        **_turn_years(year, lambda other: resolve_url("dues:year", unit.pk, other)),
    }
    return render(request, "dues/year.html", context)


@require(Permission.EXPORT)
@require_GET
def export_year(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Send the statement as a workbook: names and paid amounts, never bases; the export is recorded."""
    unit = get_branch(request, pk)
    scope = get_scope(request)
    if not scope.can(Permission.EXPORT, unit.path):
        raise Http404
    lines = _read_lines(unit, year)
    title = _("Statement of dues of %(unit)s, %(year)d") % {"unit": unit.name, "year": year}
    columns = [
        export.Column(_("Full name"), 12),
        *(export.Column(str(_("Month %(n)d") % {"n": n}), 9, "decimal") for n in range(1, 13)),
        export.Column(_("Sum"), 11, "decimal"),
    ]
    with export.Workbook(title=title) as book:
        sheet = book.add_sheet(_("Dues"), title=title, columns=columns, note=_("Amounts in yuan."))
        for line in lines:
            cells = [to_yuan(cell.paid_cents) if cell else None for cell in _fill(line.cells)]
            sheet.append([line.person.name, *cells, to_yuan(line.paid_cents)])
        sums = [to_yuan(cents) for cents in _sum_months(lines)]
        total = to_yuan(sum(line.paid_cents for line in lines))
        sheet.append([_("Sum"), *sums, total], strong=True)
        for extra in queries.list_extras(unit, year):
            words = f"{extra.person.name}（{extra.get_kind_display()}，{extra.paid_on}）"
            sheet.append([words, *[None] * 12, to_yuan(extra.cents)])
    with transaction.atomic():
        audit.record(
            actor=request.user,
            verb="dues.exported",
            target=unit,
            label=unit.name,
            unit_path=unit.path,
            new={"year": year, "rows": len(lines)},
        )
    response = HttpResponse(book.to_bytes(), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.xlsx"
    return response


@require()
@require_GET
def show_own(request: HttpRequest) -> HttpResponse:
    """Show the reader's own year: the base, the step of the table, what was due, what was paid."""
    person_id = get_scope(request).person_id
    year = _read_year(request.GET.get("year", ""))
    today = clock.today()
    last = min(date(year, 12, 1), queries.first_of(today))
    cells = queries.read_own(person_id, date(year, 1, 1), last, today) if person_id else []
    cells = [cell for cell in cells if cell.state is not MonthState.NONE]
    context = {
        "title": _("My dues"),
        "cells": cells,
        "paid": to_yuan(sum(cell.paid_cents for cell in cells)),
        "due": to_yuan(sum(cell.due_cents for cell in cells)),
        "english": spoken() == "en",
        **_turn_years(year, lambda other: resolve_url("dues:mine") + f"?year={other}"),
    }
    return render(request, "dues/mine.html", context)


@require(Permission.VIEW_RECORDS, Permission.VIEW_PEOPLE)
@require_GET
def go_to_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the year a book belongs to; ledger lines lead here."""
    book = get_object_or_404(queries.list_books(get_scope(request)), pk=pk)
    return redirect("dues:year", pk=book.unit_id, year=book.month.year)


def get_branch(request: HttpRequest, pk: int) -> Unit:
    """Return the branch if the reader may read its statement; a stranger's is not found."""
    found: Unit = get_object_or_404(queries.list_branches(get_scope(request)), pk=pk)
    return found


def get_scope(request: HttpRequest) -> Scope:
    """Return what the reader may see and do."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def crumbs(scope: Scope) -> list[tuple[str, str]]:
    """Return the way back: to the branches for who sees several, else to nothing."""
    if not scope.can(Permission.VIEW_PEOPLE):
        return [(_("My dues"), resolve_url("dues:mine"))]
    return [(_("Party dues"), resolve_url("dues:branches"))]


def _read_year(text: str) -> int:
    year = int(text) if text.isdecimal() and len(text) <= 4 else clock.today().year
    return min(max(year, FIRST_YEAR), clock.today().year)


def _read_lines(unit: Unit, year: int) -> list[queries.Line]:
    today = clock.today()
    if not FIRST_YEAR <= year <= today.year:
        raise Http404
    last = min(date(year, 12, 1), queries.first_of(today))
    return queries.read_lines([unit.pk], date(year, 1, 1), last, today)


def _turn_years(year: int, address: Any) -> dict[str, Any]:
    return {
        "year": year,
        "earlier_url": address(year - 1) if year > FIRST_YEAR else "",
        "later_url": address(year + 1) if year < clock.today().year else "",
    }


def _fill(cells: list[queries.Cell]) -> list[queries.Cell | None]:
    """Return twelve cells: months to come are None."""
    return [*cells, *[None] * (12 - len(cells))]


def _sum_months(lines: list[queries.Line]) -> list[int]:
    filled = [_fill(line.cells) for line in lines]
    return [sum(cell.paid_cents for row in filled if (cell := row[n])) for n in range(12)]


def _count_unknown(lines: list[queries.Line]) -> int:
    return sum(1 for line in lines if line.cells[-1].state is MonthState.UNKNOWN)
