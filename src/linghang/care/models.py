"""Awards of units and members; members in hardship and the visits to them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.care.enums import HardshipKind, HardshipState, HelpKind, Level
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.crypto.fields import EncryptedTextField


class Award(models.Model):
    """表彰: an honour of a unit, or of a person who was in that unit; withdrawn, never deleted."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="awards")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="awards"
    )
    title = models.CharField(max_length=120)
    level = models.CharField(max_length=12, choices=Level)
    body = models.CharField(max_length=120)  # 授奖单位
    awarded_on = models.DateField()
    document_number = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdraw_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-awarded_on", "-pk"]
        indexes = [models.Index(fields=["unit", "awarded_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "title", "awarded_on"],
                condition=Q(person=None, withdrawn_at=None),
                name="one_award_of_a_unit",
            ),
            models.UniqueConstraint(
                fields=["person", "title", "awarded_on"],
                condition=Q(person__isnull=False, withdrawn_at=None),
                name="one_award_of_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}：{self.holder}"

    @property
    def holder(self) -> str:
        """Return whom the award honours."""
        return self.person.name if self.person else self.unit.name

    @property
    def rank(self) -> Level:
        """Return the level with its colour and icon."""
        return Level(self.level)


class Hardship(models.Model):
    """困难党员: why a member needs help (encrypted), when it is looked at again, when it was over."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="hardships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="hardships")
    kind = models.CharField(max_length=12, choices=HardshipKind)
    situation = EncryptedTextField()
    since = models.DateField()
    review_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    end_reason = EncryptedTextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["review_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(ended_on=None),
                name="one_open_hardship_per_person",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("since")),
                name="hardship_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return self.person.name

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return str(self.version)

    def state_on(self, today: date) -> HardshipState:
        """Return how the record stands on a day."""
        if self.ended_on:
            return HardshipState.ENDED
        return HardshipState.REVIEW if self.review_on <= today else HardshipState.OPEN


class Visit(models.Model):
    """走访慰问: who went when, and what was given; note and amount are encrypted."""

    hardship = models.ForeignKey(Hardship, on_delete=models.PROTECT, related_name="visits")
    on = models.DateField()
    visitor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    help = models.CharField(max_length=12, choices=HelpKind)
    paid = EncryptedTextField(blank=True)  # yuan with two decimals
    note = EncryptedTextField(blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.on} {self.get_help_display()}"

    @property
    def amount(self) -> Decimal | None:
        """Return what was given in yuan, None where no money was."""
        return Decimal(self.paid) if self.paid else None
