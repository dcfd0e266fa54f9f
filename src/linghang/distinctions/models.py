"""Programmes of stars and benchmarks, the way to a level, levels held and lost, lists and methods.

Nothing that was decided is changed: a level ends with a day and the next one is a row of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.distinctions.enums import (
    ENDED,
    Happened,
    Kind,
    ObjectionState,
    Stage,
    Standing,
)
from linghang.org.models import Unit
from linghang.platform.languages import choose


def _say(text: dict[str, str]) -> str:
    return choose(text["en"], text["zh"])


@dataclass(frozen=True)
class Level:
    """One level of a programme; `rank` counts from 1, the lowest. `conditions` are rows of the pack."""

    code: str
    rank: int
    title: str
    conditions: tuple[dict[str, Any], ...]
    of: int

    def __str__(self) -> str:
        return self.title

    @property
    def stars(self) -> str:
        """Return the rank as stars, for programmes that give stars."""
        return "★" * self.rank + "☆" * (self.of - self.rank)


class Programme(models.Model):
    """A programme (评星定级、标杆) as its pack brought it; the document holds levels and conditions."""

    code = models.CharField(max_length=60, unique=True)
    title_en = models.CharField(max_length=120)
    title_zh = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind)
    document = models.JSONField()
    pack = models.CharField(max_length=60, blank=True)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return choose(self.title_en, self.title_zh)

    @property
    def levels(self) -> list[Level]:
        """Return the levels, the highest first as the pack writes them."""
        rows = self.document["levels"]
        return [
            Level(
                row["code"],
                len(rows) - place,
                _say(row["title"]),
                tuple(row["conditions"]),
                len(rows),
            )
            for place, row in enumerate(rows)
        ]

    def find_level(self, code: str) -> Level | None:
        """Return the level of the code; None for one the programme no longer has."""
        return next((level for level in self.levels if level.code == code), None)

    def name_level(self, code: str) -> str:
        """Return the title of a level, its code where the programme no longer has it."""
        found = self.find_level(code)
        return found.title if found else code

    @property
    def note(self) -> str:
        """Return what the programme is for."""
        return _say(self.document["note"])

    @property
    def has_stars(self) -> bool:
        """Return whether its levels are shown as stars."""
        return self.kind == Kind.STARS


class Case(models.Model):
    """An application or recommendation of a unit for a level, up to the award.

    `checks` are the conditions as the system found them when it was sent.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cases")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="distinction_cases")
    level = models.CharField(max_length=40)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.APPLIED)
    version = models.PositiveIntegerField(default=0)
    recommended = models.BooleanField(default=False)
    checks = models.JSONField(default=list)
    opened_on = models.DateField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    document_number = models.CharField(max_length=80, blank=True)
    publicised_on = models.DateField(null=True)
    objections_until = models.DateField(null=True)
    awarded_on = models.DateField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "unit"],
                condition=~Q(stage__in=sorted(ENDED)),
                name="one_open_case_per_programme_and_unit",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["public", "awarded"])
                | Q(objections_until__gte=F("publicised_on")),
                name="public_case_has_its_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.level_title}"

    @property
    def level_title(self) -> str:
        """Return what the level is called."""
        return self.programme.name_level(self.level)

    @property
    def standing(self) -> Stage:
        """Return the stage with its colour."""
        return Stage(self.stage)

    @property
    def seen(self) -> str:
        """Return how it stands, for forms to send back."""
        return f"{self.stage}:{self.version}"


class Holding(models.Model):
    """A level a unit holds from a day, until it is followed by another or taken away."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="holdings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="distinctions")
    level = models.CharField(max_length=40)
    rank = models.PositiveSmallIntegerField()
    case = models.OneToOneField(Case, null=True, on_delete=models.PROTECT, related_name="holding")
    document_number = models.CharField(max_length=80, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # exclusive
    next_review_on = models.DateField()
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.HELD)
    version = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)  # the conditions that failed at the last review
    warned_on = models.DateField(null=True)
    rectify_until = models.DateField(null=True)

    class Meta:
        ordering = ["-valid_from", "-pk"]
        indexes = [models.Index(fields=["next_review_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "unit"],
                condition=Q(valid_to__isnull=True),
                name="one_level_held_per_programme_and_unit",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="a_level_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=~Q(standing="warned") | Q(rectify_until__gt=F("warned_on")),
                name="a_warning_has_its_grace",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.level_title}"

    @property
    def level_title(self) -> str:
        """Return what the level is called."""
        return self.programme.name_level(self.level)

    @property
    def state(self) -> Standing:
        """Return how it stands, with its colour."""
        return Standing(self.standing)

    @property
    def seen(self) -> str:
        """Return how it stands, for forms to send back."""
        return f"{self.standing}:{self.version}"


class Demotion(models.Model):
    """The committee's decision to take a level away; it stays even where an appeal restores the level."""

    holding = models.OneToOneField(
        Holding, primary_key=True, on_delete=models.PROTECT, related_name="demotion"
    )
    to_level = models.CharField(max_length=40, blank=True)
    to_rank = models.PositiveSmallIntegerField(default=0)
    on = models.DateField()
    reason = models.CharField(max_length=400)
    document_number = models.CharField(max_length=80, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    appeal_until = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_demotion_says_why"),
        ]

    def __str__(self) -> str:
        return str(self.holding)


class Objection(models.Model):
    """Somebody objects to a level that is public, or appeals against a demotion, in one sentence."""

    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="objections")
    demotion = models.ForeignKey(
        Demotion, null=True, on_delete=models.PROTECT, related_name="appeals"
    )
    text = models.CharField(max_length=500)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    raised_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ObjectionState, default=ObjectionState.OPEN)
    decision = models.CharField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=True, demotion__isnull=False)
                | Q(case__isnull=False, demotion__isnull=True),
                name="an_objection_is_to_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="a_decided_objection_to_a_level_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def standing(self) -> ObjectionState:
        """Return its state with its colour."""
        return ObjectionState(self.state)


class Act(models.Model):
    """One line of the history of a case or of a level held: who, when, what and why."""

    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="acts")
    holding = models.ForeignKey(Holding, null=True, on_delete=models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=12, choices=Happened)
    note = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_kind_display()


class RollingList(models.Model):
    """The models of a quarter (动态评选), frozen: who qualifies and why, who stays, enters and leaves."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="lists")
    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=8)
    made_on = models.DateField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    rows = models.JSONField(default=list)

    class Meta:
        ordering = ["-period"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "root", "period"], name="one_rolling_list_a_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.period}"


class Method(models.Model):
    """How a benchmark unit does it, written down once by its secretary; `steps` has one on each line."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="methods")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="methods")
    title = models.CharField(max_length=60)
    problem = models.CharField(max_length=200)
    steps = models.CharField(max_length=1000)
    conditions = models.CharField(max_length=200)
    result = models.CharField(max_length=200)
    criteria = models.JSONField(default=list)  # titles of the criteria it shows in, when written
    version = models.PositiveIntegerField(default=1)
    written_on = models.DateField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "unit"], name="one_method_per_programme_and_unit"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def pack_code(self) -> str:
        """Return the code of the pack it is exported as."""
        return f"method-{self.unit.code.lower()}"

    @property
    def pack_version(self) -> str:
        """Return the version of the pack: one higher each time the method is rewritten."""
        return f"1.0.{self.version - 1}"

    @property
    def seen(self) -> str:
        """Return how it stands, for forms to send back."""
        return str(self.version)

    @property
    def step_lines(self) -> list[str]:
        """Return the steps one by one."""
        return [line.strip() for line in self.steps.splitlines() if line.strip()]
