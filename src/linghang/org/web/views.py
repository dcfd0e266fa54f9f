"""The trees, the unit page with its tabs, and the acts on units."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.org import api, mapping, queries, services
from linghang.org.enums import Line, TermStanding, UnitKind
from linghang.org.models import Unit, UnitVersion
from linghang.org.web import forms, tables
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.crypto.fields import mask_phone
from linghang.platform.ui.tables import Tab

REFUSED = 422


@require(Permission.VIEW_UNITS)
def show_tree(request: HttpRequest) -> HttpResponse:
    """Show the party units or the business units as they stood on a day."""
    form = forms.TreeForm(request.GET or None)
    chosen = form.cleaned_data.get("on") if form.is_bound and form.is_valid() else None
    today = clock.today()
    on = chosen or today
    line = Line.BUSINESS if request.GET.get("line") == Line.BUSINESS else Line.PARTY
    versions = [
        v for v in queries.visible_units_as_of(request.scope, on) if UnitKind(v.kind).line == line
    ]
    roots = queries.build_tree(versions)
    own = queries.count_own_members(on, [v.unit.path for v in versions if v.level == 1] or ["/"])
    for root in roots:
        root.sum_up(own)
    _hang_details(roots, on)
    nodes = [node for root in roots for node in root.walk()]
    return render(
        request,
        "org/tree.html",
        {
            "title": _("Organisation"),
            "form": forms.TreeForm(initial={"on": on}),
            "on": on,
            "is_past": on != today,
            "line": line,
            "roots": roots,
            "counts": tables.count_kinds(nodes),
            "members": sum(root.heads.total for root in roots),
            "warnings": [n for n in nodes if n.term and n.term.standing != TermStanding.NORMAL],
            "tabs": _tree_tabs(request, line),
            "may_add": bool(request.scope.can(Permission.EDIT_UNITS)),
        },
    )


def _hang_details(roots: list[queries.Node], on: date) -> None:
    """Give every node its term and the units it is linked to by coverage; one query."""
    covers: dict[int, list[Unit]] = {}
    for link in queries.coverage_as_of(on):
        covers.setdefault(link.party_unit_id, []).append(link.business_unit)
        covers.setdefault(link.business_unit_id, []).append(link.party_unit)
    for root in roots:
        for node in root.walk():
            node.term = queries.view_term(node.unit, on)
            node.covers = covers.get(node.unit_id, [])


def _tree_tabs(request: HttpRequest, line: str) -> list[Tab]:
    kept = request.GET.get("on", "")
    tail = f"&on={kept}" if kept else ""
    return [
        Tab(Line(each).label, f"{reverse('org:tree')}?line={each}{tail}", current=each == line)
        for each in (Line.PARTY, Line.BUSINESS)
    ]


@require(Permission.VIEW_UNITS)
def show_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a unit: overview, history, and the tabs that other apps add."""
    unit = api.get_visible_unit(request.scope, pk)
    panels = {p.name: p for p in mapping.list_unit_panels() if p.shown_to(request.scope, unit)}
    chosen = request.GET.get("tab", "overview")
    if chosen not in {"overview", "history", *panels}:
        raise Http404
    context: dict[str, Any] = {
        "title": unit.name,
        "unit": unit,
        "kind": UnitKind(unit.kind),
        "crumbs": _crumbs(request, unit),
        "tabs": _unit_tabs(unit, panels, chosen),
        "tab": chosen,
        "term": queries.view_term(unit, clock.today()),
        "may_edit": (
            unit.closed_on is None and bool(request.scope.can(Permission.EDIT_UNITS, unit.path))
        )
        or _may_edit_business(request, unit),
    }
    if chosen == "overview":
        context |= _overview(request, unit)
    elif chosen == "history":
        context |= {
            "changes": tables.tell_changes(unit),
            "versions": UnitVersion.objects.filter(unit=unit).select_related("parent"),
        }
    else:
        context["panel"] = panels[chosen].render(request, unit.pk)
    return render(request, "org/unit.html", context)


def _may_edit_business(request: HttpRequest, unit: Unit) -> bool:
    """Return whether a business unit may be changed: its tree is reached through coverage."""
    return (
        unit.line == Line.BUSINESS
        and unit.closed_on is None
        and queries.visible_units(request.scope, Permission.EDIT_UNITS).filter(pk=unit.pk).exists()
    )


def _unit_tabs(unit: Unit, panels: dict[str, mapping.Panel], chosen: str) -> list[Tab]:
    address = reverse("org:unit", args=[unit.pk])
    found = [("overview", _("Overview"))]
    found += [(panel.name, str(panel.label)) for panel in panels.values()]
    found += [("history", _("History"))]
    return [
        Tab(
            label,
            address if name == "overview" else f"{address}?tab={name}",
            current=name == chosen,
        )
        for name, label in found
    ]


def _crumbs(request: HttpRequest, unit: Unit) -> list[tuple[str, str]]:
    """Return the way down to the unit; superiors the reader does not see are named without a link."""
    ids = [int(part) for part in unit.path.strip("/").split("/")[:-1]]
    names = dict(Unit.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    seen = (
        set(queries.visible_units(request.scope).filter(pk__in=ids).values_list("pk", flat=True))
        if ids
        else set()
    )
    tree = reverse("org:tree") + ("?line=business" if unit.line == Line.BUSINESS else "")
    return [
        (_("Organisation"), tree),
        *((names[pk], reverse("org:unit", args=[pk]) if pk in seen else "") for pk in ids),
    ]


def _overview(request: HttpRequest, unit: Unit) -> dict[str, Any]:
    today = clock.today()
    heads = queries.count_members(today, [unit.path])
    children = list(
        queries.visible_units(request.scope).filter(parent=unit, closed_on=None).order_by("pk")
    )
    links = queries.coverage_as_of(today)
    sees_phone = request.scope.can(Permission.VIEW_IDENTITY, unit.path)
    return {
        "heads": heads.get(unit.pk, queries.Headcount()),
        "children": [(child, heads.get(child.pk, queries.Headcount())) for child in children],
        "covers": [link.business_unit for link in links.filter(party_unit=unit)],
        "covered_by": [link.party_unit for link in links.filter(business_unit=unit)],
        "phone": unit.contact_phone if sees_phone else mask_phone(unit.contact_phone),
    }


# -- acts ------------------------------------------------------------------------------------------


def _editable(request: HttpRequest, pk: int) -> Unit:
    """Return the unit to change: 404 for a stranger's, 403 with the reason for one only to be seen."""
    unit = api.get_visible_unit(request.scope, pk)
    if not _may_edit_business(request, unit):
        insist(request.scope.can(Permission.EDIT_UNITS, unit.path))
    if unit.closed_on:
        raise Http404
    return unit


@require(Permission.VIEW_UNITS)
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Ask for an act, say in a sentence what it will do, and do it once that is confirmed."""
    unit = _editable(request, pk)
    form = forms.ACTS[name](request.POST or None, unit=unit, scope=request.scope)
    context: dict[str, Any] = {
        "form": form,
        "title": f"{form.title}：{unit.name}",
        "crumbs": [*_crumbs(request, unit), (unit.name, reverse("org:unit", args=[pk]))],
        "cancel_url": reverse("org:unit", args=[pk]),
        "submit_label": _("Show what will happen"),
    }
    if request.method != "POST":
        return render(request, "ui/form.html", context)
    if not form.is_valid():
        return render(request, "ui/form.html", context, status=REFUSED)
    if "confirm" not in request.POST:
        return render(
            request,
            "org/confirm.html",
            context
            | {"sentence": form.sentence(), "submit_label": form.submit, "kept": _kept(request)},
        )
    try:
        shown = form.apply(request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return render(request, "ui/form.html", context, status=REFUSED)
    messages.success(request, _("The change is recorded."))
    return redirect("org:unit", pk=shown.pk)


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name in request.POST
        if name not in {"csrfmiddlewaretoken", "confirm"}
        for value in request.POST.getlist(name)
    ]


@require(Permission.VIEW_UNITS)
def edit_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known of a unit besides its name and place."""
    unit = _editable(request, pk)
    form = forms.DetailsForm(request.POST or None, unit=unit)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            services.change_unit(
                unit=unit,
                actor=request.user,
                kind=values.pop("kind"),
                document_number=values.pop("document_number", ""),
                **values,
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The unit is changed."))
            return redirect("org:unit", pk=pk)
    return _form_page(request, form, unit, _("Edit"), _("Save"))


@require(Permission.VIEW_UNITS)
def edit_coverage(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the business units a party unit covers."""
    unit = _editable(request, pk)
    if unit.line != Line.PARTY:
        raise Http404
    form = forms.CoverageForm(request.POST or None, unit=unit, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_coverage(
                party_unit=unit,
                business_units=list(form.cleaned_data["business_units"]),
                on=form.cleaned_data["on"],
                document_number=form.cleaned_data["document_number"],
                actor=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The coverage is changed."))
            return redirect("org:unit", pk=pk)
    return _form_page(request, form, unit, _("Coverage"), _("Save"))


@require(Permission.EDIT_UNITS)
def add_unit(request: HttpRequest) -> HttpResponse:
    """Found a unit under another."""
    form = forms.AddForm(
        request.POST or None, scope=request.scope, parent=request.GET.get("parent", "")
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        draft = services.UnitDraft(
            values["name"], UnitKind(values["kind"]), values["parent"], values["established_on"]
        )
        try:
            [unit] = services.create_units(
                [draft], document_number=values["document_number"], actor=request.user
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The unit is founded."))
            return redirect("org:unit", pk=unit.pk)
    return render(
        request,
        "ui/form.html",
        {
            "form": form,
            "title": _("New unit"),
            "crumbs": [(_("Organisation"), reverse("org:tree"))],
            "cancel_url": reverse("org:tree"),
            "submit_label": _("Found the unit"),
        },
        status=REFUSED if request.method == "POST" else 200,
    )


def _form_page(
    request: HttpRequest, form: Any, unit: Unit, title: str, submit: str
) -> HttpResponse:
    address = reverse("org:unit", args=[unit.pk])
    return render(
        request,
        "ui/form.html",
        {
            "form": form,
            "title": f"{title}：{unit.name}",
            "crumbs": [*_crumbs(request, unit), (unit.name, address)],
            "cancel_url": address,
            "submit_label": submit,
        },
        status=REFUSED if request.method == "POST" else 200,
    )
