"""Kinds of notices and the states of what is sent outside."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy


class NoticeKind(models.TextChoices):
    """What a notice is about: its word in lists and digests, its icon, and whether it is urgent.

    The members stand in the order of a digest. Urgent is what a person did to make another act: it may be
    sent at once, within working hours, to who wishes so.
    """

    LATE = "late", _("late")
    RETURNED = "returned", _("returned")
    URGED = "urged", _("urged")
    DUE_TODAY = "due_today", _("due today")
    DUE = "due", _("due this week")
    REVIEW = "review", _("to decide")
    ROUTED = "routed", _("handed over to you")
    ASSIGNED = "assigned", _("newly assigned")
    DECIDED = "decided", _("decided")
    PUBLISHED = "published", _("published")
    OTHER = "other", pgettext_lazy("notice", "other")

    @property
    def is_urgent(self) -> bool:
        """Return whether it may be sent outside at once: urged by somebody, or returned."""
        return self in {NoticeKind.URGED, NoticeKind.RETURNED}

    @property
    def tone(self) -> str:
        """Return the colour of its chip."""
        return TONES.get(self, "neutral")

    @property
    def icon(self) -> str:
        """Return the icon of its chip."""
        return ICONS.get(self, "bell")

    def say(self, number: int) -> str:
        """Return the number of such notices as a digest says it: "3 due this week"."""
        return ngettext("%(n)d %(kind)s", "%(n)d %(kind)s", number) % {
            "n": number,
            "kind": self.label,
        }


TONES = {
    NoticeKind.LATE: "danger",
    NoticeKind.RETURNED: "warn",
    NoticeKind.URGED: "warn",
    NoticeKind.DUE_TODAY: "warn",
    NoticeKind.DUE: "info",
    NoticeKind.REVIEW: "info",
    NoticeKind.ROUTED: "info",
    NoticeKind.ASSIGNED: "info",
    NoticeKind.DECIDED: "ok",
    NoticeKind.PUBLISHED: "ok",
}
ICONS = {
    NoticeKind.LATE: "alert-circle",
    NoticeKind.RETURNED: "alert-triangle",
    NoticeKind.URGED: "alert-triangle",
    NoticeKind.DUE_TODAY: "clock",
    NoticeKind.DUE: "clock",
}


class Timing(models.TextChoices):
    """When a person wishes to be told outside the product; inside it, always."""

    DIGEST = "digest", _("One message a working day, with everything new")
    URGENT = "urgent", _("The same, and at once when I am urged or something comes back to me")
    IN_APP = "in_app", _("Only here, nothing is sent")


class Form(models.TextChoices):
    """What one message holds."""

    DIGEST = "digest", _("daily digest")
    URGENT = "urgent", _("urgent notice")
    ROBOT = "robot", _("counts for a group")
    TEST = "test", _("test")


class DeliveryState(models.TextChoices):
    """Where a message stands."""

    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    FAILED = "failed", _("given up")

    @property
    def tone(self) -> str:
        """Return the colour of its chip."""
        return DELIVERY_TONES[self]


DELIVERY_TONES = {
    DeliveryState.WAITING: "info",
    DeliveryState.SENT: "ok",
    DeliveryState.FAILED: "danger",
}
