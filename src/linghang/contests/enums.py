"""How a contest stands, what its trail tells, and the fact it leaves."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import FactKind


class State(models.TextChoices):
    """Where a contest stands."""

    DRAFT = "draft", _("being prepared")
    RUNNING = "running", _("running")
    ENDED = "ended", _("open for objections")
    CLOSED = "closed", _("final")
    CANCELLED = "cancelled", _("called off")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {"draft": "neutral", "running": "info", "ended": "warn", "closed": "ok"}.get(
            self.value, "neutral"
        )

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        icons = {"running": "player-play", "ended": "message-report", "closed": "circle-check"}
        return icons.get(self.value, "clock")

    @property
    def is_frozen(self) -> bool:
        """Return whether the points stand as they were counted at the end."""
        return self in {State.ENDED, State.CLOSED}

    @property
    def is_over(self) -> bool:
        """Return whether nothing more happens."""
        return self in {State.CLOSED, State.CANCELLED}


class ObjectionState(models.TextChoices):
    """Where an objection of a team stands."""

    OPEN = "open", _("waiting for a decision")
    UPHELD = "upheld", _("upheld")
    REJECTED = "rejected", _("rejected")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {"open": "warn", "upheld": "ok", "rejected": "neutral"}[self.value]


class Happened(models.TextChoices):
    """What the trail tells of contests."""

    PREPARED = "prepared", _("contest prepared")
    CHANGED = "changed", _("contest changed before it began")
    STARTED = "started", _("contest started")
    ENDED = "ended", _("contest ended, points frozen")
    CANCELLED = "cancelled", _("contest called off")
    OBJECTED = "objected", _("team objected")
    DECIDED = "decided", _("objection of a team decided")
    CLOSED = "closed", _("contest closed, result final")


RESULT = FactKind(
    code="contest.result",
    title=_("result of a contest"),
    quantity=_("points"),
    statuses=("first", "took_part"),
    status_titles=(("first", _("first place")), ("took_part", _("took part"))),
    meaning=_("What a team reached in a contest that is closed."),
)
