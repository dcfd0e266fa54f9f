"""The declared list of branches and their terms."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from linghang.elections.queries import Line
from linghang.platform.ui.tables import Column, Empty, Table


def _offer(line: Line) -> Any:
    """Return the words of the link that opens what is not open yet, for who may."""
    return _("Open a re-election") if line.url else None


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
            render=lambda line: line.election.standing if line.election else _offer(line),
            link=lambda line: "" if line.election else line.url,
            export=lambda line: str(line.election.standing.label) if line.election else "",
        ),
    ),
    default_sort="ends_on",
    empty=Empty(
        _("No branch to elect"),
        _("Branches and joint branches elect; their terms are entered with the unit."),
        "users",
    ),
)
