"""What falls overdue overnight is seen in the facts of the next morning."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from linghang.ledger.models import Fact
from linghang.platform.calendar import clock
from linghang.platform.tasks.progress import silent
from linghang.worklists import queries
from linghang.worklists.enums import Timeliness
from linghang.worklists.models import Assignment
from linghang.worklists.services.facts import write_task_facts
from linghang.worklists.services.rows import Progress

AT_ONCE = 2000
SOURCE = "worklists.assignment"


@transaction.atomic
def refresh_overdue(*, actor: Any = None, progress: Progress = silent) -> int:
    """Write the facts of what fell overdue since the last look; return how many that were.

    What stands in the ledger as overdue already is not touched, and optional items are never late.
    """
    told = Fact.objects.filter(
        withdrawn_seq=None,
        status=Timeliness.OVERDUE,
        entry__source_type=SOURCE,
        entry__source_id=OuterRef("pk"),
        entry__withdrawn_at=None,
    )
    late = queries.filter_overdue_tasks(Assignment.objects.all(), clock.today())
    late = late.filter(~Exists(told), item__required=True).order_by("pk")
    keys = list(late.values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        some = Assignment.objects.filter(pk__in=keys[start : start + AT_ONCE])
        write_task_facts(
            tasks=some.select_related("worklist", "item", "unit"), actor=actor, reason="overdue"
        )
        progress(min(start + AT_ONCE, len(keys)), len(keys))
    return len(keys)
