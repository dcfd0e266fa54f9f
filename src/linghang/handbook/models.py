"""The standards handbook of a bureau: its generations, their chapters and standards.

A published version is never changed: the next generation is a draft copied from it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.handbook.enums import Check, Concern, Rhythm, VersionState
from linghang.org.models import Unit
from linghang.platform.languages import choose


class Template(models.Model):
    """A handbook a pack brings, with its generations; a bureau adopts a copy."""

    code = models.CharField(max_length=60, unique=True)
    title_en = models.CharField(max_length=120)
    title_zh = models.CharField(max_length=120)
    versions = models.JSONField(default=list)
    pack = models.CharField(max_length=60, blank=True)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return choose(self.title_en, self.title_zh)


class Handbook(models.Model):
    """The handbook of a bureau, kept by its Party committee; one for each bureau."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="handbook")
    title = models.CharField(max_length=120)
    template = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["unit__path"]

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """One generation (第几代); it holds from `valid_from` until the next one does."""

    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    edits = models.PositiveIntegerField(default=0)
    valid_from = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)  # what is new in it
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["handbook", "number"]
        constraints = [
            models.UniqueConstraint(fields=["handbook", "number"], name="generation_is_numbered"),
            models.UniqueConstraint(
                fields=["handbook"],
                condition=Q(state=VersionState.DRAFT),
                name="one_draft_of_a_handbook",
            ),
            models.UniqueConstraint(
                fields=["handbook", "valid_from"], name="one_generation_begins_on_a_day"
            ),
            models.CheckConstraint(
                condition=Q(state=VersionState.DRAFT, valid_from=None)
                | Q(state=VersionState.PUBLISHED, valid_from__isnull=False),
                name="published_generation_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def standing(self) -> VersionState:
        """Return the state with its chip."""
        return VersionState(self.state)

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.state}-{self.edits}"


class Chapter(models.Model):
    """A chapter of a version."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="chapters")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="chapter_is_numbered")
        ]

    def __str__(self) -> str:
        return self.title


class Standard(models.Model):
    """One standard; `code` stays the same through the generations, `number` counts in its chapter.

    `kinds` are the kinds of unit it concerns; `params` what its check asks for (enums.PARAMS).
    """

    chapter = models.ForeignKey(Chapter, on_delete=models.CASCADE, related_name="standards")
    code = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    basis = models.CharField(max_length=200, blank=True)
    kinds = models.JSONField(default=list)
    concern = models.CharField(max_length=8, choices=Concern, default=Concern.ANY)
    check_code = models.CharField(max_length=12, choices=Check)
    params = models.JSONField(default=dict)
    rhythm = models.CharField(max_length=8, choices=Rhythm)

    class Meta:
        ordering = ["chapter__number", "number"]
        constraints = [
            models.UniqueConstraint(fields=["chapter", "number"], name="standard_is_numbered")
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def proved_by(self) -> Check:
        """Return the check that proves it."""
        return Check(self.check_code)
