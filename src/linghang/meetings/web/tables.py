"""The declared list of resolutions."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linghang.meetings.queries import judge_standing
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import Column, Empty, Table

RESOLUTIONS = Table(
    caption=_("Resolutions"),
    columns=(
        Column(
            "topic",
            _("Item"),
            link=lambda item: (
                f"{reverse('activities:activity', args=[item.activity_id])}#i{item.pk}"
            ),
        ),
        Column("unit", _("Unit"), render=lambda item: item.activity.unit.name),
        Column(
            "held_on",
            _("Meeting"),
            render=lambda item: item.activity.occurred_on,
            sort=("activity__occurred_on", "pk"),
        ),
        Column("task", _("Task that follows"), render=lambda item: item.task.text),
        Column("holder", _("Who"), render=lambda item: item.holder or item.activity.unit.name),
        Column("due_on", _("Due on"), sort=("due_on", "pk")),
        Column("standing", _("State"), render=lambda item: judge_standing(item, clock.today())),
        Column("reported_on", _("Reported back on"), sort=("reported_on", "pk")),
    ),
    default_sort="-held_on",
    empty=Empty(
        _("No resolutions yet"),
        _("Open a meeting, add an item to its agenda and say what follows and by when."),
        "gavel",
    ),
)
