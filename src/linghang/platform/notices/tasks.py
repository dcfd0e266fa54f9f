"""Background jobs of notices."""

from __future__ import annotations

from datetime import date
from typing import Any

from linghang.platform.notices import services
from linghang.platform.notices.services.delivering import DELIVER, GATHER
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import Progress
from linghang.platform.tasks.services import job_handler, run_daily, run_regularly

run_daily(GATHER)
run_regularly(services.start_due_deliveries)


@job_handler(GATHER)
def gather(job: Job, progress: Progress) -> dict[str, Any]:
    """Put the day's reminders in front of people; repeatable."""
    return services.gather_reminders(today=date.fromisoformat(job.params["day"]), progress=progress)


@job_handler(DELIVER)
def deliver(_job: Job, progress: Progress) -> dict[str, Any]:
    """Send what may leave the product now; repeatable."""
    return services.deliver_waiting(progress=progress)
