"""Starting, running, cancelling and recovering jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.db import transaction
from django_tasks import task

from linghang.platform.calendar import clock
from linghang.platform.tasks import progress
from linghang.platform.tasks.models import Job, JobState

MAX_ATTEMPTS = 3
Handler = Callable[[Job, progress.Progress], dict[str, Any]]
handlers: dict[str, Handler] = {}
log = structlog.get_logger()


def job_handler(kind: str) -> Callable[[Handler], Handler]:
    """Return a decorator that registers the function that does jobs of this kind.

    A handler must be repeatable: after a killed process it is run again from the start. It does its
    writes in one transaction and returns the JSON result to keep.
    """

    def register(handler: Handler) -> Handler:
        if kind in handlers and handlers[kind] is not handler:
            raise ValueError(f"two handlers for jobs of kind {kind}")
        handlers[kind] = handler
        return handler

    return register


def start_job(
    *, kind: str, params: dict[str, Any], actor: Any, title: str = "", unit_path: str = ""
) -> Job:
    """Queue a job and return it; it starts after the caller's transaction commits."""
    if kind not in handlers:
        raise ValueError(f"no handler for jobs of kind {kind}")
    job = Job.objects.create(
        kind=kind,
        params=params,
        actor=actor if getattr(actor, "pk", None) else None,
        title=title,
        unit_path=unit_path,
    )
    transaction.on_commit(lambda: run_job.enqueue(job.pk))
    return job


@task
def run_job(job_id: int) -> None:
    """Do one job. A second run of a job that is finished or alive elsewhere does nothing."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job_id)
        if JobState(job.state).is_final:
            return
        if job.state == JobState.RUNNING and progress.is_alive(job.pk):
            return
        job.state = JobState.RUNNING
        job.started_at = clock.now()
        job.attempts += 1
        job.save(update_fields=["state", "started_at", "attempts"])
    progress.write(job.pk, done=0, total=0, message="")
    try:
        result = handlers[job.kind](job, progress.Progress(job.pk))
    except progress.JobCancelled:
        _finish(job, JobState.CANCELLED, {}, "")
    except Exception as error:
        log.exception("job failed", job=job.pk, kind=job.kind)
        _finish(job, JobState.FAILED, {}, f"{type(error).__name__}: {error}")
    else:
        _finish(job, JobState.DONE, result, "")


def _finish(job: Job, state: JobState, result: dict[str, Any], error: str) -> None:
    job.state, job.result, job.error, job.finished_at = state, result, error, clock.now()
    job.save(update_fields=["state", "result", "error", "finished_at"])


def cancel_job(*, job: Job, actor: Any) -> None:
    """Cancel a waiting job at once; ask a running one to stop at its next step.

    A running job may hold the only write lock there is (SQLite), so it is asked without one.
    """
    job.refresh_from_db(fields=["state"])
    if job.state == JobState.QUEUED:
        changed = Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(
            state=JobState.CANCELLED, finished_at=clock.now()
        )
        if changed:
            return
    progress.ask_to_stop(job.pk)
    log.info("job asked to stop", job=job.pk, actor=str(actor))


def recover_jobs() -> list[Job]:
    """Queue again the jobs whose process died, and return them; give up after three attempts.

    Called when a worker starts. Safe because a job's writes are one transaction: what died left nothing.
    """
    recovered = []
    for job in Job.objects.filter(state__in=[JobState.RUNNING, JobState.QUEUED]):
        if job.state == JobState.RUNNING and progress.is_alive(job.pk):
            continue
        if job.attempts >= MAX_ATTEMPTS:
            _finish(job, JobState.FAILED, {}, "The process died three times while doing this job.")
            continue
        Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
        run_job.enqueue(job.pk)
        recovered.append(job)
    return recovered


daily_kinds: list[str] = []


def run_daily(kind: str) -> None:
    """Have a job of this kind started once a day by the worker."""
    if kind not in daily_kinds:
        daily_kinds.append(kind)


def start_daily_jobs() -> list[Job]:
    """Start today's daily jobs that were not started yet, and return them."""
    day = clock.today().isoformat()
    started = []
    for kind in daily_kinds:
        with transaction.atomic():
            if not Job.objects.filter(kind=kind, params={"day": day}).exists():
                started.append(start_job(kind=kind, params={"day": day}, actor=None, title=kind))
    return started


regular_checks: list[Callable[[], object]] = []


def run_regularly(check: Callable[[], object]) -> None:
    """Have the worker call this every half minute: it asks little and only starts jobs."""
    if check not in regular_checks:
        regular_checks.append(check)


def run_regular_checks() -> None:
    """Call what asked to be called regularly; one that fails keeps nobody else from being called."""
    for check in regular_checks:
        try:
            check()
        except Exception:
            log.exception("regular check failed", check=check.__qualname__)
