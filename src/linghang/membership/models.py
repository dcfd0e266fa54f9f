"""Applications for membership, and the steps taken on the way into the Party."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.membership.enums import Outcome, Stage
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.languages import choose
from linghang_core.regulations import Ballot, Taken, list_steps
from linghang_core.regulations import Outcome as CoreOutcome


class Application(models.Model):
    """One person's way from application to conversion; `stage` follows the steps (`services`).

    `next_due_on` mirrors the first day to keep, for lists; `joined_on` and `full_on` the days that
    count for membership.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="applications")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="applications"
    )  # the branch
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.APPLYING)
    version = models.PositiveIntegerField(default=0)
    applied_on = models.DateField()
    next_due_on = models.DateField(null=True, blank=True)
    joined_on = models.DateField(null=True, blank=True)
    probation_ends_on = models.DateField(null=True, blank=True)
    full_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-applied_on", "-pk"]
        indexes = [models.Index(fields=["unit", "stage"])]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(ended_on__isnull=True),
                name="one_open_application_per_person",
            ),
            models.CheckConstraint(
                condition=Q(full_on__isnull=True) | Q(full_on__gt=F("joined_on")),
                name="conversion_follows_admission",
            ),
        ]

    def __str__(self) -> str:
        return self.person.name

    @property
    def standing(self) -> Stage:
        """Return the stage with its colour and icon."""
        return Stage(self.stage)

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.stage}-{self.version}"


class StepTaken(models.Model):
    """A step taken; rows are only added, a mistaken last one is withdrawn with its reason."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="taken")
    step = models.CharField(max_length=30)
    on = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.PASSED)
    people = models.ManyToManyField(Person, blank=True, related_name="+")  # contacts, introducers
    days = models.PositiveSmallIntegerField(default=0)
    hours = models.PositiveSmallIntegerField(default=0)
    months = models.PositiveSmallIntegerField(default=0)  # of an extension
    entitled = models.PositiveSmallIntegerField(null=True, blank=True)
    present = models.PositiveSmallIntegerField(null=True, blank=True)
    in_favour = models.PositiveSmallIntegerField(null=True, blank=True)
    against = models.PositiveSmallIntegerField(null=True, blank=True)
    written_in_favour = models.PositiveSmallIntegerField(default=0)
    special = models.BooleanField(default=False)
    note = models.CharField(max_length=400, blank=True)
    reason = models.CharField(max_length=400, blank=True)  # why a general rule was not kept
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdraw_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.step

    @property
    def name(self) -> str:
        """Return what the step is called in the reader's language."""
        step = next(one for one in list_steps() if one.code == self.step)
        return choose(step.en, step.zh)

    @property
    def result(self) -> Outcome:
        """Return what came of it, with its colour and icon."""
        return Outcome(self.outcome)

    @property
    def abstained(self) -> int:
        """Return who was present and neither agreed nor refused."""
        return (self.present or 0) - (self.in_favour or 0) - (self.against or 0)

    def to_core(self, number: int) -> Taken:
        """Return the step as the rules judge it; `number` are the people it names."""
        ballot = None
        if self.entitled is not None:
            ballot = Ballot(
                self.entitled, self.present or 0, self.in_favour or 0, self.written_in_favour
            )
        return Taken(
            step=self.step,
            on=self.on,
            outcome=CoreOutcome(self.outcome),
            number=number,
            days=self.days,
            hours=self.hours,
            months=self.months,
            ballot=ballot,
            special=self.special,
        )
