"""What members pay on, who pays less and why, and what was paid for which month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.dues.enums import ExtraKind, Payer, ReliefKind
from linghang.org.models import Unit
from linghang.people.models import Appointment, Person
from linghang.platform.crypto.fields import EncryptedTextField


def to_yuan(cents: int) -> Decimal:
    """Return cents as yuan."""
    return Decimal(cents) / 100


class Kept(models.Model):
    """A row that is only added: who recorded it, and why it was withdrawn if it was."""

    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdraw_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


class Base(Kept):
    """What a member pays on from a month on, in yuan and encrypted: it is what somebody earns."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="dues_bases")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    payer = models.CharField(max_length=14, choices=Payer)
    amount = EncryptedTextField()
    valid_from = models.DateField()  # the first day of a month

    class Meta:
        ordering = ["valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "valid_from"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_dues_base_per_month",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.valid_from:%Y-%m}"

    @property
    def yuan(self) -> Decimal:
        """Return the base in yuan."""
        return Decimal(self.amount)


class Relief(Kept):
    """Less or nothing to pay for [valid_from, valid_to), as the superior committee decided."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="dues_reliefs")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=ReliefKind)
    cents = models.PositiveIntegerField(default=0)  # a month, where less is paid
    valid_from = models.DateField()
    valid_to = models.DateField()
    decided_by = models.CharField(max_length=100)
    decided_on = models.DateField()
    reason = EncryptedTextField()

    class Meta:
        ordering = ["valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("valid_from")), name="dues_relief_is_not_empty"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"

    @property
    def yuan(self) -> Decimal:
        """Return the amount in yuan."""
        return to_yuan(self.cents)


class Arrival(Kept):
    """Until when somebody who came from elsewhere had paid there; what follows is owed here."""

    membership = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, related_name="dues_arrival"
    )
    paid_until = models.DateField()  # the first day of the last month paid elsewhere

    def __str__(self) -> str:
        return f"{self.membership_id} {self.paid_until:%Y-%m}"


class Book(models.Model):
    """The dues of a branch for one month; `version` rises with every act on it."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="dues_books")
    month = models.DateField()
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["month", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "month"], name="one_dues_book_per_month")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.month:%Y-%m}"

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return make_seen(self.month, self.version)


class Payment(Kept):
    """What one member paid for one month, in cents, with what was due and how it was computed."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="payments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="dues_payments")
    month = models.DateField()
    cents = models.PositiveIntegerField()
    due_cents = models.PositiveIntegerField()
    base = models.ForeignKey(Base, null=True, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=40)  # code and first day of the row in force
    paid_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["month", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "month"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_dues_payment_per_month",
            ),
            models.CheckConstraint(condition=Q(cents__gt=0), name="dues_payment_is_not_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.month:%Y-%m}"

    @property
    def yuan(self) -> Decimal:
        """Return the amount in yuan."""
        return to_yuan(self.cents)


class Extra(Kept):
    """Special or large dues: given freely, counted apart, never due."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="dues_extras")
    kind = models.CharField(max_length=8, choices=ExtraKind)
    cents = models.PositiveBigIntegerField()
    paid_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["paid_on", "pk"]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"

    @property
    def yuan(self) -> Decimal:
        """Return the amount in yuan."""
        return to_yuan(self.cents)


def make_seen(month: date, version: int) -> str:
    """Return how a month's book stood: a book nobody has written yet has version 0."""
    return f"{month:%Y-%m}-{version}"
