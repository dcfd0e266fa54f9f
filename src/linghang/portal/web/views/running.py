"""Background jobs: the list, one job with its progress, stopping it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.tasks import progress
from linghang.platform.tasks.models import Job, JobState
from linghang.platform.tasks.services import cancel_job
from linghang.platform.ui.tables import render_list
from linghang.portal.queries import trail
from linghang.portal.web.filters import JobFilter
from linghang.portal.web.tables import JOBS, JobChip, name_of, seconds_of


@require()
def list_jobs(request: HttpRequest) -> HttpResponse:
    """List the reader's own jobs, and those of the units one may see jobs of."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    found = JobFilter(request.GET, trail.visible_jobs(scope))
    sees_all = bool(scope.can(Permission.VIEW_JOBS))
    return render_list(
        request,
        JOBS.bind(found.qs, request.GET),
        title=_("Jobs"),
        sub=_("Imports, evaluations and daily work that run in the background.")
        if sees_all
        else _("Your imports and evaluations that run in the background."),
        filterset=found,
    )


@require()
def show_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a job is; htmx asks for the moving part alone until it has ended."""
    job = _find_job(request, pk)
    context = _describe(job)
    if request.headers.get("HX-Request"):
        return render(request, "portal/job_state.html", context)
    return render(request, "portal/job.html", context)


@require()
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a waiting or running job to stop; it leaves nothing half done."""
    job = _find_job(request, pk)
    if job.actor_id != request.user.pk:
        insist(request.scope.can(Permission.VIEW_JOBS))  # type: ignore[attr-defined]
    if JobState(job.state).is_final:
        messages.info(request, _("The job had ended already."))
    else:
        cancel_job(job=job, actor=request.user)
        messages.success(request, _("The job is being stopped."))
    return redirect("portal:job", pk=job.pk)


def _find_job(request: HttpRequest, pk: int) -> Job:
    return get_object_or_404(trail.visible_jobs(request.scope), pk=pk)  # type: ignore[attr-defined]


def _describe(job: Job) -> dict[str, Any]:
    state = JobState(job.state)
    known = progress.read(job.pk)
    return {
        "job": job,
        "title": name_of(job),
        "chip": JobChip(job.state),
        "is_final": state.is_final,
        "progress": known | {"total": known["total"] or 1},
        "duration": seconds_of(job),
        "poll": reverse("portal:job", args=[job.pk]),
        "result": [(name, value) for name, value in job.result.items() if _is_short(value)],
        "crumbs": [(_("Jobs"), reverse("portal:jobs"))],
    }


def _is_short(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)
