"""The list of awards with its export, one award, and a person's own as a tab of their page."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.care import access, queries, services
from linghang.care.models import Award
from linghang.care.web.filters import AwardFilter
from linghang.care.web.forms import AwardForm, PurposeForm, WithdrawForm
from linghang.care.web.tables import AWARDS, list_award_columns
from linghang.people import api as people
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.sheets import export
from linghang.platform.ui.forms import add_errors
from linghang.platform.ui.tables import render_list

REFUSED = 422
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require(Permission.VIEW_RECORDS)
@require_GET
def list_awards(request: HttpRequest) -> HttpResponse:
    """List the awards the reader sees, latest first."""
    scope = get_scope(request)
    found = AwardFilter(request.GET, queries.filter_standing(queries.list_awards(scope)))
    return render_list(
        request,
        AWARDS.bind(found.qs, request.GET),
        title=_("Awards"),
        sub=_("What units and members were honoured with, each with its document."),
        filterset=found,
        template="care/awards.html",
        tabs=people.list_tabs(scope, "awards"),
        may_add=bool(scope.can(Permission.EDIT_RECORDS)),
        may_export=bool(scope.can(Permission.EXPORT)),
        query=request.GET.urlencode(),
    )


@require(Permission.EXPORT)
def export_awards(request: HttpRequest) -> HttpResponse:
    """Ask what the list is for, then send the filtered awards as a workbook."""
    scope = get_scope(request)
    mine = queries.filter_standing(queries.list_awards(scope)).filter(
        scope.restrict(Permission.EXPORT, "unit__path")
    )
    form = PurposeForm(request.POST or None)
    if not form.is_valid():
        context = {
            "form": form,
            "title": _("Export awards"),
            "crumbs": [(_("Awards"), resolve_url("care:awards"))],
            "cancel_url": resolve_url("care:awards"),
            "submit_label": _("Export"),
        }
        return render(request, "ui/form.html", context, status=REFUSED if form.is_bound else 200)
    rows = list(AwardFilter(request.GET, mine).qs)
    purpose = form.cleaned_data["purpose"]
    services.record_export(rows=len(rows), purpose=purpose, actor=request.user)
    title, columns = _("Awards"), list_award_columns()
    note = _("As of %(day)s. For: %(purpose)s") % {"day": clock.today(), "purpose": purpose}
    with export.Workbook(title=title, author=scope.person_name) as book:
        sheet = book.add_sheet(
            title, title=title, note=note, columns=[export.Column(h, 20) for h, _read in columns]
        )
        sheet.extend([read(one) for _heading, read in columns] for one in rows)
    response = HttpResponse(book.to_bytes(), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.xlsx"
    return response


@require(Permission.EDIT_RECORDS)
def add_award(request: HttpRequest) -> HttpResponse:
    """Record an award of a unit or of one of its members."""
    form = AwardForm(request.POST or None, request.FILES or None, scope=get_scope(request))
    if form.is_valid():
        try:
            [award] = services.record_awards([form.draft()], actor=request.user)
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("The award is recorded."))
            return redirect("care:award", pk=award.pk)
    context = {
        "form": form,
        "title": _("Record an award"),
        "crumbs": [(_("Awards"), resolve_url("care:awards"))],
        "cancel_url": resolve_url("care:awards"),
    }
    return render(request, "ui/form.html", context, status=REFUSED if form.is_bound else 200)


@require()
@require_GET
def show_award(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one award with its proof."""
    award = _get_award(request, pk)
    scope = get_scope(request)
    context = {
        "award": award,
        "may_withdraw": award.withdrawn_at is None and access.can_record(scope, award.unit),
        "crumbs": [(_("Awards"), resolve_url("care:awards"))]
        if scope.can(Permission.VIEW_RECORDS)
        else [],
    }
    return render(request, "care/award.html", context)


@require(Permission.EDIT_RECORDS)
def withdraw_award(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an award with the reason."""
    award = _get_award(request, pk)
    insist(access.can_record(get_scope(request), award.unit))
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        try:
            services.withdraw_award(award=award, actor=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("The award is withdrawn."))
            return redirect("care:award", pk=pk)
    context = {
        "form": form,
        "title": _("Withdraw the award"),
        "sub": str(award),
        "cancel_url": resolve_url("care:award", pk),
        "submit_label": _("Withdraw the award"),
    }
    return render(request, "ui/form.html", context, status=REFUSED if form.is_bound else 200)


@require()
@require_GET
def show_person_awards(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a person's awards: the tab of their page."""
    person = people.get_visible_person(get_scope(request), pk)
    context = {"person": person, "awards": list(queries.list_awards_of(person.pk))}
    return render(request, "care/person_awards.html", context)


def _get_award(request: HttpRequest, pk: int) -> Award:
    found: Award = get_object_or_404(queries.list_awards(get_scope(request)), pk=pk)
    return found


def get_scope(request: HttpRequest) -> Scope:
    """Return what the reader may see and do."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope
