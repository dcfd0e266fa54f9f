"""Reading what is attached."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from linghang.platform.access import Scope
from linghang.platform.files import registry
from linghang.platform.files.models import Attachment, StoredFile


def list_files(owner: Any) -> QuerySet[Attachment]:
    """Return everything attached to a record, the oldest first, what was taken back included."""
    return Attachment.objects.filter(
        owner_type=registry.type_of(owner), owner_id=owner.pk
    ).select_related("file", "added_by", "withdrawn_by")


def count_files(owner_type: str, owner_ids: Iterable[int]) -> dict[int, int]:
    """Return how many standing files each record has; records without any are missing."""
    rows = Attachment.objects.filter(
        owner_type=owner_type, owner_id__in=list(owner_ids), withdrawn_at=None
    )
    counted = rows.order_by().values("owner_id").annotate(count=Count("pk"))
    return {row["owner_id"]: row["count"] for row in counted}


def find_visible(scope: Scope, pk: int) -> Attachment | None:
    """Return the attachment if the scope sees its record, None otherwise."""
    found = Attachment.objects.filter(pk=pk).select_related("file", "added_by").first()
    if found is None:
        return None
    owner = registry.find_owner(found.owner_type)
    return found if owner is not None and owner.visible(scope, found.owner_id) else None


def filter_loose(before: datetime) -> QuerySet[StoredFile]:
    """Return the contents kept that nothing has held since the moment."""
    held = Attachment.objects.filter(file=OuterRef("pk")).filter(
        Q(withdrawn_at=None) | Q(withdrawn_at__gte=before)
    )
    return StoredFile.objects.filter(
        ~Exists(held), removed_at=None, created_at__lt=before
    ).order_by("pk")
