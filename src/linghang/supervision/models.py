"""Common findings, self-examinations, risk points and hints. What people write here is encrypted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.crypto.fields import EncryptedTextField
from linghang.platform.languages import choose
from linghang.rectification.models import Problem
from linghang.supervision.enums import (
    Detector,
    ExaminationState,
    FindingSource,
    Grade,
    HintState,
    Presence,
    ReplyState,
    RiskLevel,
    Subject,
)


class CommonFinding(models.Model):
    """One version of a finding inspections and audits meet often; never a real case, never a person.

    A changed text is a new row: what a unit answered stays with the words it was asked in.
    """

    code = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    category_en = models.CharField(max_length=60)
    category_zh = models.CharField(max_length=60)
    source_kind = models.CharField(max_length=10, choices=FindingSource)
    text = models.CharField(max_length=200)
    form = models.CharField(max_length=300, blank=True)  # 表现形式: how it typically shows
    check_how = models.CharField(max_length=300, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(default=100)
    pack = models.CharField(max_length=60, blank=True)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["order", "code", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"], name="one_finding_per_code_and_version"
            ),
            models.UniqueConstraint(
                fields=["code"], condition=Q(retired=False), name="one_finding_in_force"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def category(self) -> str:
        """Return the category in the reader's language."""
        return choose(self.category_en, self.category_zh)


class Examination(models.Model):
    """A self-examination (专项自查): chosen findings, asked of units, by a day."""

    title = models.CharField(max_length=80)
    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    findings = models.ManyToManyField(CommonFinding, related_name="examinations")
    opened_on = models.DateField()
    due_on = models.DateField()
    provisional = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=ExaminationState, default=ExaminationState.OPEN)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["root", "title"], name="one_examination_per_title")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.state}:{self.version}"


class Reply(models.Model):
    """The answers of one unit in an examination, and by when they are asked for."""

    examination = models.ForeignKey(Examination, on_delete=models.CASCADE, related_name="replies")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=ReplyState, default=ReplyState.FILLING)
    version = models.PositiveIntegerField(default=0)
    handed_in_on = models.DateField(null=True, blank=True)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    urged_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["examination", "unit__path"]
        constraints = [
            models.UniqueConstraint(
                fields=["examination", "unit"], name="one_reply_per_unit_and_examination"
            )
        ]

    def __str__(self) -> str:
        return f"{self.examination} · {self.unit}"

    @property
    def standing(self) -> ReplyState:
        """Return the state with its abilities."""
        return ReplyState(self.state)

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.state}:{self.version}"


class FindingAnswer(models.Model):
    """Whether a finding is there in a unit, what was looked at, and the problem that came of it."""

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="answers")
    finding = models.ForeignKey(CommonFinding, on_delete=models.PROTECT, related_name="answers")
    presence = models.CharField(max_length=10, choices=Presence)
    looked_at = EncryptedTextField(blank=True)
    note = EncryptedTextField(blank=True)
    becomes_problem = models.BooleanField(default=False)
    measure = EncryptedTextField(blank=True)
    solve_by = models.DateField(null=True, blank=True)
    problem = models.OneToOneField(
        Problem, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["reply", "finding__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["reply", "finding"], name="one_answer_per_finding"),
            models.CheckConstraint(
                condition=Q(becomes_problem=False)
                | Q(presence=Presence.PRESENT, solve_by__isnull=False),
                name="problem_of_an_answer_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.presence}"

    @property
    def said(self) -> Presence:
        """Return the answer with its abilities."""
        return Presence(self.presence)


class RiskRule(models.Model):
    """Which level follows from likelihood and consequence, and how often it is reviewed; of a pack."""

    likelihood = models.PositiveSmallIntegerField(choices=Grade)
    consequence = models.PositiveSmallIntegerField(choices=Grade)
    level = models.CharField(max_length=8, choices=RiskLevel)
    review_months = models.PositiveSmallIntegerField()
    pack = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["likelihood", "consequence"]
        constraints = [
            models.UniqueConstraint(fields=["likelihood", "consequence"], name="one_risk_rule")
        ]


class RiskTemplate(models.Model):
    """A risk point as packs bring it, to be taken into a bureau's register."""

    code = models.CharField(max_length=40, unique=True)
    process = models.CharField(max_length=60)  # 业务流程
    post = models.CharField(max_length=60)  # 岗位
    text = models.CharField(max_length=200)
    controls = models.CharField(max_length=300)
    likelihood = models.PositiveSmallIntegerField(choices=Grade)
    consequence = models.PositiveSmallIntegerField(choices=Grade)
    order = models.PositiveSmallIntegerField(default=100)
    pack = models.CharField(max_length=60, blank=True)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.text


class RiskPoint(models.Model):
    """An integrity risk (廉洁风险点) of a post in a process, its controls, who keeps them, the next review.

    `level` is computed by RiskRule and never entered.
    """

    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # keeps the controls
    process = models.CharField(max_length=60)
    post = models.CharField(max_length=60)
    text = EncryptedTextField()
    controls = EncryptedTextField()
    likelihood = models.PositiveSmallIntegerField(choices=Grade)
    consequence = models.PositiveSmallIntegerField(choices=Grade)
    level = models.CharField(max_length=8, choices=RiskLevel)
    review_on = models.DateField()
    reviewed_on = models.DateField(null=True, blank=True)
    retired = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["root", "number"], name="one_risk_point_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.process} · {self.post}"

    @property
    def standing(self) -> RiskLevel:
        """Return the level with its abilities."""
        return RiskLevel(self.level)

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return str(self.version)


class HintRule(models.Model):
    """A rule by which the records give a hint: what is counted, the numbers, the basis; of a pack."""

    code = models.CharField(max_length=40, unique=True)
    title_en = models.CharField(max_length=80)
    title_zh = models.CharField(max_length=80)
    question_en = models.CharField(max_length=200)  # what to look at before anything is said
    question_zh = models.CharField(max_length=200)
    basis = models.CharField(max_length=200)
    detector = models.CharField(max_length=20, choices=Detector)
    params = models.JSONField(default=dict)
    order = models.PositiveSmallIntegerField(default=100)
    pack = models.CharField(max_length=60, blank=True)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return choose(self.title_en, self.title_zh)

    @property
    def question(self) -> str:
        """Return the question to begin with, in the reader's language."""
        return choose(self.question_en, self.question_zh)


class Hint(models.Model):
    """A hint (预警线索) from the records: what was counted, and what people made of it.

    `key` names the subject of the rule, `turn` counts when new facts came after a decision: computing
    again changes nothing that was decided. `counted` is [[record type, id, day], …].
    """

    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(HintRule, on_delete=models.PROTECT, related_name="hints")
    key = models.CharField(max_length=80)
    turn = models.PositiveSmallIntegerField(default=1)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    counted = models.JSONField(default=list)
    found_on = models.DateField()
    state = models.CharField(max_length=10, choices=HintState, default=HintState.NEW)
    version = models.PositiveIntegerField(default=0)
    reason = EncryptedTextField(blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    problem = models.OneToOneField(
        Problem, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-found_on", "-pk"]
        indexes = [models.Index(fields=["root", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["root", "rule", "key", "turn"], name="one_hint_per_key_and_turn"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[HintState.NEW, HintState.LOOKED_AT], decided_on=None)
                | (
                    ~Q(state__in=[HintState.NEW, HintState.LOOKED_AT]) & Q(decided_on__isnull=False)
                ),
                name="decided_hint_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} · {self.unit}"

    @property
    def standing(self) -> HintState:
        """Return the state with its abilities."""
        return HintState(self.state)

    @property
    def count(self) -> int:
        """Return how many records were counted."""
        return len(self.counted)

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.state}:{self.version}"


class Act(models.Model):
    """One act of supervision: what it was about, who, when, why. Rows are only added."""

    subject = models.CharField(max_length=12, choices=Subject)
    subject_id = models.BigIntegerField()
    verb = models.CharField(max_length=12)  # enums.Verb
    reason = EncryptedTextField(blank=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject", "subject_id", "at"])]
