"""What services have in common when they write problems."""

from __future__ import annotations

from typing import Any

from django.forms.models import model_to_dict

from linghang.rectification.models import Problem

BATCH = 500
ONE = 100  # a quantity of one, in hundredths
LINKS = {"cooperating", "items"}  # many to many: kept by their own rows


def values_of(record: Problem) -> dict[str, Any]:
    """Return what the problem says, for its history and the audit trail."""
    values = model_to_dict(record, exclude=LINKS)
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def user_of(actor: Any) -> Any:
    """Return the actor as a user, None for the system."""
    return actor if getattr(actor, "pk", None) else None
