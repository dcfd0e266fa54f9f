"""Opening an election, and every act on it: one page, the form of the act."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _

from linghang.elections import access, queries, services
from linghang.elections.enums import Deed
from linghang.elections.web.forms import FORMS
from linghang.elections.web.views.pages import get_election, get_scope, list_crumbs
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.acts import ReasonMissingError
from linghang.platform.calendar import clock
from linghang.platform.ui.forms import add_errors


@require(Permission.EDIT_RECORDS)
def open_election(request: HttpRequest, unit_pk: int) -> HttpResponse:
    """Open a re-election of a branch; nothing is typed, the next step is the request."""
    scope = get_scope(request)
    unit = get_object_or_404(queries.list_units(scope), pk=unit_pk)
    insist(access.can_open(scope, unit))
    line = queries.list_lines(queries.list_units(scope).filter(pk=unit.pk), clock.today())[0]
    form = forms.Form(request.POST or None)
    if request.method == "POST":
        try:
            election = services.open_election(unit=unit, actor=request.user)
        except ValidationError as refusal:
            messages.warning(request, refusal.messages[0])
            return redirect("elections:units")
        return redirect("elections:act", pk=election.pk, code=Deed.REQUEST.value)
    context = {
        "form": form,
        "line": line,
        "title": _("Open a re-election"),
        "sub": unit.name,
        "crumbs": list_crumbs(scope),
        "cancel_url": resolve_url("elections:units"),
        "submit_label": _("Open"),
    }
    return render(request, "elections/form.html", context)


@require(Permission.EDIT_RECORDS, Permission.EDIT_PEOPLE)
def act(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Do one act; what a rule forbids or asks stands on the form with its basis."""
    election = get_election(request, pk)
    if code not in Deed.values:
        raise Http404
    deed, scope = Deed(code), get_scope(request)
    if request.POST.get("seen", "") not in {"", election.seen}:
        messages.warning(request, _("Somebody was faster. Look at what was recorded."))
        return redirect("elections:election", pk=election.pk)
    insist(access.can_do(scope, election, deed, getattr(request.user, "pk", None)))
    form = FORMS[deed](request.POST or None, election=election)
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
            return redirect("elections:election", pk=election.pk)
    back = resolve_url("elections:election", election.pk)
    context: dict[str, Any] = {
        "form": form,
        "title": deed.label,
        "sub": election.unit.name,
        "crumbs": [*list_crumbs(scope), (election.unit.name, back)],
        "cancel_url": back,
        "submit_label": deed.label,
        "questions": questions,
        **_describe(form, deed),
    }
    return render(request, "elections/form.html", context, status=422 if form.is_bound else 200)


def _describe(form: Any, deed: Deed) -> dict[str, Any]:
    """Return what stands above the form: the roll of a ballot, and the rule it is judged by."""
    if deed != Deed.BALLOT:
        return {}
    of_members = not queries.is_of_committee(form.election, form.tally.office)
    return {
        "tally": form.tally,
        "rule": services.describe_rule() if of_members else "",
        "roll": queries.read_roll(form.election, clock.today()) if of_members else None,
    }
