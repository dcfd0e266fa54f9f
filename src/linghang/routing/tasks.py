"""Daily work of routing."""

from __future__ import annotations

from typing import Any

from linghang.platform.tasks import services as jobs
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import Progress
from linghang.routing import services


@jobs.job_handler("routing.note_escalations")
def note_escalations(job: Job, progress: Progress) -> dict[str, Any]:
    """Write down which clocks ran out, and tell whoever stands above."""
    count = services.note_escalations(actor=job.actor)
    progress(1, 1)
    return {"escalated": count}


jobs.run_daily("routing.note_escalations")
