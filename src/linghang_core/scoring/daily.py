"""A contest day by day: the same scheme counted to each day, and no day worth more than its limit.

A contest scheme is for a span and has only criteria that grow with the facts (counts, sums, days, a
number for each head) or take away: a share of what was due would jump on its first day. What a day
earns is the difference of the scheme's total to the day before, at most the daily limit: what is
crammed into one day beyond it is lost. A deduction is never limited.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from linghang_core.periods import DateRange
from linghang_core.scoring.atoms import FactLike, Plan, compile_scheme
from linghang_core.scoring.evaluation import assess
from linghang_core.scoring.problems import Problem
from linghang_core.scoring.results import SubjectResult
from linghang_core.scoring.scheme import Aggregate, AttributeSide, Nature, PeriodKind, Scheme
from linghang_core.scoring.subjects import Subject

FULL = Decimal(100)


class Counted(FactLike, Protocol):
    """A fact with its quantity in hundredths."""

    @property
    def quantity(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Day:
    """What one day was worth: `total` is the scheme's up to that day, `earned` its difference to
    the day before, `points` what of it counts under the daily limit.
    """

    on: date
    total: Decimal
    earned: Decimal
    points: Decimal

    @property
    def cut(self) -> Decimal:
        """What the daily limit took."""
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
    def cut(self) -> Decimal:
        """What the daily limit took on all days together."""
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
        ratio = item.measure.ratio
        if item.nature not in (Nature.BASIC, Nature.DEDUCTION):
            found.append(Problem(item.code, "a contest has basic criteria and deductions only"))
        if ratio is not None and not isinstance(ratio.to, AttributeSide):
            found.append(
                Problem(item.code, "a share of what was due jumps from day to day; count instead")
            )
    return found


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
    return Course(tuple(_limit_days(list(days.days()), results, limit)), last)


def rank_teams(points: Mapping[int, Decimal]) -> dict[int, int]:
    """Return each team's place, 1 for the most points; equal points share a place."""
    return {team: 1 + sum(other > own for other in points.values()) for team, own in points.items()}


def _limit_days(
    days: Sequence[date], results: Sequence[SubjectResult], limit: Decimal
) -> Iterable[Day]:
    before = Decimal("0.00")
    for on, result in zip(days, results, strict=True):
        total = result.settlement.total
        earned = total - before
        yield Day(on, total, earned, min(earned, limit))
        before = total


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
