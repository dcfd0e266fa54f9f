"""Background work of worklists: the daily look at what falls due, and lists too long for a request."""

from __future__ import annotations

from typing import Any

from linghang.platform.tasks import services as jobs
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import Progress
from linghang.worklists import services


@jobs.job_handler("worklists.refresh_overdue")
def refresh_overdue(job: Job, progress: Progress) -> dict[str, Any]:
    """Rewrite the facts of what fell overdue overnight."""
    count = services.refresh_overdue(actor=job.actor, progress=progress)
    progress(1, 1)
    return {"looked_at": count}


@jobs.job_handler("worklists.open_periods")
def open_periods(job: Job, progress: Progress) -> dict[str, Any]:
    """Hand over what posts owe to who holds them now, and ask what the new periods ask."""
    moved = services.hand_over_posts(actor=job.actor)
    made = services.open_periods(actor=job.actor, progress=progress)
    progress(1, 1)
    return {"handed_over": moved, "asked": made}


jobs.run_daily("worklists.open_periods")
jobs.run_daily("worklists.refresh_overdue")
