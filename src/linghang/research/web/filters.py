"""Filters of visits and findings."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.research import queries
from linghang.research.enums import Nature, VisitForm
from linghang.research.models import Finding, Topic, Visit

BECAME = (("problem", _("became a problem")), ("none", _("led to no problem yet")))


def list_choices(request: Any) -> QuerySet[Topic]:
    """Return the topics to choose from."""
    return queries.list_topics(request.scope).order_by("-year", "number")


class VisitFilter(django_filters.FilterSet):
    """By words, topic and form."""

    q = django_filters.CharFilter(label=_("Unit, place, who was heard"), method="search")
    topic = django_filters.ModelChoiceFilter(label=_("Research topic"), queryset=list_choices)
    form_of = django_filters.ChoiceFilter(
        label=_("Form of research"), choices=VisitForm.choices, field_name="form"
    )

    class Meta:
        model = Visit
        fields: list[str] = []

    def search(self, visits: QuerySet[Visit], _name: str, words: str) -> QuerySet[Visit]:
        """Keep the visits in which the words stand."""
        return visits.filter(
            Q(unit__name__icontains=words)
            | Q(place__icontains=words)
            | Q(heard__icontains=words)
            | Q(led_by__name__icontains=words)
        )


class FindingFilter(django_filters.FilterSet):
    """By words, topic, what it is, and what became of it."""

    q = django_filters.CharFilter(label=_("Finding or unit"), method="search")
    topic = django_filters.ModelChoiceFilter(
        label=_("Research topic"), queryset=list_choices, field_name="visit__topic"
    )
    nature = django_filters.ChoiceFilter(label=_("What it is"), choices=Nature.choices)
    became = django_filters.ChoiceFilter(
        label=_("What became of it"), choices=BECAME, method="keep_became"
    )

    class Meta:
        model = Finding
        fields: list[str] = []

    def search(self, findings: QuerySet[Finding], _name: str, words: str) -> QuerySet[Finding]:
        """Keep the findings in which the words stand."""
        return findings.filter(Q(text__icontains=words) | Q(visit__unit__name__icontains=words))

    def keep_became(self, findings: QuerySet[Finding], _name: str, what: str) -> QuerySet[Finding]:
        """Keep what led to a problem, or what did not."""
        return findings.filter(links__isnull=what == "none").distinct()
