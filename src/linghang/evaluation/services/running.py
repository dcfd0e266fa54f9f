"""Running an evaluation: facts in, scores out, in one transaction at the end.

A run that is killed leaves its RUNNING row and nothing else; whoever runs the same evaluation next
takes that row over. The same facts give the same digest, and the run that has it already stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linghang.evaluation import mapping
from linghang.evaluation.enums import RunState, SchemeState
from linghang.evaluation.models import Run, Scheme, Score
from linghang.evaluation.queries import facts as fact_queries
from linghang.evaluation.queries.schemes import load
from linghang.evaluation.queries.subjects import Field, list_subjects
from linghang.ledger.api import read_lake, sync_lake
from linghang.org.models import Unit
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.tasks import progress as progress_of_jobs
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import silent
from linghang_core import scoring
from linghang_core.periods import Period, PeriodError
from linghang_core.scoring.scheme import SubjectKind

BATCH = 500


class EvaluationRefused(Exception):  # noqa: N818 - it says what happened
    """The evaluation cannot be done as asked; the message says why and what to do."""


def run_evaluation(
    *,
    scheme: Scheme,
    period: str,
    root: Unit,
    actor: Any,
    job: Job | None = None,
    progress: Any = silent,
) -> Run:
    """Evaluate a bureau for a period and return the run that holds the results.

    When nothing has changed since the last run, that run is returned and nothing is written.
    Raises EvaluationRefused for a period the scheme is not made for, or one that has not begun.
    """
    check_period(scheme, period)
    run = start_run(scheme=scheme, period=period, root=root, actor=actor, job=job)
    try:
        done = _evaluate(scheme, Period.parse(period), [run], actor=actor, progress=progress)
    except progress_of_jobs.JobCancelled:
        Run.objects.filter(pk=run.pk, state=RunState.RUNNING).delete()
        raise
    except scoring.EvaluationError as error:
        Run.objects.filter(pk=run.pk, state=RunState.RUNNING).update(
            state=RunState.FAILED, error=str(error), finished_at=clock.now()
        )
        raise EvaluationRefused(str(error)) from error
    return done[0]


def evaluate_months(
    *,
    schemes: Iterable[Scheme],
    periods: Sequence[str],
    roots: Sequence[Unit],
    actor: Any,
    progress: Any = silent,
) -> list[Run]:
    """Evaluate several bureaus for several periods; one pass over the facts for all bureaus.

    The same runs come out as from `run_evaluation` for each; only faster.
    """
    wanted = [(scheme, period) for scheme in schemes for period in periods]
    found: list[Run] = []
    for number, (scheme, period) in enumerate(wanted):
        progress(number, len(wanted), f"{scheme.code} {period}")
        check_period(scheme, period)
        runs = [start_run(scheme=scheme, period=period, root=root, actor=actor) for root in roots]
        found += _evaluate(scheme, Period.parse(period), runs, actor=actor, synced=number > 0)
    progress(len(wanted), len(wanted), "")
    return found


def start_run(
    *, scheme: Scheme, period: str, root: Unit, actor: Any, job: Job | None = None
) -> Run:
    """Return the RUNNING row of an evaluation, new or taken over from a process that died."""
    with transaction.atomic():
        run, created = Run.objects.select_for_update().get_or_create(
            scheme=scheme,
            period=period,
            root=root,
            state=RunState.RUNNING,
            defaults={"started_at": clock.now(), "actor": _user(actor), "job": job},
        )
        if not created:
            run.started_at, run.actor, run.job = clock.now(), _user(actor), job
            run.save(update_fields=["started_at", "actor", "job"])
    run.root, run.scheme = root, scheme
    return run


def check_period(scheme: Scheme, period: str) -> Period:
    """Return the period; raises EvaluationRefused when the scheme cannot be run for it."""
    loaded = load(scheme)
    try:
        found = Period.parse(period)
    except PeriodError as error:
        raise EvaluationRefused(str(error)) from error
    if found.kind.value != loaded.period.value:
        raise EvaluationRefused(
            _("%(scheme)s is for a %(kind)s; %(period)s is none.")
            % {"scheme": scheme, "kind": loaded.period.value, "period": period}
        )
    if found.first_day > clock.today():
        raise EvaluationRefused(_("%(period)s has not begun.") % {"period": found.label()})
    return found


def find_scheme(code: str) -> Scheme:
    """Return the version of a scheme in force; raises EvaluationRefused when there is none."""
    scheme = Scheme.objects.filter(code=code, state=SchemeState.ADOPTED).first()
    if scheme is None:
        raise EvaluationRefused(
            _("No version of the scheme %(code)s is in force. Install its practice pack first.")
            % {"code": code}
        )
    return scheme


def _evaluate(
    scheme: Scheme,
    period: Period,
    runs: Sequence[Run],
    *,
    actor: Any,
    progress: Any = silent,
    synced: bool = False,
) -> list[Run]:
    """Compute the runs (one bureau each) in one pass over the facts and write each in one go."""
    loaded = load(scheme)
    plan = scoring.compile_scheme(loaded)
    progress(0, 4, _("bringing the facts together"))
    lake = read_lake() if synced else sync_lake()
    progress(1, 4, _("who is rated"))
    field = list_subjects(loaded, period, [run.root for run in runs])
    progress(2, 4, _("counting facts"))
    counts = scoring.count_atoms(plan, str(period), field.everybody, lake.folder, lake.seq)
    progress(3, 4, _("writing results"))
    stands = fact_queries.read_stands(plan, str(period), [run.root for run in runs])
    done = []
    for run in runs:
        results = scoring.assess(
            loaded, str(period), field.subjects[run.root_id], counts, stands[run.root_id]
        )
        done.append(_write(run, results, field, actor=actor))
    progress(4, 4, "")
    return done


def _write(run: Run, results: scoring.Results, field: Field, *, actor: Any) -> Run:
    """Write the results in one transaction; return the run that now stands for them."""
    digest = results.digest()
    with transaction.atomic():
        locked = Run.objects.select_for_update().filter(pk=run.pk).first()
        same = _find_same(run, digest)
        if same is not None:
            if locked is not None and locked.state == RunState.RUNNING:
                locked.delete()
            return same
        if locked is None or locked.state != RunState.RUNNING:
            raise EvaluationRefused(_("Another process finished this evaluation meanwhile."))
        Run.objects.filter(
            scheme__code=run.scheme.code, period=run.period, root=run.root, state=RunState.DONE
        ).update(state=RunState.SUPERSEDED)
        run.state = RunState.DONE
        run.as_of_seq = results.as_of_seq
        run.digest = digest
        run.subjects = len(results.subjects)
        run.rated = sum(item.is_rated for item in results.subjects)
        run.summary = mapping.summarise(results)
        run.finished_at = clock.now()
        run.save()
        Score.objects.bulk_create(
            [_score(run, results, item, field) for item in results.subjects], batch_size=BATCH
        )
        audit.record(
            actor=actor,
            verb="run_evaluation",
            target=run,
            unit_path=run.root.path,
            new={
                "period": run.period,
                "scheme": f"{run.scheme.code} {run.scheme.version}",
                "digest": digest,
                "subjects": run.subjects,
                "as_of_seq": run.as_of_seq,
            },
        )
    return run


def _find_same(run: Run, digest: str) -> Run | None:
    """The run that stands for this evaluation already, if it came to the very same results."""
    return (
        Run.objects.filter(
            scheme=run.scheme,
            period=run.period,
            root=run.root,
            digest=digest,
            state__in=[RunState.DONE, RunState.PUBLISHED],
        )
        .select_related("scheme", "root")
        .order_by("-pk")
        .first()
    )


def _score(run: Run, results: scoring.Results, item: scoring.SubjectResult, field: Field) -> Score:
    person = results.scheme.subject is SubjectKind.PERSON
    return Score(
        run=run,
        unit_id=field.branches[item.subject.id],
        person_id=item.subject.id if person else None,
        total=item.total,
        band=item.band or "",
        reason=item.reason.value if item.reason else "",
        group=item.group,
        position=None if person else results.rank(item.subject.code),
        result=mapping.store_result(item),
    )


def _user(actor: Any) -> Any:
    return actor if getattr(actor, "pk", None) else None
