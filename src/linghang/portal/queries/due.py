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
from linghang.worklists.enums import WAITING, TaskState, Timeliness, timeliness
from linghang.worklists.models import Assignment


@dataclass(frozen=True)
class Due:
    """One thing to do: a task, a problem or a duty, with where it is done."""

    kind: str  # task, problem, duty
    title: str
    unit: str
    due_on: date
    standing: Timeliness | ObligationState | TaskState
    pk: int = 0
    url: str = ""
    detail: str = ""

    @property
    def is_returned(self) -> bool:
        """Return whether it was done once and came back."""
        return self.standing == TaskState.RETURNED


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
    return _count(_list_unit_tasks(scope, paths), WAITING)


def _list_unit_tasks(scope: Scope, paths: Sequence[str]) -> QuerySet[Assignment]:
    """Return what the units themselves owe; what their members are asked stands with the members."""
    tasks = worklists.filter_unit_tasks(worklists.list_tasks(scope))
    return tasks.filter(within(paths, "unit__path"))


def list_own_tasks(scope: Scope) -> list[Due]:
    """Return the reader's own open tasks, returned ones first, then by due day; one query."""
    if scope.person_id is None:
        return []
    tasks = worklists.filter_waiting(worklists.list_tasks(scope)).filter(person=scope.person_id)
    today = clock.today()
    return [show_task(task, today) for task in worklists.returned_first(tasks)]


def count_own_tasks(scope: Scope) -> int:
    """Return how many open tasks the reader has in person; one query."""
    tasks = worklists.filter_waiting(worklists.list_tasks(scope))
    return tasks.filter(person=scope.person_id).count() if scope.person_id else 0


def count_problems(scope: Scope, paths: Sequence[str]) -> Waiting:
    """Return how many open problems the units at or under the paths have; one query."""
    problems = rectification.list_problems(scope).filter(within(paths, "unit__path"))
    return _count(problems, UNSOLVED)


def list_due(
    scope: Scope, paths: Sequence[str], ticks: Iterable[tuple[Unit, CadenceTick]], limit: int
) -> list[Due]:
    """Return the first things to do in the units at or under the paths, and the reader's own tasks:
    what was returned first, then the earliest due.

    `ticks` are the duties of this month (activities.api.cadence_rows): those still due, and those
    missed. Two queries.
    """
    today = clock.today()
    own = Q(person_id=scope.person_id, person_id__isnull=False)
    units = within(paths, "unit__path") & Q(person_id__isnull=True, item__required=True)
    tasks = worklists.filter_waiting(worklists.list_tasks(scope)).filter(units | own)
    tasks = worklists.returned_first(tasks)[:limit]
    problems = rectification.filter_unsolved(rectification.list_problems(scope))
    problems = problems.filter(within(paths, "unit__path")).order_by("due_on", "pk")[:limit]
    found = [show_task(task, today) for task in tasks]
    found += [show_problem(problem, today) for problem in problems]
    found += [show_duty(unit, tick) for unit, tick in ticks if is_waiting(tick)]
    return sorted(found, key=lambda d: (not d.is_returned, d.due_on, d.kind, d.pk))[:limit]


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
    tasks = worklists.filter_unit_tasks(worklists.list_tasks(scope))
    tasks = worklists.filter_overdue_tasks(tasks, today)
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
    standing: Timeliness | TaskState = Timeliness(timeliness(task.due_on, task.finished_on, today))
    if task.state in {TaskState.RETURNED, TaskState.HANDED_IN}:
        standing = TaskState(task.state)
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
    tasks = _list_unit_tasks(scope, paths)
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
