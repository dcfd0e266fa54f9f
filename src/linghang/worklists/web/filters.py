"""Filters of the lists of tasks and problems."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.worklists import queries
from linghang.worklists.models import Assignment, Problem


class TaskFilter(django_filters.FilterSet):
    """By words and by the time a task is due."""

    q = django_filters.CharFilter(label=_("Task, list or unit"), method="search")
    due_from = django_filters.DateFilter(
        label=_("Due from"), field_name="due_on", lookup_expr="gte"
    )
    due_to = django_filters.DateFilter(label=_("Due to"), field_name="due_on", lookup_expr="lte")

    class Meta:
        model = Assignment
        fields: list[str] = []

    def search(self, tasks: QuerySet[Assignment], _name: str, words: str) -> QuerySet[Assignment]:
        """Keep the tasks in which the words stand."""
        return queries.search_tasks(tasks, words)


class ProblemFilter(django_filters.FilterSet):
    """By words and by the time a problem is due."""

    q = django_filters.CharFilter(label=_("Problem, source or unit"), method="search")
    due_from = django_filters.DateFilter(
        label=_("Due from"), field_name="due_on", lookup_expr="gte"
    )
    due_to = django_filters.DateFilter(label=_("Due to"), field_name="due_on", lookup_expr="lte")

    class Meta:
        model = Problem
        fields: list[str] = []

    def search(self, problems: QuerySet[Problem], _name: str, words: str) -> QuerySet[Problem]:
        """Keep the problems in which the words stand."""
        return queries.search_problems(problems, words)
