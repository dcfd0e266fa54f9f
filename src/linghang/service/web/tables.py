"""The declared list of service activities."""

from __future__ import annotations

from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linghang.platform.ui.tables import Column, Empty, Table

VISITS = Table(
    caption=_("Service activities"),
    columns=(
        Column(
            "content",
            _("Content"),
            sort=("content", "pk"),
            link=lambda visit: reverse("service:visit", args=[visit.pk]),
        ),
        Column("occurred_on", _("Day"), sort=("occurred_on", "pk")),
        Column("team", _("Service team"), attr="team.name", sort=("team__name", "pk")),
        Column("place", _("Place"), sort=("place", "pk")),
        Column("participants", _("People taking part"), numeric=True, sort=("participants", "pk")),
        Column(
            "hours",
            _("Hours"),
            numeric=True,
            render=lambda visit: Decimal(visit.hours) / 100,
            sort=("hours", "pk"),
        ),
        Column("people_served", _("People served"), numeric=True, sort=("people_served", "pk")),
    ),
    default_sort="-occurred_on",
    empty=Empty(
        _("No service activity yet"),
        _("Record one, or bring in the year's records as a workbook."),
        "heart-handshake",
    ),
)
