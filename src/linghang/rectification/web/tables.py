"""Declared lists of problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linghang.platform.calendar import clock
from linghang.platform.ui.tables import Column, Empty, Table
from linghang.platform.ui.templatetags.ui import NOTHING
from linghang.rectification.models import Problem, Revision
from linghang.worklists.enums import Timeliness, timeliness


def judge_problem(problem: Problem) -> Timeliness:
    """Return whether the problem is on time, late, open or overdue today."""
    return Timeliness(timeliness(problem.due_on, problem.closed_on, clock.today()))


def list_corrections(
    record: Problem, labels: Mapping[str, Any]
) -> list[tuple[Revision, list[tuple[Any, str, str]]]]:
    """Return each correction, newest first, with (label, before, after) of what it changed."""
    after = {name: str(getattr(record, name) or "") for name in labels}
    found = []
    for revision in record.revisions.select_related("actor"):
        before = {name: revision.old.get(name, "") for name in labels}
        changes = [
            (label, before[name] or NOTHING, after[name] or NOTHING)
            for name, label in labels.items()
            if before[name] != after[name]
        ]
        found.append((revision, changes))
        after = before
    return found


PROBLEMS = Table(
    caption=_("Problems"),
    columns=(
        Column(
            "text",
            _("Problem"),
            sort=("text", "pk"),
            link=lambda problem: reverse("rectification:problem", args=[problem.pk]),
        ),
        Column("unit", _("Unit"), attr="unit.name", sort=("unit__path", "pk")),
        Column("source", _("Source"), sort=("source", "pk")),
        Column("responsible_name", _("Responsible")),
        Column("state", _("State"), render=judge_problem),
        Column("due_on", _("Due"), sort=("due_on", "pk")),
        Column("closed_on", _("Closed on"), sort=("closed_on", "pk")),
    ),
    default_sort="due_on",
    empty=Empty(_("No problems here"), _("No problem of these units is in this state.")),
)
