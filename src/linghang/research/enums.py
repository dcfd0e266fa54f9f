"""States of topics, forms of visits, kinds of findings, and the facts that research writes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import FactKind, Level


class TopicState(models.TextChoices):
    """Where a topic stands; NEXT says where it may go."""

    PROPOSED = "proposed", _("waits to be claimed")  # 待认领
    CLAIMED = "claimed", _("claimed")  # 已认领
    UNDER_WAY = "under_way", _("being researched")  # 调研中
    REPORTED = "reported", _("reported")  # 已成稿
    CLOSED = "closed", _("followed up")  # 已办结
    WITHDRAWN = "withdrawn", _("withdrawn")  # 撤销

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {
            "proposed": "warn",
            "claimed": "info",
            "under_way": "info",
            "reported": "info",
            "closed": "ok",
            "withdrawn": "neutral",
        }[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        return {
            "proposed": "flag",
            "claimed": "user-check",
            "under_way": "map-pin",
            "reported": "file-text",
            "closed": "circle-check",
            "withdrawn": "minus",
        }[self.value]

    @property
    def takes_visits(self) -> bool:
        """Return whether visits and findings are recorded in this state."""
        return self in {TopicState.CLAIMED, TopicState.UNDER_WAY}

    @property
    def takes_problems(self) -> bool:
        """Return whether findings become problems in this state: also once the report is written."""
        return self in {TopicState.UNDER_WAY, TopicState.REPORTED}


# 状态图: from where to where a topic may go. Everything else is refused with a reason.
NEXT: dict[TopicState, tuple[TopicState, ...]] = {
    TopicState.PROPOSED: (TopicState.CLAIMED, TopicState.WITHDRAWN),
    TopicState.CLAIMED: (TopicState.PROPOSED, TopicState.UNDER_WAY, TopicState.WITHDRAWN),
    TopicState.UNDER_WAY: (TopicState.CLAIMED, TopicState.REPORTED),
    TopicState.REPORTED: (TopicState.UNDER_WAY, TopicState.CLOSED),
    TopicState.CLOSED: (TopicState.REPORTED,),
    TopicState.WITHDRAWN: (),
}
ON_ITS_WAY = (TopicState.CLAIMED, TopicState.UNDER_WAY, TopicState.REPORTED, TopicState.CLOSED)


class TopicVerb(models.TextChoices):
    """What was done to a topic."""

    PROPOSED = "proposed", _("proposed")
    CHANGED = "changed", _("changed")
    CLAIMED = "claimed", _("claimed")
    JOINED = "joined", _("joined")
    LEFT = "left", _("no longer takes part")
    GIVEN_BACK = "given_back", _("given back")
    BEGUN = "begun", _("first visit recorded")
    EMPTIED = "emptied", _("its only visit was withdrawn")
    WRITTEN = "written", _("own words changed")
    REPORTED = "reported", _("report handed in")
    RESUMED = "resumed", _("research resumed")
    CLOSED = "closed", _("followed up to the end")
    REOPENED = "reopened", _("opened again")
    WITHDRAWN = "withdrawn", _("withdrawn")


class VisitForm(models.TextChoices):
    """How people are heard."""

    FORUM = "forum", _("forum")  # 座谈
    INTERVIEW = "interview", _("interview")  # 访谈
    SITE = "site", _("on-site look")  # 察看


class PlanState(models.TextChoices):
    """What became of a planned visit; judged by the day, never stored."""

    DONE = "done", _("visited")
    OPEN = "open", _("visit planned")
    MISSED = "missed", _("visit missed")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {"done": "ok", "open": "info", "missed": "danger"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        return {"done": "circle-check", "open": "calendar", "missed": "alert-triangle"}[self.value]


class Nature(models.TextChoices):
    """What a finding is; the first is one that nobody marked."""

    SITUATION = "situation", _("situation")  # 情况
    PROBLEM = "problem", _("problem found")  # 问题
    SUGGESTION = "suggestion", _("suggestion")  # 建议
    EXPERIENCE = "experience", _("experience")  # 经验

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {
            "situation": "neutral",
            "problem": "warn",
            "suggestion": "info",
            "experience": "ok",
        }[self.value]


# How a line of findings begins when its writer marks it; values of the customer's own language.
MARKS = {
    Nature.PROBLEM: ("问题", "problem"),
    Nature.SUGGESTION: ("建议", "意见建议", "suggestion"),
    Nature.EXPERIENCE: ("经验", "做法", "experience"),
    Nature.SITUATION: ("情况", "situation"),
}

# The list in which the problems of a year stand; its title is in the customer's own language.
BOOK = "%d年调研问题清单"

VISIT = FactKind(
    code="research_visit",
    title=_("research visit"),
    quantity=_("visits"),
    meaning=_("A unit was visited for a research topic; the person is who led the visit."),
    level=Level.PERSON,
)
FINDING = FactKind(
    code="research_finding",
    title=_("research findings"),
    quantity=_("findings"),
    meaning=_("What was found on a visit to the unit; the quantity is how many findings."),
)
TALK = FactKind(
    code="talk",
    title=_("heart-to-heart talk"),
    quantity=_("talks"),
    meaning=_(
        "A talk took place. It counts for who sought it; with whom, on what and what was said stays"
        " with the two."
    ),
    level=Level.PERSON,
)
