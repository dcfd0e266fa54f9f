"""Reading tasks and problems."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from linghang.platform.access import Permission, Scope
from linghang.worklists.enums import ProblemState, TaskState
from linghang.worklists.models import Assignment, Problem


def list_tasks(scope: Scope) -> QuerySet[Assignment]:
    """Return the tasks of the units whose records the reader may see, earliest due first."""
    return Assignment.objects.filter(
        scope.restrict(Permission.VIEW_RECORDS, "unit__path")
    ).select_related("unit", "worklist")


def list_problems(scope: Scope) -> QuerySet[Problem]:
    """Return the problems of the units whose records the reader may see, earliest due first."""
    return Problem.objects.filter(
        scope.restrict(Permission.VIEW_RECORDS, "unit__path")
    ).select_related("unit", "responsible")


def filter_waiting(tasks: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Keep the tasks that are not finished."""
    return tasks.filter(state=TaskState.OPEN)


def filter_overdue_tasks(tasks: QuerySet[Assignment], on: date) -> QuerySet[Assignment]:
    """Keep the unfinished tasks whose due day has passed."""
    return tasks.filter(state=TaskState.OPEN, due_on__lt=on)


def filter_overdue_problems(problems: QuerySet[Problem], on: date) -> QuerySet[Problem]:
    """Keep the open problems whose due day has passed."""
    return problems.filter(state=ProblemState.OPEN, due_on__lt=on)


def search_tasks(tasks: QuerySet[Assignment], words: str) -> QuerySet[Assignment]:
    """Keep the tasks in whose item, list or unit the words stand."""
    return tasks.filter(
        Q(item__icontains=words)
        | Q(worklist__title__icontains=words)
        | Q(unit__name__icontains=words)
    )


def search_problems(problems: QuerySet[Problem], words: str) -> QuerySet[Problem]:
    """Keep the problems in whose text, source or unit the words stand."""
    return problems.filter(
        Q(text__icontains=words) | Q(source__icontains=words) | Q(unit__name__icontains=words)
    )
