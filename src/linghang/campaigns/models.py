"""Special actions that group lists, problems, activities and service; public commitments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.campaigns.enums import CampaignState, CommitmentState, Mark, Measure
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.rectification.models import ProblemBook
from linghang.worklists.models import Worklist


class Campaign(models.Model):
    """A special action (专项行动): what it groups is chosen, what it shows is counted."""

    title = models.CharField(max_length=120)
    aim = models.CharField(max_length=400, blank=True)
    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=8, choices=CampaignState, default=CampaignState.PLANNED)
    summary = models.CharField(max_length=1000, blank=True)
    lists = models.ManyToManyField(Worklist, blank=True, related_name="campaigns")
    books = models.ManyToManyField(ProblemBook, blank=True, related_name="campaigns")
    # Ledger lines belong by their kinds, and by words in their title where words are given.
    kinds = models.JSONField(default=list)
    words = models.CharField(max_length=200, blank=True)  # separated by spaces; any of them
    version = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["root", "title"], name="one_campaign_per_title"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="campaign_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Stage(models.Model):
    """A stage a special action entered, when and by whom: its time line, of which nothing is lost."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="stages")
    state = models.CharField(max_length=8, choices=CampaignState)
    on = models.DateField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "state"], name="stage_entered_once")
        ]


class Goal(models.Model):
    """A number a special action wants to reach: facts of one kind on its days and in its units.

    Its baseline is the same number of as many days right before it began: counted, never typed.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="goals")
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=60)  # of the facts that are counted or summed
    measure = models.CharField(max_length=8, choices=Measure, default=Measure.TIMES)
    target = models.BigIntegerField()  # hundredths
    at_most = models.BooleanField(default=False)  # not to be exceeded, rather than reached

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class Commitment(models.Model):
    """A promise to people (办实事): for whom, by whom, by when, and what they say of it."""

    code = models.CharField(max_length=16, unique=True)  # of its public page
    title = models.CharField(max_length=120)
    promise = models.CharField(max_length=400)
    beneficiaries = models.CharField(max_length=120)
    expected = models.PositiveIntegerField(null=True, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="commitments")
    leader = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="commitments"
    )
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.PROTECT, related_name="commitments"
    )
    due_on = models.DateField()
    kept_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=CommitmentState, default=CommitmentState.OPEN)
    withdrawn_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)  # why it was withdrawn
    # The same promise of the year before: one line of years.
    carried_from = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="carried_to"
    )
    is_public = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=CommitmentState.KEPT, kept_on__isnull=False)
                | (~Q(state=CommitmentState.KEPT) & Q(kept_on__isnull=True)),
                name="commitment_is_kept_with_its_day",
            ),
            models.CheckConstraint(
                condition=Q(state=CommitmentState.WITHDRAWN, withdrawn_on__isnull=False)
                & ~Q(reason="")
                | (~Q(state=CommitmentState.WITHDRAWN) & Q(withdrawn_on__isnull=True, reason="")),
                name="commitment_is_withdrawn_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Step(models.Model):
    """Progress of a commitment, reported once: what was done, and how many people it reached.

    `same_people` says that they are among those of earlier steps: they are not counted again.
    """

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="steps")
    on = models.DateField()
    text = models.CharField(max_length=300)
    people = models.PositiveIntegerField(default=0)
    same_people = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["on", "pk"]


class Feedback(models.Model):
    """What somebody who benefits says, without an account and without personal data."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="feedback")
    mark = models.PositiveSmallIntegerField(choices=Mark)
    text = models.CharField(max_length=200, blank=True)
    # Keyed digests of the device's cookie and of the network address, each with the commitment and
    # the day: they keep abuse out and lead back to nobody, not even to the same sender elsewhere.
    sender = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    problem_id = models.BigIntegerField(null=True, blank=True)  # of rectification, once raised
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["commitment", "sender"]),
            models.Index(fields=["commitment", "network"]),
        ]


class Template(models.Model):
    """A special action or a commitment to start from, from an installed pack."""

    code = models.CharField(max_length=60, unique=True)
    shape = models.CharField(max_length=10)  # campaign, commitment
    title = models.CharField(max_length=120)
    values = models.JSONField(default=dict)  # initial values of the form
    pack = models.CharField(max_length=60, blank=True)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title
