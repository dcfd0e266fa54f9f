"""The two pipelines: opened with a mentor who answers, milestones proved, reviewed, ended with an outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.ledger.models import Entry
from linghang.membership.models import Application
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.pioneers.enums import (
    PIPELINE_STATES_OF,
    Direction,
    MilestoneStanding,
    PipelineDecision,
    PipelineDeed,
    PipelineHappened,
    PipelineStage,
    PipelineState,
)
from linghang.pioneers.models import Milestone, Pipeline, PipelineAct
from linghang.pioneers.queries import pipelines as queries
from linghang.platform.acts import ask_reason, check_seen, fault, known, not_now
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.worklists import api as worklists
from linghang.worklists.models import Template
from linghang_core.periods import add_months, load_calendar
from linghang_core.regulations import list_steps

TEMPLATES = {
    Direction.TO_BACKBONE: "pipeline-to-backbone",
    Direction.TO_MEMBER: "pipeline-to-member",
}


@dataclass(frozen=True)
class PipelineDraft:
    """Whom the branch develops, with whom, to what; an application means the way into the Party."""

    unit: Unit
    mentor: Person
    aim: str
    candidate: Person | None = None
    application: Application | None = None

    @property
    def direction(self) -> Direction:
        """Return which way it is."""
        return Direction.TO_MEMBER if self.application else Direction.TO_BACKBONE

    @property
    def person(self) -> Person | None:
        """Return who is developed."""
        return self.application.person if self.application else self.candidate


@dataclass(frozen=True)
class MilestoneDraft:
    """What is to be reached by a day."""

    text: str
    due_on: date


@transaction.atomic
def open_pipeline(*, draft: PipelineDraft, actor: Any) -> Pipeline:
    """Open somebody's way and ask the mentor; the milestones are those of the installed pack.

    Raises ValidationError for somebody who is no member of the branch or whose application does not go on
    there, who is on a way already, and for a mentor who is no member of the branch or is the person.
    """
    today = clock.today()
    person = _check_person(draft, today)
    _check_mentor(draft.unit, draft.mentor, person, today)
    if not draft.aim.strip():
        raise fault("aim", _("Say what the person is to become able to do."), "aim")
    months = queries.describe_rule(today)[0]
    pipeline = Pipeline.objects.create(
        unit=draft.unit,
        direction=draft.direction,
        candidate=person,
        mentor=draft.mentor,
        application=draft.application,
        aim=draft.aim.strip(),
        begins_on=today,
        ends_on=add_months(today, months) - timedelta(days=1),
        opened_by=known(actor),
    )
    Milestone.objects.bulk_create(_draw_milestones(pipeline))
    _note(pipeline, PipelineHappened.OPENED, actor)
    return pipeline


def _check_person(draft: PipelineDraft, today: date) -> Person:
    if draft.application is not None:
        open_ones = queries.list_applicants(draft.unit, None)
        if not open_ones.filter(pk=draft.application.pk).exists():
            words = _("%(name)s has no application under way here, or is on a way already.")
            name = draft.application.person.name
            raise fault("application", words % {"name": name}, "application")
        return draft.application.person
    if draft.candidate is None or draft.candidate not in queries.list_candidates(draft.unit, today):
        words = _("Choose a member of the branch who is on no way yet.")
        raise fault("candidate", words, "candidate")
    return draft.candidate


def _check_mentor(unit: Unit, mentor: Person, person: Person, today: date) -> None:
    if mentor.pk == person.pk:
        raise fault("mentor", _("Nobody is their own mentor."), "own")
    if mentor not in queries.list_mentors(unit, today):
        raise fault("mentor", _("The mentor is a member of the branch."), "mentor")


def _draw_milestones(pipeline: Pipeline) -> list[Milestone]:
    """Return the milestones of the pack's pattern; a section named like a step into the Party means that step."""
    code = TEMPLATES[Direction(pipeline.direction)]
    if not Template.objects.filter(code=code, retired=False).exists():
        return []
    calendar, first = load_calendar(), pipeline.begins_on
    steps = {step.zh: step.code for step in list_steps()} if pipeline.application_id else {}
    return [
        Milestone(
            pipeline=pipeline,
            text=item.text,
            due_on=min(calendar.add_working_days(first, item.due_in or 1).date, pipeline.ends_on),
            step=steps.get(item.section, ""),
        )
        for item in worklists.list_template_items(code, first.year)
    ]


@transaction.atomic
def answer_mentor(
    *, pipeline: Pipeline, accepts: bool, reason: str = "", actor: Any, seen: str | None = None
) -> Pipeline:
    """Record that the mentor agrees, or declines with the reason; then the branch names another."""
    deed = PipelineDeed.ACCEPT if accepts else PipelineDeed.DECLINE
    taken = _lock(pipeline, deed, seen)
    if accepts:
        taken.state = PipelineState.RUNNING
        taken.review_on = queries.find_next_review(clock.today())
        return _move_on(taken, PipelineHappened.ACCEPTED, actor)
    why = ask_reason(reason)
    taken.state = PipelineState.DECLINED
    return _move_on(taken, PipelineHappened.DECLINED, actor, why)


@transaction.atomic
def name_mentor(
    *, pipeline: Pipeline, mentor: Person, reason: str, actor: Any, seen: str | None = None
) -> Pipeline:
    """Ask another mentor, who answers in turn; who was mentor before stays in the history."""
    taken = _lock(pipeline, PipelineDeed.MENTOR, seen)
    why = ask_reason(reason)
    if mentor.pk == taken.mentor_id:
        raise fault("mentor", _("%(name)s is asked already.") % {"name": mentor.name}, "same")
    _check_mentor(taken.unit, mentor, taken.candidate, clock.today())
    taken.mentor, taken.state = mentor, PipelineState.ASKED
    return _move_on(taken, PipelineHappened.MENTOR, actor, why)


@transaction.atomic
def add_milestone(
    *, pipeline: Pipeline, draft: MilestoneDraft, actor: Any, seen: str | None = None
) -> Milestone:
    """Add a milestone within the days of the way."""
    taken = _lock(pipeline, PipelineDeed.ADD, seen)
    if not draft.text.strip():
        raise fault("text", _("Say what is to be reached."), "text")
    if not clock.today() <= draft.due_on <= taken.ends_on:
        words = _("The day lies between today and %(day)s, the last day of the way.")
        raise fault("due_on", words % {"day": taken.ends_on}, "outside")
    made = Milestone.objects.create(pipeline=taken, text=draft.text.strip(), due_on=draft.due_on)
    _move_on(taken, PipelineHappened.ADDED, actor, made.text)
    return made


@transaction.atomic
def prove_milestone(*, milestone: Milestone, entry: Entry, actor: Any) -> Milestone:
    """Tie the record that proves it to a milestone.

    Raises ValidationError for a step into the Party, which is read from the application, for one that is
    proved already, and for a record that is not the person's own, lies before the way, or proves another.
    """
    pipeline = _lock(milestone.pipeline, PipelineDeed.ADD, None)
    one = pipeline.milestones.select_related("entry").get(pk=milestone.pk)
    if one.step:
        raise ValidationError(
            _("This is read from the way into the Party; nothing is entered here."), code="step"
        )
    if one.entry is not None and one.entry.withdrawn_at is None:
        raise ValidationError(_("This milestone is proved already."), code="proved")
    if not queries.list_proofs(pipeline).filter(pk=entry.pk).exists():
        words = _("Choose a record of the person since the way began that proves nothing else.")
        raise fault("entry", words, "entry")
    one.entry, one.proved_on, one.proved_by = entry, clock.today(), known(actor)
    one.save()
    _move_on(pipeline, PipelineHappened.PROVED, actor, f"{one.text}：{entry.title}")
    return one


@transaction.atomic
def review_pipeline(
    *, pipeline: Pipeline, decision: str, reason: str, actor: Any, seen: str | None = None
) -> Pipeline:
    """Decide on a way, with the reason; only a way to backbone has its stage moved on here."""
    taken = _lock(pipeline, PipelineDeed.REVIEW, seen)
    why, decided = ask_reason(reason), PipelineDecision(decision)
    if decided is PipelineDecision.MOVE_ON:
        following = PipelineStage(taken.stage).following
        if taken.application_id:
            words = _("The stage of the way into the Party moves on in the application itself.")
            raise fault("decision", words, "stage")
        if following is None:
            raise fault("decision", _("There is no further stage."), "stage")
        taken.stage = following
    taken.review_on = queries.find_next_review(clock.today())
    return _move_on(taken, PipelineHappened.REVIEWED, actor, why, decided)


@transaction.atomic
def end_pipeline(
    *, pipeline: Pipeline, reached: bool, outcome: str, actor: Any, seen: str | None = None
) -> Pipeline:
    """End a way with its outcome. Raises ValidationError for an aim reached with a milestone unproved."""
    taken = _lock(pipeline, PipelineDeed.REACH if reached else PipelineDeed.END, seen)
    if not outcome.strip():
        raise fault("outcome", _("Say what was reached."), "outcome")
    if reached:
        _check_proved(taken)
    taken.state = PipelineState.REACHED if reached else PipelineState.ENDED
    taken.outcome, taken.ended_on = outcome.strip(), clock.today()
    kind = PipelineHappened.REACHED if reached else PipelineHappened.ENDED
    return _move_on(taken, kind, actor, taken.outcome)


def _check_proved(pipeline: Pipeline) -> None:
    lines = queries.read_way(pipeline, None, clock.today()).lines
    left = [one for one in lines if one.standing is not MilestoneStanding.PROVED]
    if left:
        words = _("%(n)s milestones are not proved: prove them, or end it before the aim.")
        raise ValidationError(words % {"n": len(left)}, code="open")


def _lock(pipeline: Pipeline, deed: PipelineDeed, seen: str | None) -> Pipeline:
    found = Pipeline.objects.select_for_update(of=("self",)).select_related(
        "unit", "candidate", "mentor"
    )
    taken = found.get(pk=pipeline.pk)
    check_seen(taken, seen)
    if taken.state not in PIPELINE_STATES_OF[deed]:
        raise not_now(deed.label, taken.standing.label)
    return taken


def _move_on(
    pipeline: Pipeline,
    kind: PipelineHappened,
    actor: Any,
    note: str = "",
    decision: str = "",
) -> Pipeline:
    pipeline.version += 1
    pipeline.save()
    _note(pipeline, kind, actor, note, decision)
    return pipeline


def _note(
    pipeline: Pipeline,
    kind: PipelineHappened,
    actor: Any,
    note: str = "",
    decision: str = "",
) -> None:
    PipelineAct.objects.create(
        pipeline=pipeline,
        kind=kind,
        decision=decision,
        note=note[:400],
        mentor=pipeline.mentor,
        by=known(actor),
        at=clock.now(),
    )
    audit.record(
        actor=actor,
        verb=f"pipeline.{kind.value}",
        target=pipeline,
        label=pipeline.candidate.name,
        unit_path=pipeline.unit.path,
        new={"state": str(pipeline.state)},
        reason=note,
    )
