"""Daily work of special actions and commitments."""

from __future__ import annotations

from typing import Any

from linghang.campaigns import services
from linghang.platform.tasks import services as jobs
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import Progress


@jobs.job_handler("campaigns.refresh_overdue")
def refresh_overdue(job: Job, progress: Progress) -> dict[str, Any]:
    """Rewrite the facts of commitments that fell overdue overnight; begin what begins today."""
    count = services.refresh_overdue(actor=job.actor)
    begun = services.begin_due(actor=job.actor)
    progress(1, 1)
    return {"looked_at": count, "begun": begun}


jobs.run_daily("campaigns.refresh_overdue")
