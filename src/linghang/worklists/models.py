"""Lists, their items, who was asked what by when; and problems on their way to closure."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.worklists.enums import ProblemState, TaskState


class Worklist(models.Model):
    """A list somebody issued: 一览表, 工作清单 …"""

    title = models.CharField(max_length=120)
    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["root", "title"], name="one_list_per_title_and_bureau")
        ]

    def __str__(self) -> str:
        return self.title


class Assignment(models.Model):
    """One item of a list, asked of one unit by one date."""

    worklist = models.ForeignKey(Worklist, on_delete=models.PROTECT, related_name="assignments")
    item = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assignments")
    due_on = models.DateField()
    finished_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=TaskState, default=TaskState.OPEN)
    result = models.CharField(max_length=400, blank=True)
    evidence = models.CharField(max_length=400, blank=True)
    # The record that proves the task, named as the ledger names it ("activities.activity", 12):
    # worklists stand below the apps that record.
    proof_type = models.CharField(max_length=40, blank=True)
    proof_id = models.BigIntegerField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["unit", "due_on"]),
            models.Index(fields=["state", "due_on"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["worklist", "item", "unit", "due_on"], name="one_assignment_per_due_date"
            ),
            models.CheckConstraint(
                condition=Q(state=TaskState.DONE, finished_on__isnull=False)
                | Q(state=TaskState.OPEN, finished_on__isnull=True),
                name="assignment_is_done_with_its_date",
            ),
        ]

    def __str__(self) -> str:
        return self.item


class Problem(models.Model):
    """A problem, who answers for it, what is done about it, by when, and when it was closed."""

    source = models.CharField(max_length=60)
    text = models.CharField(max_length=300)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="problems")
    responsible = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="problems"
    )
    responsible_name = models.CharField(max_length=60, blank=True)
    measure = models.CharField(max_length=400, blank=True)
    due_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ProblemState, default=ProblemState.OPEN)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["unit", "due_on"]),
            models.Index(fields=["state", "due_on"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ProblemState.CLOSED, closed_on__isnull=False)
                | Q(state=ProblemState.OPEN, closed_on__isnull=True),
                name="problem_is_closed_with_its_date",
            )
        ]

    def __str__(self) -> str:
        return self.text


class Revision(models.Model):
    """What an assignment or a problem said before somebody corrected it, and why."""

    assignment = models.ForeignKey(
        Assignment, null=True, on_delete=models.CASCADE, related_name="revisions"
    )
    problem = models.ForeignKey(
        Problem, null=True, on_delete=models.CASCADE, related_name="revisions"
    )
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=400)
    old = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(assignment__isnull=False, problem__isnull=True)
                | Q(assignment__isnull=True, problem__isnull=False),
                name="revision_is_of_one_thing",
            )
        ]
