"""Which imports a reader may see."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from linghang.platform.access import Permission, Scope
from linghang.platform.sheets.models import ImportBatch


def visible_batches(scope: Scope) -> QuerySet[ImportBatch]:
    """Return one's own imports and those made inside the units one may import for."""
    if "/" in scope.prefixes(Permission.IMPORT):
        return ImportBatch.objects.all()  # an empty condition would vanish in the "or" below
    own = Q(actor_id=scope.user_id) if scope.user_id is not None else Q(pk__in=[])
    return ImportBatch.objects.filter(own | scope.restrict(Permission.IMPORT, "scope_path"))
