"""What is installed: every version of every pack, one of them current."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.platform.packs.envelope import Text


class InstalledPack(models.Model):
    """One version of a pack as it was installed; rows are never changed but for `is_current`."""

    code = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    is_current = models.BooleanField(default=True)
    installed_at = models.DateTimeField()
    installed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="pack_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(is_current=True), name="pack_one_current"
            ),
        ]
        ordering = ["code", "-installed_at"]

    def __str__(self) -> str:
        """The pack and its version."""
        return f"{self.code} {self.version}"

    def title_in(self, language: str) -> str:
        """Return the title in the language."""
        return Text(**self.document["title"]).of(language)

    @property
    def practices(self) -> list[Any]:
        """The numbers of the practices the pack switches on."""
        return list(self.document["practices"])
