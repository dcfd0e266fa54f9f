"""Re-elections of branches: candidates, ballots as counts, and every act on the way.

No row joins a voter and a vote: a ballot holds how many came and how many voted for whom.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.elections.enums import ENDED, Absence, Happened, Office, Stage, Timing
from linghang.org.models import Unit
from linghang.people.models import Person, Post


class Election(models.Model):
    """One re-election of a branch, from the request to the reply of the superior.

    `term_ended_on` is the end of the old term as it stood when the request was sent.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="elections")
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.PREPARING)
    version = models.PositiveIntegerField(default=0)
    term_ended_on = models.DateField(null=True, blank=True)
    planned_on = models.DateField(null=True, blank=True)
    timing = models.CharField(max_length=8, choices=Timing, default=Timing.ON_TIME)
    reason = models.CharField(max_length=400, blank=True)  # why early or late
    committee_seats = models.PositiveSmallIntegerField(default=0)  # 0: no committee
    deputy_seats = models.PositiveSmallIntegerField(default=0)
    nominated = models.ManyToManyField(Person, blank=True, related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    held_on = models.DateField(null=True, blank=True)  # the meeting of the members
    reply_number = models.CharField(max_length=80, blank=True)
    replied_on = models.DateField(null=True, blank=True)
    repeats = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="repeated_by"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=~Q(stage__in=sorted(ENDED)),
                name="one_open_election_per_unit",
            ),
            models.CheckConstraint(
                condition=~Q(stage="done")
                | (Q(replied_on__gte=F("held_on")) & ~Q(reply_number="")),
                name="done_election_has_its_reply",
            ),
        ]

    def __str__(self) -> str:
        return self.unit.name

    @property
    def standing(self) -> Stage:
        """Return the stage with its colour and icon."""
        return Stage(self.stage)

    @property
    def has_committee(self) -> bool:
        """Return whether a committee is elected, which then elects its secretary."""
        return self.committee_seats > 0

    @property
    def offices(self) -> list[Office]:
        """Return what is voted on, in its order."""
        return [office for office in Office if self.count_seats(office)]

    def count_seats(self, office: str) -> int:
        """Return how many are elected to the office."""
        return {Office.COMMITTEE: self.committee_seats, Office.DEPUTY: self.deputy_seats}.get(
            Office(office), 1
        )

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.stage}-{self.version}"


class Candidate(models.Model):
    """Somebody proposed for an office; approved with the others by the superior."""

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="candidates")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    office = models.CharField(max_length=20, choices=Office)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["election", "person", "office"], name="candidate_once_per_office"
            )
        ]


class Ballot(models.Model):
    """One ballot: who was due and came, what was sent out, came back and was valid."""

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="ballots")
    office = models.CharField(max_length=20, choices=Office)
    on = models.DateField()
    seats = models.PositiveSmallIntegerField()
    entitled = models.PositiveSmallIntegerField()
    present = models.PositiveSmallIntegerField()
    sent_out = models.PositiveSmallIntegerField(default=0)
    returned = models.PositiveSmallIntegerField(default=0)
    valid = models.PositiveSmallIntegerField(default=0)
    counts = models.BooleanField(default=True)  # quorate, and no more came back than were sent out
    present_needed = models.PositiveSmallIntegerField()
    votes_needed = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=120)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid__lte=F("returned")) & Q(present__lte=F("entitled")),
                name="ballot_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(counts=False)
                | (Q(returned__lte=F("sent_out")) & Q(present__gte=F("present_needed"))),
                name="ballot_that_counts_is_quorate",
            ),
        ]


class Vote(models.Model):
    """How many voted for somebody; never who."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="votes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    written_in = models.BooleanField(default=False)
    elected = models.BooleanField(default=False)
    tied = models.BooleanField(default=False)

    class Meta:
        ordering = ["-number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "person"], name="votes_once_per_ballot")
        ]


class LeftOut(models.Model):
    """A member not counted among those due, and why; without a ballot it holds for the next ones."""

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="left_out")
    ballot = models.ForeignKey(Ballot, null=True, on_delete=models.CASCADE, related_name="left_out")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=Absence)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["election", "person"],
                condition=Q(ballot__isnull=True),
                name="left_out_once",
            )
        ]


class Elected(models.Model):
    """Who was elected and the post they take; written when the result is reported."""

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="elected")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["post__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["election", "person"], name="elected_to_one_post")
        ]


class Act(models.Model):
    """What was done, when and by whom; rows are only added."""

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="acts")
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
