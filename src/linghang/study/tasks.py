"""Background work of study: the daily close of the rating of lectures."""

from __future__ import annotations

from typing import Any

from linghang.platform.tasks import services as jobs
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import Progress
from linghang.study import services


@jobs.job_handler("study.close_ratings")
def close_ratings(_job: Job, progress: Progress) -> dict[str, Any]:
    """Keep only counts of what an audience gave a week ago or earlier."""
    count = services.close_old_ratings()
    progress(1, 1)
    return {"closed": count}


jobs.run_daily("study.close_ratings")
