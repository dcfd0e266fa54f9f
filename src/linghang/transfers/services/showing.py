"""What leaves the system on paper or as a workbook is written into the trail."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.platform.audit import services as audit
from linghang.transfers.enums import Happened
from linghang.transfers.models import Transfer


@transaction.atomic
def record_print(*, transfer: Transfer, actor: Any) -> None:
    """Record that the letter or the receipt was taken out: it carries the identity number."""
    audit.record(
        actor=actor,
        verb=f"transfer.{Happened.PRINTED.value}",
        target=transfer,
        label=transfer.person.name,
        unit_path=transfer.unit.path,
    )


@transaction.atomic
def record_export(*, rows: int, purpose: str, actor: Any) -> None:
    """Record that a list was exported and what for; ValidationError without a purpose."""
    if not purpose.strip():
        raise ValidationError({"purpose": _("Say what the list is for.")}, code="purpose")
    audit.record(
        actor=actor,
        verb="transfer.exported",
        label="transfers",
        new={"rows": rows},
        reason=purpose.strip(),
    )
