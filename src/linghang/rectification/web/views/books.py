"""The four lists of a book or of a unit: four views and four printouts of the same records."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from linghang.org import api as org
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import Tab, render_list, show_value
from linghang.rectification import queries
from linghang.rectification.models import Problem, ProblemBook
from linghang.rectification.web import exports
from linghang.rectification.web.filters import NO_ASPECT
from linghang.rectification.web.tables import BOOKS

LIST_LANGUAGE = "zh-hans"  # printed lists are Chinese whatever the reader reads


@require(Permission.VIEW_RECORDS)
def list_books(request: HttpRequest) -> HttpResponse:
    """Show the lists of problems there are."""
    books = queries.annotate_books(queries.list_books(request.scope), request.scope, clock.today())
    return render_list(
        request,
        BOOKS.bind(books, request.GET),
        title=_("Lists of problems"),
        sub=_("Each is four lists: problems, responsibility, measures, results."),
        crumbs=[(_("Problems"), resolve_url("rectification:problems"))],
    )


def _get_book(request: HttpRequest, pk: int) -> ProblemBook:
    return get_object_or_404(queries.list_books(request.scope), pk=pk)  # type: ignore[attr-defined]


@require(Permission.VIEW_RECORDS)
def show_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one of the four lists of a book, and its board by aspect."""
    book = _get_book(request, pk)
    problems = queries.list_problems(request.scope).filter(book=book)
    address = reverse("rectification:book", args=[book.pk])
    back = [
        (_("Problems"), resolve_url("rectification:problems")),
        (_("Lists of problems"), resolve_url("rectification:books")),
    ]
    return _four_lists(request, problems, str(book), address, back, board=book)


@require(Permission.VIEW_RECORDS)
def show_unit_lists(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the four lists of a unit and everything under it."""
    unit = org.get_visible_unit(request.scope, pk, Permission.VIEW_RECORDS)
    problems = queries.list_problems(request.scope).filter(unit__path__startswith=unit.path)
    address = reverse("rectification:unit-lists", args=[unit.pk])
    back = [(unit.name, resolve_url("org:unit", unit.pk))]
    return _four_lists(request, problems, unit.name, address, back)


def _four_lists(
    request: HttpRequest,
    problems: QuerySet[Problem],
    title: str,
    address: str,
    crumbs: list[tuple[str, str]],
    board: ProblemBook | None = None,
) -> HttpResponse:
    asked = request.GET.get("list", "")
    view = asked if asked in exports.VIEWS else exports.VIEWS[0]
    rows = list(queries.prefetch_lists(problems))
    if request.GET.get("as") in {"xlsx", "docx"}:
        return _download(request, rows, title, view)
    shown = exports.compose(view, rows)
    tabs = [
        Tab(exports.title_of(name), f"{address}?{urlencode({'list': name})}", current=name == view)
        for name in exports.VIEWS
    ]
    context: dict[str, Any] = {
        "title": title,
        "shown": shown,
        "lines": [
            (
                reverse("rectification:problem", args=[pk]),
                [
                    (heading, value.isoformat() if isinstance(value, date) else show_value(value))
                    for (heading, _width), value in zip(shown.columns, row, strict=True)
                ],
            )
            for pk, row in zip(shown.pks, shown.rows, strict=True)
        ],
        "tabs": tabs,
        "view": view,
        "address": address,
        "crumbs": crumbs,
        "today": clock.today(),
        "standing": queries.count_problems(problems, clock.today()),
        "board": _show_board(problems, board) if board is not None else None,
        "may_export": request.scope.can(Permission.EXPORT),  # type: ignore[attr-defined]
    }
    return render(request, "rectification/four_lists.html", context)


def _show_board(problems: QuerySet[Problem], book: ProblemBook) -> list[dict[str, Any]]:
    """Return how the problems of each aspect stand, each number with the list it counts."""
    base = reverse("rectification:problems")
    found = []
    for aspect, standing in queries.count_aspects(problems, clock.today()):
        links = {
            name: f"{base}?{urlencode({'state': state, 'book': book.pk, 'aspect': aspect or NO_ASPECT})}"
            for name, state in (
                ("total", "all"),
                ("unsolved", "waiting"),
                ("overdue", "overdue"),
                ("solved", "done"),
            )
        }
        found.append({"aspect": aspect or _("no aspect"), "standing": standing, "links": links})
    return found


def _download(request: HttpRequest, problems: list[Problem], title: str, view: str) -> HttpResponse:
    insist(request.scope.can(Permission.EXPORT))  # type: ignore[attr-defined]
    today = clock.today()
    with override(LIST_LANGUAGE):
        if request.GET["as"] == "docx":
            made = exports.compose(view, problems)
            issuer = problems[0].book.root.name if problems and problems[0].book else title
            data = exports.write_document(made, title, issuer, today)
            return exports.as_download(data, f"{title}{made.title}.docx", exports.DOCX)
        lists = [exports.compose(name, problems) for name in exports.VIEWS]
        data = exports.write_workbook(lists, title, today)
    return exports.as_download(data, f"{title}{today:%Y%m%d}.xlsx", exports.XLSX)
