"""The lists with their export, one transfer with its letters and history, one absence, the papers."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import Tab, render_list
from linghang.transfers import access, queries, services
from linghang.transfers.enums import AWAY_COMES, COMES, STEPS, Stage, Way
from linghang.transfers.models import Away, Transfer
from linghang.transfers.web import tables
from linghang.transfers.web.exports import write_letter, write_list, write_receipt
from linghang.transfers.web.filters import AwayFilter, TransferFilter
from linghang.transfers.web.forms import ExportForm

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAPERS = {"letter": write_letter, "receipt": write_receipt}


@require(Permission.VIEW_PEOPLE)
@require_GET
def list_transfers(request: HttpRequest) -> HttpResponse:
    """Show the transfers, what is under way and due first."""
    scope = get_scope(request)
    found = _filter_transfers(request, queries.list_transfers(scope))
    return render_list(
        request,
        tables.TRANSFERS.bind(found.qs, request.GET),
        title=_("Transfers"),
        sub=_("Until the receipt a member counts where they were."),
        filterset=found,
        template="transfers/transfers.html",
        tabs=_list_tabs("transfers"),
        may_open=bool(access.can_open(scope)),
        may_register=bool(access.can_register(scope)),
        may_export=bool(scope.can(Permission.EXPORT)),
        query=request.GET.urlencode(),
    )


@require(Permission.VIEW_PEOPLE)
@require_GET
def list_away(request: HttpRequest) -> HttpResponse:
    """Show who is or was away or out of touch."""
    scope = get_scope(request)
    found = AwayFilter(request.GET, queryset=queries.list_away(scope), request=request)
    return render_list(
        request,
        tables.AWAY.bind(found.qs, request.GET),
        title=_("Away and out of touch"),
        sub=_("Floating members are kept in touch with; who is out of touch is searched for."),
        filterset=found,
        template="transfers/away.html",
        tabs=_list_tabs("away"),
        may_open=bool(access.can_open(scope)),
        may_export=bool(scope.can(Permission.EXPORT)),
        query=request.GET.urlencode(),
    )


def _filter_transfers(request: HttpRequest, found: QuerySet[Transfer]) -> TransferFilter:
    return TransferFilter(request.GET, queryset=queries.order_open_first(found), request=request)


def _list_tabs(current: str) -> list[Tab]:
    names = {"transfers": _("Transfers"), "away": _("Away and out of touch")}
    return [
        Tab(label, resolve_url(f"transfers:{name}"), current=name == current)
        for name, label in names.items()
    ]


@require(Permission.EXPORT)
def export_transfers(request: HttpRequest) -> HttpResponse:
    """Ask what the list is for, then send the filtered transfers as a workbook."""
    scope = get_scope(request)
    mine = queries.list_transfers(scope).filter(scope.restrict(Permission.EXPORT, "unit__path"))
    rows = _filter_transfers(request, mine).qs
    form = ExportForm(request.POST or None)
    return _export(request, form, rows, tables.list_transfer_columns(), "transfers")


@require(Permission.EXPORT)
def export_away(request: HttpRequest) -> HttpResponse:
    """Ask what the list is for, then send the filtered absences as a workbook."""
    scope = get_scope(request)
    mine = queries.list_away(scope).filter(scope.restrict(Permission.EXPORT, "unit__path"))
    rows = AwayFilter(request.GET, queryset=mine, request=request).qs
    form = ExportForm(request.POST or None)
    return _export(request, form, rows, tables.list_away_columns(), "away")


def _export(
    request: HttpRequest, form: ExportForm, rows: QuerySet, columns: list[Any], back: str
) -> HttpResponse:
    title = _name_list(back)
    if form.is_valid():
        found = list(rows)
        try:
            services.record_export(
                rows=len(found), purpose=form.cleaned_data["purpose"], actor=request.user
            )
        except ValidationError as refusal:
            form.add_error("purpose", refusal.messages)
        else:
            name = f"{title}-{clock.today():%Y%m%d}.xlsx"
            return _attach(write_list(title, columns, found), XLSX, name)
    context = {
        "form": form,
        "title": _("Export: %(list)s") % {"list": title},
        "crumbs": [(title, resolve_url(f"transfers:{back}"))],
        "cancel_url": resolve_url(f"transfers:{back}"),
        "submit_label": _("Export"),
    }
    return render(request, "ui/form.html", context, status=422 if form.is_bound else 200)


@require(Permission.VIEW_RECORDS)
@require_GET
def show_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one transfer: where it stands, what comes next and who does it, letters and history."""
    scope = get_scope(request)
    transfer = get_transfer(request, pk)
    answers = [
        (deed, access.can_do(scope, transfer, deed, getattr(request.user, "pk", None)))
        for deed, comes in COMES.items()
        if (transfer.way, transfer.stage) in comes
    ]
    paper = "receipt" if transfer.way == Way.IN else "letter"
    has_paper = transfer.way != Way.WITHIN and transfer.stage not in {
        Stage.OPENED, Stage.REFUSED, Stage.WITHDRAWN
    }  # fmt: skip
    context = {
        **_describe(transfer, answers, scope),
        "transfer": transfer,
        "steps": _list_steps(transfer),
        "letters": list(transfer.letters.all()),
        "paper": paper if has_paper and access.can_see_reasons(scope, transfer) else "",
        "crumbs": list_crumbs(scope, "transfers"),
    }
    return render(request, "transfers/transfer.html", context)


@require(Permission.VIEW_PEOPLE)
@require_GET
def show_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one absence: where it stands, how to reach the member, what was done."""
    scope = get_scope(request)
    away = get_away(request, pk)
    answers = [
        (deed, access.can_care(scope, away, deed, getattr(request.user, "pk", None)))
        for deed, stages in AWAY_COMES.items()
        if away.stage in stages
    ]
    context = {
        **_describe(away, answers, scope),
        "away": away,
        "crumbs": list_crumbs(scope, "away"),
    }
    return render(request, "transfers/absence.html", context)


def _describe(moving: Transfer | Away, answers: list[Any], scope: Scope) -> dict[str, Any]:
    """Return what both pages show: what comes next, why not, and the history."""
    return {
        "deeds": [deed for deed, answer in answers if answer],
        "refusals": list(
            dict.fromkeys(getattr(answer, "reason", "") for _deed, answer in answers if not answer)
        ),
        "acts": list(moving.acts.select_related("by").order_by("-pk")),
        "late": moving.due_on is not None and moving.due_on < clock.today(),
        "sees_reasons": bool(access.can_see_reasons(scope, moving)),
    }


@require(Permission.VIEW_RECORDS)
@require_GET
def send_paper(request: HttpRequest, pk: int, paper: str) -> HttpResponse:
    """Send the letter or the receipt as .docx; the identity number only to who may see it."""
    scope = get_scope(request)
    transfer = get_transfer(request, pk)
    wanted = "receipt" if transfer.way == Way.IN else "letter"
    if paper != wanted or transfer.way == Way.WITHIN or not transfer.letters.exists():
        raise Http404
    insist(access.can_see_reasons(scope, transfer))
    in_full = bool(scope.can(Permission.VIEW_IDENTITY, transfer.unit.path))
    services.record_print(transfer=transfer, actor=request.user)
    name = {"letter": _("letter of introduction"), "receipt": _("receipt")}[paper]
    data = PAPERS[paper](transfer, clock.today(), in_full=in_full)
    return _attach(data, DOCX, f"{transfer.person.name}-{name}.docx")


def _attach(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def get_transfer(request: HttpRequest, pk: int) -> Transfer:
    """Return the transfer if the reader may see it; a stranger's is not found."""
    found: Transfer = get_object_or_404(queries.list_transfers(get_scope(request)), pk=pk)
    return found


def get_away(request: HttpRequest, pk: int) -> Away:
    """Return the absence if the reader may see it; a stranger's is not found."""
    found: Away = get_object_or_404(queries.list_away(get_scope(request)), pk=pk)
    return found


def get_scope(request: HttpRequest) -> Scope:
    """Return what the reader may see and do."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def list_crumbs(scope: Scope, name: str) -> list[tuple[str, str]]:
    """Return the way back to the list, for who has it."""
    if not scope.can(Permission.VIEW_PEOPLE):
        return []
    return [(_name_list(name), resolve_url(f"transfers:{name}"))]


def _name_list(name: str) -> str:
    return _("Transfers") if name == "transfers" else _("Away and out of touch")


def _list_steps(transfer: Transfer) -> list[dict[str, Any]]:
    way = STEPS[Way(transfer.way)]
    if transfer.stage not in way:
        return []
    at = len(way) if transfer.stage == Stage.DONE else way.index(Stage(transfer.stage))
    return [
        {
            "label": stage.label,
            "state": "done" if number < at else "current" if number == at else "todo",
        }
        for number, stage in enumerate(way)
    ]
