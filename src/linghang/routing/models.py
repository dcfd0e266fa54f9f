"""Raised problems, the legs of their way, and the rules of the pack they are routed by."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.languages import choose
from linghang.rectification.models import Problem
from linghang.routing.enums import RUNNING, EscalateTo, Outcome, Stage, Urgency


class Category(models.Model):
    """What a problem is about, and who usually solves such ones; rows of a pack."""

    code = models.CharField(max_length=40, unique=True)
    title_en = models.CharField(max_length=60)
    title_zh = models.CharField(max_length=60)
    hint_en = models.CharField(max_length=120, blank=True)
    hint_zh = models.CharField(max_length=120, blank=True)
    solvers = models.JSONField(default=list)  # rows of packs.SolverRow, the first the likeliest
    order = models.PositiveSmallIntegerField(default=100)
    pack = models.CharField(max_length=60, blank=True)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:

        return choose(self.title_en, self.title_zh)


class StageLimit(models.Model):
    """How many working minutes a stage, or the whole way ("total"), may take; rows of a pack."""

    urgency = models.CharField(max_length=10, choices=Urgency)
    stage = models.CharField(max_length=10)  # of Stage, or enums.TOTAL
    minutes = models.PositiveIntegerField()
    escalate_to = models.CharField(max_length=8, choices=EscalateTo, default=EscalateTo.BACK)
    pack = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["urgency", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["urgency", "stage"], name="one_limit_per_urgency_and_stage"
            )
        ]


class Case(models.Model):
    """A problem raised at the front, on its way: where it stands now is owned by `services`.

    Two clocks: `stage_due_at` of the present leg, new with each, and `total_due_at` of the whole
    way, set once when it is raised. `stage`, `unit`, `person`, `leg` mirror the open leg.
    """

    number = models.CharField(max_length=20, unique=True)
    text = models.CharField(max_length=300)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="cases")
    urgency = models.CharField(max_length=10, choices=Urgency)
    front = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # where it arose
    place = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # a business unit: the station it is about
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    raised_person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    raised_at = models.DateTimeField()
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.RAISED)
    version = models.PositiveIntegerField(default=0)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # who solves or solved it
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # who in the unit has it in hand
    stage_since = models.DateTimeField()
    stage_due_at = models.DateTimeField(null=True)
    total_due_at = models.DateTimeField()
    provisional = models.BooleanField(default=False)  # a year without a notice was crossed
    escalate_to = models.CharField(max_length=8, choices=EscalateTo, default=EscalateTo.BACK)
    answer = models.CharField(max_length=400, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    spent = models.PositiveBigIntegerField(null=True, blank=True)  # working seconds, whole way
    rested = models.PositiveBigIntegerField(default=0)  # of them closed before a reopening: no leg
    handovers = models.PositiveSmallIntegerField(default=0)
    not_solved = models.PositiveSmallIntegerField(default=0)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_cases"
    )
    problem = models.OneToOneField(
        Problem, null=True, blank=True, on_delete=models.PROTECT, related_name="case"
    )  # stated once a unit answers for it

    class Meta:
        ordering = ["-raised_at", "-pk"]
        indexes = [
            models.Index(fields=["stage", "stage_due_at"]),
            models.Index(fields=["front", "raised_at"]),
            models.Index(fields=["unit", "stage"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=RUNNING, ended_at__isnull=True)
                | (~Q(stage__in=RUNNING) & Q(ended_at__isnull=False)),
                name="case_ends_with_its_time",
            ),
            models.CheckConstraint(
                condition=Q(stage=Stage.MERGED, merged_into__isnull=False)
                | (~Q(stage=Stage.MERGED) & Q(merged_into__isnull=True)),
                name="merged_case_names_the_other",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=[Stage.ASSIGNED, Stage.SOLVING, Stage.ANSWERED])
                | Q(unit__isnull=False),
                name="case_at_a_unit_names_it",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def standing(self) -> Stage:
        """Return the stage with its abilities."""
        return Stage(self.stage)

    @property
    def raiser(self) -> str:
        """Return the name of who raised it, of their unit where nobody is named."""
        return str(self.raised_person or self.raised_by or self.front.name)

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.stage}-{self.version}"


class Leg(models.Model):
    """One stretch of a case's way: a stage in one pair of hands, with its own clock. Rows are only added.

    The open leg is the one without an end. What a unit is measured by are its own legs; what came
    before and after is not its time.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="legs")
    number = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=10, choices=Stage)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    spent = models.PositiveBigIntegerField(null=True, blank=True)  # working seconds
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    escalated_at = models.DateTimeField(null=True, blank=True)  # the moment its clock ran out

    class Meta:
        ordering = ["case", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_leg_per_number"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="one_open_leg_per_case"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="leg_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="")
                | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="ended_leg_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number}"
