"""月考核、季督导、年底总评: one unit's year, every number with its page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from linghang.assessment import api as assessment
from linghang.evaluation import mapping
from linghang.evaluation.enums import NOT_RATED_WORDS
from linghang.evaluation.models import Scheme
from linghang.evaluation.queries import chain as chain_queries
from linghang.evaluation.queries import frozen
from linghang.evaluation.queries.chain import Cell, Chain
from linghang.evaluation.queries.rounding import round_points
from linghang.evaluation.queries.schemes import load
from linghang.org import api as org
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import require
from linghang.platform.calendar import clock
from linghang.platform.languages import spoken
from linghang.platform.ui import charts
from linghang.rectification.enums import ProblemState
from linghang_core import scoring
from linghang_core.periods import Period, PeriodError, PeriodKind

YEARS_BACK = 3


@require(Permission.VIEW_PUBLISHED)
def show_chain(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Show a unit's year: twelve months, four quarters with visits and findings, the result growing."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    unit = org.get_visible_unit(scope, pk, Permission.VIEW_PUBLISHED)
    this_year = clock.today().year
    try:
        period = Period(PeriodKind.YEAR, year)
    except PeriodError as error:
        raise Http404 from error
    if not this_year - YEARS_BACK <= year <= this_year:
        raise Http404
    chain = chain_queries.read_chain(scope, unit, period)
    language = spoken()
    context = {
        "title": f"{unit.name} · {period.label(language)}",
        "unit": unit,
        "chain": chain,
        "year": year,
        "years": [this_year - back for back in range(YEARS_BACK)],
        "months": _list_months(chain),
        "quarters": [
            _show(quarter.cell, chain.quarter_scheme)
            | {
                "visits": quarter.visits,
                "problems": [
                    {"problem": problem, "state": ProblemState(problem.state)}
                    for problem in quarter.problems
                ],
            }
            for quarter in chain.quarters
        ],
        "result": _show(chain.result, chain.year_scheme) if chain.result else None,
        "visits": sum(len(quarter.visits) for quarter in chain.quarters),
        "problems": sum(len(quarter.problems) for quarter in chain.quarters),
        "criteria": _list_criteria(chain),
        "trend": _draw(chain),
        "visits_url": _visits_url(scope, chain),
        "crumbs": [(_("Publications"), reverse("evaluation:publications"))],
    }
    return render(request, "evaluation/chain.html", context)


def _show(cell: Cell, scheme: Scheme | None) -> dict[str, Any]:
    bands = mapping.band_titles(load(scheme)) if scheme else {}
    score = cell.score
    return {
        "label": cell.period.label(spoken()),
        "score": score,
        "total": cell.total,
        "band": bands.get(cell.band, ""),
        "reason": NOT_RATED_WORDS.get(score.reason, "") if score else "",
        "is_published": cell.is_published,
        "is_corrected": score is not None and cell.total != score.total,
        "is_to_come": cell.period.first_day > clock.today(),
    }


def _list_months(chain: Chain) -> list[dict[str, Any]]:
    """The months from the first that has a result up to the running one."""
    first = next((i for i, cell in enumerate(chain.months) if cell.score), len(chain.months))
    shown = [_show(cell, chain.month_scheme) for cell in chain.months[first:]]
    return [month for month in shown if month["score"] or not month["is_to_come"]]


def _list_criteria(chain: Chain) -> list[dict[str, Any]]:
    """The year's criteria with their points, each with the address of its why."""
    score = chain.result.score if chain.result else None
    if score is None:
        return []
    reading = frozen.read_score(score)
    result = mapping.restore_result(reading.scheme, reading.stored)
    explanation = scoring.explain(reading.scheme, result, score.run.period)
    why = reverse("evaluation:why", args=[score.pk])
    return [
        {"item": item, "url": f"{why}#{item.code}", "is_left_out": item.state.value == "left_out"}
        for part in explanation.dimensions
        for item in part.criteria
    ]


def _draw(chain: Chain) -> charts.Trend | None:
    """The months, and the mean of those published so far: how the year grows."""
    totals = [cell.total for cell in chain.months]
    if sum(total is not None for total in totals) < 2:
        return None
    growing: list[Decimal | None] = []
    known: list[Decimal] = []
    for cell in chain.months:
        if cell.is_published and cell.total is not None:
            known.append(cell.total)
            growing.append(round_points(sum(known, Decimal(0)) / len(known)))
        else:
            growing.append(None)
    return charts.Trend(
        title=_("The months of the year"),
        periods=[f"{cell.period.number:02d}" for cell in chain.months],
        series=[
            charts.Series(_("month"), totals),
            charts.Series(_("mean so far"), growing),
        ],
    )


def _visits_url(scope: Scope, chain: Chain) -> str:
    """Where the visits of the unit stand: its newest round of the year; without one, where the officer opens it."""
    round_ = (
        assessment.list_rounds(scope)
        .filter(form__visit=True, subjects__unit=chain.unit, period__startswith=str(chain.year))
        .first()
    )
    if round_ is not None:
        return reverse("assessment:round", args=[round_.pk])
    form = assessment.list_forms().filter(visit=True).first()
    if form is None or not scope.can(Permission.ISSUE_LISTS, chain.unit.root_path):
        return ""
    return f"{reverse('assessment:open')}?{urlencode({'form': form.code})}"
