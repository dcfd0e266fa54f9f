"""Daily work of supervision."""

from __future__ import annotations

from typing import Any

from linghang.org.models import Unit
from linghang.platform.tasks import services as jobs
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import Progress
from linghang.supervision import services


@jobs.job_handler("supervision.compute_hints")
def compute_hints(job: Job, progress: Progress) -> dict[str, Any]:
    """Compute the hints of every bureau. The result says nothing: jobs are seen by administrators."""
    roots = list(Unit.objects.filter(parent=None, line="party", closed_on=None).order_by("pk"))
    for number, root in enumerate(roots, 1):
        services.compute_hints(root=root, actor=job.actor)
        progress(number, len(roots))
    return {}


jobs.run_daily("supervision.compute_hints")
