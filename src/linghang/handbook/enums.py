"""The checks a standard may be proved by, what they ask for, and how a branch stands with a standard."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class VersionState(models.TextChoices):
    """Whether a version of the handbook is written or holds."""

    DRAFT = "draft", _("being written")
    PUBLISHED = "published", _("published")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"draft": "warn", "published": "ok"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the chip."""
        return {"draft": "pencil", "published": "circle-check"}[self.value]


class Concern(models.TextChoices):
    """Which units of its kinds a standard concerns, as they stand on the last day looked at."""

    ANY = "any", _("with or without a committee")
    WITH = "with", _("only with a committee")
    WITHOUT = "without", _("only without a committee")
    GROUPS = "groups", _("only with groups")


class Rhythm(models.TextChoices):
    """How often a standard is to be met."""

    MONTH = "month", _("every month")
    QUARTER = "quarter", _("every quarter")
    YEAR = "year", _("every year")


class Check(models.TextChoices):
    """What proves a standard: a check over records, or honestly none."""

    MEETINGS = "meetings", _("meetings or activities of a kind were held")
    LECTURE = "lecture", _("a leader gave the lecture")
    ATTENDANCE = "attendance", _("enough of those due were there")
    MINUTES = "minutes", _("recorded within days")
    AGENDA = "agenda", _("what was decided is written down within days")
    RESOLUTIONS = "resolutions", _("resolutions are carried out")
    TERM = "term", _("committee elected within its term")
    SEATS = "seats", _("committee has a secretary and enough members")
    ROSTER = "roster", _("roster complete")
    DUES = "dues", _("dues collected in time")
    HOURS = "hours", _("training hours reached")
    TASKS = "tasks", _("tasks of lists done in time")
    FACTS = "facts", _("records of a kind in the ledger")
    VISIT = "visit", _("cannot be read from records: looked at on a visit")


class Param(models.TextChoices):
    """What a check asks for."""

    KIND = "kind", _("kind of activity")
    FACT = "fact", _("kind of record")
    LEAST = "least", _("at least how many")
    DAYS = "days", _("within how many days")
    SHARE = "share", _("at least how many in a hundred")
    WHO = "who", _("given by")


class Leader(models.TextChoices):
    """Whose lecture counts."""

    SECRETARY = "secretary", _("the secretary")
    COMMITTEE = "committee", _("a member of the committee")


PARAMS: dict[Check, tuple[Param, ...]] = {
    Check.MEETINGS: (Param.KIND, Param.LEAST),
    Check.LECTURE: (Param.KIND, Param.WHO, Param.LEAST),
    Check.ATTENDANCE: (Param.KIND, Param.SHARE),
    Check.MINUTES: (Param.KIND, Param.DAYS),
    Check.AGENDA: (Param.KIND, Param.DAYS),
    Check.RESOLUTIONS: (),
    Check.TERM: (),
    Check.SEATS: (Param.LEAST,),
    Check.ROSTER: (),
    Check.DUES: (Param.DAYS,),
    Check.HOURS: (Param.SHARE,),
    Check.TASKS: (Param.SHARE,),
    Check.FACTS: (Param.FACT, Param.LEAST),
    Check.VISIT: (),
}


class Verdict(models.TextChoices):
    """How a branch stands with a standard in a period."""

    UNMET = "unmet", _("standard not met")
    UNKNOWN = "unknown", _("not known from records")
    NOT_DUE = "not_due", _("standard not due yet")
    MET = "met", _("standard met")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"unmet": "danger", "unknown": "neutral", "not_due": "info", "met": "ok"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the chip."""
        icons = {
            "unmet": "circle-x",
            "unknown": "circle-dashed",
            "not_due": "clock",
            "met": "circle-check",
        }
        return icons[self.value]


class Happened(models.TextChoices):
    """What the audit trail tells of a handbook."""

    ADOPTED = "adopted", _("adopted a handbook")
    DRAFTED = "drafted", _("began the next generation")
    ADDED = "added", _("added a standard")
    CHANGED = "changed", _("changed a standard")
    DROPPED = "dropped", _("dropped a standard")
    PUBLISHED = "published", _("published a generation")
    DISCARDED = "discarded", _("discarded a draft")


class Change(models.TextChoices):
    """How a standard differs between two versions."""

    NEW = "new", _("new standard")
    CHANGED = "changed", _("standard changed")
    GONE = "gone", _("no longer there")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"new": "ok", "changed": "warn", "gone": "neutral"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the chip."""
        return {"new": "plus", "changed": "pencil", "gone": "minus"}[self.value]
