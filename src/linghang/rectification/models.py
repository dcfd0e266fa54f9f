"""Problems, who answers for them, what is done about them, and when they were closed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.rectification.enums import ProblemState


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
    """What a problem said before somebody corrected it, and why."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="revisions")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=400)
    old = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at"]
