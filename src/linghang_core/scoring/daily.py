"""A contest day by day: the same scheme counted to each day, and no day worth more than its limit.

A contest scheme is for a span and has only criteria that grow with the facts (counts, sums, days,
months, a number for each head) or take away: a share of what was due would jump on its first day,
and a place would compare a team's days with one another. What a day earns is the difference of the
scheme's total to the day before, at most the daily limit: what is crammed into one day beyond it is
lost. A deduction is not limited, but takes no more than the points there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Protocol

from linghang_core.periods import DateRange
from linghang_core.scoring.atoms import FactLike, Plan, compile_scheme
from linghang_core.scoring.evaluation import assess
from linghang_core.scoring.problems import Problem
from linghang_core.scoring.results import SubjectResult
from linghang_core.scoring.scheme import (
    Aggregate,
    AttributeSide,
    Criterion,
    Measure,
    Nature,
    PeriodKind,
    Scheme,
    Score,
)
from linghang_core.scoring.score import NONE, share_of_points
from linghang_core.scoring.subjects import Subject

FULL = Decimal(100)


class Counted(FactLike, Protocol):
    """A fact with its quantity in hundredths."""

    @property
    def quantity(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Day:
    """What one day was worth: `total` is the scheme's up to that day, `earned` its difference to
    the day before, `points` what of it counts under the daily limit, and never so much of a loss
    that the points of all days would fall below the least total of the scheme.
    """

    on: date
    total: Decimal
    earned: Decimal
    points: Decimal

    @property
    def cut(self) -> Decimal:
        """What the daily limit took; below 0 what of a loss found no points to take."""
        return self.earned - self.points


@dataclass(frozen=True)
class Course:
    """One team's days, and the scheme's result on the last of them, which explains the points."""

    days: tuple[Day, ...]
    result: SubjectResult

    @property
    def points(self) -> Decimal:
        """The points of all days together."""
        return sum((day.points for day in self.days), Decimal("0.00"))

    @property
    def over(self) -> Decimal:
        """What the daily limit took, before the losses that found no points to take."""
        return sum((day.cut for day in self.days if day.cut > 0), Decimal("0.00"))

    @property
    def cut(self) -> Decimal:
        """What the daily limit took on all days together, less the losses not taken; never below 0."""
        return sum((day.cut for day in self.days), Decimal("0.00"))


def check_contest(scheme: Scheme) -> list[Problem]:
    """Return why a scheme cannot be counted day by day; empty when it can."""
    found = []
    if scheme.period is not PeriodKind.SPAN:
        found.append(Problem("period", "a contest is for a span of days: write `period: span`"))
    if scheme.base != FULL or scheme.total.maximum != FULL or scheme.total.minimum != 0:
        found.append(
            Problem("base", "the basic criteria add up to 100, and totals lie from 0 to 100")
        )
    for item in scheme.criteria:
        if item.nature not in (Nature.BASIC, Nature.DEDUCTION):
            found.append(Problem(item.code, "a contest has basic criteria and deductions only"))
            continue
        faults = [*_measure_faults(item.measure), *_score_faults(item)]
        found += [Problem(item.code, fault) for fault in faults]
    return found


def _measure_faults(measure: Measure) -> Iterator[str]:
    """What is read must grow with the facts: it then shows on each day what was done by then."""
    if measure.ratio is not None and not isinstance(measure.ratio.to, AttributeSide):
        yield "a share of what was due jumps from day to day; count instead"
    if measure.average is not None or measure.raters is not None:
        yield "a mean goes up and down with every mark; use count, sum, days or months instead"


def _score_faults(item: Criterion) -> Iterator[str]:
    """Points must begin at none and grow with what is read; a deduction takes so many for each one."""
    score = item.score or Score.model_construct()
    if item.nature is Nature.DEDUCTION:
        if score.per_unit is None:
            yield "a deduction of a contest takes points for each one; use per_unit"
    elif score.by_place:
        yield "a place would compare a team's days with one another; use proportional or steps"
    elif _is_falling(score):
        yield "points would be lost by doing more; use a target above the start, rising steps or at_least"
    elif share_of_points(item, NONE) > 0:
        yield "points would be given before anything is done; begin above 0"


def _is_falling(score: Score) -> bool:
    """Whether a higher value can give fewer points."""
    rule, steps = score.proportional, score.steps or ()
    return (
        (rule is not None and rule.target < rule.start)
        or (score.threshold is not None and score.threshold.at_most is not None)
        or any(later.points < earlier.points for earlier, later in pairwise(steps))
    )


def follow_days(
    scheme: Scheme,
    period: str,
    subject: Subject,
    facts: Iterable[Counted],
    until: date,
    limit: Decimal,
) -> Course:
    """Return the course of one team from the first day of the span to `until`, which lies in it.

    `facts` are the subject's own; their order does not matter. `limit` is the daily limit.
    """
    plan = compile_scheme(scheme)
    first = plan.spans(period)[0].first_day
    days = DateRange(first, date.fromordinal(until.toordinal() + 1))
    atoms = _count_by_day(plan, period, list(days.days()), facts)
    subjects = [
        Subject(id=place, code=on.isoformat(), attributes=subject.attributes)
        for place, on in enumerate(days.days())
    ]
    results = assess(scheme, period, subjects, dict(enumerate(atoms)), 0).subjects
    last = assess(scheme, period, [subject], {subject.id: atoms[-1]}, 0).subjects[0]
    course = _limit_days(list(days.days()), results, limit, scheme.total.minimum)
    return Course(tuple(course), last)


def rank_teams(points: Mapping[int, Decimal]) -> dict[int, int]:
    """Return each team's place, 1 for the most points; equal points share a place."""
    return {team: 1 + sum(other > own for other in points.values()) for team, own in points.items()}


def _limit_days(
    days: Sequence[date], results: Sequence[SubjectResult], limit: Decimal, least: Decimal
) -> Iterator[Day]:
    before = sum_so_far = Decimal("0.00")
    for on, result in zip(days, results, strict=True):
        total = result.settlement.total
        earned = total - before
        points = max(min(earned, limit), least - sum_so_far)
        yield Day(on, total, earned, points)
        before, sum_so_far = total, sum_so_far + points


def _count_by_day(
    plan: Plan, period: str, days: Sequence[date], facts: Iterable[Counted]
) -> list[tuple[int, ...]]:
    """The atoms on each day, counted from the first day to it; one look at each fact."""
    predicates = [
        (atom.aggregate, atom.predicate(span))
        for atom, span in zip(plan.atoms, plan.spans(period), strict=True)
    ]
    grown: list[dict[date, int]] = [defaultdict(int) for _ in predicates]
    seen: set[tuple[int, object]] = set()
    for fact in sorted(facts, key=lambda fact: fact.counts_on):
        for place, (aggregate, predicate) in enumerate(predicates):
            if not predicate.matches(fact):
                continue
            once = _once(aggregate, fact.counts_on)
            if once is None:
                amount = fact.quantity if aggregate is Aggregate.SUM else 1
            else:
                amount = int((place, once) not in seen)
                seen.add((place, once))
            grown[place][fact.counts_on] += amount
    sums = [0] * len(predicates)
    found = []
    for on in days:
        sums = [total + more.get(on, 0) for total, more in zip(sums, grown, strict=True)]
        found.append(tuple(sums))
    return found


def _once(aggregate: Aggregate, on: date) -> object | None:
    """What is counted only once of a fact on this day; None where each fact counts."""
    if aggregate is Aggregate.DAYS:
        return on
    return (on.year, on.month) if aggregate is Aggregate.MONTHS else None
