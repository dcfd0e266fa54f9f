"""Declared lists of problems, and how they stand today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linghang.platform.ui.tables import Column, Empty, Table
from linghang.platform.ui.templatetags.ui import NOTHING, date_day, icon
from linghang.rectification.enums import Verb
from linghang.rectification.mapping import is_soon, show_state
from linghang.rectification.models import Act, Problem
from linghang.rectification.services import describe_seen


def list_corrections(
    record: Problem, labels: Mapping[str, Any]
) -> list[tuple[Act, list[tuple[Any, str, str]]]]:
    """Return each correction, newest first, with (label, before, after) of what it changed."""
    after = {name: str(getattr(record, name) or "") for name in labels}
    found = []
    for act in record.acts.filter(verb=Verb.CORRECTED).select_related("actor"):
        before = {name: act.old.get(name, "") for name in labels}
        changes = [
            (label, before[name] or NOTHING, after[name] or NOTHING)
            for name, label in labels.items()
            if before[name] != after[name]
        ]
        found.append((act, changes))
        after = before
    return found


def due_of(problem: Problem) -> Any:
    """Return the due day as a spreadsheet has it."""
    return problem.due_on


def show_due(problem: Problem) -> Any:
    """Return the due day; from seven days before it on, with a chip that says so."""
    day = date_day(problem.due_on)
    if not is_soon(problem):
        return day
    chip = '{} <span class="lh-chip lh-tone-warn">{}{}</span>'
    return format_html(chip, day, icon("clock", "sm"), gettext("due soon"))


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
        Column("state", _("State"), render=show_state),
        Column("due_on", _("Due"), render=show_due, sort=("due_on", "pk"), export=due_of),
        Column("closed_on", _("Closed on"), sort=("closed_on", "pk")),
    ),
    default_sort="due_on",
    selectable=True,
    row_id=lambda problem: f"{problem.pk}:{describe_seen(problem)}",
    empty=Empty(_("No problems here"), _("No problem of these units is in this state.")),
)
BOOKS = Table(
    caption=_("Lists of problems"),
    columns=(
        Column(
            "title",
            _("List"),
            sort=("title", "pk"),
            link=lambda book: reverse("rectification:book", args=[book.pk]),
        ),
        Column("root", _("Bureau"), attr="root.name"),
        Column("total", _("Problems"), attr="n_total", numeric=True, sort=("n_total", "pk")),
        Column("unsolved", _("Not solved"), attr="n_unsolved", numeric=True),
        Column("overdue", _("Overdue"), attr="n_overdue", numeric=True),
    ),
    default_sort="-title",
    empty=Empty(
        _("No list of problems yet"),
        _("A list begins with its first problem: name it when you state one."),
        "list-check",
    ),
)
