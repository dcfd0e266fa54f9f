"""Filters of findings, risk points and hints. What is encrypted cannot be searched, and is not."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.platform.calendar import clock
from linghang.supervision import queries
from linghang.supervision.enums import FindingSource, HintState, RiskLevel
from linghang.supervision.models import CommonFinding, Hint, HintRule, RiskPoint

REVIEWS = (("late", _("review late")),)
STANDING = (("open", _("not decided")),)


class FindingFilter(django_filters.FilterSet):
    """By words, category and source."""

    q = django_filters.CharFilter(label=_("Words"), method="search")
    category = django_filters.ChoiceFilter(label=_("Category"), field_name="category_zh")
    source_kind = django_filters.ChoiceFilter(label=_("Source"), choices=FindingSource)

    class Meta:
        model = CommonFinding
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = {each.category_zh: each.category for each in queries.list_findings()}
        self.filters["category"].extra["choices"] = list(found.items())

    def search(self, findings: QuerySet[CommonFinding], _name: str, words: str) -> Any:
        """Keep the findings in which the words stand."""
        return findings.filter(
            Q(text__icontains=words) | Q(form__icontains=words) | Q(basis__icontains=words)
        )


class RiskFilter(django_filters.FilterSet):
    """By process or post, level, and late reviews."""

    q = django_filters.CharFilter(label=_("Process, post or unit"), method="search")
    level = django_filters.ChoiceFilter(label=_("Level"), choices=RiskLevel)
    standing = django_filters.ChoiceFilter(label=_("Review"), choices=REVIEWS, method="keep_late")

    class Meta:
        model = RiskPoint
        fields: list[str] = []

    def search(self, risks: QuerySet[RiskPoint], _name: str, words: str) -> Any:
        """Keep the risk points whose process, post or unit has the words."""
        return risks.filter(
            Q(process__icontains=words) | Q(post__icontains=words) | Q(unit__name__icontains=words)
        )

    def keep_late(self, risks: QuerySet[RiskPoint], _name: str, _value: str) -> Any:
        """Keep those whose review is late."""
        return queries.filter_overdue_reviews(risks, clock.today())


class HintFilter(django_filters.FilterSet):
    """By unit, rule and state."""

    q = django_filters.CharFilter(label=_("Unit"), field_name="unit__name", lookup_expr="icontains")
    rule = django_filters.ModelChoiceFilter(
        label=_("Rule"), queryset=HintRule.objects.filter(retired=False)
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=HintState)
    standing = django_filters.ChoiceFilter(
        label=_("Outcome of the hint"), choices=STANDING, method="keep_open"
    )

    class Meta:
        model = Hint
        fields: list[str] = []

    def keep_open(self, hints: QuerySet[Hint], _name: str, _value: str) -> Any:
        """Keep those nobody has decided on."""
        return queries.filter_open_hints(hints)
