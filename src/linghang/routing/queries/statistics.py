"""How long the stages take and how many are solved in time: medians with their n, no rate below five."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import QuerySet

from linghang.routing.enums import AT_UNIT, Stage
from linghang.routing.models import Case, Leg

LEAST = 5  # below it a share says nothing and is not shown
OFTEN = 2  # handed over more often than this


@dataclass(frozen=True)
class Line:
    """One row of the numbers: what it is about, how many, the median time, how many in time."""

    label: str
    count: int
    seconds: float | None
    in_time: int
    unit_id: int | None = None

    @property
    def share(self) -> Decimal | None:
        """Return the share in time, None below LEAST."""
        return share_of(self.in_time, self.count)


@dataclass(frozen=True)
class Numbers:
    """The numbers of one period: all cases raised in it, and what became of them until now."""

    raised: int
    running: int
    late: int
    confirmed: int
    in_time: int
    seconds: float | None
    often_handed_over: int
    not_solved: int  # cases whose answer was refused at least once
    answered: int  # cases that were answered at least once
    by_stage: Sequence[Line]
    by_category: Sequence[Line]
    by_unit: Sequence[Line]

    @property
    def share_in_time(self) -> Decimal | None:
        """Return the share of confirmed cases answered within the clock of the whole way."""
        return share_of(self.in_time, self.confirmed)

    @property
    def share_often_handed_over(self) -> Decimal | None:
        """Return the share of raised cases handed over more than twice."""
        return share_of(self.often_handed_over, self.raised)

    @property
    def share_not_solved(self) -> Decimal | None:
        """Return the share of answered cases whose answer was refused at least once."""
        return share_of(self.not_solved, self.answered)


def share_of(part: int, whole: int) -> Decimal | None:
    """Return a share, None where there are fewer than LEAST: a rate of four is an accident."""
    return Decimal(part) / whole if whole >= LEAST else None


def measure_cases(cases: QuerySet[Case], start: date, end: date, now: datetime) -> Numbers:
    """Return the numbers of the cases raised in [start, end); two queries.

    Merged and declined ones count as raised and nowhere else. A unit's time are its own legs only, and
    in time means within its own clock; of the whole way, that the answer which was confirmed came
    within the clock that began when the problem was raised.
    """
    rows = list(
        cases.filter(raised_at__date__gte=start, raised_at__date__lt=end).select_related(
            "category", "unit"
        )
    )
    by_case = _legs_of([row.pk for row in rows])
    confirmed = [row for row in rows if row.stage == Stage.CONFIRMED]
    running = [row for row in rows if not row.standing.is_final]
    return Numbers(
        raised=len(rows),
        running=len(running),
        late=sum(_is_late(row, now) for row in running),
        confirmed=len(confirmed),
        in_time=sum(_answered_in_time(row) for row in confirmed),
        seconds=_median(row.spent for row in confirmed),
        often_handed_over=sum(row.handovers > OFTEN for row in rows),
        not_solved=sum(row.not_solved > 0 for row in rows),
        answered=sum(row.answered_at is not None for row in rows),
        by_stage=_by_stage(by_case),
        by_category=_by_category(confirmed),
        by_unit=_by_unit(confirmed, by_case),
    )


def _legs_of(keys: Sequence[int]) -> dict[int, list[Leg]]:
    found: dict[int, list[Leg]] = defaultdict(list)
    for start in range(0, len(keys), 500):
        for leg in Leg.objects.filter(case_id__in=keys[start : start + 500]):
            found[leg.case_id].append(leg)
    return found


def _by_stage(by_case: dict[int, list[Leg]]) -> list[Line]:
    ended: dict[str, list[Leg]] = defaultdict(list)
    for legs in by_case.values():
        for leg in legs:
            if leg.ended_at is not None:
                ended[leg.stage].append(leg)
    return [
        Line(
            str(stage.label),
            len(ended[stage]),
            _median(leg.spent for leg in ended[stage]),
            sum(_in_time(leg) for leg in ended[stage]),
        )
        for stage in Stage
        if not stage.is_final
    ]


def _by_category(confirmed: Iterable[Case]) -> list[Line]:
    groups: dict[str, list[Case]] = defaultdict(list)
    for row in sorted(confirmed, key=lambda row: (row.category.order, row.category.code)):
        groups[str(row.category)].append(row)
    return [
        Line(
            label,
            len(rows),
            _median(row.spent for row in rows),
            sum(_answered_in_time(row) for row in rows),
        )
        for label, rows in groups.items()
    ]


def _by_unit(confirmed: Iterable[Case], by_case: dict[int, list[Leg]]) -> list[Line]:
    groups: dict[int, list[Case]] = defaultdict(list)
    names: dict[int, tuple[str, str]] = {}
    for row in confirmed:
        if row.unit is not None:
            groups[row.unit.pk].append(row)
            names[row.unit.pk] = (row.unit.path, row.unit.name)
    lines = []
    for pk in sorted(groups, key=lambda pk: names[pk]):
        own = [
            [leg for leg in by_case[row.pk] if leg.unit_id == pk and leg.stage in AT_UNIT]
            for row in groups[pk]
        ]
        lines.append(
            Line(
                names[pk][1],
                len(own),
                _median(sum(leg.spent or 0 for leg in legs) for legs in own),
                sum(all(_in_time(leg) for leg in legs) for legs in own),
                unit_id=pk,
            )
        )
    return lines


def _median(values: Iterable[Any]) -> float | None:
    known = [value for value in values if value is not None]
    return float(median(known)) if known else None


def _in_time(leg: Leg) -> bool:
    return leg.ended_at is not None and leg.ended_at <= leg.due_at


def _answered_in_time(case: Case) -> bool:
    return case.answered_at is not None and case.answered_at <= case.total_due_at


def _is_late(case: Case, now: datetime) -> bool:
    stage_late = case.stage_due_at is not None and case.stage_due_at < now
    return stage_late or case.total_due_at < now
