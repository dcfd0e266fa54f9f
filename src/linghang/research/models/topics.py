"""Topics of the year, planned visits, visits, findings, what became of them, and the reports.

Counts roll up topic → visits → findings → problems → measures → solved, and none is stored.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.rectification.models import Problem
from linghang.research.enums import ON_ITS_WAY, Nature, TopicState, TopicVerb, VisitForm
from linghang.service.models import ServiceVisit


class Topic(models.Model):
    """A topic of a bureau's year: proposed by the officer, claimed by one committee leader.

    `background` and `conclusions` are the leader's own words and marked as such in the report;
    everything else of the report comes from records. `state` and `version` are owned by `services`.
    """

    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # the bureau
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()  # in the year's book
    template = models.CharField(max_length=40, blank=True)  # code of the row it was taken from
    title = models.CharField(max_length=120)
    background = models.TextField(blank=True)
    questions = models.JSONField(default=list)  # what the research is to answer, a sentence each
    method = models.CharField(max_length=300, blank=True)
    conclusions = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)  # the report
    state = models.CharField(max_length=10, choices=TopicState, default=TopicState.PROPOSED)
    version = models.PositiveIntegerField(default=0)
    leader = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="led_topics"
    )
    cooperating = models.ManyToManyField(Person, blank=True, related_name="joined_topics")
    reported_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    close_reason = models.CharField(max_length=400, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-year", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["root", "year", "number"], name="one_topic_per_number_and_year"
            ),
            models.UniqueConstraint(
                fields=["root", "year", "template"],
                condition=~Q(template="") & ~Q(state="withdrawn"),
                name="a_template_is_taken_once_a_year",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ON_ITS_WAY, leader__isnull=False)
                | ~Q(state__in=ON_ITS_WAY) & Q(leader__isnull=True),
                name="claimed_topic_has_its_leader",
            ),
            models.CheckConstraint(
                condition=Q(state=TopicState.CLOSED, closed_on__isnull=False)
                | ~Q(state=TopicState.CLOSED) & Q(closed_on__isnull=True),
                name="topic_is_closed_with_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def standing(self) -> TopicState:
        """Return the state with its abilities."""
        return TopicState(self.state)

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.state}:{self.version}"


class TopicAct(models.Model):
    """One act on a topic: who, when, from which state to which, and why. Rows are only added."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="acts")
    verb = models.CharField(max_length=12, choices=TopicVerb)
    was = models.CharField(max_length=10, blank=True)
    became = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]


class PlannedVisit(models.Model):
    """Who is to be heard where, how, and by when. Done once a visit is recorded for it."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="plan")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=10, choices=VisitForm)
    due_on = models.DateField()
    hear = models.CharField(max_length=120, blank=True)  # whom: roles, no names needed
    dropped_on = models.DateField(null=True, blank=True)
    dropped_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]


class Visit(models.Model):
    """A visit as it took place, recorded once. `unit` is of either tree; `branch` is the Party unit it counts for."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="visits")
    plan = models.ForeignKey(
        PlannedVisit, null=True, blank=True, on_delete=models.PROTECT, related_name="visits"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="research_visits")
    occurred_on = models.DateField()
    form = models.CharField(max_length=10, choices=VisitForm)
    place = models.CharField(max_length=120, blank=True)
    participants = models.PositiveSmallIntegerField(null=True, blank=True)  # who were heard
    heard = models.CharField(max_length=120, blank=True)  # their roles
    led_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    companions = models.ManyToManyField(Person, blank=True, related_name="+")
    notes = models.TextField(blank=True)  # what was said; read by whoever works on the topic
    service_visit = models.ForeignKey(
        ServiceVisit, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # the record it was made from
    version = models.PositiveIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=400, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-occurred_on", "-pk"]
        indexes = [models.Index(fields=["branch", "occurred_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(plan__isnull=False, withdrawn_at__isnull=True),
                name="one_visit_per_plan",
            ),
            models.CheckConstraint(
                condition=Q(participants__isnull=True) | Q(participants__gt=0),
                name="research_visit_heard_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occurred_on:%Y-%m-%d} {self.unit}"


class Finding(models.Model):
    """One thing found on a visit, in the finder's words, typed once."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="findings")
    number = models.PositiveSmallIntegerField()
    nature = models.CharField(max_length=10, choices=Nature, default=Nature.SITUATION)
    text = models.CharField(max_length=300)
    problems = models.ManyToManyField(Problem, through="FindingProblem", related_name="findings")

    class Meta:
        ordering = ["visit", "number"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "number"], name="one_finding_per_number")
        ]

    def __str__(self) -> str:
        return self.text


class FindingProblem(models.Model):
    """A finding led to a problem: many to many."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="links")
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="finding_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "problem"], name="finding_leads_to_problem_once"
            )
        ]


class Report(models.Model):
    """A report as it was handed in: its bytes stay as they were."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="reports")
    title = models.CharField(max_length=160)
    dated = models.DateField()
    gaps = models.JSONField(default=list)  # what was not recorded, as printed
    file = models.BinaryField()
    digest = models.CharField(max_length=64)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title
