"""What every act shares: who recorded it, and withdrawing a row with its reason."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from linghang.dues.models import Kept
from linghang.platform.acts import ask_reason, known
from linghang.platform.calendar import clock

WITHDRAWN = ["withdrawn_by", "withdrawn_at", "withdraw_reason"]


def sign(actor: Any) -> dict[str, Any]:
    """Return who records a row and when."""
    return {"recorded_by": known(actor), "recorded_at": clock.now()}


def withdraw_row(row: Kept, reason: str, actor: Any) -> None:
    """Withdraw a row that stands; raises ValidationError without a reason or when it was withdrawn."""
    why = ask_reason(reason)
    if row.withdrawn_at is not None:
        raise ValidationError(
            _("%(who)s took this back in the meantime.")
            % {"who": row.withdrawn_by or _("The system")},
            code="moved",
        )
    row.withdrawn_by, row.withdrawn_at = known(actor), clock.now()
    row.withdraw_reason = why
    row.save(update_fields=WITHDRAWN)
