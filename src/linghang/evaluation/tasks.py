"""Background jobs of evaluation."""

from __future__ import annotations

from typing import Any

from linghang.evaluation import services
from linghang.evaluation.models import Draft, Publication, Scheme
from linghang.org.models import Unit
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import Progress
from linghang.platform.tasks.services import job_handler

RUN = "evaluation.run"
VERIFY = "evaluation.verify"
TRY = "evaluation.try"


@job_handler(RUN)
def run_evaluations(job: Job, progress: Progress) -> dict[str, Any]:
    """Evaluate a bureau for a period by each scheme asked for; return the runs.

    Repeatable: a scheme that was done before the process died gives the run it has.
    """
    root = Unit.objects.get(pk=job.params["root"])
    codes = job.params["schemes"]
    done = []
    for number, code in enumerate(codes):

        def report(part: int, parts: int, message: str = "", number: int = number) -> None:
            progress(number * parts + part, len(codes) * parts, message)

        run = services.run_evaluation(
            scheme=services.find_scheme(code, root),
            period=job.params["period"],
            root=root,
            actor=job.actor,
            job=job,
            progress=report,
        )
        done.append(run.pk)
    return {"runs": done}


@job_handler(VERIFY)
def verify_publications(job: Job, progress: Progress) -> dict[str, Any]:
    """Verify a publication; return how much differs. What it found stands in the audit trail."""
    publication = Publication.objects.select_related("run__scheme", "run__root").get(
        pk=job.params["publication"]
    )
    progress(0, 1, publication.number)
    found = services.verify_publication(publication=publication, actor=job.actor)
    progress(1, 1, publication.number)
    return {"digest": found.digest, "differences": len(found.differences)}


@job_handler(TRY)
def try_draft(job: Job, progress: Progress) -> dict[str, Any]:
    """Try the draft of a scheme on past periods; the result is kept with the draft."""
    draft = Draft.objects.select_related("root").get(pk=job.params["draft"])
    against = Scheme.objects.filter(pk=job.params["against"]).first()
    services.try_draft(
        draft=draft, against=against, periods=job.params["periods"], progress=progress
    )
    return {"draft": draft.pk}
