"""Filters of the list of service activities."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.service import queries
from linghang.service.models import ServiceVisit


class VisitFilter(django_filters.FilterSet):
    """By words and by day."""

    q = django_filters.CharFilter(label=_("Content, place, team or person"), method="search")
    day_from = django_filters.DateFilter(
        label=_("Day from"), field_name="occurred_on", lookup_expr="gte"
    )
    day_to = django_filters.DateFilter(
        label=_("Day to"), field_name="occurred_on", lookup_expr="lte"
    )

    class Meta:
        model = ServiceVisit
        fields: list[str] = []

    def search(
        self, visits: QuerySet[ServiceVisit], _name: str, words: str
    ) -> QuerySet[ServiceVisit]:
        """Keep the activities in which the words stand."""
        return queries.search_visits(visits, words)
