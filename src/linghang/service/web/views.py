"""Pages of service activities."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _

from linghang.org import api as org
from linghang.org.models import Unit
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import render_list
from linghang.service import access, queries, services
from linghang.service.models import ServiceVisit
from linghang.service.web.filters import VisitFilter
from linghang.service.web.forms import BRANCHES, VisitForm, WithdrawForm, editable_branches
from linghang.service.web.tables import VISITS, list_corrections

ON_A_PANEL = 10


@require(Permission.VIEW_RECORDS)
def list_visits(request: HttpRequest) -> HttpResponse:
    """Show what the service teams of the reader's branches did."""
    visits = queries.annotate_participants(queries.list_visits(request.scope))
    found = VisitFilter(request.GET, queryset=visits, request=request)
    return render_list(
        request,
        VISITS.bind(found.qs, request.GET),
        title=_("Service activities"),
        sub=_("Who helped whom, where and how long."),
        filterset=found,
        template="service/visits.html",
        may_add=request.scope.can(Permission.EDIT_RECORDS),
    )


def _get_visit(request: HttpRequest, pk: int) -> ServiceVisit:
    return get_object_or_404(queries.with_people(queries.list_visits(request.scope)), pk=pk)


@require(Permission.VIEW_RECORDS)
def show_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one activity with who took part and what was corrected."""
    visit = _get_visit(request, pk)
    context = {
        "visit": visit,
        "people": [taking_part.person for taking_part in visit.participations.all()],
        "corrections": list_corrections(visit),
        "may_edit": access.can_edit(request.scope, visit),
        "crumbs": [(_("Service activities"), resolve_url("service:visits"))],
    }
    return render(request, "service/visit.html", context)


def _choose_branch(request: HttpRequest) -> Unit:
    """Return the branch asked for, or the reader's own; only one whose records may be entered."""
    branches = editable_branches(request.scope)
    if request.GET.get("unit", "").isdigit():
        return get_object_or_404(branches, pk=int(request.GET["unit"]))
    own = branches.filter(pk__in=[pk for pk, _name, _path in request.scope.home_units]).first()
    found = own or branches.first()
    if found is None:
        raise PermissionDenied(_("There is no branch whose service you may record."))
    return found


def _form_page(
    request: HttpRequest, form: Any, title: str, branch: Unit, **extra: Any
) -> HttpResponse:
    context = {"form": form, "title": title, "sub": branch.name, "branch": branch, **extra}
    return render(request, "service/form.html", context, status=422 if form.is_bound else 200)


@require(Permission.EDIT_RECORDS)
def add_visit(request: HttpRequest) -> HttpResponse:
    """Record a service activity of a branch."""
    branch = _choose_branch(request)
    form = VisitForm(request.POST or None, branch=branch, initial={"occurred_on": clock.today()})
    if form.is_valid():
        services.create_visits(drafts=[form.draft()], actor=request.user)
        messages.success(request, _("The service activity is recorded."))
        return redirect("service:visits")
    choices = list(editable_branches(request.scope))
    return _form_page(
        request,
        form,
        _("Record a service activity"),
        branch,
        branches=choices if len(choices) > 1 else [],
        cancel_url=resolve_url("service:visits"),
    )


@require(Permission.EDIT_RECORDS)
def correct_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a service activity with a reason."""
    visit = _get_visit(request, pk)
    insist(access.can_edit(request.scope, visit))
    initial = {
        "occurred_on": visit.occurred_on,
        "content": visit.content,
        "place": visit.place,
        "hours": Decimal(visit.hours) / 100,
        "people": [p.person_id for p in visit.participations.all()],
        "people_served": visit.people_served,
        "partner": visit.partner,
    }
    branch = visit.team.unit
    form = VisitForm(request.POST or None, branch=branch, visit=visit, initial=initial)
    if form.is_valid():
        services.correct_visit(
            visit=visit,
            draft=form.draft(visit.team.name),
            reason=form.cleaned_data["reason"],
            actor=request.user,
        )
        messages.success(request, _("The correction is recorded; what it said before is kept."))
        return redirect("service:visit", pk=visit.pk)
    title = _("Correct: %(visit)s") % {"visit": visit.content}
    return _form_page(
        request, form, title, branch, cancel_url=resolve_url("service:visit", visit.pk)
    )


@require(Permission.EDIT_RECORDS)
def withdraw_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a service activity that did not happen."""
    visit = _get_visit(request, pk)
    insist(access.can_edit(request.scope, visit))
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        services.withdraw_visit(visit=visit, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("The record is taken back; its history is kept."))
        return redirect("service:visits")
    title = _("Take back: %(visit)s") % {"visit": visit.content}
    cancel = resolve_url("service:visit", visit.pk)
    return _form_page(
        request, form, title, visit.team.unit, cancel_url=cancel, submit_label=_("Take back")
    )


@require(Permission.VIEW_RECORDS)
def show_unit_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the teams of a unit did this year, as a part of its page."""
    unit = org.get_visible_unit(request.scope, pk, Permission.VIEW_RECORDS)
    visits = queries.list_visits(request.scope).filter(team__unit__path__startswith=unit.path)
    year = visits.filter(occurred_on__year=clock.today().year)
    context = {
        "unit": unit,
        "totals": queries.sum_up(year),
        "visits": visits[:ON_A_PANEL],
        "may_record": unit.kind in BRANCHES
        and request.scope.can(Permission.EDIT_RECORDS, unit.path),
    }
    return render(request, "service/unit_panel.html", context)
