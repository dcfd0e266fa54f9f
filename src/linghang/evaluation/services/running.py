"""Running an evaluation: facts in, scores out, in one transaction at the end.

A job that is killed leaves its RUNNING row and nothing else; whoever runs the same evaluation next
takes that row over, but never while its job is still at work. A run over many bureaus that is killed leaves the bureaus it has finished, and
no trace of the others. The same facts give the same digest, and the run that has it already stands:
so doing it all again keeps what is there and adds what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from linghang.evaluation import mapping
from linghang.evaluation.enums import PERIOD_WORDS, RunState
from linghang.evaluation.models import Run, Scheme, Score
from linghang.evaluation.queries import facts as fact_queries
from linghang.evaluation.queries.schemes import group_bureaus, list_in_force, load
from linghang.evaluation.queries.subjects import Field, list_subjects
from linghang.evaluation.services.engines import Counting, EvaluationRefused, choose_engine
from linghang.ledger.api import read_lake, sync_lake
from linghang.org.models import Unit
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.tasks import progress as progress_of_jobs
from linghang.platform.tasks.models import Job, JobState
from linghang.platform.tasks.progress import silent
from linghang_core import scoring
from linghang_core.periods import Period, PeriodError
from linghang_core.scoring.scheme import SubjectKind

BATCH = 500


class EvaluationUnderWay(EvaluationRefused):
    """Another job is evaluating the same; the message says since when."""


def run_evaluation(
    *,
    scheme: Scheme,
    period: str,
    root: Unit,
    actor: Any,
    job: Job | None = None,
    progress: Any = silent,
    counting: Counting | None = None,
) -> Run:
    """Evaluate a bureau for a period and return the run that holds the results.

    When nothing has changed since the last run, that run is returned and nothing is written.
    Raises EvaluationRefused for a period the scheme is not made for, or one that has not begun, for
    an engine that is not installed, and while another job is evaluating the same.
    """
    check_period(scheme, period)
    counting = counting or choose_engine()
    run = start_run(scheme=scheme, period=period, root=root, actor=actor, job=job)
    try:
        pass_ = _count(scheme, Period.parse(period), [root], counting, progress=progress)
        done = _write(run, pass_.assess(root), pass_, actor=actor)
        progress(4, 4, "")
    except progress_of_jobs.JobCancelled:
        _own_row(run).delete()
        raise
    except scoring.EvaluationError as error:
        _own_row(run).update(state=RunState.FAILED, error=str(error), finished_at=clock.now())
        raise EvaluationRefused(str(error)) from error
    return done


def evaluate_months(
    *,
    schemes: Iterable[Scheme],
    periods: Sequence[str],
    roots: Sequence[Unit],
    actor: Any,
    progress: Any = silent,
    counting: Counting | None = None,
) -> list[Run]:
    """Evaluate several bureaus for several periods; one pass over the facts for all bureaus.

    The same runs come out as from `run_evaluation` for each; only faster. A bureau that cannot be
    evaluated stops no other: its run comes back as failed, with the reason.
    """
    wanted = [(scheme, period) for scheme in schemes for period in periods]
    counting = counting or choose_engine()
    for scheme, period in wanted:
        check_period(scheme, period)
    found: list[Run] = []
    for number, (scheme, period) in enumerate(wanted):
        progress(number, len(wanted), f"{scheme.code} {period}")
        pass_ = _count(scheme, Period.parse(period), roots, counting, synced=number > 0)
        found += [_evaluate_bureau(pass_, root, actor=actor) for root in roots]
    progress(len(wanted), len(wanted), "")
    return found


def _evaluate_bureau(pass_: _Pass, root: Unit, *, actor: Any) -> Run:
    """Write one bureau of a pass in one transaction: it is there wholly, or nothing of it is."""
    try:
        with transaction.atomic():
            run = start_run(scheme=pass_.scheme, period=str(pass_.period), root=root, actor=actor)
            run.started_at = pass_.began
            return _write(run, pass_.assess(root), pass_, actor=actor)
    except EvaluationUnderWay as error:  # the row that runs is the other's
        return Run.objects.create(
            scheme=pass_.scheme,
            period=str(pass_.period),
            root=root,
            state=RunState.FAILED,
            error=str(error),
            started_at=pass_.began,
            finished_at=clock.now(),
            actor=_user(actor),
        )
    except (scoring.EvaluationError, EvaluationRefused) as error:
        run = start_run(scheme=pass_.scheme, period=str(pass_.period), root=root, actor=actor)
        run.state, run.error, run.finished_at = RunState.FAILED, str(error), clock.now()
        run.save(update_fields=["state", "error", "finished_at"])
        return run


def start_run(
    *, scheme: Scheme, period: str, root: Unit, actor: Any, job: Job | None = None
) -> Run:
    """Return the RUNNING row of an evaluation, new or taken over from a process that died.

    Raises EvaluationUnderWay while the job of the row is another one and not finished: its process
    lives, or the worker takes it up again.
    """
    with transaction.atomic():
        run, created = Run.objects.select_for_update().get_or_create(
            scheme=scheme,
            period=period,
            root=root,
            state=RunState.RUNNING,
            defaults={"started_at": clock.now(), "actor": _user(actor), "job": job},
        )
        if not created:
            _insist_ended(run, job)
            run.started_at, run.actor, run.job = clock.now(), _user(actor), job
            run.save(update_fields=["started_at", "actor", "job"])
    run.root, run.scheme = root, scheme
    return run


def _insist_ended(run: Run, job: Job | None) -> None:
    other = run.job
    if other is None or other == job or JobState(other.state).is_final:
        return
    raise EvaluationUnderWay(
        _(
            "%(scheme)s %(period)s is being evaluated already, since %(time)s. "
            "Wait until it is done, or stop it on its progress page."
        )
        % {
            "scheme": run.scheme,
            "period": run.period,
            "time": f"{timezone.localtime(run.started_at):%Y-%m-%d %H:%M}",
        }
    )


def _own_row(run: Run) -> QuerySet[Run]:
    """The row of a run as long as it runs and nobody else has taken it over."""
    return Run.objects.filter(pk=run.pk, state=RunState.RUNNING, job=run.job_id)


def check_period(scheme: Scheme, period: str) -> Period:
    """Return the period; raises EvaluationRefused when the scheme cannot be run for it."""
    loaded = load(scheme)
    try:
        found = Period.parse(period)
    except PeriodError as error:
        raise EvaluationRefused(str(error)) from error
    if found.kind.value != loaded.period.value:
        raise EvaluationRefused(
            _("%(scheme)s is evaluated %(kind)s; %(period)s is none of its periods.")
            % {"scheme": scheme, "kind": PERIOD_WORDS[loaded.period.value], "period": period}
        )
    if found.first_day > clock.today():
        raise EvaluationRefused(_("%(period)s has not begun.") % {"period": found.label()})
    return found


def evaluate_in_force(
    *,
    code: str,
    period: str,
    roots: Sequence[Unit],
    actor: Any = None,
    counting: Counting | None = None,
) -> list[Run]:
    """Evaluate a month of bureaus, each by the version of the scheme it has in force.

    Bureaus without such a scheme are left out; EvaluationRefused when none has one.
    """
    versions = group_bureaus(code, roots)
    if not versions:
        find_scheme(code, roots[0] if len(roots) == 1 else None)  # says what is missing
    return [
        run
        for scheme, bureaus in versions.items()
        for run in evaluate_months(
            schemes=[scheme], periods=[period], roots=bureaus, actor=actor, counting=counting
        )
    ]


def find_scheme(code: str, root: Unit | None = None) -> Scheme:
    """Return the version of a scheme in force in a bureau, or the one for all without a bureau.

    Raises EvaluationRefused when there is none.
    """
    scheme = list_in_force(root).filter(code=code).first()
    if scheme is None:
        raise EvaluationRefused(
            _("No version of the scheme %(code)s is in force. Install its practice pack first.")
            % {"code": code}
        )
    return scheme


@dataclass(frozen=True)
class _Pass:
    """What one pass over the facts has counted for some bureaus and a period."""

    scheme: Scheme
    period: Period
    field: Field
    counts: scoring.Counts
    stands: dict[int, int]
    counting: Counting
    began: datetime

    def assess(self, root: Unit) -> scoring.Results:
        """Return the results of one bureau."""
        return scoring.assess(
            load(self.scheme),
            str(self.period),
            self.field.subjects[root.pk],
            self.counts,
            self.stands[root.pk],
        )


def _count(
    scheme: Scheme,
    period: Period,
    roots: Sequence[Unit],
    counting: Counting,
    *,
    progress: Any = silent,
    synced: bool = False,
) -> _Pass:
    """Count the atoms of everybody in the bureaus, in one pass over the facts."""
    began = clock.now()
    loaded = load(scheme)
    plan = scoring.compile_scheme(loaded)
    progress(0, 4, _("bringing the facts together"))
    lake = read_lake() if synced else sync_lake()
    progress(1, 4, _("who is rated"))
    field = list_subjects(loaded, period, roots)
    progress(2, 4, _("counting facts"))
    counts = counting.count(plan, str(period), field.everybody, lake.folder, lake.seq)
    progress(3, 4, _("writing results"))
    stands = fact_queries.read_stands(loaded, str(period), roots, field.subjects, lake.seq)
    return _Pass(scheme, period, field, counts, stands, counting, began)


def _write(run: Run, results: scoring.Results, pass_: _Pass, *, actor: Any) -> Run:
    """Write the results in one transaction; return the run that now stands for them."""
    digest = results.digest()
    with transaction.atomic():
        locked = _own_row(run).select_for_update().first()
        same = _find_same(run, digest)
        if same is not None:
            if locked is not None:
                locked.delete()
            return same
        if locked is None:
            raise EvaluationRefused(_("Another process finished this evaluation meanwhile."))
        Run.objects.filter(
            scheme__code=run.scheme.code, period=run.period, root=run.root, state=RunState.DONE
        ).update(state=RunState.SUPERSEDED)
        run.state = RunState.DONE
        run.as_of_seq = results.as_of_seq
        run.digest = digest
        run.subjects = len(results.subjects)
        run.rated = sum(item.is_rated for item in results.subjects)
        run.summary = mapping.summarise(results) | {"engine": pass_.counting.engine.value}
        run.finished_at = clock.now()
        run.save()
        Score.objects.bulk_create(
            [_score(run, results, item, pass_.field) for item in results.subjects], batch_size=BATCH
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
                "engine": pass_.counting.engine.value,
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
