"""Daily work of research."""

from __future__ import annotations

from typing import Any

from linghang.platform.tasks import services as jobs
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import Progress
from linghang.research import services


@jobs.job_handler("research.release_themes")
def release_themes(_job: Job, progress: Progress) -> dict[str, Any]:
    """State the themes of talks whose month is over; done again it finds none left."""
    count = len(services.release_themes())
    progress(1, 1)
    return {"stated": count}


jobs.run_daily("research.release_themes")
