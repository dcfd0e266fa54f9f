"""What a meeting talked about and decided, and who made up for it later.

The meeting itself (day, topic, who was there) is a record of `activities`; nothing of it is kept here
twice. No row joins a voter and a vote: an item holds how many were against and how many abstained.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.activities.models import Activity
from linghang.meetings.enums import Outcome, VoteKind
from linghang.people.models import Person
from linghang.worklists.models import Item


class AgendaItem(models.Model):
    """One item of the agenda (议题): what was said, what was decided, and what follows from it.

    Of a vote `against`, `abstained` and `left_out` are recorded; `entitled`, `present`, `in_favour`
    and the outcome follow from the roster, the attendance and the rule of the day, and follow again
    when the attendance is corrected.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="agenda")
    number = models.PositiveSmallIntegerField()
    topic = models.CharField(max_length=200)
    discussed = models.TextField(blank=True)
    decided = models.TextField(blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.NOTED)
    vote = models.CharField(max_length=20, choices=VoteKind, blank=True)
    left_out = models.JSONField(default=dict)  # person id as text → reason (enums.LeftOut)
    entitled = models.PositiveSmallIntegerField(null=True)
    present = models.PositiveSmallIntegerField(null=True)
    in_favour = models.PositiveSmallIntegerField(null=True)
    against = models.PositiveSmallIntegerField(default=0)
    abstained = models.PositiveSmallIntegerField(default=0)
    task = models.ForeignKey(
        Item, null=True, blank=True, on_delete=models.PROTECT, related_name="resolutions"
    )
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["activity", "number"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="agenda_is_numbered"),
            models.CheckConstraint(
                condition=Q(vote="", entitled=None, present=None, in_favour=None)
                | Q(
                    present__lte=F("entitled"),
                    present=F("in_favour") + F("against") + F("abstained"),
                ),
                name="votes_add_up",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_reason="")
                | (Q(withdrawn_on__isnull=False) & ~Q(withdrawn_reason="")),
                name="withdrawn_agenda_item_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.topic

    @property
    def standing(self) -> Outcome:
        """Return the outcome with its colour and icon."""
        return Outcome(self.outcome)

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.outcome}-{self.version}"


class ItemRevision(models.Model):
    """What an item of the agenda said before a change, who changed it and why."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="revisions")
    old = models.JSONField()
    reason = models.CharField(max_length=400)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.reason


class MakeUp(models.Model):
    """Somebody who could not come learnt later what the meeting was about (补学)."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="make_ups")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="make_ups")
    on = models.DateField()
    way = models.CharField(max_length=200)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "person"],
                condition=Q(withdrawn_on=None),
                name="made_up_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.on}"
