"""The stages of a democratic appraisal, the grades, what follows a low one, and the deeds."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import FactKind


class Stage(models.TextChoices):
    """Where an appraisal stands; `services` move it on."""

    SELF = "self", _("self-appraisal")
    BALLOT = "ballot", _("peer appraisal and ballot")
    COUNTED = "counted", _("counted, to be decided")
    REPORTED = "reported", _("grades with the superior")
    CONFIRMED = "confirmed", _("confirmed, to be told")
    TOLD = "told", _("told to each member")
    WITHDRAWN = "withdrawn", _("appraisal withdrawn")

    @property
    def tone(self) -> str:
        """Return the colour word of the stage's chip."""
        return {"told": "ok", "withdrawn": "neutral"}.get(self.value, "info")

    @property
    def icon(self) -> str:
        """Return the icon of the stage's chip."""
        return {"told": "circle-check", "withdrawn": "circle-x"}.get(self.value, "clock")


WAY = (
    Stage.SELF,
    Stage.BALLOT,
    Stage.COUNTED,
    Stage.REPORTED,
    Stage.CONFIRMED,
    Stage.TOLD,
)
AFTER_COUNT = frozenset(WAY[2:])
"""The stages in which the list of slips is published and nothing is voted on."""
DECIDED = frozenset(WAY[3:])
RUNNING = frozenset(WAY[:-1])


class Grade(models.TextChoices):
    """等次: what the organisation decides, and what a slip says."""

    EXCELLENT = "excellent", _("excellent")
    QUALIFIED = "qualified", _("qualified")
    BASIC = "basic", _("basically qualified")
    UNQUALIFIED = "unqualified", _("not qualified")

    @property
    def is_low(self) -> bool:
        """Return whether the grade needs its reason and a measure."""
        return self in LOW


LOW = frozenset({Grade.BASIC, Grade.UNQUALIFIED})


class Measure(models.TextChoices):
    """What helps or follows after a low grade."""

    TALK = "talk", _("reminding talk")
    CORRECT = "correct", _("correction by a day")
    ADVISE = "advise", _("advised to leave the Party")
    REMOVE = "remove", _("removal from the roll")


class Group(models.TextChoices):
    """Where counted votes came from."""

    MEMBERS = "members", _("members in the system")
    PAPER = "paper", _("members on paper")
    MASS = "mass", _("mass representatives on paper")


class Timing(models.TextChoices):
    """Whether the appraisal of a year was told within that year."""

    ON_TIME = "on_time", _("within the year")
    LATE = "late", _("after the year")


APPRAISAL = FactKind(
    code="appraisal",
    title=_("democratic appraisal of a branch"),
    quantity=_("appraisals"),
    statuses=tuple(Timing.values),
    status_titles=tuple((one.value, one.label) for one in Timing),
    meaning=_(
        "A branch finished its yearly appraisal and told each member; never anybody's grade."
    ),
)


class Deed(models.TextChoices):
    """What may be done on the way; the value is the end of its address."""

    EXCUSE = "excuse", _("Excuse a member")
    BEGIN = "begin", _("Open the ballot")
    ON_PAPER = "on-paper", _("Name who votes on paper")
    COUNT_PAPER = "count-paper", _("Count the members' papers")
    COUNT_MASS = "count-mass", _("Count the papers of mass representatives")
    CLOSE = "close", _("Close the ballot")
    DECIDE = "decide", _("Decide the grades")
    REPORT = "report", _("Report the grades")
    CONFIRM = "confirm", _("Reply to the grades")
    TELL = "tell", _("Tell the members")
    ANSWER = "answer", _("Decide on an objection")
    FOLLOW = "follow", _("Record what came of a measure")
    WITHDRAW = "withdraw", _("Withdraw the appraisal")

    @property
    def is_superiors(self) -> bool:
        """Return whether the superior does it."""
        return self in {Deed.CONFIRM, Deed.ANSWER}


STAGES_OF = {
    Deed.BEGIN: {Stage.SELF},
    Deed.CLOSE: {Stage.BALLOT},
    Deed.DECIDE: {Stage.COUNTED},
    Deed.REPORT: {Stage.COUNTED},
    Deed.CONFIRM: {Stage.REPORTED},
    Deed.TELL: {Stage.CONFIRMED},
    Deed.ANSWER: {Stage.TOLD},
    Deed.FOLLOW: {Stage.TOLD},
    Deed.EXCUSE: {Stage.SELF},
    Deed.ON_PAPER: {Stage.BALLOT},
    Deed.COUNT_PAPER: {Stage.BALLOT},
    Deed.COUNT_MASS: {Stage.BALLOT},
    Deed.WITHDRAW: {Stage.SELF, Stage.BALLOT},
}
"""In which stages a deed may come, in the order pages offer them."""

GROUP_OF = {Deed.COUNT_PAPER: Group.PAPER, Deed.COUNT_MASS: Group.MASS}


class Happened(models.TextChoices):
    """What the history tells; a ballot cast is never in it."""

    OPENED = "opened", _("appraisal opened")
    EXCUSED = "excused", _("member excused")
    BEGUN = "begun", _("ballot opened")
    ON_PAPER = "on_paper", _("named who votes on paper")
    PAPER_ENTERED = "paper_entered", _("papers counted by the first counter")
    PAPER_CONFIRMED = "paper_confirmed", _("papers counted by the second counter")
    CLOSED = "closed", _("ballot closed and counted")
    DECIDED = "decided", _("grades decided")
    REPORTED = "reported", _("grades reported")
    CONFIRMED = "confirmed", _("grades confirmed")
    RETURNED = "returned", _("grades returned")
    TOLD = "told", _("members told")
    OBJECTED = "objected", _("a member objected")
    ANSWERED = "answered", _("objection decided")
    FOLLOWED = "followed", _("a measure was followed up")
    WITHDRAWN = "withdrawn", _("withdrawn before the count")
