"""Daily work of rectification."""

from __future__ import annotations

from typing import Any

from linghang.platform.tasks import services as jobs
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import Progress
from linghang.rectification import services


@jobs.job_handler("rectification.refresh_overdue")
def refresh_overdue(job: Job, progress: Progress) -> dict[str, Any]:
    """Rewrite the facts of what fell overdue overnight."""
    count = services.refresh_overdue(actor=job.actor)
    progress(1, 1)
    return {"looked_at": count}


jobs.run_daily("rectification.refresh_overdue")
