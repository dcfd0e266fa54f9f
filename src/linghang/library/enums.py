"""How a pack of the library stands."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PackState(models.TextChoices):
    """Whether a pack is in use, and whether the product brings a newer one."""

    AVAILABLE = "available", _("not installed")
    INSTALLED = "installed", _("installed")
    UPGRADE = "upgrade", _("newer version available")
    OWN = "own", _("installed, from an own file")

    @property
    def tone(self) -> str:
        """Return the tone of the chip."""
        return {"available": "neutral", "upgrade": "warn"}.get(self.value, "ok")

    @property
    def can_install(self) -> bool:
        """Return whether installing the shipped pack would change something."""
        return self in {PackState.AVAILABLE, PackState.UPGRADE}
