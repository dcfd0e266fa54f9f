"""What of the roster leaves the system is written into the trail."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.platform.audit import services as audit


@transaction.atomic
def record_export(*, rows: int, in_full: int, purpose: str, unit_path: str, actor: Any) -> None:
    """Record that the roster was exported, what for, and of how many persons sensitive data in full.

    Raises ValidationError without a purpose.
    """
    if not purpose.strip():
        raise ValidationError({"purpose": _("Say what the list is for.")}, code="purpose")
    audit.record(
        actor=actor,
        verb="export_roster",
        label=str(_("Roster")),
        unit_path=unit_path,
        new={"rows": rows, "in_full": in_full},
        reason=purpose.strip(),
    )
