"""The list of packs."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linghang.platform.languages import spoken
from linghang.platform.ui.tables import Column, Table

PACKS = Table(
    caption=_("Practice packs"),
    columns=(
        Column(
            "title",
            _("Pack"),
            render=str,
            link=lambda row: reverse("library:pack", args=[row.code]),
        ),
        Column(
            "description",
            _("What it is for"),
            render=lambda row: row.description.of(spoken()),
        ),
        Column("practices", _("Practices"), render=lambda row: " ".join(row.practices)),
        Column("shipped", _("Shipped")),
        Column("installed", _("Installed")),
        Column("installed_at", _("Since")),
        Column("state", _("State")),
    ),
)
