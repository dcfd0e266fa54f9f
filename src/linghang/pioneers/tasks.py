"""Daily work of posts, contacts and inductions."""

from __future__ import annotations

from typing import Any

from linghang.pioneers import services
from linghang.platform.tasks import services as jobs
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import Progress


@jobs.job_handler("pioneers.issue_inductions")
def issue_inductions(_job: Job, progress: Progress) -> dict[str, Any]:
    """Issue the induction list to new secretaries; done again it finds none left."""
    count = len(services.issue_inductions())
    progress(1, 1)
    return {"issued": count}


jobs.run_daily("pioneers.issue_inductions")
