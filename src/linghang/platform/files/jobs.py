"""The daily cleaning."""

from __future__ import annotations

from typing import Any

from linghang.platform.files import services
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import Progress
from linghang.platform.tasks.services import job_handler

CLEAN = "files.clean"


@job_handler(CLEAN)
def clean_files(job: Job, progress: Progress) -> dict[str, Any]:
    """Remove the contents that nothing holds any more."""
    removed = services.clean_files(actor=job.actor)
    progress(1, 1)
    return {"removed": removed}
