"""Schemes in plain words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.evaluation import mapping
from linghang.evaluation.enums import DraftState, SchemeState
from linghang.evaluation.queries import statistics, visible
from linghang.evaluation.queries.schemes import load
from linghang.ledger import api as ledger
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import require
from linghang_core import scoring


@require(Permission.VIEW_PUBLISHED, Permission.MANAGE_PACKS)
def list_schemes(request: HttpRequest) -> HttpResponse:
    """List the schemes in force and the earlier ones."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    context = {
        "title": _("Evaluation schemes"),
        "drafts": [
            {"draft": draft, "state": DraftState(draft.state)}
            for draft in visible.visible_drafts(scope)
            .filter(state__in=[DraftState.EDITING, DraftState.PROPOSED])
            .defer("document", "trial")
        ],
        "may_write": scope.can(Permission.RUN_EVALUATION),
        "schemes": [
            {"scheme": scheme, "state": SchemeState(scheme.state), "loaded": load(scheme)}
            for scheme in visible.visible_schemes(scope).order_by(
                "state", "-subject", "code", "-pk"
            )
        ],
    }
    return render(request, "evaluation/schemes.html", context)


@require(Permission.VIEW_PUBLISHED, Permission.MANAGE_PACKS)
def show_scheme(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a scheme: dimensions, criteria, how each becomes points, basis, linter, versions."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    scheme = get_object_or_404(visible.visible_schemes(scope), pk=pk)
    loaded = load(scheme)
    kinds = ledger.list_kinds()
    bands = mapping.band_titles(loaded)
    context = {
        "title": f"{scheme} {scheme.version}",
        "scheme": scheme,
        "state": SchemeState(scheme.state),
        "loaded": loaded,
        "dimensions": [
            {
                "dimension": dimension,
                "points": sum(
                    (rule.full for rule in dimension.criteria if rule.nature.value == "basic"), 0
                ),
                "criteria": [
                    mapping.describe_criterion(rule, kinds, bands) for rule in dimension.criteria
                ],
            }
            for dimension in loaded.dimensions
        ],
        "may_write": scope.can(Permission.RUN_EVALUATION),
        "doubtful": statistics.find_doubtful(scope, scheme),
        "findings": scoring.lint_scheme(loaded, set(kinds)),
        "versions": [
            {"scheme": one, "state": SchemeState(one.state)}
            for one in visible.visible_schemes(scope).filter(code=scheme.code).order_by("-pk")
        ],
        "crumbs": [(_("Evaluation schemes"), reverse("evaluation:schemes"))],
    }
    return render(request, "evaluation/scheme.html", context)
