"""The declared list of units with their levels."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linghang.distinctions.queries.standing import Place
from linghang.platform.ui.tables import Column, Empty, Table


def name_level(line: Place) -> Any:
    """Return the level a unit holds, with its stars where the programme gives stars."""
    if line.holding is None:
        return None
    programme = line.holding.programme
    level = programme.find_level(line.holding.level)
    if level is None or not programme.has_stars:
        return line.holding.level_title
    return f"{level.stars} {level.title}"


def _case_url(line: Place) -> str:
    return reverse("distinctions:case", args=[line.case.pk]) if line.case else ""


UNITS = Table(
    caption=_("Units and their levels"),
    columns=(
        Column(
            "unit",
            _("Unit"),
            render=lambda line: line.unit.name,
            link=lambda line: line.url,
            sort=("unit",),
        ),
        Column("group", _("peer group"), sort=("group",)),
        Column("level", _("Level"), render=name_level, sort=("level",)),
        Column("state", _("state"), render=lambda line: line.holding and line.holding.state),
        Column(
            "since",
            _("Held since"),
            render=lambda line: line.holding and line.holding.valid_from,
            sort=("since",),
        ),
        Column(
            "case",
            _("Under way"),
            render=lambda line: (
                line.case and f"{line.case.level_title} · {line.case.standing.label}"
            ),
            link=_case_url,
        ),
    ),
    empty=Empty(
        _("No units here"),
        _("The programme is for units this bureau does not have."),
        "star",
    ),
)
