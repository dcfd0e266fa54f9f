"""Kinds and states of posts, zones and squads, of contacts' visits, and the facts they leave."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import FactKind, Level


class CarrierKind(models.TextChoices):
    """What somebody holds (党建载体)."""

    POST = "post", _("demonstration post")
    ZONE = "zone", _("responsibility zone")
    SQUAD = "squad", _("squad")

    @property
    def is_team(self) -> bool:
        """Return whether it has members beside its holder."""
        return self is not CarrierKind.POST


class Occasion(models.TextChoices):
    """What a squad was called together for."""

    NONE = "none", _("standing squad")
    ACTION = "action", _("special action or project")
    EMERGENCY = "emergency", _("emergency")


class Counts(models.TextChoices):
    """Whose records are the work: those of the persons, or those of the unit."""

    PERSONS = "persons", _("of its holder and members")
    UNIT = "unit", _("of the unit")


class CarrierState(models.TextChoices):
    """Where a post, zone or squad stands; `services` move it on."""

    PROPOSED = "proposed", _("proposal waits")
    RETURNED = "returned", _("proposal returned")
    ACTIVE = "active", _("post in force")
    IMPROVING = "improving", _("to be improved")
    WITHDRAWN = "withdrawn", _("post withdrawn")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        tones = {"proposed": "info", "returned": "warn", "active": "ok", "improving": "warn"}
        return tones.get(self.value, "neutral")

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        icons = {"active": "circle-check", "withdrawn": "minus", "returned": "arrow-back-up"}
        return icons.get(self.value, "clock")


IN_FORCE = (CarrierState.ACTIVE, CarrierState.IMPROVING)


class Decision(models.TextChoices):
    """What a yearly review decides."""

    KEEP = "keep", _("keep")
    IMPROVE = "improve", _("improve")
    WITHDRAW = "withdraw", _("withdraw")


class Deed(models.TextChoices):
    """What may be done with a post, zone or squad; the value is the end of its address."""

    APPOINT = "appoint", _("Appoint to the post")
    RETURN = "return", _("Return the proposal")
    PLEDGE = "pledge", _("Write the pledge")
    REVIEW = "review", _("Review the year")
    HAND_OVER = "hand-over", _("Hand over")
    MEMBERS = "members", _("Change the members")
    WITHDRAW = "withdraw", _("Withdraw the post")

    @property
    def is_officers(self) -> bool:
        """Return whether the Party-affairs officer does it."""
        return self not in {Deed.PLEDGE, Deed.MEMBERS}


STATES_OF = {
    Deed.APPOINT: (CarrierState.PROPOSED,),
    Deed.RETURN: (CarrierState.PROPOSED,),
    Deed.PLEDGE: (CarrierState.PROPOSED, *IN_FORCE),
    Deed.REVIEW: IN_FORCE,
    Deed.HAND_OVER: IN_FORCE,
    Deed.MEMBERS: IN_FORCE,
    Deed.WITHDRAW: IN_FORCE,
}


class Happened(models.TextChoices):
    """What the history of a post, zone or squad tells."""

    PROPOSED = "proposed", _("proposed")
    RETURNED = "returned", _("proposal returned")
    APPOINTED = "appointed", _("appointed to the post")
    PLEDGED = "pledged", _("pledge written")
    REVIEWED = "reviewed", _("review held")
    HANDED_OVER = "handed_over", _("handed over")
    MEMBERS = "members", _("members changed")
    WITHDRAWN = "withdrawn", _("post withdrawn")


class VisitStanding(models.TextChoices):
    """How a contact stands with the visits of the running period."""

    VISITED = "visited", _("visited")
    OPEN = "open", _("to be visited this period")
    LATE = "late", _("visit overdue")
    ENDED = "ended", _("ended")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"visited": "ok", "open": "info", "late": "danger"}.get(self.value, "neutral")

    @property
    def icon(self) -> str:
        """Return the icon of the chip."""
        return {"visited": "circle-check", "late": "alert-triangle"}.get(self.value, "clock")


class ProjectState(models.TextChoices):
    """Where a committee member's own project stands."""

    RUNNING = "running", _("under way")
    CLOSED = "closed", _("project closed")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"running": "info", "closed": "ok"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the chip."""
        return {"running": "clock", "closed": "circle-check"}[self.value]


class Direction(models.TextChoices):
    """Which of the two ways somebody is developed (双培养)."""

    TO_BACKBONE = "to_backbone", _("member to backbone")
    TO_MEMBER = "to_member", _("backbone to member")


class PipelineState(models.TextChoices):
    """Where a way stands; `services` move it on."""

    ASKED = "asked", _("mentor is asked")
    DECLINED = "declined", _("mentor declined")
    RUNNING = "running", _("accompanied")
    REACHED = "reached", _("aim reached")
    ENDED = "ended", _("ended before the aim")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        tones = {"asked": "info", "declined": "warn", "running": "info", "reached": "ok"}
        return tones.get(self.value, "neutral")

    @property
    def icon(self) -> str:
        """Return the icon of the chip."""
        icons = {"declined": "arrow-back-up", "reached": "circle-check", "ended": "minus"}
        return icons.get(self.value, "clock")

    @property
    def is_final(self) -> bool:
        """Return whether nothing follows."""
        return self in {PipelineState.REACHED, PipelineState.ENDED}


class PipelineStage(models.TextChoices):
    """How far somebody has come on the way to backbone; a review moves it on."""

    LEARNING = "learning", _("learns with the mentor")
    SHARING = "sharing", _("does part of the work")
    LEADING = "leading", _("does it alone")

    @property
    def following(self) -> PipelineStage | None:
        """Return the stage that comes next, None after the last."""
        order = list(PipelineStage)
        place = order.index(self) + 1
        return order[place] if place < len(order) else None


class PipelineDecision(models.TextChoices):
    """What a review of a way decides."""

    MOVE_ON = "move_on", _("on to the next stage")
    GO_ON = "go_on", _("go on at this stage")
    HELP = "help", _("needs more help")


class PipelineDeed(models.TextChoices):
    """What may be done on a way; the value is the end of its address."""

    ACCEPT = "accept", _("Agree to be mentor")
    DECLINE = "decline", _("Decline to be mentor")
    MENTOR = "mentor", _("Name another mentor")
    ADD = "add", _("Add a milestone")
    REVIEW = "review", _("Review the way")
    REACH = "reach", _("Aim reached: end it")
    END = "end", _("End it before the aim")


PIPELINE_STATES_OF = {
    PipelineDeed.ACCEPT: (PipelineState.ASKED,),
    PipelineDeed.DECLINE: (PipelineState.ASKED,),
    PipelineDeed.REVIEW: (PipelineState.RUNNING,),
    PipelineDeed.ADD: (PipelineState.RUNNING,),
    PipelineDeed.REACH: (PipelineState.RUNNING,),
    PipelineDeed.MENTOR: (PipelineState.ASKED, PipelineState.DECLINED, PipelineState.RUNNING),
    PipelineDeed.END: (PipelineState.ASKED, PipelineState.DECLINED, PipelineState.RUNNING),
}


class PipelineHappened(models.TextChoices):
    """What the history of a way tells."""

    OPENED = "opened", _("opened, mentor asked")
    ACCEPTED = "accepted", _("mentor agreed")
    DECLINED = "declined", _("mentor declined")
    MENTOR = "mentor", _("another mentor asked")
    ADDED = "added", _("milestone added")
    PROVED = "proved", _("milestone proved")
    REVIEWED = "reviewed", _("review held")
    REACHED = "reached", _("aim reached")
    ENDED = "ended", _("ended before the aim")

    @property
    def is_mentors(self) -> bool:
        """Return whether it is about who is mentor."""
        return self in {
            PipelineHappened.OPENED,
            PipelineHappened.ACCEPTED,
            PipelineHappened.DECLINED,
            PipelineHappened.MENTOR,
        }


class MilestoneStanding(models.TextChoices):
    """How a milestone stands on a day."""

    PROVED = "proved", _("proved")
    OPEN = "open", _("milestone open")
    LATE = "late", _("milestone overdue")
    UNSEEN = "unseen", _("not shown to you")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"proved": "ok", "open": "info", "late": "danger"}.get(self.value, "neutral")

    @property
    def icon(self) -> str:
        """Return the icon of the chip."""
        return {"proved": "circle-check", "late": "alert-triangle"}.get(self.value, "clock")


VISIT_KIND = "contact_visit"  # the kind of activity a contact's visit is recorded as
COUNTED = ("record.", "service.", "task", "problem", "case", "activity.")
"""The beginnings of the kinds of fact that may count as somebody's work: deeds, never attendance."""
NOT_DONE = ("open", "overdue", "missed", "absent", "leave")

PIONEER = FactKind(
    code="pioneer",
    title=_("demonstration post, responsibility zone or squad"),
    quantity=_("posts"),
    level=Level.PERSON,
    statuses=("appointed", "keep", "improve", "withdraw"),
    status_titles=(
        ("appointed", _("appointed to the post")),
        *((one.value, one.label) for one in Decision),
    ),
    meaning=_("Somebody was appointed to a post, zone or squad, or its yearly review was decided."),
)
