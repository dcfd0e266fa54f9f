"""Filters of the list of problems."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.org.api import visible_units
from linghang.org.enums import Line, UnitKind
from linghang.org.models import Unit
from linghang.platform.access import Permission
from linghang.rectification import queries
from linghang.rectification.enums import Severity, SourceKind, Term
from linghang.rectification.models import Problem, ProblemBook


def day_input() -> forms.DateInput:
    """Return the browser's own date picker."""
    return forms.DateInput(attrs={"type": "date"})


NO_ASPECT = "-"


class ProblemFilter(django_filters.FilterSet):
    """By words, unit (with all under it), list, source, severity, term, and found again."""

    q = django_filters.CharFilter(label=_("Problem, source or unit"), method="search")
    unit = django_filters.ModelChoiceFilter(
        label=_("Unit"), queryset=Unit.objects.none(), method="keep_unit"
    )
    book = django_filters.ModelChoiceFilter(label=_("List"), queryset=ProblemBook.objects.none())
    aspect = django_filters.CharFilter(widget=forms.HiddenInput, method="keep_aspect")
    source_kind = django_filters.ChoiceFilter(label=_("Source"), choices=SourceKind.choices)
    severity = django_filters.ChoiceFilter(label=_("Severity"), choices=Severity.choices)
    term = django_filters.ChoiceFilter(label=_("Kind of term"), choices=Term.choices)
    again = django_filters.BooleanFilter(
        label=_("Found again"),
        field_name="repeats",
        lookup_expr="isnull",
        exclude=True,
        widget=forms.CheckboxInput,
        method="keep_again",
    )
    due_to = django_filters.DateFilter(
        label=_("Due to"), field_name="due_on", lookup_expr="lte", widget=day_input()
    )

    class Meta:
        model = Problem
        fields: list[str] = []

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
        self.filters["book"].field.queryset = queries.list_books(scope)

    def keep_unit(self, rows: QuerySet[Problem], _name: str, unit: Unit) -> QuerySet[Problem]:
        """Keep what belongs to the unit or to one under it."""
        return rows.filter(unit__path__startswith=unit.path)

    def keep_aspect(self, rows: QuerySet[Problem], _name: str, aspect: str) -> QuerySet[Problem]:
        """Keep what was sorted under the aspect; NO_ASPECT asks for what stands under none."""
        return rows.filter(aspect="" if aspect == NO_ASPECT else aspect)

    def keep_again(
        self,
        rows: QuerySet[Problem],
        _name: str,
        value: bool,
    ) -> QuerySet[Problem]:
        """Keep what was found before, and what was found again."""
        return rows.filter(repeats__isnull=False) if value else rows

    def search(self, problems: QuerySet[Problem], _name: str, words: str) -> QuerySet[Problem]:
        """Keep the problems in which the words stand."""
        return queries.search_problems(problems, words)
