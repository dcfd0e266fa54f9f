"""States of lists, items and tasks, and the kinds of facts they write."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import DatedBy, FactKind, Level


class ListKind(models.TextChoices):
    """What a list is for; the kind decides where it is shown."""

    TASKS = "tasks", _("work list")  # 一览表、工作清单
    LEARNING = "learning", _("study plan")  # 学习计划
    READING = "reading", _("reading list")  # 必学、选学书目
    DUTY = "duty", _("duty list")  # 履责清单
    MEASURES = "measures", _("rectification measures")  # 整改任务清单
    COMMITMENTS = "commitments", _("public commitments")  # 办实事


class ListState(models.TextChoices):
    """Where a list stands."""

    ISSUED = "issued", _("issued")
    CLOSED = "closed", _("closed")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {"issued": "info", "closed": "ok"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        return {"issued": "clock", "closed": "circle-check"}[self.value]


class Owner(models.TextChoices):
    """Who an item is asked of: 党委 / 基层党组织 / 普通党员, the holders of a post, or those named."""

    COMMITTEE = "committee", _("the Party committee")
    ORGANISATION = "organisation", _("every general branch and branch")
    MEMBER = "member", _("every member")
    POST = "post", _("the holders of a post")
    UNITS = "units", _("the units named")
    PERSONS = "persons", _("the persons named")

    @property
    def is_person(self) -> bool:
        """Return whether the item is asked of persons, not of units."""
        return self in {Owner.MEMBER, Owner.POST, Owner.PERSONS}


class Cadence(models.TextChoices):
    """How often an item falls due; without one it is due once."""

    WEEK = "week", _("every week")
    MONTH = "month", _("every month")
    QUARTER = "quarter", _("every quarter")
    YEAR = "year", _("every year")


class Acceptance(models.TextChoices):
    """Who accepts what was handed in; nobody ever accepts their own work."""

    NONE = "none", _("finished as soon as it is recorded")
    ISSUER = "issuer", _("the unit that issued the list")
    SUPERIOR = "superior", _("the unit above")
    UNIT = "unit", _("the unit named")


class ProofUse(models.TextChoices):
    """What the facts that prove an item do: they are offered, or they finish it by themselves."""

    OFFER = "offer", _("offered as evidence")
    FINISH = "finish", _("finishes the item by itself")


class ExtensionState(models.TextChoices):
    """Where the wish for a later day stands."""

    ASKED = "asked", _("asked for")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("refused")


class TaskState(models.TextChoices):
    """Where an assigned task stands; NEXT says where it may go."""

    OPEN = "open", _("in progress")
    HANDED_IN = "handed_in", _("waits for acceptance")  # 待验收
    RETURNED = "returned", _("returned")  # 退回
    DONE = "done", _("finished")
    WITHDRAWN = "withdrawn", _("withdrawn")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {
            "open": "info",
            "handed_in": "info",
            "returned": "warn",
            "done": "ok",
            "withdrawn": "neutral",
        }[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        return {
            "open": "clock",
            "handed_in": "hourglass",
            "returned": "arrow-back-up",
            "done": "circle-check",
            "withdrawn": "minus",
        }[self.value]


# 状态图: from where to where a task may go. Everything else is refused with a reason.
NEXT: dict[TaskState, tuple[TaskState, ...]] = {
    TaskState.OPEN: (TaskState.HANDED_IN, TaskState.DONE, TaskState.WITHDRAWN),
    TaskState.RETURNED: (TaskState.HANDED_IN, TaskState.DONE, TaskState.WITHDRAWN),
    # Open again: its day was corrected away, or the record that proved it was withdrawn.
    TaskState.HANDED_IN: (
        TaskState.DONE,
        TaskState.RETURNED,
        TaskState.OPEN,
        TaskState.WITHDRAWN,
    ),
    TaskState.DONE: (TaskState.RETURNED, TaskState.OPEN),
    TaskState.WITHDRAWN: (),
}
WAITING = (TaskState.OPEN, TaskState.RETURNED)  # something is left for the owner to do
FINISHED = (TaskState.DONE, TaskState.HANDED_IN)  # the owner has done it, on `finished_on`


class CellState(models.TextChoices):
    """What a cell of the matrix says of everything asked there: the worst of it."""

    OVERDUE = "overdue", _("past due")
    RETURNED = "returned", _("returned")
    HANDED_IN = "handed_in", _("waits for acceptance")
    OPEN = "open", _("in progress")
    DONE = "done", _("finished")
    OPTIONAL = "optional", _("optional item")

    @property
    def tone(self) -> str:
        """Return the colour word of the cell."""
        return {
            "overdue": "danger",
            "returned": "warn",
            "handed_in": "info",
            "open": "neutral",
            "done": "ok",
            "optional": "neutral",
        }[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the cell."""
        return {
            "overdue": "alert-circle",
            "returned": "arrow-back-up",
            "handed_in": "hourglass",
            "open": "clock",
            "done": "circle-check",
            "optional": "minus",
        }[self.value]


class Verb(models.TextChoices):
    """What was done to a list, an item or an assignment."""

    ISSUED = "issued", _("issued")
    ADDED = "added", _("item added")
    CHANGED = "changed", _("item changed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    CLOSED = "closed", _("list closed")
    FINISHED = "finished", _("finished")
    PROVED = "proved", _("finished by facts")
    UNPROVED = "unproved", _("open again: its proof is gone")
    HANDED_IN = "handed_in", _("handed in")
    ACCEPTED = "accepted", _("accepted")
    RETURNED = "returned", _("returned")
    URGED = "urged", _("urged")
    EXTENSION_ASKED = "extension_asked", _("later day asked for")
    EXTENDED = "extended", _("later day granted")
    EXTENSION_REFUSED = "not_extended", _("later day refused")
    HANDED_OVER = "handed_over", _("handed over")
    CORRECTED = "corrected", _("corrected")
    IMPORTED = "imported", _("brought in from a file")


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
# What members are asked themselves never counts among what their branch was asked.
MEMBER_TASK = FactKind(
    code="member_task",
    title=_("task of a person"),
    quantity=_("tasks"),
    meaning=_("A person's own task was due: on time, late, still open, or overdue."),
    level=Level.PERSON,
    statuses=TIMELINESS,
    dated_by=DatedBy.DUE,
)
# The duty lists (履责清单) of posts: what the holder was asked, and whether it was done.
DUTY = FactKind(
    code="duty",
    title=_("duty of a post"),
    quantity=_("duties"),
    meaning=_("A duty of the holder of a post was due: on time, late, still open, or overdue."),
    level=Level.PERSON,
    statuses=TIMELINESS,
    dated_by=DatedBy.DUE,
)


def timeliness(due_on: date, finished_on: date | None, today: date) -> str:
    """Return on_time, late, open or overdue. The due day itself is still on time."""
    if finished_on is not None:
        return "on_time" if finished_on <= due_on else "late"
    return "overdue" if today > due_on else "open"
