"""Sets of standards, rounds, the sheet of a unit with its answers, and what was found."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.diagnosis.enums import Lead, RoundState, SheetState, Side, Verdict
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.languages import choose
from linghang.rectification.enums import Severity
from linghang.rectification.models import Problem


class StandardSet(models.Model):
    """One version of a set of standards, from a pack; a version never changes once it is installed."""

    code = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    title_en = models.CharField(max_length=80)
    title_zh = models.CharField(max_length=80)
    months = models.PositiveSmallIntegerField(default=12)  # whose records are shown beside
    pack = models.CharField(max_length=60, blank=True)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["code", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_set_per_code_and_version")
        ]

    def __str__(self) -> str:
        return choose(self.title_en, self.title_zh)


class Standard(models.Model):
    """What is checked, how, by which rule, and what shows it in the records."""

    standard_set = models.ForeignKey(
        StandardSet, on_delete=models.PROTECT, related_name="standards"
    )
    order = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=12)
    field_en = models.CharField(max_length=40)  # 专业
    field_zh = models.CharField(max_length=40)
    text = models.CharField(max_length=200)
    check_how = models.CharField(max_length=300, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=list)  # codes of kinds of facts that show it
    severity = models.CharField(max_length=8, choices=Severity, default=Severity.GENERAL)
    lead = models.CharField(max_length=10, choices=Lead, default=Lead.BRANCH)

    class Meta:
        ordering = ["standard_set", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["standard_set", "number"], name="one_standard_per_number_and_set"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text}"

    @property
    def field_title(self) -> str:
        """Return the professional field in the reader's language."""
        return choose(self.field_en, self.field_zh)


class Round(models.Model):
    """A diagnosis round: units check themselves, then experts check them, over one version of a set."""

    title = models.CharField(max_length=80)
    standard_set = models.ForeignKey(StandardSet, on_delete=models.PROTECT, related_name="rounds")
    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField()
    self_until = models.DateField()
    expert_until = models.DateField()
    provisional = models.BooleanField(default=False)  # a year without a notice was crossed
    state = models.CharField(max_length=12, choices=RoundState, default=RoundState.SELF_CHECK)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["root", "title"], name="one_round_per_title"),
            models.CheckConstraint(
                condition=Q(expert_until__gt=F("self_until")), name="experts_come_after_self_check"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def standing(self) -> RoundState:
        """Return the state with its abilities."""
        return RoundState(self.state)

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.state}:{self.version}"


class Expert(models.Model):
    """A person who checks in a round; with `fields` only the standards of these (Chinese names)."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="experts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    fields = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="expert_once_per_round")
        ]

    def __str__(self) -> str:
        return self.person.name


class Sheet(models.Model):
    """The check of one unit in a round: its answers of both sides stand in `answers`."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="sheets")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="diagnosis_sheets")
    state = models.CharField(max_length=10, choices=SheetState, default=SheetState.FILLING)
    version = models.PositiveIntegerField(default=0)
    handed_in_on = models.DateField(null=True, blank=True)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["round", "unit__path"]
        constraints = [
            models.UniqueConstraint(fields=["round", "unit"], name="one_sheet_per_unit_and_round"),
            models.CheckConstraint(
                condition=Q(state=SheetState.CHECKED, checked_on__isnull=False)
                | (~Q(state=SheetState.CHECKED) & Q(checked_on__isnull=True)),
                name="checked_sheet_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.unit}"

    @property
    def standing(self) -> SheetState:
        """Return the state with its abilities."""
        return SheetState(self.state)

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.state}:{self.version}"


class Answer(models.Model):
    """Whether the unit meets a standard, as one side says: one of the unit, one of each expert."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="answers")
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=6, choices=Side)
    expert = models.ForeignKey(
        Expert, null=True, blank=True, on_delete=models.PROTECT, related_name="answers"
    )
    verdict = models.CharField(max_length=7, choices=Verdict)
    note = models.CharField(max_length=200, blank=True)
    carried = models.BooleanField(default=False)  # prefilled from last time, not touched yet
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["sheet", "standard__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "standard"],
                condition=Q(side=Side.SELF),
                name="one_self_answer_per_standard",
            ),
            models.UniqueConstraint(
                fields=["sheet", "standard", "expert"],
                condition=Q(side=Side.EXPERT),
                name="one_answer_per_standard_and_expert",
            ),
            models.CheckConstraint(
                condition=Q(side=Side.SELF, expert__isnull=True)
                | Q(side=Side.EXPERT, expert__isnull=False),
                name="expert_answer_names_the_expert",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard_id} {self.verdict}"

    @property
    def said(self) -> Verdict:
        """Return the answer with its abilities."""
        return Verdict(self.verdict)


class Finding(models.Model):
    """A standard a unit failed by the experts' joint answer, graded; several may be one problem."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="findings")
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=7, choices=Verdict)
    severity = models.CharField(max_length=8, choices=Severity)
    lead = models.CharField(max_length=10, choices=Lead)
    problem = models.ForeignKey(
        Problem, null=True, on_delete=models.PROTECT, related_name="diagnosis_findings"
    )

    class Meta:
        ordering = ["standard__order", "sheet__unit__path"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "standard"], name="standard_is_found_once")
        ]

    def __str__(self) -> str:
        return f"{self.standard_id} {self.verdict}"


class Act(models.Model):
    """One act in a round: who, when, what and why. Rows are only added."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="acts")
    sheet = models.ForeignKey(
        Sheet, null=True, blank=True, on_delete=models.CASCADE, related_name="acts"
    )
    verb = models.CharField(max_length=14)  # enums.Verb
    was = models.CharField(max_length=12, blank=True)
    became = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["round", "at"])]
