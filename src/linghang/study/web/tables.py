"""The declared lists of study."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linghang.platform.ui.tables import Column, Empty, Table

CLASSES = Table(
    caption=_("Classes"),
    columns=(
        Column(
            "title",
            _("Class"),
            render=lambda line: line.study_class.title,
            link=lambda line: reverse("study:class", args=[line.study_class.pk]),
        ),
        Column("unit", _("Unit"), render=lambda line: line.study_class.unit.name),
        Column("first_on", _("First day"), sort=("first_on",)),
        Column("last_on", _("Last day"), sort=("last_on",)),
        Column("people", _("Participants"), numeric=True),
        Column("held", _("Sessions held"), render=lambda line: f"{line.held}/{line.sessions}"),
        Column("state", _("State")),
    ),
    empty=Empty(
        _("No class yet"),
        _(
            "Who records the life of a unit plans its classes here: stages, timetable, participants."
        ),
        "book",
    ),
)

ROSTERS = Table(
    caption=_("Lectures"),
    columns=(
        Column(
            "title",
            _("Roster"),
            render=lambda line: line.roster.title,
            link=lambda line: reverse("study:roster", args=[line.roster.pk]),
        ),
        Column("kind", _("Kind"), render=lambda line: line.roster.get_kind_display()),
        Column("unit", _("Unit"), render=lambda line: line.roster.unit.name),
        Column("first_on", _("First day"), sort=("first_on",)),
        Column("last_on", _("Last day"), sort=("last_on",)),
        Column("free", _("Free days"), numeric=True),
        Column("held", _("Lectures held"), render=lambda line: f"{line.held}/{line.lectures}"),
    ),
    empty=Empty(
        _("No roster yet"),
        _("Who records the life of a unit plans one: the days follow, and lecturers take them."),
        "school",
    ),
)
