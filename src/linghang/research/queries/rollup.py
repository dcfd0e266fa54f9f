"""How far topics are: visits → people heard → findings → problems → measures → solved, each counted once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from linghang.rectification.enums import SOLVED, ProblemState
from linghang.research.models import Finding, FindingProblem, PlannedVisit, Topic, Visit


@dataclass(frozen=True)
class Roll:
    """The numbers of one topic, or of several together."""

    planned: int = 0
    missed: int = 0
    visits: int = 0
    heard: int = 0
    findings: int = 0
    problems: int = 0
    measures: int = 0
    solved: int = 0

    @property
    def unsolved(self) -> int:
        """Return how many problems are not solved yet."""
        return self.problems - self.solved


def roll_up(topics: Iterable[Topic], on: date) -> tuple[dict[int, Roll], Roll]:
    """Return the numbers of each topic and of all together; five queries, however many topics.

    A problem or measure that two topics share counts in each, and once in the whole.
    """
    ids = [topic.pk for topic in topics]
    counts: dict[int, dict[str, int]] = {pk: defaultdict(int) for pk in ids}
    _count_records(ids, counts, on)
    problems, solved, measures = _read_problems(ids)
    rolls = {
        pk: Roll(
            **counts[pk],
            problems=len(problems[pk]),
            solved=len(problems[pk] & solved),
            measures=len(measures[pk]),
        )
        for pk in ids
    }
    names = ("planned", "missed", "visits", "heard", "findings")
    every: set[int] = set().union(*problems.values()) if problems else set()
    together = Roll(
        **{name: sum(getattr(roll, name) for roll in rolls.values()) for name in names},
        problems=len(every),
        solved=len(every & solved),
        measures=len(set().union(*measures.values()) if measures else set()),
    )
    return rolls, together


def _count_records(ids: list[int], counts: dict[int, dict[str, int]], on: date) -> None:
    standing = Q(visits__isnull=False, visits__withdrawn_at=None)
    planned = PlannedVisit.objects.filter(topic__in=ids, dropped_on=None).order_by()
    rows = planned.values("topic").annotate(
        planned=Count("pk", distinct=True), done=Count("pk", distinct=True, filter=standing)
    )
    due = dict(
        planned.filter(due_on__lt=on)
        .values_list("topic")
        .annotate(missed=Count("pk", distinct=True) - Count("pk", distinct=True, filter=standing))
    )
    for row in rows:
        counts[row["topic"]] |= {"planned": row["planned"], "missed": due.get(row["topic"], 0)}
    visits = Visit.objects.filter(topic__in=ids, withdrawn_at=None).order_by()
    for row in visits.values("topic").annotate(visits=Count("pk"), heard=Sum("participants")):  # type: ignore[assignment]
        counts[row["topic"]] |= {"visits": row["visits"], "heard": row["heard"] or 0}  # type: ignore[misc]
    findings = Finding.objects.filter(visit__topic__in=ids, visit__withdrawn_at=None).order_by()
    for row in findings.values("visit__topic").annotate(findings=Count("pk")):  # type: ignore[assignment]
        counts[row["visit__topic"]] |= {"findings": row["findings"]}  # type: ignore[misc]


def _read_problems(
    ids: list[int],
) -> tuple[dict[int, set[int]], set[int], dict[int, set[int]]]:
    """Return per topic the problems and the measures by key, and the problems that are solved."""
    links = FindingProblem.objects.filter(
        finding__visit__topic__in=ids, finding__visit__withdrawn_at=None
    ).exclude(problem__state=ProblemState.WITHDRAWN)
    problems: dict[int, set[int]] = defaultdict(set)
    measures: dict[int, set[int]] = defaultdict(set)
    solved: set[int] = set()
    rows = links.values_list(
        "finding__visit__topic",
        "problem",
        "problem__state",
        "problem__links__item",
        "problem__links__item__withdrawn_on",
    )
    for topic, problem, state, item, gone in rows:
        problems[topic].add(problem)
        if state in SOLVED:
            solved.add(problem)
        if item is not None and gone is None:
            measures[topic].add(item)
    for pk in ids:
        problems.setdefault(pk, set())
        measures.setdefault(pk, set())
    return problems, solved, measures
