"""Shapes, attendance and states of what an organisation records."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Shape(models.TextChoices):
    """Whether a kind is something people meet for, or a single thing that is noted."""

    ACTIVITY = "activity", _("activity")
    RECORD = "record", _("record")


class AttendanceRule(models.TextChoices):
    """Who is expected at an activity."""

    ALL_MEMBERS = "all_members", _("all members of the branch")
    COMMITTEE = "committee", _("the committee")
    GROUP = "group", _("the members of the group")
    NAMED = "named", _("those named")
    NONE = "none", _("nobody in particular")


class SubjectRule(models.TextChoices):
    """Whom a record is about."""

    UNIT = "unit", _("unit")
    PERSON = "person", _("person")
    BOTH = "both", _("unit or person")


class AttendanceState(models.TextChoices):
    """应到者: present, excused or absent."""

    PRESENT = "present", _("present")
    LEAVE = "leave", _("on leave")
    ABSENT = "absent", _("absent")

    @property
    def tone(self) -> str:
        """Return the tone of the chip."""
        return {"present": "ok", "leave": "neutral", "absent": "danger"}[self.value]


# What a form offers beside an unticked name; stored as customers write it in their files.
ABSENCE_REASONS = (
    ("病假", _("sick leave")),
    ("事假", _("personal leave")),
    ("休假", _("on holiday")),
    ("出差", _("on a business trip")),
    ("值班", _("on duty")),
    ("抢修", _("on an emergency repair")),
    ("无故缺席", _("without leave")),
)


class AppliesTo(models.TextChoices):
    """Which units owe a cadence."""

    BRANCH = "branch", _("every branch")
    BRANCH_WITH_COMMITTEE = "branch_with_committee", _("branches with a committee")
    BRANCH_WITH_GROUPS = "branch_with_groups", _("branches with groups")
    COMMITTEE = "committee", _("Party committees")


class ObligationState(models.TextChoices):
    """Where a duty stands; the state carries its icon and tone."""

    OPEN = "open", _("still to do")
    MET = "met", _("done")
    MISSED = "missed", _("missed")
    WAIVED = "waived", _("waived")

    @property
    def icon(self) -> str:
        """Return the name of the icon that goes with the word."""
        icons = {
            "open": "clock",
            "met": "circle-check",
            "missed": "alert-triangle",
            "waived": "minus",
        }
        return icons[self.value]

    @property
    def tone(self) -> str:
        """Return the tone of the chip."""
        return {"open": "info", "met": "ok", "missed": "danger", "waived": "neutral"}[self.value]
