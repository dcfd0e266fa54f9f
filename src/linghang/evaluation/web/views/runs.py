"""Results of a run: by peer group in bands, criterion by unit, as a workbook."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.evaluation import mapping
from linghang.evaluation.enums import RunState
from linghang.evaluation.models import Run, Score
from linghang.evaluation.queries import facts as fact_queries
from linghang.evaluation.queries import scores as score_queries
from linghang.evaluation.queries import visible
from linghang.evaluation.queries.schemes import load
from linghang.evaluation.web import exports, tables
from linghang.evaluation.web.filters import ResultFilter
from linghang.evaluation.web.views.cycle import READING, cycle_url, show_groups
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import require
from linghang.platform.languages import spoken
from linghang.platform.ui.tables import Tab, render_list
from linghang_core import scoring
from linghang_core.periods import Period
from linghang_core.scoring.scheme import Nature

HUNDRED = Decimal(100)
MATRIX_ROWS = 60


@require(*READING)
def show_run(request: HttpRequest, pk: int) -> HttpResponse:
    """List the results of a run: units by peer group, persons by branch, each as far as visible."""
    run = get_run(request, pk)
    scheme = load(run.scheme)
    scope: Scope = request.scope  # type: ignore[attr-defined]
    found = ResultFilter(
        request.GET,
        score_queries.list_results(scope, run.pk),
        list(mapping.group_titles(scheme).items()),
        list(mapping.band_titles(scheme).items()),
    )
    table = tables.results(scheme).bind(found.qs, request.GET)
    return render_list(
        request,
        table,
        title=f"{run.scheme} · {label_run(run)}",
        sub=run.root.name,
        filterset=found,
        template="evaluation/run.html",
        **describe_run(request, run, scheme),
    )


@require(*READING)
def show_matrix(request: HttpRequest, pk: int) -> HttpResponse:
    """Show criteria by unit as a heat table; each cell leads to why. Not for persons."""
    run = get_run(request, pk)
    scheme = load(run.scheme)
    if run.scheme.subject == "person":
        raise Http404  # members are not laid side by side
    scope: Scope = request.scope  # type: ignore[attr-defined]
    group = request.GET.get("group", "")
    titles = mapping.group_titles(scheme)
    rows = (
        score_queries.list_results(scope, run.pk)
        .select_related(None)
        .select_related("unit")
        .defer(None)
        .only("total", "group", "reason", "result", "run_id", "person_id", "unit__name")
    )
    rows = score_queries.filter_results(rows, group=group if group in titles else "")
    scores = list(rows[:MATRIX_ROWS])
    context = describe_run(request, run, scheme) | {
        "title": f"{run.scheme} · {label_run(run)}",
        "sub": run.root.name,
        "criteria": [
            {"code": rule.code, "title": mapping.say(rule.title)} for rule in scheme.criteria
        ],
        "columns": [_("total"), *(mapping.say(rule.title) for rule in scheme.criteria)],
        "rows": [_matrix_row(score, scheme) for score in scores],
        "groups_offered": [("", _("all peer groups")), *titles.items()],
        "group": group,
        "more": rows.count() > MATRIX_ROWS if len(scores) == MATRIX_ROWS else False,
    }
    return render(request, "evaluation/matrix.html", context)


@require(Permission.EXPORT)
def export_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the visible results with the points of every criterion as a workbook."""
    run = get_run(request, pk)
    scope: Scope = request.scope  # type: ignore[attr-defined]
    scheme = load(run.scheme)
    rows = (
        visible.visible_scores(scope)
        .filter(run=run)
        .select_related("unit", "person")
        .defer(*visible.ENCRYPTED)
    )
    if run.scheme.subject == "person":
        rows = rows.filter(visible.restrict_units(scope, Permission.EXPORT))
    data = exports.write_scores(run, scheme, rows.order_by("unit__path", "person__code"))
    return exports.as_download(data, f"{run.scheme}-{run.period}.xlsx")


def describe_run(request: HttpRequest, run: Run, scheme: scoring.Scheme) -> dict[str, Any]:
    """Return what every view of a run shows: its state, its tabs, its groups, whether facts changed."""
    publication = run.publication if run.state == RunState.PUBLISHED else None
    here = request.resolver_match.url_name if request.resolver_match is not None else ""
    titles = {"run": _("results"), "matrix": _("criterion by branch"), "spread": _("spread")}
    if run.scheme.subject != "unit":
        del titles["matrix"]  # members are not laid side by side
    views = [
        Tab(title, reverse(f"evaluation:{name}", args=[run.pk]), current=name == here)
        for name, title in titles.items()
    ]
    return {
        "run": run,
        "state": RunState(run.state),
        "publication": publication,
        "views": views,
        "groups": show_groups(run.summary["groups"], scheme),
        "is_person": run.scheme.subject == "person",
        "changed": fact_queries.list_changed(run, scheme).count(),
        "crumbs": [
            (_("Evaluation"), cycle_url(run.root, Period.parse(run.period))),
        ],
        "may_export": request.scope.can(Permission.EXPORT),  # type: ignore[attr-defined]
    }


def _matrix_row(
    score: Score, scheme: scoring.Scheme
) -> tuple[str, str, list[dict[str, Any] | None]]:
    why = reverse("evaluation:why", args=[score.pk])
    cells: list[dict[str, Any] | None] = [
        None
        if score.total is None
        else {"value": score.total, "text": f"{score.total:.2f}", "url": tables.score_url(score)}
    ]
    for rule, (_counts, _value, full, points, state) in zip(
        scheme.criteria, score.result["criteria"], strict=True
    ):
        if state == "left_out":
            cells.append(None)
            continue
        cells.append(
            {
                "value": share_of(rule.nature, Decimal(points), Decimal(full)),
                "text": f"{Decimal(points):.2f}",
                "url": f"{why}#{rule.code}",
            }
        )
    return str(score), tables.score_url(score), cells


def share_of(nature: Nature, points: Decimal, full: Decimal) -> Decimal:
    """Return how good the points are on a scale of 100, the same for gains and for losses."""
    if nature is Nature.DEDUCTION:
        return HUNDRED + points * HUNDRED / full if full else HUNDRED
    if nature is Nature.VETO:
        return HUNDRED
    return points * HUNDRED / full if full else Decimal(0)


def get_run(request: HttpRequest, pk: int) -> Run:
    """Return a run with results that the reader may open, or 404."""
    runs = (
        visible.visible_runs(request.scope)  # type: ignore[attr-defined]
        .select_related("publication")
        .defer("publication__snapshot")
        .filter(state__in=[state for state in RunState if state.has_results])
    )
    return get_object_or_404(runs, pk=pk)


def label_run(run: Run) -> str:
    """Return the period of a run as the reader says it."""
    return Period.parse(run.period).label(spoken())
