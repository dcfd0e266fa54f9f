"""The audit table."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One act. Written by `audit.services.record` inside the act's own transaction; never changed."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_name = models.CharField(max_length=80)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField(null=True)
    object_label = models.CharField(max_length=200)
    unit_path = models.CharField(max_length=200, blank=True)
    old = models.JSONField(default=dict)
    new = models.JSONField(default=dict)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id"]),
            models.Index(fields=["unit_path"]),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the entry; refuse to change one that exists."""
        if self.pk is not None:
            raise TypeError("An audit entry is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: an audit entry is never deleted."""
        raise TypeError("An audit entry is never deleted.")
