"""What falls overdue overnight is seen in the facts of the next morning."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from linghang.platform.calendar import clock
from linghang.worklists import queries
from linghang.worklists.models import Assignment
from linghang.worklists.services.tasks import write_task_facts


@transaction.atomic
def refresh_overdue(*, actor: Any = None) -> int:
    """Rewrite the facts of what fell overdue since the last look; return how many were looked at."""
    today = clock.today()
    tasks = list(
        queries.filter_overdue_tasks(Assignment.objects.all(), today).select_related(
            "worklist", "item"
        )
    )
    write_task_facts(tasks=tasks, actor=actor, reason="overdue")
    return len(tasks)
