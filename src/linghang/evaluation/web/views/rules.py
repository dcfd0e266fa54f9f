"""The rules in force, for anybody: what is rated, how, on what basis, and how one objects. No results."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from linghang.evaluation import mapping, services
from linghang.evaluation.queries import visible
from linghang.evaluation.queries.schemes import load
from linghang.ledger import api as ledger
from linghang.platform.calendar import clock
from linghang.platform.languages import spoken
from linghang_core.regulations import load_rules

STEPS = ("evaluation.objection", "evaluation.decision", "evaluation.appeal")


def show_rules(request: HttpRequest) -> HttpResponse:
    """Show every scheme in force in plain words, without log-in; nothing of anybody's results."""
    today = clock.today()
    kinds = ledger.list_kinds()
    language = spoken()
    periods = {"month": _("every month"), "quarter": _("every quarter"), "year": _("every year")}
    schemes = list(visible.list_public_schemes())
    context = {
        "title": _("Rules of evaluation in force"),
        "today": today,
        "objection_days": services.objection_days(today),
        "steps": [
            {"title": rule.title.of(language), "note": rule.note.of(language), "basis": rule.basis}
            for rule in (load_rules().find(code, today) for code in STEPS)
        ],
        "schemes": [
            {
                "scheme": scheme,
                "loaded": load(scheme),
                "period": periods.get(load(scheme).period.value, ""),
                "dimensions": [
                    (
                        dimension,
                        [
                            mapping.describe_criterion(
                                rule, kinds, mapping.band_titles(load(scheme))
                            )
                            for rule in dimension.criteria
                        ],
                    )
                    for dimension in load(scheme).dimensions
                ],
            }
            for scheme in schemes
        ],
    }
    return render(request, "evaluation/rules.html", context)
