"""Filters of the lists of tasks."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.org.api import visible_units
from linghang.org.enums import Line, UnitKind
from linghang.org.models import Unit
from linghang.people.models import Post
from linghang.platform.access import Permission
from linghang.worklists import queries
from linghang.worklists.models import Assignment


def day_input() -> forms.DateInput:
    """Return the browser's own date picker."""
    return forms.DateInput(attrs={"type": "date"})


class ByUnit(django_filters.FilterSet):
    """By unit, with all units under it: what the numbers of the home page lead to."""

    unit = django_filters.ModelChoiceFilter(
        label=_("Unit"), queryset=Unit.objects.none(), method="keep_unit"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = self.request.scope  # type: ignore[union-attr]
        units = visible_units(scope, Permission.VIEW_RECORDS).filter(
            line=Line.PARTY, closed_on=None
        )
        units = units.exclude(kind=UnitKind.GROUP).order_by("path")
        if units[1:2].exists():
            self.filters["unit"].field.queryset = units
        else:
            del self.filters["unit"]  # of one unit there is nothing to choose

    def keep_unit(self, rows: QuerySet[Any], _name: str, unit: Unit) -> QuerySet[Any]:
        """Keep what belongs to the unit or to one under it."""
        return rows.filter(unit__path__startswith=unit.path)


class TaskFilter(ByUnit):
    """By words, by unit and by the time a task is due."""

    q = django_filters.CharFilter(label=_("Task, list or unit"), method="search")
    due_from = django_filters.DateFilter(
        label=_("Due from"), field_name="due_on", lookup_expr="gte", widget=day_input()
    )
    due_to = django_filters.DateFilter(
        label=_("Due to"), field_name="due_on", lookup_expr="lte", widget=day_input()
    )

    class Meta:
        model = Assignment
        fields: list[str] = []

    def search(self, tasks: QuerySet[Assignment], _name: str, words: str) -> QuerySet[Assignment]:
        """Keep the tasks in which the words stand."""
        return queries.search_tasks(tasks, words)


class DutyFilter:
    """By post and by unit, with all units under it; the numbers follow."""

    def __init__(self, data: Any, *, posts: QuerySet[Post], units: QuerySet[Unit]) -> None:
        self.form = _DutyForm(data, posts=posts, units=units)
        self.form.is_valid()

    def narrow(self, tasks: QuerySet[Assignment]) -> QuerySet[Assignment]:
        """Keep the duties of the post and the units asked for."""
        post = self.form.cleaned_data.get("post")
        unit = self.form.cleaned_data.get("unit")
        if post is not None:
            tasks = tasks.filter(item__post=post)
        return tasks.filter(unit__path__startswith=unit.path) if unit is not None else tasks


class _DutyForm(forms.Form):
    post = forms.ModelChoiceField(label=_("Post"), queryset=Post.objects.none(), required=False)
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), required=False)

    def __init__(
        self, *args: Any, posts: QuerySet[Post], units: QuerySet[Unit], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].queryset = posts  # type: ignore[attr-defined]
        open_units = units.filter(closed_on=None).exclude(kind=UnitKind.GROUP).order_by("path")
        if open_units[1:2].exists():
            self.fields["unit"].queryset = open_units  # type: ignore[attr-defined]
        else:
            del self.fields["unit"]  # of one unit there is nothing to choose
