"""The comparison of both sides, and from what failed to problems in one step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.diagnosis import access, queries, services
from linghang.diagnosis.enums import Difference, Lead, RoundState
from linghang.diagnosis.models import Round, Sheet, Standard
from linghang.diagnosis.queries import LEAST, LEAST_FOR_KAPPA, Cell, Comparison, Failure
from linghang.diagnosis.services import Choice
from linghang.diagnosis.web.exports import write_comparison
from linghang.diagnosis.web.forms import ProblemsForm
from linghang.diagnosis.web.views.rounds import get_round, scope_of
from linghang.diagnosis.web.views.sheets import send_workbook
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.ui.tables import Tab
from linghang.rectification.enums import Severity


@require(Permission.VIEW_RECORDS)
@require_GET
def compare_round(request: HttpRequest, pk: int) -> HttpResponse:
    """Show standards × units with both answers, and how often they agree."""
    scope, round_ = scope_of(request), get_round(request, pk)
    insist(access.can_compare(scope, round_, queries.find_expert(scope, round_)))
    comparison = queries.compare_round(round_)
    only = request.GET.get("show") == "different"
    address = resolve_url("diagnosis:compare", round_.pk)
    rows, differing = list_rows(comparison), list_differing(comparison)
    if only:
        shown = {standard.pk for standard, _sheet, _cell in differing}
        rows = [row for row in rows if row["standard"].pk in shown]
    context = {
        "round": round_,
        "comparison": comparison,
        "rows": rows,
        "differing": differing,
        "columns": [(sheet, comparison.by_sheet[sheet.pk]) for sheet in comparison.sheets],
        "tabs": [
            Tab(_("All standards"), address, len(comparison.standards), current=not only),
            Tab(
                _("Different only"),
                f"{address}?show=different",
                len({standard.pk for standard, _sheet, _cell in differing}),
                current=only,
            ),
        ],
        "least": LEAST,
        "least_kappa": LEAST_FOR_KAPPA,
        "may_export": scope.can(Permission.EXPORT, round_.root.path),
        "crumbs": crumbs_of(round_),
    }
    return render(request, "diagnosis/compare.html", context)


@require(Permission.EXPORT)
@require_GET
def export_comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the comparison as a workbook."""
    scope, round_ = scope_of(request), get_round(request, pk)
    insist(scope.can(Permission.EXPORT, round_.root.path))
    insist(access.can_compare(scope, round_, queries.find_expert(scope, round_)))
    content = write_comparison(round_, queries.compare_round(round_))
    return send_workbook(content, round_.title)


@require(Permission.ISSUE_LISTS)
def state_problems(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what failed, say who leads, and state it as problems."""
    scope, round_ = scope_of(request), get_round(request, pk)
    insist(access.can_lead(scope, round_.root))
    failures = queries.list_failures(round_)
    form = ProblemsForm(request.POST or None)
    picked = request.POST.getlist("id")
    if form.is_valid():
        values = form.cleaned_data
        known = {failure.key: failure for failure in failures}
        choices = [
            Choice(
                key,
                Lead(values["lead"] or find_lead(request, known.get(key), key)),
                values["severity"] or request.POST.get(f"severity-{key}", ""),
            )
            for key in picked
        ]
        try:
            problems = services.state_problems(
                round=round_, choices=choices, due_on=values["due_on"], actor=request.user
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("%(count)d problems stated.") % {"count": len(problems)})
            return redirect("diagnosis:round", pk=round_.pk)
    context = {
        "round": round_,
        "form": form,
        "rows": [
            {"failure": each, "picked": each.key in picked if form.is_bound else True}
            for each in failures
            if each.finding is None
        ],
        "stated": [each for each in failures if each.finding is not None],
        "leads": list(Lead),
        "severities": list(Severity),
        "ready": round_.state == RoundState.RECTIFYING,
        "crumbs": crumbs_of(round_),
    }
    return render(request, "diagnosis/problems.html", context, status=422 if form.is_bound else 200)


def find_lead(request: HttpRequest, failure: Failure | None, key: str) -> str:
    """Return who leads as the row says, else as the standard proposes."""
    asked = request.POST.get(f"lead-{key}", "")
    if asked in Lead.values:
        return asked
    return failure.standard.lead if failure is not None else Lead.BRANCH


def list_rows(comparison: Comparison) -> list[dict[str, Any]]:
    """Return the rows of the matrix: a standard, how often both sides agree on it, its cells."""
    return [
        {
            "standard": standard,
            "agreement": comparison.by_standard[standard.pk],
            "cells": [(sheet, comparison.cell(sheet, standard)) for sheet in comparison.sheets],
        }
        for standard in comparison.standards
    ]


def list_differing(comparison: Comparison) -> list[tuple[Standard, Sheet, Cell]]:
    """Return where both sides gave different answers, by standard and unit."""
    return [
        (standard, sheet, cell)
        for standard in comparison.standards
        for sheet in comparison.sheets
        if (cell := comparison.cell(sheet, standard)).difference
        in {Difference.KINDER, Difference.STRICTER}
    ]


def crumbs_of(round_: Round) -> list[tuple[str, str]]:
    """Return the way to the round."""
    return [
        (_("Diagnosis"), resolve_url("diagnosis:rounds")),
        (round_.title, resolve_url("diagnosis:round", round_.pk)),
    ]
