"""Reads of the two pipelines: who sees them, how their milestones stand, which records may prove one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.ledger.models import Entry, Fact
from linghang.membership import api as membership
from linghang.membership.enums import Outcome, Stage
from linghang.membership.models import Application, StepTaken
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.pioneers.enums import (
    NOT_DONE,
    MilestoneStanding,
    PipelineStage,
    PipelineState,
)
from linghang.pioneers.models import Milestone, Pipeline
from linghang.pioneers.queries.carriers import list_work_kinds
from linghang.platform.access import Permission, Scope
from linghang.platform.notices.enums import NoticeKind
from linghang.platform.notices.registry import NoticeDraft
from linghang_core.periods import add_months
from linghang_core.regulations import load_rules

ENDING = (PipelineState.REACHED, PipelineState.ENDED)


@dataclass(frozen=True)
class MilestoneLine:
    """A milestone on a day; `on` is the day of what proves it."""

    milestone: Milestone
    standing: MilestoneStanding
    on: date | None


@dataclass(frozen=True)
class Way:
    """A pipeline with its milestones; `stage` is None where the reader may not see the application."""

    pipeline: Pipeline
    stage: Stage | PipelineStage | None
    lines: tuple[MilestoneLine, ...]

    @property
    def pk(self) -> int:
        """Return the id of the pipeline."""
        return self.pipeline.pk

    @property
    def stage_name(self) -> str:
        """Return the name of the stage, or that it is not shown."""
        return str(self.stage.label if self.stage else MilestoneStanding.UNSEEN.label)

    @property
    def proved(self) -> int:
        """Return how many milestones are proved."""
        return self._count(MilestoneStanding.PROVED)

    @property
    def late(self) -> int:
        """Return how many milestones are overdue."""
        return self._count(MilestoneStanding.LATE)

    @property
    def next_line(self) -> MilestoneLine | None:
        """Return the open milestone that is due first."""
        waiting = (MilestoneStanding.OPEN, MilestoneStanding.LATE)
        return next((line for line in self.lines if line.standing in waiting), None)

    def _count(self, standing: MilestoneStanding) -> int:
        return sum(line.standing is standing for line in self.lines)


def list_pipelines(scope: Scope) -> QuerySet[Pipeline]:
    """Return the ways the reader sees: of people who are theirs to see, their own, and whom they mentor."""
    seen = scope.restrict(Permission.VIEW_PEOPLE, "unit__path")
    if scope.person_id:
        seen |= Q(candidate_id=scope.person_id) | Q(mentor_id=scope.person_id)
    return Pipeline.objects.filter(seen).select_related("unit", "candidate", "mentor")


def list_mentored(scope: Scope) -> QuerySet[Pipeline]:
    """Return the ways that go on and that the reader accompanies, or is asked to."""
    return list_pipelines(scope).filter(mentor_id=scope.person_id or 0, ended_on=None)


def read_ways(pipelines: QuerySet[Pipeline], scope: Scope | None, on: date) -> list[Way]:
    """Return the ways with their milestones as the reader may see them; four queries for any number.

    Without a scope, as the system itself sees them.
    """
    rows = list(pipelines.prefetch_related("milestones__entry"))
    ids = [row.application_id for row in rows if row.application_id]
    seen = Application.objects.all() if scope is None else membership.list_applications(scope)
    stages = dict(seen.filter(pk__in=ids).values_list("pk", "stage")) if ids else {}
    taken: dict[tuple[int, str], date] = {}
    if stages:
        steps = StepTaken.objects.filter(
            application__in=list(stages), withdrawn_at=None, outcome=Outcome.PASSED, on__lte=on
        ).order_by("-on")
        for pk, step, day in steps.values_list("application_id", "step", "on"):
            taken[pk, step] = day  # the first time stays
    return [_read_way(row, stages, taken, on) for row in rows]


def _read_way(
    row: Pipeline, stages: dict[int, str], taken: dict[tuple[int, str], date], on: date
) -> Way:
    stage: Stage | PipelineStage | None = PipelineStage(row.stage)
    if row.application_id:
        stage = Stage(stages[row.application_id]) if row.application_id in stages else None
    lines = tuple(
        _read_line(row, one, stage is not None, taken, on) for one in row.milestones.all()
    )
    return Way(row, stage, lines)


def _read_line(
    row: Pipeline,
    one: Milestone,
    is_seen: bool,
    taken: dict[tuple[int, str], date],
    on: date,
) -> MilestoneLine:
    if one.step and not is_seen:
        return MilestoneLine(one, MilestoneStanding.UNSEEN, None)
    day = taken.get((row.application_id or 0, one.step)) if one.step else _read_day(one)
    if day is not None:
        return MilestoneLine(one, MilestoneStanding.PROVED, day)
    late = one.due_on < on and row.standing is PipelineState.RUNNING
    return MilestoneLine(one, MilestoneStanding.LATE if late else MilestoneStanding.OPEN, None)


def _read_day(one: Milestone) -> date | None:
    """Return the day of the record that proves it; one taken back proves nothing."""
    if one.entry is None or one.entry.withdrawn_at is not None:
        return None
    return one.entry.occurred_on


def read_way(pipeline: Pipeline, scope: Scope | None, on: date) -> Way:
    """Return one way as the reader may see it."""
    found = Pipeline.objects.filter(pk=pipeline.pk).select_related("unit", "candidate", "mentor")
    return read_ways(found, scope, on)[0]


def list_proofs(pipeline: Pipeline) -> QuerySet[Entry]:
    """Return the records that may prove a milestone: the person's own, since it began, not used yet."""
    kinds = [code for code, _title in list_work_kinds()]
    own = Fact.objects.filter(person_id=pipeline.candidate_id, kind__in=kinds, withdrawn_seq=None)
    done = own.exclude(status__in=NOT_DONE).values("entry_id")
    used = pipeline.milestones.exclude(entry=None).values("entry_id")
    found = Entry.objects.filter(
        pk__in=done, withdrawn_at=None, occurred_on__gte=pipeline.begins_on
    )
    return found.exclude(pk__in=used).select_related("unit")


def list_candidates(unit: Unit, on: date) -> list[Person]:
    """Return the members of the branch who are on no way yet."""
    busy = set(Pipeline.objects.filter(ended_on=None).values_list("candidate_id", flat=True))
    return [one for one in people.list_members([unit.pk], on)[unit.pk] if one.pk not in busy]


def list_applicants(unit: Unit, scope: Scope | None) -> QuerySet[Application]:
    """Return the applications of the branch that go on, that the reader sees, with no way yet."""
    seen = Application.objects.all() if scope is None else membership.list_applications(scope)
    busy = Pipeline.objects.filter(ended_on=None).values("candidate_id")
    found = membership.filter_open(seen).filter(unit=unit, full_on=None)
    return found.exclude(person_id__in=busy).select_related("person")


def list_mentors(unit: Unit, on: date) -> list[Person]:
    """Return who may be mentor: the members of the branch."""
    return people.list_members([unit.pk], on)[unit.pk]


def describe_rule(on: date) -> tuple[int, int, int]:
    """Return (months of the term, months between reviews, days of the reminder) by the rule of the day."""
    rule = load_rules().find("pioneers.pipeline", on)
    return rule.whole("months"), rule.whole("review_months"), rule.whole("remind_days")


def find_next_review(after: date) -> date:
    """Return when the next review is due by the rule of the day."""
    return add_months(after, describe_rule(after)[1])


def list_reminders(today: date) -> Iterator[NoticeDraft]:
    """Yield a reminder to each mentor who is asked, or whose milestone comes near or is late."""
    soon = today + timedelta(days=describe_rule(today)[2])
    running = Pipeline.objects.filter(ended_on=None).exclude(mentor__user=None)
    rows = running.select_related("unit", "candidate", "mentor")
    by_state: dict[str, list[Way]] = defaultdict(list)
    for way in read_ways(rows, None, today):
        by_state[way.pipeline.state].append(way)
    for way in by_state[PipelineState.ASKED]:
        words = _("You are asked to be mentor of %(name)s") % {"name": way.pipeline.candidate.name}
        yield _remind(way, f"asked:{way.pipeline.version}", NoticeKind.DUE, words)
    for way in by_state[PipelineState.RUNNING]:
        for line in _list_near(way.lines, soon):
            late = line.standing is MilestoneStanding.LATE
            words = _("%(name)s: “%(text)s” is due on %(day)s") % {
                "name": way.pipeline.candidate.name,
                "text": line.milestone.text,
                "day": line.milestone.due_on,
            }
            key = f"{line.milestone.pk}:{'late' if late else 'due'}"
            yield _remind(way, key, NoticeKind.LATE if late else NoticeKind.DUE, words)


def _list_near(lines: Sequence[MilestoneLine], soon: date) -> list[MilestoneLine]:
    """Keep what is open and due; a step into the Party is nothing a mentor is reminded of."""
    waiting = (MilestoneStanding.OPEN, MilestoneStanding.LATE)
    return [
        line
        for line in lines
        if line.standing in waiting and line.milestone.due_on <= soon and not line.milestone.step
    ]


def _remind(way: Way, key: str, kind: NoticeKind, words: str) -> NoticeDraft:
    user_id = way.pipeline.mentor.user_id
    assert user_id is not None  # those without a log-in were left out
    return NoticeDraft(
        recipient_id=user_id,
        key=f"pioneers:pipeline:{way.pk}:{key}",
        kind=kind,
        title=words,
        url=reverse("pioneers:pipeline", args=[way.pk]),
        unit_path=way.pipeline.unit.path,
    )
