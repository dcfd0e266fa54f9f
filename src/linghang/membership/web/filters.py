"""Filters of applications."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.membership import queries
from linghang.membership.enums import Stage
from linghang.membership.models import Application
from linghang.org.api import visible_units
from linghang.org.enums import Line, UnitKind
from linghang.org.models import Unit
from linghang.platform.access import Permission
from linghang.platform.calendar import clock

DUE = (("due", _("a day has come")),)


class ApplicationFilter(django_filters.FilterSet):
    """By name or branch, stage, what is due, and unit."""

    q = django_filters.CharFilter(label=_("Name or branch"), method="search")
    stage = django_filters.ChoiceFilter(
        label=_("Stage"), choices=Stage, empty_label=_("every stage")
    )
    due = django_filters.ChoiceFilter(
        label=_("Due"), choices=DUE, method="keep_due", empty_label=_("due or not")
    )
    unit = django_filters.ModelChoiceFilter(
        label=_("Unit"),
        queryset=Unit.objects.none(),
        method="keep_unit",
        empty_label=_("every unit"),
    )

    class Meta:
        model = Application
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = self.request.scope  # type: ignore[union-attr]
        units = visible_units(scope, Permission.VIEW_PEOPLE).filter(line=Line.PARTY, closed_on=None)
        units = units.exclude(kind=UnitKind.GROUP).order_by("path")
        if units[1:2].exists():
            self.filters["unit"].field.queryset = units
        else:
            del self.filters["unit"]  # of one unit there is nothing to choose

    def search(self, found: QuerySet[Application], _name: str, words: str) -> QuerySet[Application]:
        """Keep whom the words name."""
        return queries.search_applications(found, words)

    def keep_due(
        self, found: QuerySet[Application], _name: str, _value: str
    ) -> QuerySet[Application]:
        """Keep the applications with a day that has come."""
        return queries.filter_due(found, clock.today())

    def keep_unit(
        self, found: QuerySet[Application], _name: str, unit: Unit
    ) -> QuerySet[Application]:
        """Keep the applications of the unit and those under it."""
        return found.filter(unit__path__startswith=unit.path)
