"""Filters of resolutions."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.meetings import queries
from linghang.meetings.enums import Standing
from linghang.meetings.models import AgendaItem
from linghang.platform.calendar import clock


class ResolutionFilter(django_filters.FilterSet):
    """By words and by where they stand."""

    q = django_filters.CharFilter(label=_("Words"), method="search")
    standing = django_filters.ChoiceFilter(
        label=_("State"), choices=Standing.choices, method="stand", empty_label=_("every state")
    )

    class Meta:
        model = AgendaItem
        fields: list[str] = []

    def search(self, items: QuerySet[AgendaItem], _name: str, value: Any) -> QuerySet[AgendaItem]:
        """Keep what holds the words."""
        return queries.search_resolutions(items, value)

    def stand(self, items: QuerySet[AgendaItem], _name: str, value: Any) -> QuerySet[AgendaItem]:
        """Keep what stands so today."""
        return queries.filter_standing(items, Standing(value), clock.today())
