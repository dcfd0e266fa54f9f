"""Training hours: the own year, a branch's, the bureau's; hours told and confirmed; the export."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.people.models import Person
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.sheets import export
from linghang.study import access, queries, services
from linghang.study.enums import HoursState
from linghang.study.web.forms.classes import ClaimForm, DecideForm, PurposeForm
from linghang.study.web.views.classes import get_scope
from linghang_core.regulations import list_counted_kinds, load_rules
from linghang_core.regulations.training import share_of_year

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST_YEAR = 2020  # the rules in force begin in 2019


@require()
@require_GET
def show_own(request: HttpRequest) -> HttpResponse:
    """Show the reader's own year: every session that counts, what is asked, what is missing."""
    scope = get_scope(request)
    year, on = _read_year(request)
    person_id = scope.person_id
    lines = queries.list_lines(person_id, year, on, scope) if person_id else []
    context: dict[str, Any] = {"title": _("My training hours"), "lines": lines, **_turn(year)}
    if person_id:
        hours = queries.read_hours([person_id], year, on)[person_id]
        target = queries.find_target(person_id, on)
        context |= {
            "hours": hours.hours,
            "target": target,
            "asked": target.hours,
            "concentrated": hours.concentrated,
            "share": int(share_of_year(on) * 100),
            "rules": _list_rules(on),
        }
    context["home"] = bool(person_id and queries.list_units_of(person_id, on))
    context["crumbs"] = [(_("Study"), resolve_url("study:home"))]
    return render(request, "study/mine.html", context)


@require(Permission.VIEW_PEOPLE)
@require_GET
def show_branches(request: HttpRequest) -> HttpResponse:
    """Show how the members of each branch stand: numbers in the order of the tree, no ranks."""
    year, on = _read_year(request)
    units = list(queries.list_branches(get_scope(request)))
    rows = queries.read_branches(units, year, on)
    context = {
        "title": _("Training hours"),
        "rows": rows,
        "members": sum(row.members for row in rows),
        "enough": sum(row.enough for row in rows),
        "behind": sum(row.behind for row in rows),
        "share": int(share_of_year(on) * 100),
        "on": on,
        "may_export": bool(get_scope(request).can(Permission.EXPORT)),
        "crumbs": [(_("Study"), resolve_url("study:home"))],
        "claims": list(queries.list_waiting_claims(get_scope(request))[:20]),
        **_turn(year),
    }
    return render(request, "study/branches.html", context)


@require(Permission.VIEW_PEOPLE)
@require_GET
def show_branch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how each member of a branch stands with the hours of the year."""
    scope = get_scope(request)
    unit = get_object_or_404(queries.list_branches(scope), pk=pk)
    year, on = _read_year(request)
    lines = queries.read_people([unit.pk], year, on)
    wanted = request.GET.get("state", "")
    shown = [line for line in lines if line.state == wanted] if wanted else lines
    context = {
        "title": _("Training hours"),
        "unit": unit,
        "lines": shown,
        "all": len(lines),
        "wanted": wanted,
        "states": [
            (state, sum(line.state is state for line in lines)) for state in reversed(HoursState)
        ],
        "share": int(share_of_year(on) * 100),
        "on": on,
        "claims": list(queries.list_waiting_claims(scope).filter(unit=unit)),
        "crumbs": [
            (_("Study"), resolve_url("study:home")),
            (_("Training hours"), resolve_url("study:branches")),
        ],
        **_turn(year),
    }
    return render(request, "study/branch.html", context)


@require(Permission.EXPORT)
def export_hours(request: HttpRequest) -> HttpResponse:
    """Ask what for, then send names and hours as a workbook; the purpose stands in the trail."""
    scope = get_scope(request)
    form = PurposeForm(request.POST or None)
    if not form.is_valid():
        context = {
            "form": form,
            "title": _("Export training hours"),
            "cancel_url": resolve_url("study:branches"),
            "submit_label": _("Export"),
        }
        return render(request, "ui/form.html", context, status=422 if form.is_bound else 200)
    year, on = _read_year(request)
    units = queries.list_branches(scope).filter(scope.restrict(Permission.EXPORT)).in_bulk()
    lines = queries.read_people(units, year, on)
    if form.cleaned_data["only_short"]:
        lines = [line for line in lines if line.state is HoursState.BEHIND]
    title = _("Training hours of %(year)d") % {"year": year}
    columns = [
        export.Column(_("Branch"), 24),
        export.Column(_("Full name"), 12),
        export.Column(_("Hours"), 10, "decimal"),
        export.Column(_("Asked for"), 10, "decimal"),
        export.Column(_("Missing"), 10, "decimal"),
        export.Column(_("Concentrated training"), 12, "integer"),
        export.Column(_("State"), 14),
    ]
    with export.Workbook(title=title) as book:
        note = _("As of %(day)s. For: %(purpose)s") % {"day": on, **form.cleaned_data}
        sheet = book.add_sheet(_("Training hours"), title=title, columns=columns, note=note)
        for line in lines:
            name = units[line.unit_id].name
            cells = [line.shown, line.asked, line.missing, line.concentrated]
            sheet.append([name, line.person.name, *cells, str(line.state.label)])
    with transaction.atomic():
        audit.record(
            actor=request.user,
            verb="study.hours_exported",
            label=title,
            new={"rows": len(lines), "year": year, "purpose": form.cleaned_data["purpose"]},
        )
    response = HttpResponse(book.to_bytes(), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.xlsx"
    return response


@require()
def claim_hours(request: HttpRequest) -> HttpResponse:
    """Tell a training elsewhere; the hours follow from its days."""
    scope = get_scope(request)
    homes = queries.list_units_of(scope.person_id, clock.today()) if scope.person_id else []
    if not homes:
        messages.warning(request, _("Only members of a branch tell their hours here."))
        return redirect("study:mine")
    form = ClaimForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            claim = services.claim_hours(
                person=Person.objects.get(pk=scope.person_id or 0),
                unit=homes[0],
                draft=form.draft(),
                actor=request.user,
            )
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Told. It counts when your secretary has confirmed it."))
            return redirect("study:claim", pk=claim.pk)
    context = {
        "form": form,
        "title": _("Training elsewhere"),
        "sub": homes[0].name,
        "cancel_url": resolve_url("study:mine"),
        "submit_label": _("Tell it"),
        "crumbs": [(_("My training hours"), resolve_url("study:mine"))],
    }
    return render(request, "ui/form.html", context, status=422 if form.is_bound else 200)


@require()
def show_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Show hours told with their proof; who may confirms them or says why not."""
    scope = get_scope(request)
    claim = get_object_or_404(queries.list_claims(scope), pk=pk)
    answer = access.can_decide(scope, claim)
    form = DecideForm(request.POST or None)
    if request.method == "POST":
        insist(answer)
        if form.is_valid():
            try:
                services.decide_claim(
                    claim=claim,
                    confirm=form.cleaned_data["answer"] == "yes",
                    reason=form.cleaned_data["reason"],
                    actor=request.user,
                )
            except ValidationError as refusal:
                form.refuse(refusal)
            else:
                return redirect("study:claim", pk=pk)
    context = {
        "claim": claim,
        "hours": queries.count_claim(claim),
        "form": form if answer and claim.state == "claimed" else None,
        "refusal": getattr(answer, "reason", "") if claim.state == "claimed" else "",
        "crumbs": [(_("Study"), resolve_url("study:home"))],
    }
    return render(request, "study/claim.html", context, status=422 if form.is_bound else 200)


def _read_year(request: HttpRequest) -> tuple[int, date]:
    """Return the year asked for and the day it is judged by: today, or its last."""
    today, text = clock.today(), request.GET.get("year", "")
    year = int(text) if text.isdecimal() and len(text) <= 4 else today.year
    year = min(max(year, FIRST_YEAR), today.year)
    return year, min(today, date(year, 12, 31))


def _turn(year: int) -> dict[str, Any]:
    return {
        "year": year,
        "earlier_url": f"?year={year - 1}" if year > FIRST_YEAR else "",
        "later_url": f"?year={year + 1}" if year < clock.today().year else "",
    }


def _list_rules(on: date) -> list[Any]:
    """Return the rules the hours follow from, each with its note and basis."""
    _kinds, counted = list_counted_kinds(on)
    names = ("members", "leaders", "conversion", "concentrated")
    return [*(load_rules().find(f"training.{name}", on) for name in names), counted]
