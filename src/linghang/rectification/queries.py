"""Reading problems."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q, QuerySet

from linghang.platform.access import Permission, Scope
from linghang.rectification.enums import ProblemState
from linghang.rectification.models import Problem


def list_problems(scope: Scope) -> QuerySet[Problem]:
    """Return the problems of the units whose records the reader may see, earliest due first."""
    return Problem.objects.filter(
        scope.restrict(Permission.VIEW_RECORDS, "unit__path")
    ).select_related("unit", "responsible")


def filter_unsolved(problems: QuerySet[Problem]) -> QuerySet[Problem]:
    """Keep the problems that are not closed."""
    return problems.filter(state=ProblemState.OPEN)


def filter_overdue_problems(problems: QuerySet[Problem], on: date) -> QuerySet[Problem]:
    """Keep the open problems whose due day has passed."""
    return problems.filter(state=ProblemState.OPEN, due_on__lt=on)


def search_problems(problems: QuerySet[Problem], words: str) -> QuerySet[Problem]:
    """Keep the problems in whose text, source or unit the words stand."""
    return problems.filter(
        Q(text__icontains=words) | Q(source__icontains=words) | Q(unit__name__icontains=words)
    )


def list_sources(scope: Scope) -> list[str]:
    """Return where problems came from so far, most frequent first."""
    found = list_problems(scope).exclude(source="").order_by().values("source")
    counted = found.annotate(count=Count("pk")).order_by("-count", "source")
    return [row["source"] for row in counted[:20]]
