"""Transfers with their letters, members who are away or out of touch, and every act on both."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.crypto.fields import EncryptedTextField
from linghang.transfers.enums import (
    AWAY_ENDED,
    ENDED,
    AwayStage,
    Cause,
    Happened,
    Purpose,
    Stage,
    Way,
)


class Moving(models.Model):
    """A record that goes from stage to stage; `version` rises with every act on it."""

    version = models.PositiveIntegerField(default=0)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)  # the next day to keep, by the rules
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.stage}-{self.version}"  # type: ignore[attr-defined]


class Transfer(Moving):
    """One transfer of a member's organisation relation, from its opening to the receipt.

    `unit` is the branch that is left, of a transfer in the one that receives. `other` is the
    organisation outside, in full; `to_unit` the receiving branch inside.
    """

    way = models.CharField(max_length=8, choices=Way)
    stage = models.CharField(max_length=12, choices=Stage)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="transfers")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="transfers")
    to_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="transfers_in"
    )
    other = models.CharField(max_length=120, blank=True)
    purpose = models.CharField(max_length=10, choices=Purpose)
    opened_on = models.DateField()
    paid_until = models.DateField(null=True, blank=True)  # the first day of the last month paid
    dues_reason = models.CharField(max_length=400, blank=True)  # why months are open
    moved_on = models.DateField(null=True, blank=True)
    signed_by = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=~Q(stage__in=sorted(ENDED)),
                name="one_open_transfer_per_person",
            ),
            models.CheckConstraint(
                condition=Q(way=Way.WITHIN, to_unit__isnull=False, other="")
                | (~Q(way=Way.WITHIN) & Q(to_unit__isnull=True) & ~Q(other="")),
                name="transfer_leads_to_one_place",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.DONE) | Q(moved_on__isnull=False),
                name="done_transfer_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.way}"

    @property
    def standing(self) -> Stage:
        """Return the stage with its colour and icon."""
        return Stage(self.stage)

    @property
    def place(self) -> str:
        """Return the other end: the receiving branch, or the organisation outside."""
        return self.to_unit.name if self.to_unit else self.other

    @property
    def from_name(self) -> str:
        """Return where the member comes from."""
        return self.other if self.way == Way.IN else self.unit.name

    @property
    def to_name(self) -> str:
        """Return where the member goes."""
        return self.unit.name if self.way == Way.IN else self.place


class Letter(models.Model):
    """A letter of introduction: valid from its day for so many days; void once issued anew."""

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="letters")
    number = models.CharField(max_length=60)
    issued_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    valid_until = models.DateField()
    reason = models.CharField(max_length=400, blank=True)  # why longer than usual
    void = models.BooleanField(default=False)
    void_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["transfer"], condition=Q(void=False), name="one_valid_letter_per_transfer"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("issued_on")), name="letter_is_valid_for_some_days"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Away(Moving):
    """A member who is away from the branch, or with whom contact is lost; where is encrypted."""

    stage = models.CharField(max_length=10, choices=AwayStage)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="absences")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)  # planned
    place = EncryptedTextField(blank=True)
    contact = EncryptedTextField(blank=True)
    host = models.CharField(max_length=120, blank=True)  # where the member takes part meanwhile
    card_number = models.CharField(max_length=40, blank=True)
    cause = models.CharField(max_length=14, choices=Cause, blank=True)
    last_contact_on = models.DateField()
    suspended_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=~Q(stage__in=sorted(AWAY_ENDED)),
                name="one_open_absence_per_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.stage}"

    @property
    def standing(self) -> AwayStage:
        """Return the stage with its colour and icon."""
        return AwayStage(self.stage)


class Act(models.Model):
    """What was done, when and by whom; rows are only added."""

    transfer = models.ForeignKey(Transfer, null=True, on_delete=models.CASCADE, related_name="acts")
    away = models.ForeignKey(Away, null=True, on_delete=models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=12, choices=Happened)
    on = models.DateField()
    note = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(transfer__isnull=True) ^ Q(away__isnull=True),
                name="act_is_of_one_record",
            )
        ]

    def __str__(self) -> str:
        return self.kind
