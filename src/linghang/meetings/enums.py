"""How a meeting votes, who is left out of the count and why, and where a resolution stands."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import FactKind, Level


class VoteKind(models.TextChoices):
    """Whose vote it is; each has its rule of quorum and majority (linghang_core.regulations)."""

    MEMBERS = "members_meeting", _("vote of the members")
    COMMITTEE = "committee_meeting", _("vote of the committee")


class LeftOut(models.TextChoices):
    """Why somebody does not count among those due to attend; the first two follow from the roster."""

    PROBATION = "probation", _("on probation")
    SUSPENDED = "suspended", _("membership suspended or ended")
    ILL = "ill", _("too ill to express a will, or bedridden")
    ABROAD = "abroad", _("abroad and not back in time")
    PUNISHED = "punished", _("on probation within the Party as a punishment")
    DETAINED = "detained", _("detained or arrested")
    AWAY = "away", _("moved, posted or studying elsewhere for six months or more")
    FLOATING = "floating", _("floating member who asked not to be counted")


BY_ROSTER = frozenset({LeftOut.PROBATION, LeftOut.SUSPENDED})


class Outcome(models.TextChoices):
    """What a meeting made of an item of its agenda."""

    NOTED = "noted", _("noted")
    AGREED = "agreed", _("agreed without a vote")
    PASSED = "passed", _("passed")
    FAILED = "failed", _("not passed")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"noted": "neutral", "agreed": "info", "passed": "ok", "failed": "danger"}[
            self.value
        ]

    @property
    def icon(self) -> str:
        """Return the icon of the chip, empty for that of its colour."""
        return {"noted": "pencil", "agreed": "check"}.get(self.value, "")


class Standing(models.TextChoices):
    """Where a resolution that became a task stands, up to the report to a later meeting."""

    UNDER_WAY = "under_way", _("under way")
    LATE = "late", _("overdue")
    DONE = "done", _("done, not yet reported back")
    REPORTED = "reported", _("reported back")
    DROPPED = "dropped", _("withdrawn")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        tones = {"under_way": "info", "late": "danger", "done": "warn", "reported": "ok"}
        return tones.get(self.value, "neutral")

    @property
    def icon(self) -> str:
        """Return the icon of the chip, empty for that of its colour."""
        return {"under_way": "clock", "dropped": "ban"}.get(self.value, "")


RESOLUTION = FactKind(
    "resolution",
    _("resolution of a meeting"),
    _("items"),
    _("A meeting decided on an item of its agenda, by a vote or without one."),
    statuses=(Outcome.AGREED, Outcome.PASSED, Outcome.FAILED),
    status_titles=tuple((one.value, one.label) for one in Outcome),
)
MAKE_UP = FactKind(
    "make_up",
    _("make-up study of a member"),
    _("hours"),
    _("Who could not come to an activity learnt later what it was about; its hours."),
    level=Level.PERSON,
)
