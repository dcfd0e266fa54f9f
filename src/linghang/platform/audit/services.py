"""Writing the audit trail."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction

from linghang.platform.audit.models import Entry


def record(
    *,
    actor: Any,
    verb: str,
    target: models.Model | None = None,
    label: str = "",
    unit_path: str = "",
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    reason: str = "",
) -> Entry:
    """Write one entry inside the caller's transaction and return it.

    `actor` is a user or None for the system. Values of sensitive fields never go into `old` or `new`:
    callers pass masked text. Raises TransactionManagementError outside a transaction, so that an act
    and its entry can never come apart.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("audit.record needs the act's transaction")
    return Entry.objects.create(
        actor=actor if getattr(actor, "pk", None) else None,
        actor_name=str(actor or "system")[:80],
        verb=verb,
        object_type=target._meta.label_lower if target is not None else "",  # noqa: SLF001  Django's own public-by-use name
        object_id=target.pk if target is not None else None,
        object_label=(label or (str(target) if target is not None else ""))[:200],
        unit_path=unit_path,
        old=old or {},
        new=new or {},
        reason=reason[:400],
    )
