"""Filters of the list of service activities."""

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
from linghang.service import queries
from linghang.service.models import ServiceVisit


def day_input() -> forms.DateInput:
    """Return the browser's own date picker."""
    return forms.DateInput(attrs={"type": "date"})


class VisitFilter(django_filters.FilterSet):
    """By words, by unit with all units under it, and by day."""

    q = django_filters.CharFilter(label=_("Content, place, team or person"), method="search")
    unit = django_filters.ModelChoiceFilter(
        label=_("Unit"), queryset=Unit.objects.none(), method="keep_unit"
    )
    day_from = django_filters.DateFilter(
        label=_("Day from"), field_name="occurred_on", lookup_expr="gte", widget=day_input()
    )
    day_to = django_filters.DateFilter(
        label=_("Day to"), field_name="occurred_on", lookup_expr="lte", widget=day_input()
    )

    class Meta:
        model = ServiceVisit
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

    def keep_unit(
        self, visits: QuerySet[ServiceVisit], _name: str, unit: Unit
    ) -> QuerySet[ServiceVisit]:
        """Keep what belongs to the unit or to one under it."""
        return visits.filter(team__unit__path__startswith=unit.path)

    def search(
        self, visits: QuerySet[ServiceVisit], _name: str, words: str
    ) -> QuerySet[ServiceVisit]:
        """Keep the activities in which the words stand."""
        return queries.search_visits(visits, words)
