"""Opening an appraisal, and every act on it: one page, the form of the act."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _

from linghang.appraisal import access, queries, services
from linghang.appraisal.enums import Deed
from linghang.appraisal.web.forms import (
    FORMS,
    OpenForm,
)
from linghang.appraisal.web.views.pages import get_appraisal, get_scope, list_crumbs
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.acts import ReasonMissingError
from linghang.platform.calendar import clock
from linghang.platform.ui.forms import add_errors


@require(Permission.EDIT_RECORDS)
def open_appraisal(request: HttpRequest, unit_pk: int) -> HttpResponse:
    """Open the appraisal of a branch: the year and its days; who takes part follows."""
    scope = get_scope(request)
    unit = get_object_or_404(queries.list_units(scope), pk=unit_pk)
    insist(access.can_open(scope, unit))
    form = OpenForm(request.POST or None, year=request.GET.get("year", ""))
    if form.is_valid():
        try:
            appraisal = services.open_appraisal(
                unit=unit, draft=services.PlanDraft(**form.cleaned_data), actor=request.user
            )
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("The appraisal is open."))
            return redirect("appraisal:appraisal", pk=appraisal.pk)
    context = {
        "form": form,
        "roster": queries.list_roster(unit, clock.today()),
        "title": _("Open the yearly appraisal"),
        "sub": unit.name,
        "crumbs": list_crumbs(scope),
        "cancel_url": resolve_url("appraisal:units"),
        "submit_label": _("Open"),
    }
    return render(request, "appraisal/form.html", context, status=422 if form.is_bound else 200)


@require()
def act(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Do one act; what a rule forbids or asks stands on the form with its basis."""
    appraisal = get_appraisal(request, pk)
    if code not in Deed.values:
        raise Http404
    deed, scope = Deed(code), get_scope(request)
    if request.POST.get("seen", "") not in {"", appraisal.seen}:
        messages.warning(request, _("Somebody was faster. Look at what was recorded."))
        return redirect("appraisal:appraisal", pk=appraisal.pk)
    own = queries.find_own(appraisal, scope.person_id)
    insist(access.can_do(scope, appraisal, deed, getattr(request.user, "pk", None), own))
    form = FORMS[deed](request.POST or None, appraisal=appraisal)
    questions: list[str] = []
    if form.is_valid():
        try:
            form.act(request.user)
        except ReasonMissingError as refusal:
            questions = refusal.messages
            form.add_error("reason", _("Say why."))
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Recorded: %(deed)s.") % {"deed": deed.label})
            return redirect("appraisal:appraisal", pk=appraisal.pk)
    back = resolve_url("appraisal:appraisal", appraisal.pk)
    context: dict[str, Any] = {
        "form": form,
        "title": deed.label,
        "sub": str(appraisal),
        "crumbs": [*list_crumbs(scope), (str(appraisal), back)],
        "cancel_url": back,
        "submit_label": deed.label,
        "questions": questions,
        "advice": form.advise(),
    }
    return render(request, "appraisal/form.html", context, status=422 if form.is_bound else 200)
