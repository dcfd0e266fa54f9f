"""States of special actions and commitments, marks of beneficiaries, and the fact a commitment writes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import DatedBy, FactKind
from linghang.worklists.enums import TIMELINESS


class CampaignState(models.TextChoices):
    """Where a special action (专项行动) stands; NEXT says where it may go."""

    PLANNED = "planned", _("planned")
    RUNNING = "running", _("in progress")
    CLOSING = "closing", _("closing")
    CLOSED = "closed", _("ended")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {"planned": "neutral", "running": "info", "closing": "warn", "closed": "ok"}[
            self.value
        ]


NEXT: dict[CampaignState, tuple[CampaignState, ...]] = {
    CampaignState.PLANNED: (CampaignState.RUNNING,),
    CampaignState.RUNNING: (CampaignState.CLOSING,),
    CampaignState.CLOSING: (CampaignState.CLOSED,),
    CampaignState.CLOSED: (),
}


class CommitmentState(models.TextChoices):
    """Where a public commitment (办实事) stands."""

    OPEN = "open", _("in progress")
    KEPT = "kept", _("kept")
    WITHDRAWN = "withdrawn", _("withdrawn")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {"open": "info", "kept": "ok", "withdrawn": "neutral"}[self.value]


class Mark(models.IntegerChoices):
    """How satisfied a beneficiary is."""

    SATISFIED = 3, _("satisfied")  # 满意
    PARTLY = 2, _("mostly satisfied")  # 基本满意
    NOT = 1, _("not satisfied")  # 不满意


class Measure(models.TextChoices):
    """What of the facts of a kind a goal counts."""

    TIMES = "times", _("how many records")
    QUANTITY = "quantity", _("their quantity, as hours or people")


COMMITMENT = FactKind(
    code="commitment",
    title=_("public commitment"),
    quantity=_("commitments"),
    meaning=_("A commitment to people was due: kept in time, kept late, still open, or overdue."),
    statuses=TIMELINESS,
    dated_by=DatedBy.DUE,
)
