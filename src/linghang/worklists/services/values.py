"""What services have in common when they write tasks."""

from __future__ import annotations

from typing import Any

from django.forms.models import model_to_dict

from linghang.worklists.models import Assignment

BATCH = 500
ONE = 100  # a quantity of one, in hundredths


def values_of(record: Assignment) -> dict[str, Any]:
    """Return what the record says, for its history and the audit trail."""
    return {name: str(value) for name, value in model_to_dict(record).items() if value is not None}


def user_of(actor: Any) -> Any:
    """Return the actor as a user, None for the system."""
    return actor if getattr(actor, "pk", None) else None
