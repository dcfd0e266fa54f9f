"""Proposing a post, zone or squad, and every act on it: one page, the form of the act."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _

from linghang.pioneers import access
from linghang.pioneers.enums import Deed
from linghang.pioneers.queries import carriers as queries
from linghang.pioneers.web.forms import FORMS, ProposeForm, UnitForm
from linghang.pioneers.web.views.carriers import get_carrier
from linghang.pioneers.web.views.shared import (
    answer_form,
    get_scope,
    list_crumbs,
    refuse_stale,
)
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require


@require(Permission.EDIT_RECORDS)
def choose_unit(request: HttpRequest) -> HttpResponse:
    """Ask for which branch, where the reader has several; else go on."""
    scope = get_scope(request)
    units = queries.list_units(scope)
    known = list(units[:2])
    if len(known) == 1:
        return redirect("pioneers:propose", unit_pk=known[0].pk)
    form = UnitForm(request.POST or None, units=units)
    if form.is_valid():
        return redirect("pioneers:propose", unit_pk=form.cleaned_data["unit"].pk)
    context: dict[str, Any] = {
        "form": form,
        "title": _("Propose a post, zone or squad"),
        "crumbs": list_crumbs(scope),
        "submit_label": _("Go on"),
        "cancel_url": resolve_url("pioneers:carriers"),
    }
    return render(request, "ui/form.html", context, status=422 if form.is_bound else 200)


@require(Permission.EDIT_RECORDS)
def propose(request: HttpRequest, unit_pk: int) -> HttpResponse:
    """Propose a post, zone or squad of a branch."""
    scope = get_scope(request)
    unit = get_object_or_404(queries.list_units(scope), pk=unit_pk)
    insist(access.can_propose(scope, unit))
    form = ProposeForm(request.POST or None, unit=unit)
    return answer_form(
        request,
        form,
        lambda: form.save(request.user),
        back=resolve_url("pioneers:carriers"),
        done=_("Proposed. The Party-affairs officer decides on it."),
        title=_("Propose a post, zone or squad"),
        sub=unit.name,
        crumbs=list_crumbs(scope),
        submit_label=_("Propose one"),
    )


@require(Permission.VIEW_RECORDS)
def act(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Do one act; what is refused stands on the form."""
    scope = get_scope(request)
    carrier = get_carrier(scope, pk)
    if code not in Deed.values:
        raise Http404
    deed, back = Deed(code), resolve_url("pioneers:carrier", carrier.pk)
    if refuse_stale(request, carrier.seen):
        return redirect(back)
    insist(access.can_do(scope, carrier, deed))
    form = FORMS[deed](request.POST or None, carrier=carrier)
    return answer_form(
        request,
        form,
        lambda: form.act(request.user),
        back=back,
        done=_("Recorded: %(deed)s.") % {"deed": deed.label},
        title=deed.label,
        sub=f"{carrier.title} · {carrier.unit.name}",
        crumbs=[*list_crumbs(scope), (carrier.title, back)],
        submit_label=deed.label,
        pledge=carrier.pledges.filter(person_id=carrier.holder_id).last()
        if deed is Deed.REVIEW
        else None,
        work=queries.read_work([carrier])[carrier.pk] if deed is Deed.REVIEW else None,
    )
