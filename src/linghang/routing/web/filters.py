"""Filters of raised problems."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.org.api import visible_units
from linghang.org.enums import Line, UnitKind
from linghang.org.models import Unit
from linghang.platform.access import Permission
from linghang.platform.calendar import clock
from linghang.routing import queries
from linghang.routing.enums import Stage, Urgency
from linghang.routing.models import Case, Category

STANDING = (("running", _("under way")), ("late", _("late")), ("escalated", _("escalated")))


class CaseFilter(django_filters.FilterSet):
    """By words, stage, standing, urgency, category, and the unit it arose in or that has it."""

    q = django_filters.CharFilter(label=_("Problem, number, answer or unit"), method="search")
    stage = django_filters.ChoiceFilter(label=_("Stage"), choices=Stage)
    standing = django_filters.ChoiceFilter(
        label=_("Clock"), choices=STANDING, method="keep_standing"
    )
    urgency = django_filters.ChoiceFilter(label=_("Urgency"), choices=Urgency)
    category = django_filters.ModelChoiceFilter(
        label=_("Category"), queryset=Category.objects.all()
    )
    unit = django_filters.ModelChoiceFilter(
        label=_("Unit"), queryset=Unit.objects.none(), method="keep_unit"
    )

    class Meta:
        model = Case
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

    def search(self, cases: QuerySet[Case], _name: str, words: str) -> QuerySet[Case]:
        """Keep the cases in which the words stand."""
        return queries.search_cases(cases, words)

    def keep_standing(self, cases: QuerySet[Case], _name: str, standing: str) -> QuerySet[Case]:
        """Keep the cases whose clocks stand so."""
        if standing == "late":
            return queries.filter_late(cases, clock.now())
        if standing == "escalated":
            return queries.filter_escalated(cases, clock.now())
        return queries.filter_running(cases)

    def keep_unit(self, cases: QuerySet[Case], _name: str, unit: Unit) -> QuerySet[Case]:
        """Keep what arose in the unit or one under it, or is or was solved there."""
        return cases.filter(
            Q(front__path__startswith=unit.path) | Q(unit__path__startswith=unit.path)
        )
