"""Every act: applying in one press, the forms of a case, demotion, appeal and decisions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _

from linghang.distinctions import access, services
from linghang.distinctions.enums import Deed
from linghang.distinctions.queries import conditions, standing
from linghang.distinctions.web.forms import FORMS, AppealForm, DemoteForm, SettleForm
from linghang.distinctions.web.views.shared import (
    READING,
    get_case,
    get_holding,
    get_scope,
    get_unit,
    list_crumbs,
)
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.acts import check_seen
from linghang.platform.calendar import clock
from linghang.platform.ui.forms import add_errors


@require(Permission.EDIT_RECORDS)
def apply_for(request: HttpRequest, pk: int, unit_pk: int) -> HttpResponse:
    """Show how the conditions of the next level stand; where all hold, apply with one press."""
    scope, unit = get_scope(request), get_unit(request, unit_pk)
    programme = get_object_or_404(standing.list_programmes(), pk=pk)
    insist(access.can_apply(scope, unit))
    if request.method == "POST":
        try:
            case = services.apply_for(programme=programme, unit=unit, actor=request.user)
        except ValidationError as refusal:
            messages.warning(request, refusal.messages[0])
            return redirect(request.path)
        messages.success(request, _("The application is sent; somebody verifies it on the spot."))
        return redirect("distinctions:case", pk=case.pk)
    evidence = conditions.read_evidence(
        programme, standing.find_root(unit), clock.today(), [unit.pk]
    )
    if unit.pk not in evidence.units:
        raise Http404
    level = conditions.find_next(evidence, unit.pk)
    checks = conditions.check_level(evidence, unit.pk, level) if level else []
    context = {
        "programme": programme,
        "unit": unit,
        "level": level,
        "checks": checks,
        "missing": [check for check in checks if not check.holds],
        "held": evidence.held.get(unit.pk),
        "open_case": standing.find_open_case(programme, unit),
        "crumbs": list_crumbs(programme),
    }
    return render(request, "distinctions/apply.html", context)


@require(*READING)
def act(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Do one act on a case; what is refused stands on the form with its reason."""
    case = get_case(request, pk)
    if code not in Deed.values:
        raise Http404
    deed, scope = Deed(code), get_scope(request)
    try:
        check_seen(case, request.POST.get("seen"))
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
        return redirect("distinctions:case", pk=case.pk)
    insist(access.can_do(scope, case, deed))
    form = FORMS[deed](request.POST or None, case=case)
    back = resolve_url("distinctions:case", case.pk)
    if _done(request, form, lambda: form.act(request.user)):
        messages.success(request, _("Recorded: %(deed)s.") % {"deed": deed.label})
        return redirect(back)
    checks = conditions.restore(case.checks) if deed in {Deed.VERIFY, Deed.DECIDE} else []
    return _show(request, form, deed.label, str(case), case.programme, back, checks=checks)


@require(*READING)
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide an objection or an appeal; who worked on it is refused."""
    scope = get_scope(request)
    objection = get_object_or_404(standing.list_objections(scope), pk=pk)
    insist(access.can_settle(scope, objection))
    form = SettleForm(request.POST or None)
    if objection.case is not None:
        programme, title = objection.case.programme, str(objection.case)
        back = resolve_url("distinctions:case", objection.case.pk)
    else:
        assert objection.demotion is not None
        programme, title = objection.demotion.holding.programme, str(objection.demotion)
        back = resolve_url("distinctions:holding", objection.demotion.pk)
    if _done(request, form, lambda: form.act(objection, request.user)):
        messages.success(request, _("The decision is recorded."))
        return redirect(back)
    return _show(
        request, form, _("Decide the objection"), title, programme, back, objection=objection
    )


@require(Permission.PUBLISH_EVALUATION)
def demote(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the committee's decision to take a level away, after warning and grace."""
    scope, holding = get_scope(request), get_holding(request, pk)
    insist(access.can_demote(scope, holding))
    form = DemoteForm(request.POST or None, holding=holding)
    back = resolve_url("distinctions:holding", holding.pk)
    if _done(request, form, lambda: form.act(request.user)):
        messages.success(request, _("The demotion is recorded; the unit may appeal."))
        return redirect(back)
    return _show(
        request,
        form,
        _("Record a demotion"),
        str(holding),
        holding.programme,
        back,
        faults=conditions.restore(holding.faults),
    )


@require(Permission.EDIT_RECORDS)
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Appeal against a demotion."""
    scope, holding = get_scope(request), get_holding(request, pk)
    insist(access.can_appeal(scope, holding))
    form = AppealForm(request.POST or None)
    back = resolve_url("distinctions:holding", holding.pk)
    if _done(request, form, lambda: form.act(holding, request.user)):
        messages.success(request, _("The appeal is sent to who decides objections."))
        return redirect(back)
    return _show(
        request, form, _("Appeal against the demotion"), str(holding), holding.programme, back
    )


def _done(request: HttpRequest, form: forms.Form, do: Any) -> bool:
    """Return whether the form was sent and the act done; a refusal stands on the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        do()
    except ValidationError as refusal:
        add_errors(form, refusal)
        return False
    return True


def _show(
    request: HttpRequest, form: forms.Form, title: Any, sub: str, programme: Any, back: str, **more: Any
) -> HttpResponse:  # fmt: skip
    context = {
        "form": form,
        "title": title,
        "sub": sub,
        "crumbs": [*list_crumbs(programme), (sub, back)],
        "cancel_url": back,
        "submit_label": title,
        **more,
    }
    return render(request, "distinctions/form.html", context, status=422 if form.is_bound else 200)
