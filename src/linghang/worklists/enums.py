"""States of tasks and problems, and the kinds of facts they write."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import DatedBy, FactKind


class TaskState(models.TextChoices):
    """Where an assigned task stands."""

    OPEN = "open", _("in progress")
    DONE = "done", _("finished")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return "ok" if self is TaskState.DONE else "info"

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        return "circle-check" if self is TaskState.DONE else "clock"


class ProblemState(models.TextChoices):
    """Where a problem stands. 销号: closed after acceptance."""

    OPEN = "open", _("being rectified")
    CLOSED = "closed", _("closed")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return "ok" if self is ProblemState.CLOSED else "info"

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        return "circle-check" if self is ProblemState.CLOSED else "clock"


class Timeliness(models.TextChoices):
    """How a task or a problem stands against its due date; the status of its fact."""

    ON_TIME = "on_time", _("on time")
    LATE = "late", _("late")
    OPEN = "open", _("in progress")
    OVERDUE = "overdue", _("overdue")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {"on_time": "ok", "late": "warn", "open": "info", "overdue": "danger"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        return {
            "on_time": "circle-check",
            "late": "alert-triangle",
            "open": "clock",
            "overdue": "alert-circle",
        }[self.value]


TIMELINESS = tuple(Timeliness.values)
TASK = FactKind(
    code="task",
    title=_("task of a list"),
    quantity=_("tasks"),
    meaning=_("A task was due: finished on time, finished late, still open, or overdue."),
    statuses=TIMELINESS,
    dated_by=DatedBy.DUE,
)
PROBLEM = FactKind(
    code="problem",
    title=_("problem to be rectified"),
    quantity=_("problems"),
    meaning=_(
        "A problem was due for closure: closed on time, closed late, still open, or overdue."
    ),
    statuses=TIMELINESS,
    dated_by=DatedBy.DUE,
)


def timeliness(due_on: date, finished_on: date | None, today: date) -> str:
    """Return on_time, late, open or overdue. The due day itself is still on time."""
    if finished_on is not None:
        return "on_time" if finished_on <= due_on else "late"
    return "overdue" if today > due_on else "open"
