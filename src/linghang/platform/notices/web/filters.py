"""Filters of the lists of notices."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linghang.platform.notices import channels
from linghang.platform.notices.enums import DeliveryState, NoticeKind
from linghang.platform.notices.models import Delivery, Notice


class NoticeFilter(django_filters.FilterSet):
    """By kind, and whether it was read."""

    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=NoticeKind.choices, empty_label=_("All kinds")
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[("unread", _("unread")), ("read", pgettext_lazy("notice", "read"))],
        empty_label=_("Read and unread"),
        method="keep_state",
    )

    class Meta:
        model = Notice
        fields: list[str] = []

    def keep_state(self, rows: QuerySet[Notice], _name: str, state: str) -> QuerySet[Notice]:
        """Keep the unread ones, or the others."""
        return rows.filter(read_at__isnull=state == "unread")


class DeliveryFilter(django_filters.FilterSet):
    """By channel and state."""

    channel = django_filters.ChoiceFilter(label=_("Channel"), empty_label=_("All channels"))
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=DeliveryState.choices, empty_label=_("All states")
    )

    class Meta:
        model = Delivery
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["channel"].extra["choices"] = [
            (channel.name, channel.label) for channel in channels.list_channels()
        ]
