"""The declared list of branches and their appraisal of a year."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from linghang.appraisal.queries import Line
from linghang.platform.ui.tables import Column, Empty, Table


def _offer(line: Line) -> Any:
    """Return the words of the link that opens what is not open yet, for who may."""
    return _("Open the yearly appraisal") if line.url else None


UNITS = Table(
    caption=_("Democratic appraisal"),
    columns=(
        Column(
            "unit",
            _("Branch"),
            render=lambda line: line.unit.name,
            link=lambda line: line.url,
            sort=("unit",),
        ),
        Column("year", _("Year"), render=lambda line: str(line.year)),
        Column(
            "stage",
            _("Stage"),
            render=lambda line: line.appraisal.standing if line.appraisal else _offer(line),
            link=lambda line: "" if line.appraisal else line.url,
        ),
        Column(
            "ballot_until",
            _("Ballot ends on"),
            render=lambda line: line.appraisal.ballot_until if line.appraisal else None,
        ),
        Column(
            "told_on",
            _("Told on"),
            render=lambda line: line.appraisal.told_on if line.appraisal else None,
        ),
    ),
    empty=Empty(
        _("No branch to show"),
        _("Branches and joint branches appraise their members once a year."),
        "checklist",
    ),
)
