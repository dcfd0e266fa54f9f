"""What falls overdue overnight is seen in the facts of the next morning."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from linghang.platform.calendar import clock
from linghang.rectification import queries
from linghang.rectification.models import Problem
from linghang.rectification.services.facts import write_problem_facts


@transaction.atomic
def refresh_overdue(*, actor: Any = None) -> int:
    """Rewrite the facts of what fell overdue since the last look; return how many were looked at."""
    today = clock.today()
    problems = list(queries.filter_overdue_problems(Problem.objects.all(), today))
    write_problem_facts(problems=problems, actor=actor, reason="overdue")
    return len(problems)
