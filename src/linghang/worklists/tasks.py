"""Background work of worklists: the daily look at what falls due, and lists too long for a request."""

from __future__ import annotations

from typing import Any

from linghang.platform.tasks import services as jobs
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import Progress
from linghang.worklists import services
from linghang.worklists.models import Draft
from linghang.worklists.services import drafting


@jobs.job_handler("worklists.refresh_overdue")
def refresh_overdue(job: Job, progress: Progress) -> dict[str, Any]:
    """Rewrite the facts of what fell overdue overnight."""
    count = services.refresh_overdue(actor=job.actor, progress=progress)
    progress(1, 1)
    return {"looked_at": count}


@jobs.job_handler("worklists.open_periods")
def open_periods(job: Job, progress: Progress) -> dict[str, Any]:
    """Hand over what posts owe to who holds them now, ask what the new periods ask, and finish what
    the ledger proves already.
    """
    moved = services.hand_over_posts(actor=job.actor)
    made = services.open_periods(actor=job.actor, progress=progress)
    proved = services.prove_open_tasks(actor=job.actor)
    progress(1, 1)
    return {"handed_over": moved, "asked": made, "proved": proved}


@jobs.job_handler("worklists.issue_list")
def issue_list(job: Job, progress: Progress) -> dict[str, Any]:
    """Issue a draft: all or nothing, so that after a killed process it is simply done again."""
    draft = Draft.objects.get(pk=job.params["draft"])
    worklist = drafting.issue_draft(
        draft=draft,
        actor=job.actor,
        reason_over_cap=job.params.get("reason_over_cap", ""),
        progress=progress,
    )
    return {"worklist": worklist.pk}


jobs.run_daily("worklists.open_periods")
jobs.run_daily("worklists.refresh_overdue")
