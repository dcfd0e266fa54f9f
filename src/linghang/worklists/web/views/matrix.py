"""The matrix of a list: unit × item, drilled into, urged and accepted by cell, row and column."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from linghang.org.models import Unit
from linghang.platform.access import Permission
from linghang.platform.access.web import require
from linghang.platform.ui.tables import BulkAction, list_kept, render_list, wants_results
from linghang.worklists import access, queries, services
from linghang.worklists.enums import WAITING, CellState, Owner, TaskState
from linghang.worklists.models import Assignment, Item, Worklist
from linghang.worklists.queries.matrix import Matrix, Wanted, load_matrix
from linghang.worklists.queries.progress import Progress
from linghang.worklists.web import exports
from linghang.worklists.web.forms.lists import MatrixForm
from linghang.worklists.web.tables.lists import CELL_TASKS, draw_cells
from linghang.worklists.web.views.lists import get_list, head_of, tasks_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BRIEF = 12  # characters of an item in a column's head


def _form_of(request: HttpRequest, worklist: Worklist) -> MatrixForm:
    scope = request.scope  # type: ignore[attr-defined]
    families = Unit.objects.filter(
        scope.restrict(Permission.VIEW_RECORDS),
        path__startswith=(worklist.issuer or worklist.root).path,
        line="party",
        closed_on=None,
        children__line="party",
    )
    return MatrixForm(
        request.GET,
        units=families.exclude(children__kind="group").distinct().order_by("path"),
        items=worklist.items.filter(withdrawn_on=None).order_by("number"),
    )


def _asked_items(form: MatrixForm, worklist: Worklist) -> list[Item]:
    items = worklist.items.filter(withdrawn_on=None).order_by("number")
    chosen = form.cleaned_data.get("item")
    if chosen is not None:
        items = items.filter(pk=chosen.pk)
    if form.cleaned_data.get("section"):
        items = items.filter(section=form.cleaned_data["section"])
    # What only the committee is asked is empty for everybody else: it stands behind.
    return sorted(items, key=lambda item: (item.owner == Owner.COMMITTEE, item.number))


def _wanted(request: HttpRequest, form: MatrixForm, *, per_page: int | None = None) -> Wanted:
    unit, state = form.cleaned_data.get("unit"), form.cleaned_data.get("state")
    given: dict[str, Any] = {} if per_page is None else {"per_page": per_page}
    return Wanted(
        under=unit.path if unit else "",
        state=CellState(state) if state else None,
        fold="fold" in request.GET,
        page=request.GET.get("page", 1),
        **given,
    )


@require(Permission.VIEW_RECORDS)
def show_matrix(request: HttpRequest, pk: int) -> HttpResponse:
    """Show unit × item, the worst first, fifty units a page."""
    worklist = get_list(request, pk)
    form = _form_of(request, worklist)
    form.is_valid()
    items = _asked_items(form, worklist)
    matrix = load_matrix(tasks_of(request, worklist), items, _wanted(request, form))
    fields = set(form.fields)
    here = reverse("worklists:list-tasks", args=[worklist.pk])
    whole = "&fold=1" if matrix.is_folded else ""
    context = {
        "matrix": matrix,
        "columns": [
            (item, f"{here}?item={item.pk}", item.text[:BRIEF], total)
            for item, total in matrix.columns
        ],
        "rows": [
            (
                row,
                f"{here}?unit={row.unit.pk}{whole}",
                draw_cells(row.cells, f"{here}?unit={row.unit.pk}{whole}"),
            )
            for row in matrix.rows
        ],
        "filter_form": form,
        "kept": list_kept(request, fields),
        "is_filtered": any(request.GET.get(name) for name in fields),
        "here": request.get_full_path(),
    }
    if wants_results(request):
        head = {"worklist": worklist, "may_accept": _may_accept(request, worklist)}
        return render(request, "worklists/matrix_results.html", {**context, **head})
    return render(
        request,
        "worklists/matrix.html",
        {**head_of(request, worklist, "matrix", _known_sum(context, matrix)), **context},
    )


def _known_sum(context: dict[str, Any], matrix: Matrix) -> Progress | None:
    """Return the sum of the whole list where the matrix shows the whole list."""
    return None if context["is_filtered"] else matrix.total


def _may_accept(request: HttpRequest, worklist: Worklist) -> bool:
    return bool(access.can_accept_in_list(request.scope, worklist))  # type: ignore[attr-defined]


@require(Permission.VIEW_RECORDS)
def list_cell(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the tasks under a cell, a row or a column of the matrix; urge or accept them."""
    worklist = get_list(request, pk)
    tasks = _narrow(queries.list_tasks(request.scope), request, worklist)  # type: ignore[attr-defined]
    item = worklist.items.filter(pk=_number(request.GET.get("item"))).first()
    unit = Unit.objects.filter(pk=_number(request.GET.get("unit"))).first()
    named = [part for part in (unit.name if unit else "", item.text if item else "") if part]
    bulk = []
    if _may_accept(request, worklist) or request.scope.can(Permission.ACCEPT_TASKS):  # type: ignore[attr-defined]
        bulk = [
            BulkAction(
                _("Urge"), reverse("worklists:urge-list", args=[worklist.pk]), "speakerphone"
            ),
            BulkAction(_("Accept"), reverse("worklists:accept-list", args=[worklist.pk]), "checks"),
        ]
    return render_list(
        request,
        CELL_TASKS.bind(tasks.select_related("person"), request.GET),
        title=" · ".join(named) or worklist.title,
        sub=worklist.title,
        bulk=bulk,
        crumbs=[
            (_("Lists"), reverse("worklists:lists")),
            (worklist.title, reverse("worklists:list", args=[worklist.pk])),
            (_("Matrix"), reverse("worklists:matrix", args=[worklist.pk])),
        ],
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def _narrow(
    tasks: QuerySet[Assignment], request: HttpRequest, worklist: Worklist
) -> QuerySet[Assignment]:
    found = tasks.filter(worklist=worklist).exclude(state=TaskState.WITHDRAWN)
    if request.GET.get("item"):
        found = found.filter(item_id=_number(request.GET["item"]))
    if request.GET.get("unit"):
        unit = Unit.objects.filter(pk=_number(request.GET["unit"])).first()
        under = unit.path if unit else "-"
        # A general branch has tasks of its own: the cell shows those; a folded row all under it.
        narrow = Q(unit__path__startswith=under) if "fold" in request.GET else Q(unit=unit)
        found = found.filter(narrow)
    return found


# -- acts on a selection -----------------------------------------------------------------------------------


def _chosen(request: HttpRequest, worklist: Worklist) -> QuerySet[Assignment]:
    """Return the tasks chosen: by themselves, or by rows (`u12`) and columns (`i3`) of the matrix.

    Rows and columns together mean the cells in which they cross.
    """
    tasks = queries.list_tasks(request.scope).filter(worklist=worklist)  # type: ignore[attr-defined]
    values = request.POST.getlist("id")
    plain = [int(value) for value in values if value.isdigit()]
    if plain:
        return tasks.filter(pk__in=plain)
    units = [int(value[1:]) for value in values if value[:1] == "u" and value[1:].isdigit()]
    items = [int(value[1:]) for value in values if value[:1] == "i" and value[1:].isdigit()]
    if not units and not items:
        return tasks.none()
    if units:
        rows = Q(unit_id__in=units)
        if request.POST.get("fold"):
            for path in Unit.objects.filter(pk__in=units).values_list("path", flat=True):
                rows |= Q(unit__path__startswith=path)
        tasks = tasks.filter(rows)
    return tasks.filter(item_id__in=items) if items else tasks


def _back(request: HttpRequest, worklist: Worklist) -> HttpResponse:
    asked = request.POST.get("next", "") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(asked, {request.get_host()}):
        return redirect(asked)
    return redirect("worklists:matrix", pk=worklist.pk)


@require(Permission.ACCEPT_TASKS)
@require_POST
def urge(request: HttpRequest, pk: int) -> HttpResponse:
    """Urge everybody who has not finished what was chosen, at most once a day."""
    worklist = get_list(request, pk)
    tasks = _chosen(request, worklist).filter(state__in=WAITING)
    try:
        count = services.urge_tasks(tasks=tasks, actor=request.user, word=_word(request))
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
        return _back(request, worklist)
    if count:
        said = ngettext("%(count)d task urged.", "%(count)d tasks urged.", count)
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("Nothing to urge: finished, optional, or urged today already."))
    return _back(request, worklist)


def _word(request: HttpRequest) -> str:
    return request.POST.get("word", "")[:400]


@require(Permission.ACCEPT_TASKS)
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept what was handed in of what was chosen."""
    worklist = get_list(request, pk)
    tasks = list(_chosen(request, worklist).filter(state=TaskState.HANDED_IN))
    if not tasks:
        messages.info(request, _("Nothing of this waits for acceptance."))
        return _back(request, worklist)
    try:
        outcome = services.accept_tasks(tasks=tasks, actor=request.user)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
        return _back(request, worklist)
    said = ngettext("%(count)d task accepted.", "%(count)d tasks accepted.", len(outcome.done))
    messages.success(request, said % {"count": len(outcome.done)})
    for refused in outcome.refused[:3]:
        messages.warning(request, refused.reason)
    return _back(request, worklist)


@require(Permission.EXPORT)
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the list and its matrix, as filtered, as a workbook."""
    worklist = get_list(request, pk)
    form = _form_of(request, worklist)
    form.is_valid()
    items = _asked_items(form, worklist)
    matrix = load_matrix(tasks_of(request, worklist), items, _wanted(request, form, per_page=0))
    response = HttpResponse(exports.write_list(worklist, items, matrix), content_type=XLSX)
    name = quote(f"{worklist.title}.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response
