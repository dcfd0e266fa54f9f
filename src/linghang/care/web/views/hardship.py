"""Members in hardship: the list for who keeps it, counts for the others, one record with its acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.care import access, queries, services
from linghang.care.models import Hardship, Visit
from linghang.care.web.forms import EndForm, HardshipForm, ReviewForm, SeenForm, VisitForm
from linghang.care.web.tables import HARDSHIPS
from linghang.care.web.views.awards import REFUSED, add_errors, get_scope
from linghang.people import api as people
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import render_list


class Deed(NamedTuple):
    """An act on a record: its words, form and service."""

    label: str | Promise
    form: type[SeenForm]
    service: Callable[..., Any]


DEEDS = {
    "visit": Deed(gettext_lazy("Record a visit"), VisitForm, services.record_visit),
    "review": Deed(gettext_lazy("Review"), ReviewForm, services.review_hardship),
    "end": Deed(gettext_lazy("End the record"), EndForm, services.end_hardship),
}


@require(Permission.VIEW_PEOPLE)
def list_hardships(request: HttpRequest) -> HttpResponse:
    """List the members in hardship for who keeps the records; the others see counts."""
    scope = get_scope(request)
    today = clock.today()
    tally = queries.count_hardships(scope, today.year)
    context: dict[str, Any] = {"tally": tally, "year": today.year, "fewest": queries.FEWEST}
    title = _("Members in hardship")
    tabs = people.list_tabs(scope, "hardships")
    if not scope.can(Permission.VIEW_IDENTITY):
        return render(request, "care/counts.html", context | {"title": title, "tabs": tabs})
    rows = queries.annotate_visits(queries.list_hardships(scope), today)
    return render_list(
        request,
        HARDSHIPS.bind(rows, request.GET),
        title=title,
        sub=_("Only the secretary, the Party-affairs officer and the member know of it."),
        template="care/hardships.html",
        tabs=tabs,
        may_add=bool(scope.can(Permission.EDIT_RECORDS)),
        **context,
    )


@require(Permission.VIEW_IDENTITY)
def add_hardship(request: HttpRequest) -> HttpResponse:
    """Register a member as in hardship."""
    form = HardshipForm(request.POST or None, scope=get_scope(request))
    if form.is_valid():
        unit = form.cleaned_data["unit"]
        insist(access.can_keep(get_scope(request), unit))
        try:
            hardship = services.register_hardship(unit=unit, draft=form.draft(), actor=request.user)
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("The record is open. Visits are recorded on its page."))
            return redirect("care:hardship", pk=hardship.pk)
    context = {
        "form": form,
        "title": _("Register a member in hardship"),
        "crumbs": [(_("Members in hardship"), resolve_url("care:hardships"))],
        "cancel_url": resolve_url("care:hardships"),
    }
    return render(request, "ui/form.html", context, status=REFUSED if form.is_bound else 200)


@require()
def show_hardship(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one record; why somebody is in hardship only when asked for, which is recorded."""
    hardship = _get_hardship(request, pk)
    scope = get_scope(request)
    own = scope.person_id == hardship.person_id
    in_full = own or request.method == "POST"
    situation = ""
    if own:
        situation = hardship.situation
    elif in_full:
        situation = services.read_situation(hardship=hardship, actor=request.user)
    visits = list(hardship.visits.select_related("visitor"))
    answer = access.can_change(scope, hardship)
    context = {
        "hardship": hardship,
        "state": hardship.state_on(clock.today()),
        "situation": situation,
        "in_full": in_full,
        "visits": visits,
        "paid": queries.sum_paid(visits),
        "deeds": [(code, deed.label) for code, deed in DEEDS.items()] if answer else [],
        "refusal": "" if answer or own else getattr(answer, "reason", ""),
        "crumbs": [(_("Members in hardship"), resolve_url("care:hardships"))]
        if scope.can(Permission.VIEW_IDENTITY)
        else [],
    }
    response = render(request, "care/hardship.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require(Permission.VIEW_IDENTITY)
def change_hardship(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Record a visit, review the record, or end it."""
    hardship = _get_hardship(request, pk)
    if code not in DEEDS:
        raise Http404
    scope, deed = get_scope(request), DEEDS[code]
    insist(access.can_change(scope, hardship))
    form: Any = deed.form(request.POST or None, hardship=hardship, scope=scope)
    if form.is_valid():
        try:
            deed.service(
                hardship=hardship,
                actor=request.user,
                seen=form.cleaned_data["seen"],
                **form.values(),
            )
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Recorded: %(deed)s.") % {"deed": deed.label})
            return redirect("care:hardship", pk=pk)
    context = {
        "form": form,
        "title": deed.label,
        "sub": hardship.person.name,
        "cancel_url": resolve_url("care:hardship", pk),
    }
    return render(request, "ui/form.html", context, status=REFUSED if form.is_bound else 200)


@require()
def go_to_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Go from a line of the ledger to the record the visit belongs to."""
    seen = queries.list_hardships(get_scope(request)).values("pk")
    visit = get_object_or_404(Visit.objects.filter(hardship__in=seen), pk=pk)
    return redirect("care:hardship", pk=visit.hardship_id)


def _get_hardship(request: HttpRequest, pk: int) -> Hardship:
    found: Hardship = get_object_or_404(queries.list_hardships(get_scope(request)), pk=pk)
    return found
