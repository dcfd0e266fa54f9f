"""Progress and cancellation of running jobs.

They live in the cache, not in the database: a job works in one transaction, which would hide its
progress from everybody else and a cancellation from itself.
"""

from __future__ import annotations

import os
import time
from typing import Any

from django.core.cache import cache

STALE_AFTER_SECONDS = 900
KEEP_SECONDS = 24 * 3600


class JobCancelled(Exception):  # noqa: N818  no error: somebody wished it
    """The user asked for the job to stop; its transaction is rolled back."""


class Progress:
    """Called by a handler as `progress(done, total, message)`; raises JobCancelled when asked to stop."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id
        self.written = 0.0

    def __call__(self, done: int, total: int, message: str = "") -> None:
        """Write how far the job is, at most five times a second, and look for a cancellation."""
        moment = time.monotonic()
        if moment - self.written < 0.2 and done < total:
            return
        self.written = moment
        if cache.get(f"job-cancel-{self.job_id}"):
            raise JobCancelled
        write(self.job_id, done=done, total=total, message=message)


def silent(done: int, total: int, message: str = "") -> None:
    """Stand in for Progress where nobody watches."""


def write(job_id: int, *, done: int, total: int, message: str) -> None:
    """Store the progress of a job."""
    cache.set(
        f"job-progress-{job_id}",
        {"done": done, "total": total, "message": message, "beat": time.time(), "pid": os.getpid()},
        KEEP_SECONDS,
    )


def read(job_id: int) -> dict[str, Any]:
    """Return {done, total, message, beat, pid} of a job; zeros before it began."""
    empty = {"done": 0, "total": 0, "message": "", "beat": 0.0, "pid": 0}
    return dict(cache.get(f"job-progress-{job_id}") or empty)


def ask_to_stop(job_id: int) -> None:
    """Ask a running job to stop at its next step."""
    cache.set(f"job-cancel-{job_id}", True, KEEP_SECONDS)


def is_alive(job_id: int) -> bool:
    """Return whether the process that runs the job still lives and has shown progress lately."""
    last = read(job_id)
    return _lives(last["pid"]) and time.time() - last["beat"] < STALE_AFTER_SECONDS


def _lives(pid: int) -> bool:
    if not pid:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
