"""The two pipelines (双培养): somebody, their mentor, their milestones, and what was decided."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.ledger.models import Entry
from linghang.membership.models import Application
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.pioneers.enums import (
    Direction,
    PipelineDecision,
    PipelineHappened,
    PipelineStage,
    PipelineState,
)


class Pipeline(models.Model):
    """One person's way from member to backbone, or from backbone into the Party, with a mentor.

    Only a way into the Party has an `application`: its stage is read there and stands nowhere here.
    `mentor` is who is asked or accompanies now; who did before stands in the history.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="pipelines")
    direction = models.CharField(max_length=12, choices=Direction)
    candidate = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="pipelines")
    mentor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mentored")
    application = models.ForeignKey(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    aim = models.CharField(max_length=200)
    stage = models.CharField(max_length=10, choices=PipelineStage, default=PipelineStage.LEARNING)
    state = models.CharField(max_length=10, choices=PipelineState, default=PipelineState.ASKED)
    version = models.PositiveIntegerField(default=0)
    begins_on = models.DateField()
    ends_on = models.DateField()
    review_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=400, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["unit__path", "-begins_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate"],
                condition=Q(ended_on__isnull=True),
                name="one_open_pipeline_of_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(candidate=F("mentor")), name="nobody_is_their_own_mentor"
            ),
            models.CheckConstraint(
                condition=Q(direction=Direction.TO_MEMBER, application__isnull=False)
                | Q(direction=Direction.TO_BACKBONE, application__isnull=True),
                name="a_way_into_the_party_has_its_application",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | ~Q(outcome=""),
                name="ended_pipeline_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate} – {self.mentor}"

    @property
    def standing(self) -> PipelineState:
        """Return the state with its chip."""
        return PipelineState(self.state)

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.state}-{self.version}"

    def is_review_due(self, on: date) -> bool:
        """Return whether a review should have been held by the day."""
        return (
            self.standing is PipelineState.RUNNING
            and self.review_on is not None
            and self.review_on <= on
        )


class Milestone(models.Model):
    """What is to be reached by a day: proved by a record of the person, or a step into the Party."""

    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="milestones")
    text = models.CharField(max_length=200)
    due_on = models.DateField()
    step = models.CharField(max_length=30, blank=True)  # of the way into the Party; read there
    entry = models.ForeignKey(
        Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    proved_on = models.DateField(null=True, blank=True)
    proved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pipeline", "entry"],
                condition=Q(entry__isnull=False),
                name="a_record_proves_one_milestone",
            ),
            models.CheckConstraint(
                condition=Q(step="") | Q(entry__isnull=True),
                name="a_step_into_the_party_is_not_proved_by_hand",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class PipelineAct(models.Model):
    """What was done, decided and why; rows are only added. `mentor` is who accompanied then."""

    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=12, choices=PipelineHappened)
    decision = models.CharField(max_length=10, choices=PipelineDecision, blank=True)
    note = models.CharField(max_length=400, blank=True)
    mentor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.kind

    @property
    def happened(self) -> PipelineHappened:
        """Return what was done."""
        return PipelineHappened(self.kind)
