"""Filters of transfers and of members who are away."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.platform.calendar import clock
from linghang.transfers import queries
from linghang.transfers.enums import AWAY_ENDED, ENDED, AwayStage, Stage, Way
from linghang.transfers.models import Away, Transfer

LATE = (("late", _("late")),)


class MovingFilter(django_filters.FilterSet):
    """By name or branch, and what is late."""

    q = django_filters.CharFilter(label=_("Name or branch"), method="search")
    due = django_filters.ChoiceFilter(
        label=_("Due"), choices=LATE, method="keep_late", empty_label=_("late or not")
    )
    ended: frozenset[str] = frozenset()

    def search(self, found: QuerySet, _name: str, words: str) -> QuerySet:
        """Keep whom the words name."""
        return queries.search(found, words)

    def keep_late(self, found: QuerySet, _name: str, _value: str) -> QuerySet:
        """Keep what is under way and past its day."""
        return found.exclude(stage__in=self.ended).filter(due_on__lt=clock.today())


class TransferFilter(MovingFilter):
    """Transfers, by way and stage too."""

    way = django_filters.ChoiceFilter(label=_("Way"), choices=Way, empty_label=_("every way"))
    stage = django_filters.ChoiceFilter(
        label=_("Stage"), choices=Stage, empty_label=_("every stage")
    )
    ended = ENDED

    class Meta:
        model = Transfer
        fields: list[str] = []


class AwayFilter(MovingFilter):
    """Absences, by stage too."""

    stage = django_filters.ChoiceFilter(
        label=_("Stage"), choices=AwayStage, empty_label=_("every stage")
    )
    ended = AWAY_ENDED

    class Meta:
        model = Away
        fields: list[str] = []
