"""Democratic appraisals: who takes part, an urn of slips, counts, and the grades decided.

No row joins a voter and a vote (docs/adr/0012): the register knows who voted on which day, the urn
is one sealed row of slips under random codes, and neither points at the other.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.activities.models import Activity
from linghang.appraisal.enums import Grade, Group, Happened, Measure, Stage
from linghang.org.models import Unit
from linghang.people.enums import MemberKind
from linghang.people.models import Person
from linghang.platform.crypto.fields import EncryptedTextField, cipher


class SealedTextField(EncryptedTextField):
    """Text encrypted at rest whose ciphertext does not name the second it was written."""

    def get_prep_value(self, value: Any) -> Any:
        """Return the ciphertext to store, dated to nothing; empty text stays empty."""
        return cipher().encrypt_at_time(str(value).encode(), 0).decode() if value else ""


class Appraisal(models.Model):
    """One yearly appraisal of a branch, from the self-appraisals to what each member is told."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="appraisals")
    year = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.SELF)
    version = models.PositiveIntegerField(default=0)
    with_life_meeting = models.BooleanField(default=False)
    self_until = models.DateField()
    ballot_until = models.DateField()
    begun_on = models.DateField(null=True, blank=True)
    mass_invited = models.PositiveSmallIntegerField(default=0)
    held_on = models.DateField(null=True, blank=True)
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    digest = models.CharField(max_length=64, blank=True)  # of the published list
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    told_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year"],
                condition=~Q(stage="withdrawn"),
                name="one_appraisal_per_unit_and_year",
            ),
            models.CheckConstraint(
                condition=Q(ballot_until__gte=F("self_until")),
                name="ballot_follows_self_appraisal",
            ),
            models.CheckConstraint(
                condition=~Q(stage="told") | Q(told_on__isnull=False),
                name="told_appraisal_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit.name} {self.year}"

    @property
    def standing(self) -> Stage:
        """Return the stage with its colour and icon."""
        return Stage(self.stage)

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.stage}-{self.version}"


class Participant(models.Model):
    """A member of the branch in one appraisal: own words, the grade decided and what follows it."""

    appraisal = models.ForeignKey(Appraisal, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    member_kind = models.CharField(max_length=14, choices=MemberKind)
    excused = models.BooleanField(default=False)
    excuse = EncryptedTextField(blank=True)
    promised = EncryptedTextField(blank=True)
    done = EncryptedTextField(blank=True)
    short = EncryptedTextField(blank=True)
    self_on = models.DateField(null=True, blank=True)
    grade = models.CharField(max_length=12, choices=Grade, blank=True)
    why = EncryptedTextField(blank=True)
    measure = models.CharField(max_length=8, choices=Measure, blank=True)
    measure_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["person__code"]
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "person"], name="takes_part_once"),
            models.CheckConstraint(
                condition=Q(grade="") | Q(member_kind="full", excused=False),
                name="only_full_members_taking_part_are_graded",
            ),
            models.CheckConstraint(
                condition=~Q(grade__in=["basic", "unqualified"]) | ~Q(measure=""),
                name="low_grade_has_a_measure",
            ),
        ]

    def __str__(self) -> str:
        return self.person.name

    @property
    def is_graded(self) -> bool:
        """Return whether slips and a grade are for this member: full, and taking part."""
        return self.member_kind == MemberKind.FULL and not self.excused


class FollowUp(models.Model):
    """What came of a measure: done, or not by its day, and then the next one stands."""

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="follow_ups"
    )
    measure = models.CharField(max_length=8, choices=Measure)
    until = models.DateField(null=True, blank=True)
    done = models.BooleanField()
    on = models.DateField()
    note = EncryptedTextField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(done=True), name="a_measure_is_done_once"
            )
        ]


class Register(models.Model):
    """Whether a member has voted, and on which day; written when the ballot opens, filled in place."""

    participant = models.OneToOneField(
        Participant, primary_key=True, on_delete=models.CASCADE, related_name="register"
    )
    on_paper = models.BooleanField(default=False)
    voted_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(on_paper=False) | Q(voted_on__isnull=True),
                name="votes_on_paper_or_in_the_system",
            )
        ]


class Urn(models.Model):
    """All slips of an appraisal in one sealed row, ordered by their random codes.

    `slips` holds them while the ballot is open; closing empties it and keeps `published`, the list
    participants see: code and grade for each person, or sums alone where voters are few.
    """

    appraisal = models.OneToOneField(
        Appraisal, primary_key=True, on_delete=models.CASCADE, related_name="urn"
    )
    slips = SealedTextField(blank=True)
    published = SealedTextField(blank=True)


class Paper(models.Model):
    """Papers of one group as sums, entered by one counter and found the same by another."""

    appraisal = models.ForeignKey(Appraisal, on_delete=models.CASCADE, related_name="papers")
    group = models.CharField(max_length=8, choices=Group)
    present = models.PositiveSmallIntegerField()
    returned = models.PositiveSmallIntegerField()
    valid = models.PositiveSmallIntegerField()
    counts = models.JSONField(default=dict)  # {participant: {grade: number}}
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "group"], name="papers_counted_once"),
            models.CheckConstraint(
                condition=Q(valid__lte=F("returned")) & Q(returned__lte=F("present")),
                name="papers_add_up",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("entered_by")),
                name="papers_have_two_counters",
            ),
        ]


class Count(models.Model):
    """How many slips and papers give a member a grade; written when the ballot is closed."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="counts")
    grade = models.CharField(max_length=12, choices=Grade)
    number = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["participant", "grade"], name="counted_once_per_grade")
        ]


class Objection(models.Model):
    """A member's one objection to the own grade, and the superior's decision."""

    participant = models.OneToOneField(
        Participant, primary_key=True, on_delete=models.CASCADE, related_name="objection"
    )
    text = EncryptedTextField()
    made_on = models.DateField()
    upheld = models.BooleanField(null=True)
    answer = EncryptedTextField(blank=True)
    decided_on = models.DateField(null=True, blank=True)
    former_grade = models.CharField(max_length=12, choices=Grade, blank=True)


class Act(models.Model):
    """What was done, when and by whom; rows are only added, and none for a ballot cast."""

    appraisal = models.ForeignKey(Appraisal, on_delete=models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=30, choices=Happened)
    note = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.kind
