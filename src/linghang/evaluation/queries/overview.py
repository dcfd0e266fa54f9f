"""Scores for overviews: totals of many units at once, means and rises, what waits and what changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Exists, Min, OuterRef, QuerySet, Subquery

from linghang.evaluation.enums import ObjectionState, RunState
from linghang.evaluation.models import Objection, Publication, Run, Scheme, Score
from linghang.evaluation.queries import facts as fact_queries
from linghang.evaluation.queries.rounding import round_points
from linghang.evaluation.queries.schemes import load, say
from linghang.evaluation.queries.scores import course_periods, list_course
from linghang.evaluation.queries.visible import (
    visible_objections,
    visible_publications,
    visible_runs,
    visible_scores,
)
from linghang.platform.access import Scope
from linghang_core.periods import Period


@dataclass(frozen=True)
class UnitTotal:
    """A unit's latest total among those looked at, and how far it moved since the period before."""

    score_id: int
    unit_id: int
    unit_name: str
    period: str
    total: Decimal | None
    band: str
    is_published: bool
    change: Decimal | None


def list_totals(
    scope: Scope,
    last: str,
    *,
    unit_ids: Collection[int] | None = None,
    published_only: bool = False,
) -> dict[int, UnitTotal]:
    """Return unit id → latest visible total of the period `last` or the two before it; two queries.

    The number of queries does not grow with units. Of one period the published total counts; of
    several schemes the one known here longest, and the change is within it. With several schemes,
    three queries.
    """
    wanted = [RunState.PUBLISHED] if published_only else [RunState.PUBLISHED, RunState.DONE]
    rows = visible_scores(scope).filter(
        person=None, run__state__in=wanted, run__period__in=course_periods(last, 3)
    )
    # Without a choice of units an overview is of branches: stations have a page of their own.
    rows = (
        rows.filter(unit__line="party") if unit_ids is None else rows.filter(unit_id__in=unit_ids)
    )
    found: dict[int, list[tuple[object, ...]]] = {}
    for row in rows.order_by("unit_id", "-run__period", "-run__state", "-run_id").values_list(
        "pk",
        "unit_id",
        "unit__name",
        "run__period",
        "total",
        "band",
        "run__state",
        "run__scheme_id",
        "run__scheme__code",
    ):
        found.setdefault(row[1], []).append(row)
    ages = _list_ages({str(row[8]) for rows in found.values() for row in rows})
    found = {unit_id: _keep_one_scheme(rows, ages) for unit_id, rows in found.items()}
    bands = _band_titles({rows[0][7] for rows in found.values()})
    return {unit_id: _total(rows, bands) for unit_id, rows in found.items()}


def _keep_one_scheme(
    rows: Sequence[tuple[Any, ...]], ages: Mapping[str, int]
) -> list[tuple[object, ...]]:
    """The rows of one scheme: of those with a result of the latest period, the one known longest."""
    lead = min((row[8] for row in rows if row[3] == rows[0][3]), key=lambda code: ages[code])
    return [row for row in rows if row[8] == lead]


def _list_ages(codes: Collection[str]) -> dict[str, int]:
    """The order in which schemes came here: a pack's index before what a committee adds to it."""
    if len(codes) < 2:
        return dict.fromkeys(codes, 0)
    first = Scheme.objects.filter(code__in=codes).order_by().values_list("code")
    return dict(first.annotate(first=Min("pk")))


def _total(rows: Sequence[tuple[object, ...]], bands: dict[int, dict[str, str]]) -> UnitTotal:
    pk, unit_id, name, period, total, band, state, scheme_id, _code = rows[0]
    before = Period.parse(str(period)).previous()
    earlier = next((row for row in rows[1:] if row[3] == str(before)), None)
    change = None
    if earlier is not None and total is not None and earlier[4] is not None:
        change = total - earlier[4]  # type: ignore[operator]
    return UnitTotal(
        score_id=pk,  # type: ignore[arg-type]
        unit_id=unit_id,  # type: ignore[arg-type]
        unit_name=str(name),
        period=str(period),
        total=total,  # type: ignore[arg-type]
        band=bands.get(scheme_id, {}).get(str(band), ""),  # type: ignore[call-overload]
        is_published=state == RunState.PUBLISHED,
        change=change,
    )


def _band_titles(scheme_ids: Collection[Any]) -> dict[int, dict[str, str]]:
    if not scheme_ids:
        return {}
    return {
        scheme.pk: {band.code: say(band.title) for band in load(scheme).bands}
        for scheme in Scheme.objects.filter(pk__in=scheme_ids).defer("document")
    }


def mean_totals(scope: Scope, periods: Sequence[str]) -> list[Decimal | None]:
    """Return the mean published total of the visible units for each period; None where none was.

    All of one scheme: of those published for the latest of the periods, the one known here longest.
    """
    rows = list(
        visible_scores(scope)
        .filter(
            person=None,
            unit__line="party",
            total__isnull=False,
            run__state=RunState.PUBLISHED,
            run__period__in=periods,
        )
        .order_by()
        .values_list("run__period", "run__scheme__code")
        .annotate(Avg("total"))
    )
    last = max((row[0] for row in rows), key=list(periods).index, default="")
    ages = _list_ages({row[1] for row in rows if row[0] == last})
    lead = min(ages, key=ages.__getitem__, default="")
    means = {period: mean for period, code, mean in rows if code == lead}
    return [
        None if (mean := means.get(period)) is None else round_points(Decimal(mean))
        for period in periods
    ]


def find_unit_run(scope: Scope, period: str) -> Run | None:
    """Return the published run of Party units for a period, of the first bureau the reader sees.

    Of several schemes the run of the one known here longest, as in `mean_totals`.
    """
    known = Scheme.objects.filter(code=OuterRef("scheme__code")).order_by("pk").values("pk")[:1]
    rated = Score.objects.filter(run=OuterRef("pk"), person=None, unit__line="party")
    return (
        visible_runs(scope)
        .filter(Exists(rated), state=RunState.PUBLISHED, period=period, scheme__subject="unit")
        .order_by("root__path", Subquery(known))
        .first()
    )


def total_course(scope: Scope, score: Score) -> list[Decimal | None]:
    """Return the subject's totals of the last twelve periods, oldest first; None for a gap."""
    return [one.total if one else None for one in list_course(scope, score)]


def list_open_objections(scope: Scope) -> QuerySet[Objection]:
    """Return the objections that wait for a decision among those the reader sees, oldest first."""
    return visible_objections(scope).filter(state=ObjectionState.OPEN).order_by("raised_at", "pk")


def list_publications(scope: Scope) -> QuerySet[Publication]:
    """Return the visible publications, latest first."""
    return visible_publications(scope).order_by("-published_at", "-pk")


def list_changed_publications(publications: Sequence[Publication]) -> list[Publication]:
    """Return those of the publications whose facts have changed since; one query for each given."""
    return [
        publication
        for publication in publications
        if fact_queries.list_changed(publication.run, load(publication.run.scheme)).exists()
    ]
