"""Schemes, runs, scores, publications, objections, corrections.

A score is written once with its run and never changed; what is published is frozen beside it, and a
correction is a row of its own. Points are exact decimals with two places.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.evaluation.enums import (
    DraftState,
    ObjectionState,
    PublicationState,
    RunState,
    SchemeState,
)
from linghang.org.enums import Line
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.languages import choose
from linghang.platform.tasks.models import Job


class Scheme(models.Model):
    """One version of an evaluation scheme; the document never changes.

    A pack brings it for all bureaus; what a committee adopts holds in its own bureau only, where it
    goes before the version for all. `queries.schemes.list_in_force` says what holds where.
    """

    code = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    pack = models.CharField(max_length=60, blank=True)  # the pack it came with
    root = models.ForeignKey(  # the bureau whose committee adopted it; none: for all bureaus
        Unit, null=True, on_delete=models.PROTECT, related_name="+"
    )
    subject = models.CharField(max_length=10)  # linghang_core.scoring SubjectKind
    title_en = models.CharField(max_length=120)
    title_zh = models.CharField(max_length=120)
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=SchemeState, default=SchemeState.DRAFT)
    adopted_at = models.DateTimeField(null=True)
    valid_from = models.DateField(null=True)

    class Meta:
        ordering = ["code", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_scheme_per_version"),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state=SchemeState.ADOPTED, root=None),
                name="one_version_in_force_for_all",
            ),
            models.UniqueConstraint(
                fields=["code", "root"],
                condition=Q(state=SchemeState.ADOPTED, root__isnull=False),
                name="one_version_in_force_per_bureau",
            ),
        ]

    def __str__(self) -> str:
        return choose(self.title_en, self.title_zh)


class Run(models.Model):
    """One evaluation of a bureau for a period, from the facts as of a change sequence.

    `summary` holds what pages show without reading scores: peer groups with band counts, quartiles
    and the median share of each dimension. `evaluation.services` owns every column.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="runs")
    period = models.CharField(max_length=8)
    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RunState, default=RunState.RUNNING)
    as_of_seq = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    subjects = models.PositiveIntegerField(default=0)
    rated = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=dict)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-period", "scheme_id", "-pk"]
        indexes = [models.Index(fields=["root", "period", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "period", "root"],
                condition=Q(state=RunState.PUBLISHED),
                name="one_published_run",
            ),
            models.UniqueConstraint(
                fields=["scheme", "period", "root"],
                condition=Q(state=RunState.DONE),
                name="one_current_unpublished_run",
            ),
            models.UniqueConstraint(
                fields=["scheme", "period", "root"],
                condition=Q(state=RunState.RUNNING),
                name="one_running_run",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[RunState.RUNNING, RunState.FAILED])
                | (Q(as_of_seq__isnull=False) & ~Q(digest="")),
                name="run_with_results_has_its_proof",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.period}"


class Score(models.Model):
    """One subject's result in a run. `result` is what an explanation is rebuilt from.

    `unit` is the unit itself, or for a person the branch in the period: it decides who may see it.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="scores")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="scores")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="scores")
    total = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    band = models.CharField(max_length=50, blank=True)
    reason = models.CharField(max_length=30, blank=True)  # why not rated
    group = models.CharField(max_length=50)
    position = models.PositiveIntegerField(null=True)
    result = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["run", "group", "total"]),
            models.Index(fields=["unit", "run"]),
            models.Index(fields=["person", "run"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "unit"], condition=Q(person__isnull=True), name="one_score_per_unit"
            ),
            models.UniqueConstraint(
                fields=["run", "person"],
                condition=Q(person__isnull=False),
                name="one_score_per_person",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(position__isnull=True),
                name="persons_are_never_ranked",
            ),
            models.CheckConstraint(
                condition=(Q(total__isnull=False) & Q(reason="") & ~Q(band=""))
                | (Q(total__isnull=True) & ~Q(reason="") & Q(band="")),
                name="rated_with_total_or_not_rated_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.unit)

    @property
    def is_rated(self) -> bool:
        """Return whether the subject has a total."""
        return self.total is not None

    @property
    def bureau_path(self) -> str:
        """Return the path the audit trail keeps: of the Party unit, for a station of the bureau."""
        return self.unit.path if self.unit.line == Line.PARTY else self.run.root.path


class Publication(models.Model):
    """A run made public: its frozen snapshot, the objection period, what became of it."""

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="publication")
    number = models.CharField(max_length=20)
    state = models.CharField(max_length=20, choices=PublicationState, default=PublicationState.OPEN)
    published_at = models.DateTimeField()
    published_on = models.DateField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    objections_until = models.DateField()  # the last day on which an objection is taken
    deadline_provisional = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)
    snapshot = models.BinaryField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(objections_until__gte=F("published_on")),
                name="objections_close_after_publication",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.number}"

    def read_snapshot(self) -> dict[str, Any]:
        """Return the frozen content: scheme, period, groups and every result."""
        return dict(json.loads(zlib.decompress(bytes(self.snapshot))))


class Posting(models.Model):
    """A unit's part of a publication in the ledger: what later schemes read of its result.

    One line of the ledger each, rewritten when a correction changes the number.
    """

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="postings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "unit"], name="one_posting_per_unit_and_publication"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication} {self.unit}"


class Objection(models.Model):
    """Somebody doubts a published score or one criterion of it, in one sentence.

    One that was rejected may be appealed once: the appeal is an objection of its own, decided by
    somebody else.
    """

    score = models.ForeignKey(Score, on_delete=models.PROTECT, related_name="objections")
    criterion = models.CharField(max_length=50, blank=True)
    text = models.CharField(max_length=500)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    raised_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ObjectionState, default=ObjectionState.OPEN)
    decision = models.CharField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    changed = models.BooleanField(default=False)  # whether the decision changed the number
    decide_by = models.DateField(null=True)
    appeal_of = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="appeal"
    )
    appeal_until = models.DateField(null=True)  # the last day on which an appeal is taken

    class Meta:
        ordering = ["-raised_at", "-pk"]
        indexes = [models.Index(fields=["state"])]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(state=ObjectionState.OPEN)
                    & Q(decided_at__isnull=True)
                    & Q(decided_by__isnull=True)
                )
                | (
                    ~Q(state=ObjectionState.OPEN)
                    & Q(decided_at__isnull=False)
                    & Q(decided_by__isnull=False)
                    & ~Q(decision="")
                ),
                name="a_decided_objection_says_who_and_why",
            ),
            models.CheckConstraint(
                condition=Q(appeal_of__isnull=True) | Q(appeal_until__isnull=True),
                name="an_appeal_is_the_last_word",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score}: {self.text[:40]}"


class Correction(models.Model):
    """A visible correction beside a frozen number; the published number itself stays."""

    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="corrections"
    )
    score = models.ForeignKey(Score, on_delete=models.PROTECT, related_name="corrections")
    objection = models.ForeignKey(
        Objection, null=True, on_delete=models.PROTECT, related_name="corrections"
    )
    old_total = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    old_band = models.CharField(max_length=50, blank=True)
    new_total = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    new_band = models.CharField(max_length=50, blank=True)
    reason = models.CharField(max_length=400)
    as_of_seq = models.BigIntegerField()
    result = models.JSONField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    corrected_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_correction_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.score}: {self.old_total} → {self.new_total}"


class Draft(models.Model):
    """A scheme being written; nothing is scored by it until the committee adopts it.

    The document may be faulty while it is written. `revision` rises with every change: who saves on
    an older one is told. `trial` is the last what-if, with the digest of the document it was of.
    """

    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    title = models.CharField(max_length=120, blank=True)
    based_on = models.ForeignKey(Scheme, null=True, on_delete=models.PROTECT, related_name="+")
    document = models.JSONField()
    state = models.CharField(max_length=10, choices=DraftState, default=DraftState.EDITING)
    revision = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField()
    writers = models.JSONField(default=list)  # pks of all who changed the document
    trial = models.JSONField(default=dict)
    trial_job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=1000, blank=True)  # of the last decision
    overridden = models.JSONField(default=list)  # what the committee adopted it in spite of
    adopted = models.ForeignKey(Scheme, null=True, on_delete=models.PROTECT, related_name="drafts")

    class Meta:
        ordering = ["-changed_at", "-pk"]
        indexes = [models.Index(fields=["root", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state=DraftState.ADOPTED) & Q(adopted__isnull=False))
                | (~Q(state=DraftState.ADOPTED) & Q(adopted__isnull=True)),
                name="adopted_draft_has_its_scheme",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.code

    @property
    def seen(self) -> str:
        """Return what a page of the draft was made of: its state and revision."""
        return f"{self.state}-{self.revision}"
