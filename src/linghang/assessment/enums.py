"""Who marks, where rounds and sheets stand, what was done; and the fact of a supervision visit."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import FactKind

SHOWN_FROM = 5  # marks of peers and masses are counted from so many on: below, one could be told


class SubjectKind(models.TextChoices):
    """Whom a form marks."""

    UNIT = "unit", _("branches")
    PERSON = "person", _("Party members")


class RaterKind(models.TextChoices):
    """Who marks; the value is the status of the fact."""

    SELF = "self", _("self-assessment")  # 自评
    PEERS = "peers", _("peers")  # 互评
    MASSES = "masses", _("the masses")  # 群众
    GROUP = "group", _("Party group")  # 党小组
    BRANCH = "branch", _("Party branch")  # 支部
    COMMITTEE = "committee", _("Party committee")  # 党委
    SUPERIOR = "superior", _("superior organisation")  # 上级
    INSPECTOR = "inspector", _("assessment team")  # 考评组

    @property
    def is_many(self) -> bool:
        """Return whether nobody may be told from the mean, so that a few marks do not count."""
        return self in {RaterKind.PEERS, RaterKind.MASSES}

    @property
    def is_several(self) -> bool:
        """Return whether several mark as this kind; the others mark by their office, which is known."""
        return self.is_many or self is RaterKind.INSPECTOR


class RoundState(models.TextChoices):
    """Where a round stands; NEXT_ROUND says where it may go."""

    OPEN = "open", _("round under way")
    CLOSED = "closed", _("fixed and closed")
    CANCELLED = "cancelled", _("called off")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {"open": "info", "closed": "ok", "cancelled": "neutral"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        return {"open": "pencil", "closed": "lock", "cancelled": "circle-x"}[self.value]


NEXT_ROUND: dict[RoundState, tuple[RoundState, ...]] = {
    RoundState.OPEN: (RoundState.CLOSED, RoundState.CANCELLED),
    RoundState.CLOSED: (RoundState.OPEN,),
    RoundState.CANCELLED: (),
}


class SheetState(models.TextChoices):
    """Where the marks of one rater for one subject stand."""

    DRAFT = "draft", _("not handed in")
    HANDED_IN = "handed_in", _("handed in")
    RETURNED = "returned", _("returned")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {"draft": "neutral", "handed_in": "ok", "returned": "warn"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        return {"draft": "pencil", "handed_in": "send", "returned": "arrow-back-up"}[self.value]


class VisitState(models.TextChoices):
    """Where the visit of one unit stands; it follows from what was recorded."""

    PLANNED = "planned", _("not visited yet")
    VISITED = "visited", _("visited, waits for the secretary")
    SIGNED = "signed", _("signed off by the secretary")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {"planned": "neutral", "visited": "info", "signed": "ok"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        return {"planned": "calendar", "visited": "eye", "signed": "circle-check"}[self.value]


class Happened(models.TextChoices):
    """What was done in a round."""

    OPENED = "opened", _("assessment opened")
    HANDED_IN = "handed_in", _("marks handed in")
    RETURNED = "returned", _("marks returned")
    CONFIRMED = "confirmed", _("evidence confirmed")
    SLIP = "slip", _("paper slip entered")
    SLIP_WITHDRAWN = "slip_withdrawn", _("paper slip taken back")
    SLIPS = "slips_confirmed", _("paper slips confirmed")
    VISITED = "visited", _("visit recorded")
    FOUND = "found", _("finding written down")
    PROBLEM = "problem", _("finding stated as a problem")
    SIGNED = "signed", _("visit signed off")
    CLOSED = "closed", _("marks fixed")
    REOPENED = "reopened", _("round opened again")
    CANCELLED = "cancelled", _("round called off")


RATER_TITLES = tuple((kind.value, kind.label) for kind in RaterKind)

VISIT = FactKind(
    code="supervision.visit",
    title=_("supervision visit"),
    quantity=_("findings"),
    meaning=_(
        "A branch was visited by at least two persons and its secretary signed off what they found; "
        "the quantity is how many findings there were."
    ),
)
