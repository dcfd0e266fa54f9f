"""Declared lists of jobs and of the audit trail."""

from __future__ import annotations

import enum
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.platform.audit.models import Entry
from linghang.platform.tasks.models import Job, JobState
from linghang.platform.ui.tables import Column, Empty, Table
from linghang.platform.ui.templatetags import ui
from linghang.portal.enums import name_job, name_verb
from linghang.portal.web.trail_words import BACKSTAGE, linked_model, name_field, name_value

TONES = {
    JobState.QUEUED: "neutral",
    JobState.RUNNING: "info",
    JobState.DONE: "ok",
    JobState.FAILED: "danger",
    JobState.CANCELLED: "neutral",
}
ICONS = {JobState.QUEUED: "hourglass", JobState.RUNNING: "player-play", JobState.CANCELLED: "ban"}


class JobChip(enum.Enum):
    """A job's state as a chip: the platform's state has no colour of its own."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """Return the word on the chip."""
        return str(JobState(self.value).label)

    @property
    def tone(self) -> str:
        """Return the colour of the chip."""
        return TONES[JobState(self.value)]

    @property
    def icon(self) -> str:
        """Return the icon of the chip, empty for that of its colour."""
        return ICONS.get(JobState(self.value), "")


def name_of(job: Job) -> str:
    """Return what a job is called: its own title, else its kind's."""
    return job.title if job.title and job.title != job.kind else name_job(job.kind)


def seconds_of(job: Job) -> str | None:
    """Return how long a job took, or None while it has not ended."""
    if job.started_at is None or job.finished_at is None:
        return None
    seconds = (job.finished_at - job.started_at).total_seconds()
    return _("%(n)s s") % {"n": f"{seconds:.1f}"}


JOBS = Table(
    caption=gettext_lazy("Jobs"),
    columns=(
        Column(
            "title",
            gettext_lazy("Background job"),
            render=name_of,
            link=lambda job: reverse("portal:job", args=[job.pk]),
        ),
        Column("state", gettext_lazy("State"), states=JobChip),
        Column(
            "actor", gettext_lazy("Started by"), render=lambda job: str(job.actor or "") or None
        ),
        Column("created_at", gettext_lazy("Asked for"), sort=("created_at", "pk")),
        Column("duration", gettext_lazy("Took"), render=seconds_of, numeric=True),
    ),
    default_sort="-created_at",
    empty=Empty(
        gettext_lazy("No jobs yet"),
        gettext_lazy("Imports and evaluations run as jobs; they appear here once started."),
        "hourglass",
    ),
)


def show_changes(entry: Entry) -> str | None:
    """Return what an act changed as "field: old → new", shortened.

    What stayed as it was and what only points at another record is left to the page of the act.
    """
    names = [
        name
        for name in dict.fromkeys([*entry.old, *entry.new])
        if name not in BACKSTAGE
        and entry.old.get(name) != entry.new.get(name)
        and linked_model(entry, name) is None
    ]
    parts = [_show_change(name, entry) for name in names]
    return _shorten("; ".join(parts), 120) or None


def _show_change(name: str, entry: Entry) -> str:
    old, new = (name_value(entry, name, side.get(name)) for side in (entry.old, entry.new))
    word = name_field(name)
    if name not in entry.old:
        return f"{word}: {_plain(new)}"
    if name not in entry.new:
        return f"{word}: {_plain(old)} →"
    return f"{word}: {_plain(old)} → {_plain(new)}"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        value = "、".join(map(_plain, value))
    return "–" if value in (None, "") else _shorten(str(value), 24)


def join_values(value: Any) -> str:
    """Return a list of values, of lists too, as one line."""
    if isinstance(value, list):
        inner = " / " if any(isinstance(one, list) for one in value) else "、"
        return inner.join(map(join_values, value))
    return "–" if value in (None, "") else str(value)


def _shorten(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _whole(text: str) -> SafeString:
    """Return a short text that is never broken into two lines."""
    return format_html('<span class="lh-nowrap">{}</span>', text)


ACTS = Table(
    caption=gettext_lazy("Audit trail"),
    columns=(
        Column(
            "verb",
            gettext_lazy("Act"),
            render=lambda entry: _whole(name_verb(entry.verb)),
            export=lambda entry: name_verb(entry.verb),
            link=lambda entry: reverse("portal:act", args=[entry.pk]),
        ),
        Column(
            "at",
            gettext_lazy("When"),
            sort=("at", "pk"),
            render=lambda entry: format_html(
                '<span class="lh-nowrap">{}</span>', ui.moment(entry.at)
            ),
            export=lambda entry: entry.at,
        ),
        Column("actor_name", gettext_lazy("Who"), render=lambda entry: _whole(name_actor(entry))),
        Column("object_label", gettext_lazy("What")),
        Column("changes", gettext_lazy("Changed"), render=show_changes),
        Column("reason", gettext_lazy("Reason")),
    ),
    default_sort="-at",
    empty=Empty(
        gettext_lazy("Nothing in the audit trail yet"),
        gettext_lazy("Every act that changes something leaves a line here."),
        "shield-check",
    ),
)


def name_actor(entry: Entry) -> str:
    """Return who acted; what no person did, the system did."""
    return _("the system") if entry.actor_name == "system" else entry.actor_name
