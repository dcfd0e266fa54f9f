"""Forms of the two pipelines; the milestones come from the pack, the days from the rule."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.ledger.models import Entry
from linghang.membership.models import Application
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.pioneers import services
from linghang.pioneers.enums import Direction, PipelineDecision, PipelineDeed
from linghang.pioneers.models import Milestone, Pipeline
from linghang.pioneers.queries import pipelines
from linghang.pioneers.web.forms.rooms import DateInput, ReasonField, choose, text_area
from linghang.platform.access import Scope
from linghang.platform.calendar import clock

OFFERED = 60  # records shown to choose from, the newest


class PipelineForm(forms.Form):
    """Who is developed, with whom, to what."""

    candidate = forms.ModelChoiceField(
        label=_("Who is developed"), queryset=Person.objects.none(), required=False
    )
    application = forms.ModelChoiceField(
        label=_("Who is developed"),
        queryset=Application.objects.none(),
        help_text=_("Those whose application is under way in the branch; the stage is read there."),
        required=False,
    )
    mentor = forms.ModelChoiceField(
        label=_("Mentor"),
        queryset=Person.objects.none(),
        help_text=_("A member of the branch; the mentor agrees or declines."),
    )
    aim = forms.CharField(
        label=_("What the person is to become able to do"), max_length=200, widget=text_area()
    )

    def __init__(
        self, *args: Any, unit: Unit, direction: Direction, scope: Scope, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.unit, today = unit, clock.today()
        if direction is Direction.TO_MEMBER:
            del self.fields["candidate"]
            self.fields["application"].queryset = pipelines.list_applicants(unit, scope)
            self.fields["application"].required = True
        else:
            del self.fields["application"]
            self.fields["candidate"].queryset = choose(pipelines.list_candidates(unit, today))
            self.fields["candidate"].required = True
        self.fields["mentor"].queryset = choose(pipelines.list_mentors(unit, today))

    def save(self, actor: Any) -> Pipeline:
        """Open the way."""
        draft = services.PipelineDraft(unit=self.unit, **self.cleaned_data)
        return services.open_pipeline(draft=draft, actor=actor)


class StepForm(forms.Form):
    """What every act sends back: how the way stood when the person looked at it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, pipeline: Pipeline, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pipeline = pipeline
        self.fields["seen"].initial = pipeline.seen
        self.prepare()

    def prepare(self) -> None:
        """Add what depends on the way."""

    @abstractmethod  # each act has its form; the forms' own metaclass does not check it
    def act(self, actor: Any) -> None:
        """Do the act with what was entered."""

    def call(self, service: Any, actor: Any, **values: Any) -> None:
        """Call the service with the way as it was seen."""
        seen = self.cleaned_data["seen"] or None
        service(pipeline=self.pipeline, actor=actor, seen=seen, **values)


class AcceptForm(StepForm):
    """Nothing is asked of who agrees."""

    def act(self, actor: Any) -> None:
        """Agree to be mentor."""
        self.call(services.answer_mentor, actor, accepts=True)


class DeclineForm(StepForm):
    """Why the mentor declines."""

    reason = ReasonField()

    def act(self, actor: Any) -> None:
        """Decline to be mentor."""
        reason = self.cleaned_data["reason"]
        self.call(services.answer_mentor, actor, accepts=False, reason=reason)


class MentorForm(StepForm):
    """Who is asked instead."""

    mentor = forms.ModelChoiceField(label=_("Mentor"), queryset=Person.objects.none())
    reason = ReasonField()

    def prepare(self) -> None:
        """Offer the other members of the branch."""
        known = pipelines.list_mentors(self.pipeline.unit, clock.today())
        apart = {self.pipeline.mentor_id, self.pipeline.candidate_id}
        self.fields["mentor"].queryset = choose([one for one in known if one.pk not in apart])

    def act(self, actor: Any) -> None:
        """Ask another mentor."""
        values = self.cleaned_data
        self.call(services.name_mentor, actor, mentor=values["mentor"], reason=values["reason"])


class MilestoneForm(StepForm):
    """What is to be reached, and by when."""

    text = forms.CharField(label=_("Milestone"), max_length=200)
    due_on = forms.DateField(label=_("Due on"), widget=DateInput())

    def act(self, actor: Any) -> None:
        """Add the milestone."""
        values = self.cleaned_data
        draft = services.MilestoneDraft(values["text"], values["due_on"])
        self.call(services.add_milestone, actor, draft=draft)


class DecideForm(StepForm):
    """What the review decides, and why."""

    decision = forms.ChoiceField(
        label=_("What is decided"), choices=PipelineDecision, widget=forms.RadioSelect
    )
    reason = ReasonField()

    def prepare(self) -> None:
        """Leave out the next stage where the way has none to move on to here."""
        if self.pipeline.application_id:
            kept = [one for one in PipelineDecision if one is not PipelineDecision.MOVE_ON]
            self.fields["decision"].choices = [(one.value, one.label) for one in kept]

    def act(self, actor: Any) -> None:
        """Hold the review."""
        values = self.cleaned_data
        self.call(
            services.review_pipeline, actor, decision=values["decision"], reason=values["reason"]
        )


class OutcomeForm(StepForm):
    """What the way came to."""

    reached = False
    outcome = forms.CharField(label=_("What it came to"), max_length=400, widget=text_area())

    def act(self, actor: Any) -> None:
        """End the way."""
        outcome = self.cleaned_data["outcome"]
        self.call(services.end_pipeline, actor, reached=self.reached, outcome=outcome)


class ReachedForm(OutcomeForm):
    """What the aim reached is seen by."""

    reached = True


STEP_FORMS: dict[PipelineDeed, type[StepForm]] = {
    PipelineDeed.ACCEPT: AcceptForm,
    PipelineDeed.DECLINE: DeclineForm,
    PipelineDeed.MENTOR: MentorForm,
    PipelineDeed.ADD: MilestoneForm,
    PipelineDeed.REVIEW: DecideForm,
    PipelineDeed.REACH: ReachedForm,
    PipelineDeed.END: OutcomeForm,
}


class RecordChoice(forms.ModelChoiceField):
    """A record, named by its day and title."""

    def label_from_instance(self, obj: Entry) -> str:
        """Return the day and the title."""
        return f"{obj.occurred_on:%Y-%m-%d} {obj.title}"


class ProofForm(forms.Form):
    """Which record of the person proves the milestone."""

    entry = RecordChoice(
        label=_("Record that proves it"),
        queryset=Entry.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        help_text=_("The person's own records since the way began; each proves one milestone."),
    )

    def __init__(self, *args: Any, milestone: Milestone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.milestone = milestone
        offered = [entry.pk for entry in pipelines.list_proofs(milestone.pipeline)[:OFFERED]]
        self.fields["entry"].queryset = Entry.objects.filter(pk__in=offered)

    def save(self, actor: Any) -> None:
        """Tie the record to the milestone."""
        services.prove_milestone(
            milestone=self.milestone, entry=self.cleaned_data["entry"], actor=actor
        )
