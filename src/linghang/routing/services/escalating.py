"""Clocks that ran out: written down with the moment they did, and told to whoever stands above."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.routing.models import Leg
from linghang.routing.services import telling


@transaction.atomic
def note_escalations(*, actor: Any = None) -> int:
    """Mark the open legs whose clock has run out since the last look, and tell; return how many.

    Who sees and may act follows from the clock itself, at once; this only writes it down. Run twice
    it does nothing the second time.
    """
    now = clock.now()
    legs = list(
        Leg.objects.select_for_update(of=("self",))
        .filter(ended_at=None, escalated_at=None, due_at__lt=now)
        .select_related("case__front", "case__unit", "case__category")
    )
    for leg in legs:
        leg.escalated_at = leg.due_at
    Leg.objects.bulk_update(legs, ["escalated_at"], batch_size=500)
    for leg in legs:
        telling.tell_escalated(leg.case, actor=actor)
    if legs:
        audit.record(
            actor=actor,
            verb="case.escalated",
            label="routing",
            new={"cases": [leg.case.number for leg in legs][:50]},
        )
    return len(legs)
