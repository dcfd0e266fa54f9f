"""The evaluation cycle of a bureau for a period: how far it is, and the one next step."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Count, Q

from linghang.evaluation.enums import ObjectionState, PublicationState, RunState
from linghang.evaluation.models import Objection, Publication, Run, Scheme
from linghang.evaluation.queries import facts as fact_queries
from linghang.evaluation.queries.parts import Part, list_parts
from linghang.evaluation.queries.schemes import list_in_force, load
from linghang.org.models import Unit
from linghang.platform.calendar import clock
from linghang.platform.tasks.models import JobState
from linghang_core.periods import Period, PeriodKind

ORDER = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR)


class Step(StrEnum):
    """The steps of a cycle in their order."""

    RECORD = "record"
    RUN = "run"
    CHECK = "check"
    PUBLISH = "publish"
    OBJECT = "object"
    FINISH = "finish"


@dataclass
class Strand:
    """One scheme in a cycle: its run that counts, its publication, what changed since."""

    scheme: Scheme
    run: Run | None = None
    publication: Publication | None = None
    running: Run | None = None
    failed: Run | None = None
    waiting: int = 0
    changed: int = 0  # facts written or withdrawn since the run
    parts: list[Part] = field(default_factory=list)

    @property
    def missing(self) -> list[Part]:
        """Return the results it is built on that are not final yet: it is not published before."""
        return [part for part in self.parts if not part.is_ready]


@dataclass
class Cycle:
    """A bureau's evaluation for a period; `step` is the step to be done next, None when final."""

    root: Unit
    period: Period
    strands: list[Strand] = field(default_factory=list)

    @property
    def step(self) -> Step | None:
        """Return the first step that is not done; a running month can be evaluated on trial."""
        if any(strand.run is None for strand in self.strands) or not self.strands:
            return Step.RUN
        open_runs = [one for one in self.strands if one.publication is None]
        if open_runs and (not self.is_over or self.missing):
            return Step.RECORD
        if any(strand.changed for strand in open_runs):
            return Step.RUN
        if open_runs:
            return Step.PUBLISH
        if any(self.is_open(strand) for strand in self.strands):
            return Step.OBJECT if self.objections_running or self.waiting else Step.FINISH
        return None

    @property
    def missing(self) -> list[Part]:
        """Return what publishing has to wait for, over all schemes not yet public."""
        return [
            part for strand in self.strands if strand.publication is None for part in strand.missing
        ]

    @property
    def is_over(self) -> bool:
        """Return whether the period has ended, so that its result can be published."""
        return clock.today() >= self.period.end

    @property
    def waiting(self) -> int:
        """Return how many objections wait for a decision."""
        return sum(strand.waiting for strand in self.strands)

    @property
    def objections_running(self) -> bool:
        """Return whether objections are still taken to any of the results."""
        today = clock.today()
        return any(
            strand.publication is not None
            and self.is_open(strand)
            and today <= strand.publication.objections_until
            for strand in self.strands
        )

    @property
    def runs(self) -> list[Run]:
        """Return the runs that count, for pages that link to them."""
        return [strand.run for strand in self.strands if strand.run is not None]

    @staticmethod
    def is_open(strand: Strand) -> bool:
        """Return whether the strand's result is public and not closed yet."""
        publication = strand.publication
        return publication is not None and not PublicationState(publication.state).is_closed


def read_cycle(root: Unit, period: Period) -> Cycle:
    """Return the cycle of a bureau for a period; the number of queries does not grow with units."""
    cycle = Cycle(root, period)
    schemes = [
        scheme for scheme in list_in_force(root) if scheme.document["period"] == period.kind.value
    ]
    runs = (
        Run.objects.filter(root=root, period=str(period))
        .exclude(state=RunState.SUPERSEDED)
        .select_related("scheme", "publication", "job")
        .defer("publication__snapshot")
        .order_by("pk")
    )
    strands = {scheme.code: Strand(scheme) for scheme in schemes}
    for run in runs:
        strand = strands.setdefault(run.scheme.code, Strand(run.scheme))
        _place(strand, run)
    waiting = dict(
        Objection.objects.filter(
            score__run__root=root, score__run__period=str(period), state=ObjectionState.OPEN
        )
        .values_list("score__run_id")
        .annotate(number=Count("pk"))
        .order_by()
    )
    for strand in strands.values():
        if strand.run is not None:
            strand.run.root = root
            strand.waiting = waiting.get(strand.run.pk, 0)
            changed = fact_queries.list_changed(strand.run, load(strand.run.scheme))
            strand.changed = changed.count()
        strand.parts = list_parts(strand.scheme, root, period)
    cycle.strands = list(strands.values())
    return cycle


def _place(strand: Strand, run: Run) -> None:
    if run.state == RunState.RUNNING and run.job and JobState(run.job.state).is_final:
        run.error = run.job.error  # the job fell over; the next run takes this one over
        strand.failed = run
    elif run.state == RunState.RUNNING:
        strand.running = run
    elif run.state == RunState.FAILED:
        strand.failed = run
    elif run.state == RunState.PUBLISHED or strand.publication is None:
        strand.run = run
        strand.publication = run.publication if run.state == RunState.PUBLISHED else None


def default_period(kind: PeriodKind = PeriodKind.MONTH) -> Period:
    """Return the last month (quarter, year) that is over: the one an office works on."""
    return Period.containing(clock.today(), kind).previous()


def list_kinds(root: Unit) -> list[PeriodKind]:
    """Return the kinds of period for which schemes are in force in a bureau, the shortest first."""
    found = set(list_in_force(root).values_list("document__period", flat=True))
    return [kind for kind in ORDER if kind.value in found] or [PeriodKind.MONTH]


def count_open_objections(condition: Q) -> int:
    """Return how many objections wait for a decision among those the condition keeps."""
    return Objection.objects.filter(condition, state=ObjectionState.OPEN).count()
