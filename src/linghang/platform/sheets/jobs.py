"""What the worker does for imports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from linghang.platform.calendar import clock
from linghang.platform.sheets import services
from linghang.platform.sheets.models import BatchState, ImportBatch
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import Progress
from linghang.platform.tasks.services import job_handler

KEEP_FILES_FOR = timedelta(days=30)


@job_handler(services.CHECK)
def check(job: Job, progress: Progress) -> dict[str, Any]:
    """Check an import; repeatable."""
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    if batch.status is BatchState.UPLOADED:
        services.check_batch(batch, progress)
    return {"batch": batch.code, "state": batch.state}


@job_handler(services.APPLY)
def apply(job: Job, progress: Progress) -> dict[str, Any]:
    """Apply an import; a second run of one that is applied does nothing."""
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    if batch.status is not BatchState.CANCELLED:
        services.apply_batch(batch, progress)
    return {"batch": batch.code, "state": batch.state, "written": batch.written}


@job_handler(services.PURGE)
def purge(_job: Job, _progress: Progress) -> dict[str, Any]:
    """Empty the files of old imports."""
    return {"emptied": services.purge_files(before=clock.now() - KEEP_FILES_FOR)}
