"""How the results of a run are spread, and how a peer group moves over the periods."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from linghang.evaluation import mapping
from linghang.evaluation.models import Run
from linghang.evaluation.queries import scores as score_queries
from linghang.evaluation.queries import spread
from linghang.evaluation.queries.schemes import load
from linghang.evaluation.web.views.cycle import READING
from linghang.evaluation.web.views.runs import describe_run, get_run, label_run
from linghang.platform.access.web import require
from linghang.platform.ui import charts
from linghang_core import scoring

LINES = ("upper_quartile", "median", "lower_quartile")


@require(*READING)
def show_spread(request: HttpRequest, pk: int) -> HttpResponse:
    """Show each peer group of a run: totals of units by class, persons only by band, and its course."""
    run = get_run(request, pk)
    scheme = load(run.scheme)
    titles = mapping.group_titles(scheme)
    context = describe_run(request, run, scheme) | {
        "title": f"{run.scheme} · {label_run(run)}",
        "sub": run.root.name,
        "cards": [
            {
                "title": titles.get(group["code"], group["code"]),
                "group": group,
                "bars": bars,
                "trend": _draw_course(request, run, group["code"]),
            }
            for group, bars in _list_groups(request, run, scheme)
        ],
    }
    return render(request, "evaluation/spread.html", context)


def _list_groups(
    request: HttpRequest, run: Run, scheme: scoring.Scheme
) -> list[tuple[dict[str, Any], charts.Bars]]:
    """The peer groups with anybody rated in them, each with its bars."""
    groups = [group for group in run.summary["groups"] if group["rated"]]
    if run.scheme.subject == "person":
        bands = mapping.band_titles(scheme)
        return [
            (
                group,
                _bars([(bands.get(code, code), n) for code, n in group["bands"].items()]),
            )
            for group in groups
        ]
    totals: dict[str, list[Decimal]] = {}
    rows = score_queries.list_results(request.scope, run.pk)  # type: ignore[attr-defined]
    for group, total in rows.order_by().values_list("group", "total"):
        if total is not None:
            totals.setdefault(group, []).append(total)
    return [
        (group, _bars(spread.count_classes(totals[group["code"]])))
        for group in groups
        if group["code"] in totals
    ]


def _bars(classes: list[tuple[str, int]]) -> charts.Bars:
    return charts.Bars(
        title=_("How many in each class"),
        classes=[name for name, _number in classes],
        counts=[number for _name, number in classes],
        head=_("how many"),
    )


def _draw_course(request: HttpRequest, run: Run, group: str) -> charts.Trend | None:
    """The middle of a group with the band that holds the middle half, over the last periods."""
    course = spread.list_group_course(request.scope, run, group)  # type: ignore[attr-defined]
    known = [one is not None and one["median"] is not None for one in course]
    if sum(known) < 2:
        return None
    first = known.index(True)
    names = {
        "upper_quartile": _("upper quartile"),
        "median": _("median"),
        "lower_quartile": _("lower quartile"),
    }
    return charts.Trend(
        title=_("Middle half of the group over the periods"),
        periods=[code[2:] for code in score_queries.course_periods(run.period)][first:],
        series=[
            charts.Series(
                names[line],
                [
                    None if one is None or one[line] is None else Decimal(one[line])
                    for one in course
                ][first:],
            )
            for line in LINES
        ],
    )
