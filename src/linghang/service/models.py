"""Service teams, what they did for whom, and who took part."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.org.models import Unit
from linghang.people.models import Person


class ServiceTeam(models.Model):
    """A service team (共产党员服务队) of a branch."""

    name = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="service_teams")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="one_team_per_name_and_branch")
        ]

    def __str__(self) -> str:
        return self.name


class ServiceVisit(models.Model):
    """One service activity: hours in hundredths, people served counted once."""

    team = models.ForeignKey(ServiceTeam, on_delete=models.PROTECT, related_name="visits")
    occurred_on = models.DateField()
    content = models.CharField(max_length=200)
    place = models.CharField(max_length=120, blank=True)
    hours = models.PositiveIntegerField()
    people_served = models.PositiveIntegerField(default=0)
    partner = models.CharField(max_length=120, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-occurred_on", "-pk"]
        indexes = [models.Index(fields=["team", "occurred_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(hours__gt=0) & Q(hours__lte=2400), name="visit_lasts_up_to_a_day"
            )
        ]

    def __str__(self) -> str:
        return self.content


class Participation(models.Model):
    """A person who took part in a service activity."""

    visit = models.ForeignKey(ServiceVisit, on_delete=models.CASCADE, related_name="participations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="participations")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "person"], name="one_participation_per_visit")
        ]


class VisitRevision(models.Model):
    """What a service activity said before somebody corrected it, and why."""

    visit = models.ForeignKey(ServiceVisit, on_delete=models.CASCADE, related_name="revisions")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=400)
    old = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at"]
