"""Kinds of programmes, the stages of a case, how a held level stands, and what happened."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import FactKind


class Kind(models.TextChoices):
    """What a programme gives."""

    STARS = "stars", _("stars")
    FLAGS = "flags", _("rolling models")
    BENCHMARK = "benchmark", _("benchmarks")


class Review(models.TextChoices):
    """How often the system looks again at every level that is held."""

    MONTH = "month", _("each month")
    QUARTER = "quarter", _("each quarter")
    YEAR = "year", _("each year")


class Stage(models.TextChoices):
    """Where an application or recommendation stands; `services` move it on."""

    APPLIED = "applied", _("waiting for verification")
    VERIFIED = "verified", _("waiting for the committee")
    PUBLIC = "public", _("public, objections taken")
    AWARDED = "awarded", _("level awarded")
    REFUSED = "refused", _("not awarded")
    WITHDRAWN = "withdrawn", _("application withdrawn")

    @property
    def tone(self) -> str:
        """Return the colour word of the stage's chip."""
        return {"awarded": "ok", "refused": "danger", "withdrawn": "neutral"}.get(
            self.value, "info"
        )

    @property
    def is_final(self) -> bool:
        """Return whether nothing follows."""
        return self in ENDED


WAY = (Stage.APPLIED, Stage.VERIFIED, Stage.PUBLIC, Stage.AWARDED)
ENDED = frozenset({Stage.AWARDED, Stage.REFUSED, Stage.WITHDRAWN})
SHOWN = frozenset({Stage.PUBLIC, Stage.AWARDED})
"""What everybody in the bureau sees; before and without it, who sees the unit's scores."""


class Standing(models.TextChoices):
    """How a level that was awarded stands."""

    HELD = "held", _("level held")
    WARNED = "warned", _("warned, to be put right")
    ENDED = "ended", _("ended")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"held": "ok", "warned": "warn", "ended": "neutral"}[self.value]


class ObjectionState(models.TextChoices):
    """Where an objection or an appeal stands."""

    OPEN = "open", _("waiting for a decision")
    UPHELD = "upheld", _("upheld")
    REJECTED = "rejected", _("rejected")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"open": "warn", "upheld": "ok", "rejected": "neutral"}[self.value]


class Deed(models.TextChoices):
    """What may be done on the way; the value is the end of its address."""

    VERIFY = "verify", _("Verify on the spot")
    DECIDE = "decide", _("Record the committee's decision")
    OBJECT = "object", _("Object")
    AWARD = "award", _("Award the level")
    STOP = "stop", _("End without the level")
    WITHDRAW = "withdraw", _("Withdraw the application")


STAGES_OF = {
    Deed.VERIFY: {Stage.APPLIED},
    Deed.DECIDE: {Stage.VERIFIED},
    Deed.AWARD: {Stage.PUBLIC},
    Deed.STOP: {Stage.PUBLIC},
    Deed.OBJECT: {Stage.PUBLIC},
    Deed.WITHDRAW: {Stage.APPLIED, Stage.VERIFIED},
}
"""In which stages a deed may come, in the order pages offer them."""


class Happened(models.TextChoices):
    """What the history tells."""

    APPLIED = "applied", _("applied for")
    RECOMMENDED = "recommended", _("recommended")
    VERIFIED = "verified", _("verified on the spot")
    NOT_VERIFIED = "not_verified", _("not verified on the spot")
    DECIDED = "decided", _("decided by the committee")
    REFUSED = "refused", _("not awarded by the committee")
    OBJECTED = "objected", _("objected to")
    SETTLED = "settled", _("objection decided")
    WITHDRAWN = "withdrawn", _("application withdrawn")
    AWARDED = "awarded", _("level awarded")
    ENTERED = "entered", _("level awarded before entered")
    CONFIRMED = "confirmed", _("confirmed at the review")
    WARNED = "warned", _("warned at the review")
    CLEARED = "cleared", _("put right, warning lifted")
    FOLLOWED = "followed", _("followed by another level")
    DEMOTED = "demoted", _("demoted by the committee")
    APPEALED = "appealed", _("appealed against")
    RESTORED = "restored", _("restored after the appeal")
    LISTED = "listed", _("rolling list made")
    DESCRIBED = "described", _("method written down")


AWARDED = FactKind(
    code="distinction.awarded",
    title=_("star or benchmark awarded"),
    quantity=_("level, counted from the lowest"),
    meaning=_("A unit was awarded a level of a programme after verification and publicity."),
)
DEMOTED = FactKind(
    code="distinction.demoted",
    title=_("star or benchmark lost"),
    quantity=_("level it falls to, 0 without one"),
    meaning=_("The committee took a level from a unit whose conditions failed past the grace."),
)
