"""Notices in the product, what is sent outside, and how each person wishes it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.platform.crypto.fields import EncryptedTextField
from linghang.platform.notices.enums import DeliveryState, Form, NoticeKind, Timing


class Notice(models.Model):
    """Something one person should know. It stands in the product from the moment it is made.

    `key` makes it once: the same key is not sent to the same person again. `about` is the key without its
    last part ("task-due:123:T-7" → "task-due:123"), by which all notices about a thing are settled.
    `deliver_after` is the first working moment it may leave the product, `composed_at` when it went into
    a message of the person's channels.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    key = models.CharField(max_length=120)
    about = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(max_length=12, choices=NoticeKind)
    title = models.CharField(max_length=200)
    body = models.CharField(max_length=600, blank=True)
    url = models.CharField(max_length=300, blank=True)
    unit_path = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_index=True)
    deliver_after = models.DateTimeField()
    composed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notice_once"),
        ]
        indexes = [
            models.Index(fields=["recipient", "-created_at"], name="notice_of_recipient"),
            models.Index(
                fields=["recipient"], condition=Q(read_at__isnull=True), name="notice_unread"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> NoticeKind:
        """Return the kind with its word and colour."""
        return NoticeKind(self.kind)


class Delivery(models.Model):
    """One message to one channel. A person gets one digest a day and channel, a group one message.

    `body` begins with the title, a line of its own. It is emptied once the message is sent or given up: the
    log keeps when, how and how often, not what.
    """

    channel = models.CharField(max_length=40)
    form = models.CharField(max_length=8, choices=Form)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    day = models.DateField()
    body = EncryptedTextField(blank=True)
    address = EncryptedTextField(blank=True)
    notices = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=8, choices=DeliveryState, default=DeliveryState.WAITING, db_index=True
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "recipient", "day"],
                condition=Q(form="digest"),
                name="digest_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["channel", "day"], condition=Q(form="robot"), name="robot_once_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(form__in=["digest", "urgent"]) | Q(recipient__isnull=False),
                name="personal_message_has_recipient",
            ),
        ]
        indexes = [models.Index(fields=["-created_at"], name="delivery_newest")]

    def __str__(self) -> str:
        return f"{self.channel} {self.form} {self.day}"


class Preference(models.Model):
    """How one person wishes to be told outside the product; without a row, by a daily digest."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preference"
    )
    timing = models.CharField(max_length=8, choices=Timing, default=Timing.DIGEST)


class Address(models.Model):
    """The person's own address of one channel, encrypted; switched off, it is kept and not used."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_addresses"
    )
    channel = models.CharField(max_length=40)
    address = EncryptedTextField()
    is_used = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "channel"], name="one_address_a_channel")
        ]


class Feed(models.Model):
    """A personal calendar address. Only the hash of its token is kept: the address is shown once."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
