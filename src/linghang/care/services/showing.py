"""What leaves the system as a workbook is written into the trail."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.care.enums import Happened
from linghang.platform.audit import services as audit


@transaction.atomic
def record_export(*, rows: int, purpose: str, actor: Any) -> None:
    """Record that awards were exported and what for; ValidationError without a purpose."""
    if not purpose.strip():
        raise ValidationError({"purpose": _("Say what the list is for.")}, code="purpose")
    audit.record(
        actor=actor,
        verb=f"care.{Happened.EXPORTED.value}",
        label=str(_("Awards")),
        new={"rows": rows},
        reason=purpose.strip(),
    )
