"""What waits for somebody: tasks, problems and duties of organisation life, the earliest due first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from linghang.activities.api import CadenceTick
from linghang.activities.enums import ObligationState
from linghang.org.models import Unit
from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.portal.queries.posts import within
from linghang.rectification import api as rectification
from linghang.rectification.enums import UNSOLVED
from linghang.rectification.models import Problem
from linghang.worklists import api as worklists
from linghang.worklists.enums import WAITING, Timeliness, timeliness
from linghang.worklists.models import Assignment


@dataclass(frozen=True)
class Due:
    """One thing to do: a task, a problem or a duty, with where it is done."""

    kind: str  # task, problem, duty
    title: str
    unit: str
    due_on: date
    standing: Timeliness | ObligationState
    pk: int = 0
    url: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Waiting:
    """How many things wait, how many of them are late, how many fall due by Sunday."""

    open: int = 0
    late: int = 0
    week: int = 0


def end_of_week(on: date) -> date:
    """Return the Sunday of the week."""
    return on + timedelta(days=6 - on.weekday())


def count_tasks(scope: Scope, paths: Sequence[str]) -> Waiting:
    """Return how many unfinished tasks the units at or under the paths have; one query."""
    return _count(worklists.list_tasks(scope).filter(within(paths, "unit__path")), WAITING)


def count_problems(scope: Scope, paths: Sequence[str]) -> Waiting:
    """Return how many open problems the units at or under the paths have; one query."""
    problems = rectification.list_problems(scope).filter(within(paths, "unit__path"))
    return _count(problems, UNSOLVED)


def list_due(
    scope: Scope, paths: Sequence[str], ticks: Iterable[tuple[Unit, CadenceTick]], limit: int
) -> list[Due]:
    """Return the first things to do in the units at or under the paths, the earliest due first.

    `ticks` are the duties of this month (activities.api.cadence_rows): those still due, and those
    missed. Two queries.
    """
    today = clock.today()
    tasks = worklists.filter_waiting(worklists.list_tasks(scope))
    tasks = tasks.filter(within(paths, "unit__path")).order_by("due_on", "pk")[:limit]
    problems = rectification.filter_unsolved(rectification.list_problems(scope))
    problems = problems.filter(within(paths, "unit__path")).order_by("due_on", "pk")[:limit]
    found = [show_task(task, today) for task in tasks]
    found += [show_problem(problem, today) for problem in problems]
    found += [show_duty(unit, tick) for unit, tick in ticks if is_waiting(tick)]
    return sorted(found, key=lambda due: (due.due_on, due.kind, due.pk))[:limit]


def list_responsible(scope: Scope) -> list[Due]:
    """Return the open problems the reader answers for in person; one query."""
    if scope.person_id is None:
        return []
    problems = rectification.list_problems(scope).filter(
        state__in=UNSOLVED, responsible_id=scope.person_id
    )
    return [show_problem(problem, clock.today()) for problem in problems.order_by("due_on", "pk")]


def list_latest(scope: Scope, paths: Sequence[str], limit: int) -> list[Due]:
    """Return what is overdue the longest under the paths, tasks and problems together; two queries."""
    today = clock.today()
    tasks = worklists.filter_overdue_tasks(worklists.list_tasks(scope), today)
    problems = rectification.filter_overdue_problems(rectification.list_problems(scope), today)
    found = [
        show_task(task, today)
        for task in tasks.filter(within(paths, "unit__path")).order_by("due_on", "pk")[:limit]
    ]
    found += [
        show_problem(problem, today)
        for problem in problems.filter(within(paths, "unit__path")).order_by("due_on", "pk")[:limit]
    ]
    return sorted(found, key=lambda due: (due.due_on, due.kind, due.pk))[:limit]


def is_waiting(tick: CadenceTick) -> bool:
    """Return whether something is left to do for a duty."""
    return tick.state in {ObligationState.OPEN, ObligationState.MISSED}


def show_task(task: Assignment, today: date) -> Due:
    """Return a task as a thing to do."""
    standing = Timeliness(timeliness(task.due_on, task.finished_on, today))
    return Due(
        "task",
        task.item.text,
        task.unit.name,
        task.due_on,
        standing,
        task.pk,
        "",
        task.worklist.title,
    )


def show_problem(problem: Problem, today: date) -> Due:
    """Return a problem as a thing to do."""
    standing = Timeliness(timeliness(problem.due_on, problem.closed_on, today))
    return Due(
        "problem",
        problem.text,
        problem.unit.name,
        problem.due_on,
        standing,
        problem.pk,
        "",
        problem.source,
    )


def show_duty(unit: Unit, tick: CadenceTick) -> Due:
    """Return a duty of organisation life as a thing to do."""
    detail = f"{tick.done}/{tick.required}" if tick.required > 1 else ""
    return Due("duty", str(tick.kind), unit.name, tick.due_on, tick.state, 0, tick.url, detail)


def count_by_unit(
    scope: Scope, paths: Sequence[str]
) -> tuple[Mapping[int, Waiting], Mapping[int, Waiting]]:
    """Return open and late tasks, and open and late problems, by unit; two queries."""
    tasks = worklists.list_tasks(scope).filter(within(paths, "unit__path"))
    problems = rectification.list_problems(scope).filter(within(paths, "unit__path"))
    return _count_each(tasks, WAITING), _count_each(problems, UNSOLVED)


def _count_each(rows: QuerySet[Any], states: Sequence[str]) -> dict[int, Waiting]:
    found = (
        rows.filter(state__in=states)
        .order_by()
        .values_list("unit_id")
        .annotate(number=Count("pk"), late=Count("pk", filter=Q(due_on__lt=clock.today())))
    )
    return {unit_id: Waiting(number, late) for unit_id, number, late in found}


def _count(rows: QuerySet[Any], states: Sequence[str]) -> Waiting:
    today = clock.today()
    counts = (
        rows.filter(state__in=states)
        .order_by()
        .aggregate(
            number=Count("pk"),
            late=Count("pk", filter=Q(due_on__lt=today)),
            week=Count("pk", filter=Q(due_on__gte=today, due_on__lte=end_of_week(today))),
        )
    )
    return Waiting(counts["number"], counts["late"], counts["week"])
