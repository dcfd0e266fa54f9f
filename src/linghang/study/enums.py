"""The forms of study, and how a session, a claim of hours and a year's hours stand."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

TRAINING_KIND = "training_class"  # the kind of activity a held session is recorded as
OUTSIDE_KIND = "outside_training"  # the kind of record hours from elsewhere become
LECTURE_KINDS = {  # the kind of activity a held lecture is recorded as, by kind of roster
    "weekly": "party_lecture",
    "salon": "party_salon",
    "show": "micro_lecture",
}
STUDY_LIST = "personal-study-list"  # the template personal study lists are issued from


class Form(models.TextChoices):
    """How a session is held."""

    SELF = "self", _("self-study")  # 自学
    READING = "reading", _("guided reading")  # 领学
    SEMINAR = "seminar", _("seminar")  # 研讨
    VISIT = "visit", _("visit on the spot")  # 参观
    LECTURE = "lecture", _("lecture by a teacher")  # 辅导

    @property
    def is_lecture(self) -> bool:
        """Return whether half a day of it counts as half a day whatever the minutes."""
        return self in {Form.READING, Form.LECTURE}


class SessionState(models.TextChoices):
    """Where a session stands; it follows from the day and from the record."""

    PLANNED = "planned", _("planned")
    WAITING = "waiting", _("roll call to record")
    HELD = "held", _("held")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"planned": "info", "waiting": "warn", "held": "ok"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the chip."""
        return {"planned": "clock", "waiting": "pencil", "held": "circle-check"}[self.value]


class ClassState(models.TextChoices):
    """Where a class stands; it follows from its sessions."""

    PLANNED = "planned", _("planned")
    RUNNING = "running", _("under way")
    FINISHED = "finished", _("all sessions held")
    CALLED_OFF = "called_off", _("called off")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"planned": "info", "running": "info", "finished": "ok"}.get(self.value, "neutral")

    @property
    def icon(self) -> str:
        """Return the icon of the chip."""
        return {"finished": "circle-check", "called_off": "minus"}.get(self.value, "clock")


class ClaimState(models.TextChoices):
    """Where hours learnt elsewhere stand."""

    CLAIMED = "claimed", _("waits for the secretary")
    CONFIRMED = "confirmed", _("confirmed")
    REFUSED = "refused", _("not confirmed")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"claimed": "info", "confirmed": "ok", "refused": "danger"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the chip."""
        return {"claimed": "clock", "confirmed": "circle-check", "refused": "circle-x"}[self.value]


class HoursState(models.TextChoices):
    """How the hours of a year stand on a day (linghang_core.regulations.TrainingState)."""

    ENOUGH = "enough", _("hours reached")
    ON_WAY = "on_way", _("in step with the year")
    BEHIND = "behind", _("behind the year")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"enough": "ok", "on_way": "info", "behind": "warn"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the chip."""
        return {"enough": "circle-check", "on_way": "clock", "behind": "alert-triangle"}[self.value]


class RosterKind(models.TextChoices):
    """What a roster of lectures is for."""

    WEEKLY = "weekly", _("lecture of the week")  # 周一讲党课
    SALON = "salon", _("salon")  # 党建沙龙
    SHOW = "show", _("show of micro-lectures")  # 微党课展示


class LectureState(models.TextChoices):
    """Where a place of the roster stands; it follows from lecturer, day and record."""

    FREE = "free", _("free")
    TAKEN = "taken", _("taken")
    WAITING = "waiting", _("to be recorded")
    HELD = "held", _("held")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"free": "neutral", "taken": "info", "waiting": "warn", "held": "ok"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the chip."""
        return {
            "free": "plus",
            "taken": "clock",
            "waiting": "pencil",
            "held": "circle-check",
        }[self.value]


class SwapState(models.TextChoices):
    """Where the wish to change days stands."""

    ASKED = "asked", _("asked for")
    AGREED = "agreed", _("agreed")
    REFUSED = "refused", _("refused")
    VOID = "void", _("no longer possible")


class ReflectionState(models.TextChoices):
    """Whether a reflection is its author's alone."""

    DRAFT = "draft", _("only mine")
    PUBLISHED = "published", _("published by its author")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"draft": "neutral", "published": "ok"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the chip."""
        return {"draft": "lock", "published": "eye"}[self.value]


class Audience(models.TextChoices):
    """Whom a reflection is published to."""

    BRANCH = "branch", _("my branch")
    BUREAU = "bureau", _("the whole bureau")


class Happened(models.TextChoices):
    """What the audit trail tells of study."""

    PLANNED = "planned", _("planned a class")
    CHANGED = "changed", _("changed a class")
    CALLED_OFF = "called_off", _("called a class off")
    PEOPLE_CHOSEN = "people_chosen", _("chose participants of a class")
    PEOPLE_DROPPED = "people_dropped", _("took participants out of a class")
    SESSIONS_PLANNED = "sessions_planned", _("added sessions to a class")
    SESSION_CHANGED = "session_changed", _("changed a session of a class")
    SESSION_REMOVED = "session_removed", _("removed a session of a class")
    SESSION_HELD = "session_held", _("called the roll of a session")
    HOURS_CLAIMED = "hours_claimed", _("told training elsewhere")
    HOURS_CONFIRMED = "hours_confirmed", _("confirmed training elsewhere")
    HOURS_REFUSED = "hours_refused", _("did not confirm training elsewhere")
    HOURS_EXPORTED = "hours_exported", _("exported training hours")
    ROSTER_PLANNED = "roster_planned", _("planned a roster of lectures")
    LECTURE_ADDED = "lecture_added", _("added a place to a roster of lectures")
    LECTURE_ASSIGNED = "lecture_assigned", _("assigned a lecture")
    LECTURE_CLAIMED = "lecture_claimed", _("took a lecture")
    LECTURE_RELEASED = "lecture_released", _("gave a lecture back")
    LECTURE_REMOVED = "lecture_removed", _("took a place out of a roster of lectures")
    LECTURES_SWAPPED = "lectures_swapped", _("agreed to change the days of two lectures")
    LECTURE_HELD = "lecture_held", _("recorded a lecture as held")
    SWAP_ASKED = "swap_asked", _("asked to change the days of two lectures")
    SWAP_REFUSED = "swap_refused", _("did not agree to change the days of two lectures")
    RATINGS_CLOSED = "ratings_closed", _("closed the rating of lectures")
    REFLECTION_PUBLISHED = "reflection_published", _("published a reflection")
    REFLECTION_TAKEN_BACK = "reflection_taken_back", _("took a published reflection back")
