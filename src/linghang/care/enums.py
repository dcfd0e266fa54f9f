"""Levels of awards, kinds of hardship and of help, and the facts both leave."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import FactKind


class Level(models.TextChoices):
    """How high an award comes from."""

    NATIONAL = "national", _("national award")
    PROVINCIAL = "provincial", _("provincial or ministerial award")
    CORPORATE = "corporate", _("award of the group or grid company")
    CITY = "city", _("award of the city")
    BUREAU = "bureau", _("award of the own bureau")

    @property
    def tone(self) -> str:
        """Return the colour word of the level's chip."""
        return "ok" if self in {Level.NATIONAL, Level.PROVINCIAL} else "info"

    @property
    def icon(self) -> str:
        """Return the icon of the level's chip."""
        return "star"


class HardshipKind(models.TextChoices):
    """Why a member is in hardship; what exactly stands in the encrypted situation."""

    ILLNESS = "illness", _("illness")
    DISABILITY = "disability", _("disability")
    DISASTER = "disaster", _("accident or disaster")
    INCOME = "income", _("low income of the family")
    FAMILY = "family", _("care for family members")
    AGE = "age", _("old age and living alone")
    OTHER = "other", _("another hardship")


class HelpKind(models.TextChoices):
    """What a visit brought."""

    TALK = "talk", _("a visit without gifts")
    MONEY = "money", _("solace money")
    GOODS = "goods", _("goods")
    TREATMENT = "treatment", _("help with treatment")
    OTHER = "other", _("other help")


class HardshipState(models.TextChoices):
    """How a record of hardship stands."""

    OPEN = "open", _("looked after")
    REVIEW = "review", _("to be reviewed")
    ENDED = "ended", _("hardship over")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {"open": "info", "review": "warn"}.get(self.value, "neutral")

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        icons = {"open": "heart-handshake", "review": "clock"}
        return icons.get(self.value, "circle-check")


class Happened(models.TextChoices):
    """What the trail tells of care; never why somebody is in hardship."""

    AWARDED = "awarded", _("award recorded")
    AWARD_WITHDRAWN = "award_withdrawn", _("award withdrawn")
    EXPORTED = "exported", _("list of awards exported")
    REGISTERED = "registered", _("hardship registered")
    READ = "read", _("situation looked at")
    VISITED = "visited", _("visit of solace recorded")
    REVIEWED = "reviewed", _("hardship reviewed")
    ENDED = "ended", _("record of hardship ended")


AWARD = FactKind(
    code="award",
    title=_("award"),
    quantity=_("awards"),
    statuses=tuple(Level.values),
    status_titles=tuple((level.value, level.label) for level in Level),
    meaning=_("The unit or one of its members was honoured; a withdrawn award counts no more."),
)
HARDSHIP_VISIT = FactKind(
    code="hardship_visit",
    title=_("visit of solace"),
    quantity=_("visits"),
    meaning=_("A member in hardship was visited: never who, why, or what was given."),
)
