"""Stages of a raised problem on its way to who can solve it, and the fact it leaves behind."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linghang.ledger.enums import FactKind


class Stage(models.TextChoices):
    """Where a raised problem stands; NEXT says where it may go from there.

    敏捷前台 raises and confirms, 高效中台 accepts and assigns, the unit takes up and answers,
    坚强后台 steps in by itself when a stage's clock runs out.
    """

    RAISED = "raised", pgettext_lazy("case", "raised")  # 提出: waits to be accepted
    ACCEPTED = "accepted", pgettext_lazy("case", "accepted")  # 受理: waits to be assigned
    ASSIGNED = "assigned", _("assigned")  # 派发: waits to be taken up
    SOLVING = "solving", _("being solved")  # 处理
    ANSWERED = "answered", _("answered")  # 答复: waits to be confirmed
    CONFIRMED = "confirmed", _("confirmed as solved")  # 确认
    MERGED = "merged", _("merged")
    DECLINED = "declined", _("not routed")  # told why, and where to turn instead

    @property
    def tone(self) -> str:
        """Return the colour word of the stage's chip."""
        return {"confirmed": "ok", "answered": "info", "raised": "warn"}.get(
            self.value, "neutral" if self.is_final else "info"
        )

    @property
    def icon(self) -> str:
        """Return the icon of the stage's chip."""
        return ICONS[self]

    @property
    def is_final(self) -> bool:
        """Return whether nothing follows by itself; a confirmed one may still be reopened."""
        return self in {Stage.CONFIRMED, Stage.MERGED, Stage.DECLINED}

    @property
    def holder(self) -> Holder:
        """Return who has to act in this stage."""
        return HOLDERS[self]


class Holder(models.TextChoices):
    """Who has to act: 前台, 中台, the unit that solves, 后台."""

    FRONT = "front", _("who raised it")
    MIDDLE = "middle", _("middle office")
    UNIT = "unit", _("solving unit")
    BACK = "back", _("back office")
    NOBODY = "nobody", _("nobody")


ICONS = {
    Stage.RAISED: "message-report",
    Stage.ACCEPTED: "inbox",
    Stage.ASSIGNED: "send",
    Stage.SOLVING: "tools",
    Stage.ANSWERED: "message",
    Stage.CONFIRMED: "circle-check",
    Stage.MERGED: "link",
    Stage.DECLINED: "circle-x",
}
HOLDERS = {
    Stage.RAISED: Holder.MIDDLE,
    Stage.ACCEPTED: Holder.MIDDLE,
    Stage.ASSIGNED: Holder.UNIT,
    Stage.SOLVING: Holder.UNIT,
    Stage.ANSWERED: Holder.FRONT,
    Stage.CONFIRMED: Holder.NOBODY,
    Stage.MERGED: Holder.NOBODY,
    Stage.DECLINED: Holder.NOBODY,
}
RUNNING = (Stage.RAISED, Stage.ACCEPTED, Stage.ASSIGNED, Stage.SOLVING, Stage.ANSWERED)
AT_UNIT = (Stage.ASSIGNED, Stage.SOLVING)
TOTAL = "total"  # the limit of the whole way, beside those of the stages


class Outcome(models.TextChoices):
    """How a leg ended, which is how the next one began."""

    ACCEPTED = "accepted", pgettext_lazy("case", "accepted")
    ASSIGNED = "assigned", _("assigned to a unit")
    TAKEN_UP = "taken_up", _("taken up")
    HANDED_OVER = "handed_over", _("handed over to another unit")
    SENT_BACK = "sent_back", _("sent back to the middle office")
    ANSWERED = "answered", _("answered")
    CONFIRMED = "confirmed", _("confirmed as solved")
    NOT_SOLVED = "not_solved", _("not solved")
    MERGED = "merged", _("merged with a like problem")
    DECLINED = "declined", _("not routed")
    REOPENED = "reopened", _("reopened")

    @property
    def tone(self) -> str:
        """Return the colour word of the event on the time line."""
        if self in {Outcome.NOT_SOLVED, Outcome.SENT_BACK, Outcome.REOPENED}:
            return "warn"
        return "ok" if self is Outcome.CONFIRMED else "info"


# 状态图: what may be done in which stage, and where it leads. Everything else is refused.
NEXT: dict[Stage, dict[Outcome, Stage]] = {
    Stage.RAISED: {
        Outcome.ACCEPTED: Stage.ACCEPTED,
        Outcome.MERGED: Stage.MERGED,
        Outcome.DECLINED: Stage.DECLINED,
    },
    Stage.ACCEPTED: {
        Outcome.ASSIGNED: Stage.ASSIGNED,
        Outcome.MERGED: Stage.MERGED,
        Outcome.DECLINED: Stage.DECLINED,
    },
    Stage.ASSIGNED: {
        Outcome.TAKEN_UP: Stage.SOLVING,
        Outcome.HANDED_OVER: Stage.ASSIGNED,
        Outcome.SENT_BACK: Stage.ACCEPTED,
        Outcome.MERGED: Stage.MERGED,
    },
    Stage.SOLVING: {
        Outcome.ANSWERED: Stage.ANSWERED,
        Outcome.HANDED_OVER: Stage.ASSIGNED,
        Outcome.SENT_BACK: Stage.ACCEPTED,
        Outcome.MERGED: Stage.MERGED,
    },
    Stage.ANSWERED: {Outcome.CONFIRMED: Stage.CONFIRMED, Outcome.NOT_SOLVED: Stage.SOLVING},
    Stage.CONFIRMED: {Outcome.REOPENED: Stage.SOLVING},
    Stage.MERGED: {},
    Stage.DECLINED: {},
}


class Urgency(models.TextChoices):
    """How urgent it is, in the words of who raises it."""

    URGENT = "urgent", _("urgent")
    SOON = "soon", _("soon")
    ORDINARY = "ordinary", _("ordinary")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"urgent": "danger", "soon": "warn", "ordinary": "neutral"}[self.value]


class Lateness(models.TextChoices):
    """How a clock stands."""

    RUNNING = "running", _("in time")
    SOON = "soon", _("due soon")
    LATE = "late", _("late")
    DONE = "done", _("ended in time")
    DONE_LATE = "done_late", _("ended late")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {
            "running": "neutral",
            "soon": "warn",
            "late": "danger",
            "done": "ok",
            "done_late": "warn",
        }[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the chip."""
        return {
            "running": "clock",
            "soon": "hourglass",
            "late": "alert-circle",
            "done": "circle-check",
            "done_late": "alert-triangle",
        }[self.value]


class EscalateTo(models.TextChoices):
    """Who a clock that ran out is brought before."""

    BACK = "back", _("the back office (committee leaders)")
    MIDDLE = "middle", _("the middle office")


CASE = FactKind(
    code="case",
    title=_("routed problem"),
    quantity=_("problems"),
    meaning=_(
        "A raised problem was solved by the unit and confirmed by who raised it: within the unit's "
        "own clock, or late. A unit that handed it on has none."
    ),
    statuses=("on_time", "late"),
)
