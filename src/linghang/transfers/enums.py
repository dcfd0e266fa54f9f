"""The ways and stages of a transfer, of members who are away or out of touch, and their acts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import FactKind


class Way(models.TextChoices):
    """Where a transfer leads."""

    OUT = "out", _("transfer out")
    WITHIN = "within", _("between branches")
    IN = "in", _("transfer in")


class Stage(models.TextChoices):
    """Where a transfer stands; `services` move it on."""

    OPENED = "opened", _("waits for approval")
    UNDER_WAY = "under_way", _("on the way")
    RECEIVED = "received", _("waits for the branch")
    DONE = "done", _("transferred")
    REFUSED = "refused", _("transfer refused")
    WITHDRAWN = "withdrawn", _("withdrawn before the letter")
    RECALLED = "recalled", _("letter recalled")
    RETURNED = "returned", _("sent back")

    @property
    def tone(self) -> str:
        """Return the colour word of the stage's chip."""
        return {"done": "ok", "refused": "danger", "returned": "danger"}.get(
            self.value, "neutral" if self in ENDED else "info"
        )

    @property
    def icon(self) -> str:
        """Return the icon of the stage's chip."""
        if self == Stage.DONE:
            return "circle-check"
        return "circle-x" if self in ENDED else "clock"

    @property
    def is_final(self) -> bool:
        """Return whether nothing follows."""
        return self in ENDED


ENDED = frozenset({Stage.DONE, Stage.REFUSED, Stage.WITHDRAWN, Stage.RECALLED, Stage.RETURNED})
STEPS = {
    Way.OUT: (Stage.OPENED, Stage.UNDER_WAY, Stage.DONE),
    Way.WITHIN: (Stage.OPENED, Stage.UNDER_WAY, Stage.DONE),
    Way.IN: (Stage.RECEIVED, Stage.DONE),
}


class Purpose(models.TextChoices):
    """Why somebody is transferred."""

    WORK = "work", _("change of workplace")
    POSTED = "posted", _("posted elsewhere for six months or more")
    STUDY = "study", _("studies elsewhere for six months or more")
    HOME = "home", _("change of home")
    RETIRED = "retired", _("retirement")
    MERGER = "merger", _("change of organisation")
    OTHER = "other", _("another purpose")


class Deed(models.TextChoices):
    """What may be done with a transfer; the value is the end of its address."""

    APPROVE = "approve", _("Approve the transfer")
    RECEIPT = "receipt", _("Record the receipt")
    CONFIRM = "confirm", _("Confirm the arrival")
    RENEW = "renew", _("Issue the letter anew")
    RETURN = "return", _("Record as sent back")
    RECALL = "recall", _("Recall the letter")
    REFUSE = "refuse", _("Refuse the transfer")
    WITHDRAW = "withdraw", _("Withdraw the transfer")


COMES = {
    Deed.APPROVE: {(Way.OUT, Stage.OPENED), (Way.WITHIN, Stage.OPENED)},
    Deed.RECEIPT: {(Way.OUT, Stage.UNDER_WAY)},
    Deed.CONFIRM: {(Way.WITHIN, Stage.UNDER_WAY), (Way.IN, Stage.RECEIVED)},
    Deed.RENEW: {(Way.OUT, Stage.UNDER_WAY)},
    Deed.RETURN: {(Way.OUT, Stage.UNDER_WAY), (Way.WITHIN, Stage.UNDER_WAY)},
    Deed.RECALL: {(Way.OUT, Stage.UNDER_WAY), (Way.WITHIN, Stage.UNDER_WAY)},
    Deed.REFUSE: {(Way.OUT, Stage.OPENED), (Way.WITHIN, Stage.OPENED), (Way.IN, Stage.RECEIVED)},
    Deed.WITHDRAW: {(Way.OUT, Stage.OPENED), (Way.WITHIN, Stage.OPENED)},
}
"""In which ways and stages a deed may come, in the order pages offer them."""


class AwayStage(models.TextChoices):
    """How it stands with a member who is away or out of touch."""

    FLOATING = "floating", _("floating member")
    SEARCHED = "searched", _("out of touch, searched for")
    SUSPENDED = "suspended", _("membership suspended")
    BACK = "back", _("back again")
    FOUND = "found", _("found again")
    MOVED = "moved", _("transferred meanwhile")
    REMOVED = "removed", _("removed from the Party")

    @property
    def tone(self) -> str:
        """Return the colour word of the stage's chip."""
        tones = {"floating": "info", "searched": "warn", "suspended": "danger", "removed": "danger"}
        return tones.get(self.value, "ok")

    @property
    def icon(self) -> str:
        """Return the icon of the stage's chip."""
        if self.is_final:
            return "circle-check"
        return "clock" if self == AwayStage.FLOATING else "alert-triangle"

    @property
    def is_final(self) -> bool:
        """Return whether nothing follows."""
        return self in AWAY_ENDED


AWAY_ENDED = frozenset({AwayStage.BACK, AwayStage.FOUND, AwayStage.MOVED, AwayStage.REMOVED})


class Cause(models.TextChoices):
    """Why contact was lost, as the national form asks it."""

    WORK_AWAY = "work_away", _("went away for work or trade")
    REFORM = "reform", _("unit reformed or bankrupt")
    GRADUATED = "graduated", _("whereabouts unknown after graduation")
    CHANGED_WORK = "changed_work", _("changed the workplace")
    ABROAD = "went_abroad", _("went abroad")
    MOVED = "moved_home", _("moved home")
    OTHER = "other", _("another cause")


class AwayDeed(models.TextChoices):
    """What may be done about a member who is away; the value is the end of its address."""

    CONTACT = "contact", _("Record a contact")
    BACK = "back", _("Record the return")
    LOSE = "lose", _("Report as out of touch")
    SEARCH = "search", _("Record a search")
    FOUND = "found", _("Record as found")
    SUSPEND = "suspend", _("Decide on suspension")
    RESTORE = "restore", _("Decide on restoring")
    REMOVE = "remove", _("Decide on removal")

    @property
    def is_superiors(self) -> bool:
        """Return whether the superior does it."""
        return self in {AwayDeed.SUSPEND, AwayDeed.RESTORE, AwayDeed.REMOVE}


AWAY_COMES = {
    AwayDeed.CONTACT: {AwayStage.FLOATING},
    AwayDeed.BACK: {AwayStage.FLOATING},
    AwayDeed.LOSE: {AwayStage.FLOATING},
    AwayDeed.SEARCH: {AwayStage.SEARCHED, AwayStage.SUSPENDED},
    AwayDeed.FOUND: {AwayStage.SEARCHED},
    AwayDeed.SUSPEND: {AwayStage.SEARCHED},
    AwayDeed.RESTORE: {AwayStage.SUSPENDED},
    AwayDeed.REMOVE: {AwayStage.SUSPENDED},
}


class Happened(models.TextChoices):
    """What the history tells."""

    OPENED = "opened", _("transfer opened")
    REGISTERED = "registered", _("letter registered")
    ISSUED = "issued", _("letter issued")
    APPROVED = "approved", _("transfer approved")
    RECEIPTED = "receipted", _("receipt recorded")
    CONFIRMED = "confirmed", _("arrival confirmed")
    RENEWED = "renewed", _("letter issued anew")
    RETURNED = "returned", _("transfer sent back")
    RECALLED = "recalled", _("letter recalled")
    REFUSED = "refused", _("transfer refused")
    WITHDRAWN = "withdrawn", _("transfer withdrawn")
    PRINTED = "printed", _("letter or receipt printed")
    LEFT = "left", _("registered as floating")
    CONTACTED = "contacted", _("contact made")
    BACK = "back", _("back again")
    LOST = "lost", _("reported as out of touch")
    SEARCHED = "searched", _("search made")
    FOUND = "found", _("found again")
    SUSPENDED = "suspended", _("membership suspended")
    RESTORED = "restored", _("membership restored")
    REMOVED = "removed", _("removed from the Party")
    MOVED = "moved", _("transferred meanwhile")


TRANSFER = FactKind(
    code="transfer",
    title=_("organisation relation transferred"),
    quantity=_("transfers"),
    statuses=("out_on_time", "out_late", "in_on_time", "in_late"),
    status_titles=(
        ("out_on_time", _("out, on time")),
        ("out_late", _("out, late")),
        ("in_on_time", _("in, on time")),
        ("in_late", _("in, late")),
    ),
    meaning=_("A member left or joined the branch by a transfer; by the day it was due."),
)
