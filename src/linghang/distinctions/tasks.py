"""Daily work of stars and benchmarks: the review of what is held."""

from __future__ import annotations

from typing import Any

from linghang.distinctions import services
from linghang.platform.calendar import clock
from linghang.platform.tasks import services as jobs
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import Progress


@jobs.job_handler("distinctions.review")
def review(_job: Job, progress: Progress) -> dict[str, Any]:
    """Review the levels whose day has come; done again on the same day it changes nothing."""
    counts = services.review_holdings(clock.today())
    progress(1, 1)
    return dict(counts)


jobs.run_daily("distinctions.review")
