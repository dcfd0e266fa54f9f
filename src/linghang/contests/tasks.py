"""Daily work of contests: yesterday's points are stated."""

from __future__ import annotations

from typing import Any

from linghang.contests import services
from linghang.platform.tasks import services as jobs
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import Progress


@jobs.job_handler("contests.state_days")
def state_days(_job: Job, progress: Progress) -> dict[str, Any]:
    """State the days that are over of every running contest; repeatable."""
    count = services.state_all()
    progress(1, 1)
    return {"looked_at": count}


jobs.run_daily("contests.state_days")
