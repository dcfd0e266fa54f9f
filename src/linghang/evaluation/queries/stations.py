"""Stations and crews for their page: their latest visible scores, and which are the reader's own."""

from __future__ import annotations

from datetime import date

from linghang.evaluation.enums import RunState
from linghang.evaluation.models import Score
from linghang.evaluation.queries.visible import ENCRYPTED, visible_scores
from linghang.org.api import coverage_as_of
from linghang.org.enums import Line
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang_core.periods import Period


def list_latest(scope: Scope) -> list[Score]:
    """Return the visible station scores of each bureau's and scheme's latest period; two queries.

    A published result stands before one that is not public yet, of whatever period.
    """
    seen = visible_scores(scope).filter(unit__line=Line.BUSINESS)
    seen = seen.exclude(run__state=RunState.SUPERSEDED)
    runs = seen.order_by("run_id").values_list(
        "run__root_id", "run__scheme__code", "run__state", "run__period", "run_id"
    )
    newest: dict[tuple[int, str], tuple[bool, date, int]] = {}
    for root, code, state, period, pk in runs.distinct():
        rank = (state == RunState.PUBLISHED, Period.parse(period).end, pk)
        newest[root, code] = max(rank, newest.get((root, code), rank))
    if not newest:
        return []
    return list(
        seen.filter(run_id__in=[pk for _public, _end, pk in newest.values()])
        .select_related("unit", "run__scheme", "run__root")
        .defer(*(name for name in ENCRYPTED if name.startswith("unit")))
        .order_by("unit__path")
    )


def list_own(scope: Scope) -> set[int]:
    """Return the business units that the units whose records the reader sees cover; one query.

    Whoever sees the records of a whole bureau has no station of their own.
    """
    homes = [path for _pk, _name, path in scope.home_units]
    links = coverage_as_of(scope.on or clock.today()).filter(
        scope.restrict(Permission.VIEW_RECORDS, "party_unit__path")
    )
    return {
        pk
        for pk, path in links.values_list("business_unit_id", "party_unit__path")
        if any(path.startswith(home) and home.count("/") > 2 for home in homes)
    }
