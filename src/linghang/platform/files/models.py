"""Files by content, and what they are attached to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.platform.files.enums import FileType, Secrecy


class StoredFile(models.Model):
    """The bytes of one content, kept once and encrypted in the data folder under its digest.

    `removed_at` is set when nothing held the content any more for the days of grace; the row stays,
    so that the list of a record still says what was there.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    type = models.CharField(max_length=4, choices=FileType)
    size = models.PositiveBigIntegerField()  # bytes, after cleaning
    has_small = models.BooleanField(default=False)  # a small picture is kept beside it
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.sha256[:12]


class Attachment(models.Model):
    """A file on a record. Taken back it stays listed, with who did it, when and why."""

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="attachments")
    owner_type = models.CharField(max_length=60)  # "app.model"
    owner_id = models.PositiveBigIntegerField()
    name = models.CharField(max_length=120)
    note = models.CharField(max_length=120, blank=True)
    secrecy = models.CharField(max_length=8, choices=Secrecy, default=Secrecy.INTERNAL)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["added_at", "pk"]
        indexes = [models.Index(fields=["owner_type", "owner_id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["owner_type", "owner_id", "file"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_attachment_per_content_and_record",
            ),
            models.CheckConstraint(
                condition=~Q(secrecy=Secrecy.SECRET), name="no_secret_is_attached"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def type(self) -> FileType:
        """Return what it is, with its abilities."""
        return FileType(self.file.type)
