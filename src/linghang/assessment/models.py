"""Forms from packs, rounds, the sheets of raters with their marks, visits with their findings."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.assessment.enums import (
    Happened,
    RaterKind,
    RoundState,
    SheetState,
    SubjectKind,
    VisitState,
)
from linghang.ledger.models import Entry
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.crypto.fields import EncryptedTextField
from linghang.platform.languages import choose, spoken
from linghang.rectification.enums import ProblemState
from linghang.rectification.models import Problem
from linghang_core.periods import Period


class Form(models.Model):
    """One version of an assessment form, from a pack; a version never changes once installed.

    `raters` is [[kind, weight in percent], …] in the order of the steps; `full` is in hundredths.
    """

    code = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    title_en = models.CharField(max_length=80)
    title_zh = models.CharField(max_length=80)
    subject = models.CharField(max_length=6, choices=SubjectKind)
    period = models.CharField(max_length=8)  # kind of period: month, quarter, year
    raters = models.JSONField(default=list)
    stepwise = models.BooleanField(default=False)
    visit = models.BooleanField(default=False)  # 季督导
    full = models.PositiveIntegerField(default=0)
    pack = models.CharField(max_length=60, blank=True)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["code", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"], name="one_form_per_code_and_version"
            )
        ]

    def __str__(self) -> str:
        return choose(self.title_en, self.title_zh)

    @property
    def kinds(self) -> list[RaterKind]:
        """Return who marks, in the order of the steps."""
        return [RaterKind(kind) for kind, _weight in self.raters]

    @property
    def weights(self) -> dict[RaterKind, int]:
        """Return the weight of each kind of rater, in percent."""
        return {RaterKind(kind): weight for kind, weight in self.raters}

    @property
    def fact_kind(self) -> str:
        """Return the kind of the facts its rounds leave."""
        return f"mark.{self.code}"


class Item(models.Model):
    """What is marked: up to how many points (hundredths), how, with what evidence, by which records."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="items")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=12)
    title_en = models.CharField(max_length=120)
    title_zh = models.CharField(max_length=120)
    full = models.PositiveIntegerField()
    guide = models.CharField(max_length=400, blank=True)
    evidence = models.BooleanField(default=False)  # needed: a file or a record, and a second person
    facts = models.JSONField(default=list)

    class Meta:
        ordering = ["form", "order"]
        constraints = [
            models.UniqueConstraint(fields=["form", "code"], name="one_item_per_code_and_form")
        ]

    def __str__(self) -> str:
        return choose(self.title_en, self.title_zh)


class Round(models.Model):
    """A form asked for a period of units or their members, until marks stand."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="rounds")
    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=8)
    opened_on = models.DateField()
    due_on = models.DateField()
    provisional = models.BooleanField(default=False)  # a year without a notice was crossed
    state = models.CharField(max_length=10, choices=RoundState, default=RoundState.OPEN)
    version = models.PositiveIntegerField(default=0)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=RoundState.CLOSED, closed_on__isnull=False)
                | (~Q(state=RoundState.CLOSED) & Q(closed_on__isnull=True)),
                name="closed_assessment_has_its_day",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Return what the round is called: its period and its form."""
        language = spoken()
        return _("%(period)s %(form)s") % {"period": self.span.label(language), "form": self.form}

    @property
    def span(self) -> Period:
        """Return the period."""
        return Period.parse(self.period)

    @property
    def standing(self) -> RoundState:
        """Return the state with its abilities."""
        return RoundState(self.state)

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.state}:{self.version}"


class TeamMember(models.Model):
    """A person of the assessment team (考评组) of a round."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="team")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="team_member_once_per_round")
        ]


class Subject(models.Model):
    """Who is marked in a round: a branch, or a member of it; for a visit also who came and when."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="subjects")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    visited_on = models.DateField(null=True, blank=True)
    visitors = models.ManyToManyField(Person, blank=True, related_name="+")
    remark = EncryptedTextField(blank=True)  # of the visited secretary
    signed_on = models.DateField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["round", "unit__path", "person__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit"],
                condition=Q(person__isnull=True),
                name="unit_is_marked_once_per_round",
            ),
            models.UniqueConstraint(
                fields=["round", "person"], name="person_is_marked_once_per_round"
            ),
            models.CheckConstraint(
                condition=Q(signed_on__isnull=True) | Q(visited_on__isnull=False),
                name="signed_visit_took_place",
            ),
        ]

    def __str__(self) -> str:
        return self.person.name if self.person is not None else self.unit.name

    @property
    def visit(self) -> VisitState:
        """Return where the visit stands."""
        if self.signed_on is not None:
            return VisitState.SIGNED
        return VisitState.VISITED if self.visited_on is not None else VisitState.PLANNED

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.visit}:{self.version}"


class Sheet(models.Model):
    """The marks of one rater for one subject; a paper slip of the masses has nobody's name."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="sheets")
    kind = models.CharField(max_length=10, choices=RaterKind)
    rater = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=SheetState, default=SheetState.DRAFT)
    version = models.PositiveIntegerField(default=0)
    handed_in_on = models.DateField(null=True, blank=True)
    entered_by = models.ForeignKey(  # of a paper slip
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(  # that the slip was entered as it is
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["subject", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "kind", "rater"], name="one_sheet_per_rater_and_subject"
            ),
            models.CheckConstraint(
                condition=Q(rater__isnull=False) | Q(kind=RaterKind.MASSES),
                name="only_masses_mark_without_a_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.kind}"

    @property
    def who(self) -> RaterKind:
        """Return the kind of rater."""
        return RaterKind(self.kind)

    @property
    def standing(self) -> SheetState:
        """Return the state with its abilities."""
        return SheetState(self.state)

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.state}:{self.version}"


class Mark(models.Model):
    """The points (hundredths) given for an item, with the words, the record and the second person."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="marks")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveIntegerField(null=True)
    note = EncryptedTextField(blank=True)
    entry = models.ForeignKey(
        Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["sheet", "item__order"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "item"], name="one_mark_per_item_and_sheet")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.points}"


class Result(models.Model):
    """What stands of a subject when the round is closed: of each kind of rater the mean.

    `raw` is the plain mean, `quantity` what counts (calibrated for the team), both in hundredths.
    """

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="results")
    kind = models.CharField(max_length=10, choices=RaterKind)
    raters = models.PositiveSmallIntegerField()
    raw = models.PositiveIntegerField()
    quantity = models.PositiveIntegerField()

    class Meta:
        ordering = ["subject", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "kind"], name="one_result_per_rater_kind")
        ]


class Finding(models.Model):
    """What visitors found of an item, and the problem that came of it."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="findings")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=300)
    noted_on = models.DateField()
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    problem = models.OneToOneField(
        Problem, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["item__order", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def problem_state(self) -> ProblemState | None:
        """Return where the problem that came of it stands."""
        return ProblemState(self.problem.state) if self.problem is not None else None


class Act(models.Model):
    """One act in a round: who, when, what and why. Rows are only added."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="acts")
    subject = models.ForeignKey(
        Subject, null=True, blank=True, on_delete=models.CASCADE, related_name="acts"
    )
    sheet = models.ForeignKey(
        Sheet, null=True, blank=True, on_delete=models.CASCADE, related_name="acts"
    )
    kind = models.CharField(max_length=16, choices=Happened)
    reason = EncryptedTextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["round", "at"])]
