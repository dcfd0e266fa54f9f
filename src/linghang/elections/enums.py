"""The stages of a re-election, the offices voted on, and why somebody is left out of the roll."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import FactKind


class Stage(models.TextChoices):
    """Where a re-election stands; `services` move it on."""

    PREPARING = "preparing", _("election being prepared")
    REQUESTED = "requested", _("request with the superior")
    NOMINATING = "nominating", _("nominations")
    SUBMITTED = "submitted", _("candidates with the superior")
    VOTING = "voting", _("meeting and ballots")
    ELECTED = "elected", _("everybody elected")
    REPORTED = "reported", _("result with the superior")
    DONE = "done", _("new committee in office")
    FAILED = "failed", _("election failed")
    WITHDRAWN = "withdrawn", _("election withdrawn")

    @property
    def tone(self) -> str:
        """Return the colour word of the stage's chip."""
        return {"done": "ok", "failed": "danger", "withdrawn": "neutral"}.get(self.value, "info")

    @property
    def icon(self) -> str:
        """Return the icon of the stage's chip."""
        return {"done": "circle-check", "failed": "circle-x", "withdrawn": "circle-x"}.get(
            self.value, "clock"
        )

    @property
    def is_final(self) -> bool:
        """Return whether nothing follows."""
        return self in ENDED


ENDED = frozenset({Stage.DONE, Stage.FAILED, Stage.WITHDRAWN})
WAY = (
    Stage.PREPARING,
    Stage.REQUESTED,
    Stage.NOMINATING,
    Stage.SUBMITTED,
    Stage.VOTING,
    Stage.ELECTED,
    Stage.REPORTED,
    Stage.DONE,
)
BEFORE_MEETING = frozenset(WAY[:5])
"""The stages in which an election may be withdrawn, as long as no ballot was held."""


class Timing(models.TextChoices):
    """Whether the planned day keeps the term."""

    ON_TIME = "on_time", _("within the term")
    EARLY = "early", _("before its time")
    LATE = "late", _("after the term")


class Standing(models.TextChoices):
    """How the term of a unit stands in the list."""

    NORMAL = "normal", _("in term")
    REMIND = "remind", _("prepare the re-election")
    EXTENDED = "extended", _("extended with approval")
    OVERDUE = "overdue", _("term has run out")
    UNKNOWN = "unknown", _("no term recorded")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"normal": "ok", "remind": "warn", "extended": "info", "overdue": "danger"}.get(
            self.value, "neutral"
        )

    @property
    def icon(self) -> str:
        """Return the icon of the chip."""
        return {"normal": "circle-check", "overdue": "alert-triangle"}.get(self.value, "clock")


class Office(models.TextChoices):
    """What is voted on; the value of the last two is the post they are appointed to."""

    COMMITTEE = "committee", _("committee members")
    SECRETARY = "secretary", _("secretary")
    DEPUTY = "deputy_secretary", _("deputy secretary")


class Absence(models.TextChoices):
    """Why a member does not count among those due to attend; the first two follow from the roster."""

    PROBATION = "probation", _("on probation")
    SUSPENDED = "suspended", _("membership suspended or ended")
    ILL = "ill", _("too ill to express a will, or bedridden")
    ABROAD = "abroad", _("abroad and not back in time")
    PUNISHED = "punished", _("on probation within the Party as a punishment")
    DETAINED = "detained", _("detained or arrested")
    AWAY = "away", _("moved, posted or studying elsewhere for six months or more")
    FLOATING = "floating", _("floating member who asked not to be counted")


BY_ROSTER = frozenset({Absence.PROBATION, Absence.SUSPENDED})

ELECTION = FactKind(
    code="election",
    title=_("re-election of a branch"),
    quantity=_("elections"),
    statuses=tuple(Timing.values),
    status_titles=tuple((one.value, one.label) for one in Timing),
    meaning=_("A branch elected its committee and the superior confirmed it; by its term."),
)


class Deed(models.TextChoices):
    """What may be done on the way; the value is the end of its address."""

    REQUEST = "request", _("Send the request")
    DECIDE_REQUEST = "decide-request", _("Decide on the request")
    NOMINATE = "nominate", _("Record nominations")
    SUBMIT = "submit", _("Send the candidates for approval")
    DECIDE_CANDIDATES = "decide-candidates", _("Decide on the candidates")
    LEAVE_OUT = "leave-out", _("Leave somebody out of the roll")
    BALLOT = "ballot", _("Record a ballot")
    FEWER = "fewer", _("Leave seats open")
    REPORT = "report", _("Report the result")
    DECIDE_RESULT = "decide-result", _("Record the reply")
    FAIL = "fail", _("Declare the election failed")
    WITHDRAW = "withdraw", _("Withdraw the election")

    @property
    def is_superiors(self) -> bool:
        """Return whether the superior does it."""
        return self in {Deed.DECIDE_REQUEST, Deed.DECIDE_CANDIDATES, Deed.DECIDE_RESULT}


STAGES_OF = {
    Deed.REQUEST: {Stage.PREPARING},
    Deed.DECIDE_REQUEST: {Stage.REQUESTED},
    Deed.NOMINATE: {Stage.NOMINATING},
    Deed.SUBMIT: {Stage.NOMINATING},
    Deed.DECIDE_CANDIDATES: {Stage.SUBMITTED},
    Deed.BALLOT: {Stage.VOTING},
    Deed.LEAVE_OUT: {Stage.VOTING},
    Deed.FEWER: {Stage.VOTING},
    Deed.REPORT: {Stage.ELECTED},
    Deed.DECIDE_RESULT: {Stage.REPORTED},
    Deed.FAIL: {Stage.VOTING},
    Deed.WITHDRAW: BEFORE_MEETING,
}
"""In which stages a deed may come, in the order pages offer them."""


class Happened(models.TextChoices):
    """What the history tells."""

    OPENED = "opened", _("election opened")
    REQUESTED = "requested", _("request sent")
    REQUEST_APPROVED = "request_approved", _("request approved")
    REQUEST_RETURNED = "request_returned", _("request returned")
    NOMINATED = "nominated", _("nominations recorded")
    SUBMITTED = "submitted", _("candidates sent for approval")
    CANDIDATES_APPROVED = "candidates_approved", _("candidates approved")
    CANDIDATES_RETURNED = "candidates_returned", _("candidates returned")
    LEFT_OUT = "left_out", _("left out of the roll")
    VOTED = "voted", _("ballot recorded")
    FEWER = "fewer", _("seats left open")
    REPORTED = "reported", _("result reported")
    CONFIRMED = "confirmed", _("result confirmed")
    REFUSED = "refused", _("result not confirmed")
    FAILED = "failed", _("declared failed")
    WITHDRAWN = "withdrawn", _("withdrawn before the meeting")
