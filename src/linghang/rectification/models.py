"""Problems, who answers for them, what is done about them, what came of it, and who looked at it.

The four lists (四张清单) are four views of these rows: problem, responsibility, measures, results.
A measure is an item of a list of the kind "measures" (docs/adr/0010).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.languages import choose
from linghang.rectification.enums import (
    SOLVED,
    ExtensionState,
    ProblemState,
    ResultKind,
    Severity,
    SourceKind,
    Step,
    Term,
)
from linghang.worklists.models import Item, Worklist


class Procedure(models.Model):
    """The way from handed in to closed; rows come from installed packs.

    `steps` is [{"step": "first_review", "days": 5}, …]: who looks in which order, in how many
    working days.
    """

    code = models.CharField(max_length=40, unique=True)
    title_en = models.CharField(max_length=80)
    title_zh = models.CharField(max_length=80)
    steps = models.JSONField(default=list)
    needs_result = models.BooleanField(default=False)
    needs_measures = models.BooleanField(default=False)
    needs_evidence = models.BooleanField(default=False)
    pack = models.CharField(max_length=60, blank=True)
    retired = models.BooleanField(default=False)

    def __str__(self) -> str:

        return choose(self.title_en, self.title_zh)


class ProblemBook(models.Model):
    """A list of problems (问题清单) of a round, a campaign or a year, with the list of its measures."""

    title = models.CharField(max_length=120)
    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    procedure = models.CharField(max_length=40, blank=True)  # code; "" is the ordinary one
    measures = models.OneToOneField(
        Worklist, null=True, blank=True, on_delete=models.PROTECT, related_name="problem_book"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["root", "title"], name="one_book_per_title_and_bureau")
        ]

    def __str__(self) -> str:
        return self.title


class Problem(models.Model):
    """A problem, who answers for it, by when, and how far it is.

    `unit` is where it is to be solved, `lead_unit` (牵头单位) reviews first, `leader` (牵头领导) signs
    off. `step` is the review it waits for while handed in. `first_due_on` never changes.
    """

    number = models.PositiveIntegerField(default=0)  # of the bureau's book of problems
    book = models.ForeignKey(
        ProblemBook, null=True, blank=True, on_delete=models.PROTECT, related_name="problems"
    )
    source_kind = models.CharField(max_length=12, choices=SourceKind, default=SourceKind.OTHER)
    source = models.CharField(max_length=60)
    source_page = models.CharField(max_length=40, blank=True)  # of the report it stands in
    aspect = models.CharField(max_length=60, blank=True)  # 方面
    text = models.CharField(max_length=300)
    cause = models.CharField(max_length=300, blank=True)
    severity = models.CharField(max_length=8, choices=Severity, default=Severity.GENERAL)
    term = models.CharField(max_length=10, choices=Term, default=Term.TIME_LIMITED)
    procedure = models.CharField(max_length=40, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="problems")
    lead_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="led_problems"
    )
    cooperating = models.ManyToManyField(Unit, blank=True, related_name="+")
    leader = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="led_problems"
    )
    responsible = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="problems"
    )
    responsible_name = models.CharField(max_length=60, blank=True)
    measure = models.CharField(max_length=400, blank=True)  # in one sentence, as files bring it
    items = models.ManyToManyField(
        Item, through="ProblemMeasure", blank=True, related_name="problems"
    )
    repeats = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="repeated_by"
    )
    # The record it came from, named as the ledger names it ("research.finding", 12): the rooms in
    # which problems arise stand above this one.
    origin_type = models.CharField(max_length=40, blank=True)
    origin_id = models.BigIntegerField(null=True, blank=True)
    stated_on = models.DateField(null=True, blank=True)
    first_due_on = models.DateField()
    due_on = models.DateField()
    provisional = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=ProblemState, default=ProblemState.NEW)
    step = models.CharField(max_length=14, choices=Step, blank=True)
    round = models.PositiveSmallIntegerField(default=0)  # how often it was handed in
    step_since = models.DateField(null=True, blank=True)
    step_due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)  # as said when it was handed in
    done_text = models.CharField(max_length=400, blank=True)  # what was done, in a sentence
    evidence = models.CharField(max_length=400, blank=True)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_on = models.DateField(null=True, blank=True)
    look_back_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["unit", "due_on"]),
            models.Index(fields=["state", "due_on"]),
            models.Index(fields=["book", "aspect"]),
            models.Index(fields=["origin_type", "origin_id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SOLVED, closed_on__isnull=False)
                | (~Q(state__in=SOLVED) & Q(closed_on__isnull=True)),
                name="problem_is_closed_with_its_date",
            ),
            models.CheckConstraint(
                condition=Q(state=ProblemState.HANDED_IN, step_since__isnull=False)
                | (~Q(state=ProblemState.HANDED_IN) & Q(step="")),
                name="problem_in_review_has_its_step",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class ProblemMeasure(models.Model):
    """A measure serves a problem: many to many."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="links")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="problem_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["problem", "item"], name="measure_serves_problem_once")
        ]


class Result(models.Model):
    """成果: a rule, a method, an outcome or a benefit that came of one or several problems."""

    problems = models.ManyToManyField(Problem, related_name="results")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=ResultKind)
    title = models.CharField(max_length=120)
    text = models.CharField(max_length=400, blank=True)
    quantity = models.PositiveIntegerField(null=True, blank=True)  # how many benefit
    quantity_unit = models.CharField(max_length=20, blank=True)
    document_number = models.CharField(max_length=80, blank=True)
    on = models.DateField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return self.title


class Review(models.Model):
    """One look at a problem handed in: which step, passed or returned, by whom, how long it took."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField(default=1)  # of handing in
    step = models.CharField(max_length=14, choices=Step)
    passed = models.BooleanField()
    reason = models.CharField(max_length=400, blank=True)
    since = models.DateField()  # since when it waited
    due_on = models.DateField()
    on = models.DateField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    @property
    def late(self) -> bool:
        """Return whether the look came after its day."""
        return self.on > self.due_on


class Extension(models.Model):
    """A later day, asked for with a reason, granted or refused with a word, and kept."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="extensions")
    old_due_on = models.DateField()
    new_due_on = models.DateField()
    reason = models.CharField(max_length=400)
    state = models.CharField(max_length=8, choices=ExtensionState, default=ExtensionState.ASKED)
    asked_at = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["problem"],
                condition=Q(state=ExtensionState.ASKED),
                name="one_problem_extension_waits",
            ),
            models.CheckConstraint(
                condition=Q(new_due_on__gt=F("old_due_on")), name="problem_extension_is_later"
            ),
        ]


class Act(models.Model):
    """One act on a problem: who, when, from which state to which, and why. Rows are only added."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="acts")
    verb = models.CharField(max_length=16)  # enums.Verb
    was = models.CharField(max_length=10, blank=True)
    became = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    old = models.JSONField(default=dict)  # what a corrected record said before
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["problem", "at"])]
