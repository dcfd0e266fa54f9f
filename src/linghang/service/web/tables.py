"""The declared list of service activities."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linghang.platform.ui.tables import Column, Empty, Table
from linghang.platform.ui.templatetags.ui import NOTHING, hundredths
from linghang.service import services
from linghang.service.models import ServiceVisit, VisitRevision

LABELS = {
    "occurred_on": _("Day"),
    "content": _("Content"),
    "place": _("Place"),
    "hours": _("Duration in hours"),
    "people": _("People taking part"),
    "people_served": _("People served"),
    "partner": _("Partner"),
}


def list_corrections(
    visit: ServiceVisit,
) -> list[tuple[VisitRevision, list[tuple[Any, str, str]]]]:
    """Return each correction, newest first, with (label, before, after) of what it changed."""
    after = services.values_of(visit)
    found = []
    for revision in visit.revisions.select_related("actor"):
        changes = [
            (label, _spell(name, revision.old.get(name)), _spell(name, after.get(name)))
            for name, label in LABELS.items()
            if revision.old.get(name) != after.get(name)
        ]
        found.append((revision, changes))
        after = revision.old
    return found


def _spell(name: str, value: Any) -> str:
    if name == "hours" and value is not None:
        return hundredths(value)
    if isinstance(value, list):
        return "、".join(value) or NOTHING
    return NOTHING if value in (None, "") else str(value)


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
            _("Duration in hours"),
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
