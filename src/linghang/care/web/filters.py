"""What the list of awards can be narrowed to."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.care import queries
from linghang.care.enums import Level
from linghang.care.models import Award

WHOM = (("unit", _("honoured units")), ("person", _("honoured members")))


class AwardFilter(django_filters.FilterSet):
    """By words, level, whom, and year."""

    q = django_filters.CharFilter(label=_("Award, name or branch"), method="search")
    level = django_filters.ChoiceFilter(
        label=_("Level"), choices=Level, empty_label=_("every level")
    )
    whom = django_filters.ChoiceFilter(
        label=_("Honoured"), choices=WHOM, method="keep_whom", empty_label=_("units and members")
    )
    year = django_filters.NumberFilter(label=_("Year"), field_name="awarded_on__year")

    class Meta:
        model = Award
        fields: list[str] = []

    def search(self, found: QuerySet[Award], _name: str, words: str) -> QuerySet[Award]:
        """Keep what the words name."""
        return queries.search_awards(found, words)

    def keep_whom(self, found: QuerySet[Award], _name: str, value: str) -> QuerySet[Award]:
        """Keep the awards of units as a whole, or those of members."""
        return found.filter(person__isnull=value == "unit")
