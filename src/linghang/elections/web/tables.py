"""The declared list of branches and their terms."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linghang.platform.ui.tables import Column, Empty, Table

UNITS = Table(
    caption=_("Re-elections"),
    columns=(
        Column(
            "unit",
            _("Branch"),
            render=lambda line: line.unit.name,
            link=lambda line: line.url,
            sort=("unit",),
        ),
        Column("ends_on", _("Term ends on"), sort=("ends_on",)),
        Column("months_left", _("Months left"), numeric=True, sort=("months_left",)),
        Column("standing", _("Term")),
        Column(
            "election",
            _("Election"),
            render=lambda line: line.election.standing if line.election else None,
        ),
    ),
    default_sort="ends_on",
    empty=Empty(
        _("No branch to elect"),
        _("Branches and joint branches elect; their terms are entered with the unit."),
        "users",
    ),
)
