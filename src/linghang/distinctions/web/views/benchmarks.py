"""What a benchmark does better, how it does it, and the pack others take it over with."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.distinctions import access, services
from linghang.distinctions.enums import Kind
from linghang.distinctions.models import Holding, Method
from linghang.distinctions.queries import standing, strengths
from linghang.distinctions.web.forms import MethodForm
from linghang.distinctions.web.views.shared import READING, get_holding, get_scope, list_crumbs
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.packs.findings import PackRefused
from linghang.platform.ui.forms import add_errors


def _get_benchmark(request: HttpRequest, pk: int) -> Holding:
    holding = get_holding(request, pk)
    if holding.programme.kind != Kind.BENCHMARK:
        raise Http404
    return holding


def _find_method(holding: Holding) -> Method | None:
    return (
        Method.objects.filter(programme=holding.programme, unit=holding.unit)
        .select_related("unit", "programme", "written_by")
        .first()
    )


@require(*READING)
@require_GET
def show_strengths(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the unit does better than its peers, from the records, and its method."""
    scope, holding = get_scope(request), _get_benchmark(request, pk)
    root = standing.find_root(holding.unit)
    method = _find_method(holding)
    context = {
        "holding": holding,
        "found": strengths.read_strengths(holding.programme, root, holding.unit, clock.today()),
        "used": strengths.list_used(holding.unit),
        "method": method,
        "installed": strengths.list_installed(method.pack_code) if method else [],
        "may_write": bool(access.can_write_method(scope, holding.unit)),
        "crumbs": [
            *list_crumbs(holding.programme),
            (str(holding), resolve_url("distinctions:holding", holding.pk)),
        ],
    }
    return render(request, "distinctions/strengths.html", context)


@require(Permission.EDIT_RECORDS)
def write_method(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down how the unit does it: five short fields, once."""
    scope, holding = get_scope(request), _get_benchmark(request, pk)
    insist(access.can_write_method(scope, holding.unit))
    form = MethodForm(request.POST or None, known=_find_method(holding))
    back = resolve_url("distinctions:strengths", holding.pk)
    if request.method == "POST" and form.is_valid():
        try:
            form.act(holding, request.user)
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("The method is written down; others can take it over."))
            return redirect(back)
    context = {
        "form": form,
        "title": _("Write down the method"),
        "sub": str(holding),
        "crumbs": [*list_crumbs(holding.programme), (str(holding), back)],
        "cancel_url": back,
    }
    return render(request, "distinctions/form.html", context, status=422 if form.is_bound else 200)


@require(*READING)
@require_GET
def send_pack(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the method as the YAML of a pack, for the practice library of whoever takes it over."""
    method = _find_method(_get_benchmark(request, pk))
    if method is None:
        raise Http404
    try:
        content = services.build_pack(method)
    except PackRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("distinctions:strengths", pk=pk)
    response = HttpResponse(content, content_type="application/yaml")
    response["Content-Disposition"] = f'attachment; filename="{method.pack_code}.yaml"'
    return response
