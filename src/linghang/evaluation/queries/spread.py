"""How results are spread: totals by class, quartiles of criteria, the course of a peer group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from linghang.evaluation.enums import RunState
from linghang.evaluation.models import Run, Score
from linghang.evaluation.queries.scores import course_periods
from linghang.evaluation.queries.visible import visible_runs, visible_scores
from linghang.platform.access import Scope

CLASS_WIDTH = 5
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Quartiles:
    """The lower quartile, the middle and the upper quartile of some values."""

    lower: Decimal
    median: Decimal
    upper: Decimal


def count_classes(totals: Iterable[Decimal]) -> list[tuple[str, int]]:
    """Return how many totals lie in each class of five points, "80–85" for [80, 85), without gaps."""
    found = Counter(int(total // CLASS_WIDTH) for total in totals)
    if not found:
        return []
    return [
        (f"{one * CLASS_WIDTH}–{(one + 1) * CLASS_WIDTH}", found[one])
        for one in range(min(found), max(found) + 1)
    ]


def find_quartiles(values: Sequence[Decimal]) -> Quartiles | None:
    """Return the quartiles in tenths, between neighbours in line as the engine takes them."""
    if not values:
        return None
    ordered = sorted(values)
    return Quartiles(*(_quantile(ordered, part) for part in (1, 2, 3)))


def list_peers(scope: Scope, score: Score) -> list[Score]:
    """Return the rated scores of the same run and peer group that the reader may see, itself too."""
    return list(
        visible_scores(scope)
        .filter(run=score.run_id, group=score.group, total__isnull=False)
        .only("total", "result", "run_id", "unit_id", "person_id")
        .order_by("pk")
    )


def list_group_course(scope: Scope, run: Run, group: str) -> list[dict[str, Any] | None]:
    """Return the summaries of a peer group over the last twelve periods, oldest first.

    A published run stands before a computed one of the same period; None for a gap.
    """
    periods = course_periods(run.period)
    rows = (
        visible_runs(scope)
        .filter(
            scheme__code=run.scheme.code,
            root=run.root_id,
            period__in=periods,
            state__in=[RunState.PUBLISHED, RunState.DONE],
        )
        .order_by("state")  # "done" before "published": what is public comes last and counts
    )
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        for one in row.summary["groups"]:
            if one["code"] == group:
                found[row.period] = one
    return [found.get(period) for period in periods]


def _quantile(ordered: Sequence[Decimal], part: int) -> Decimal:
    place = (len(ordered) - 1) * part
    below, rest = divmod(place, 4)
    low, high = ordered[below], ordered[min(below + 1, len(ordered) - 1)]
    return (low + (high - low) * rest / 4).quantize(TENTH, ROUND_HALF_UP)
