"""Contests, their teams, what each day was stated to be worth, and objections.

The rules are one scheme document that never changes after the start. A day's points are stated once
the day is over; what changes them later stands beside the first number, never in its place.
"""

from __future__ import annotations

import json
import zlib
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.contests.enums import Happened, ObjectionState, State
from linghang.org.enums import Line
from linghang.org.models import Unit
from linghang_core import scoring


class Template(models.Model):
    """A contest to start from, as a pack brought it."""

    code = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    values = models.JSONField()
    pack = models.CharField(max_length=60)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class Contest(models.Model):
    """百日百分: some days, some teams, at most 100 points, and the rules they go by."""

    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="contests")
    title = models.CharField(max_length=120)
    template = models.ForeignKey(Template, null=True, on_delete=models.PROTECT, related_name="+")
    document = models.JSONField()  # linghang_core.scoring Scheme
    rules_digest = models.CharField(max_length=64)
    first_day = models.DateField()
    last_day = models.DateField()  # included
    daily_limit = models.DecimalField(max_digits=5, decimal_places=2)
    prizes = models.CharField(max_length=400, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    ended_on = models.DateField(null=True)  # the last day that counted
    objections_until = models.DateField(null=True)
    as_of_seq = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    snapshot = models.BinaryField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-first_day", "-pk"]
        indexes = [models.Index(fields=["root", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="contest_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(daily_limit__gt=0), name="contest_day_is_worth_something"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CLOSED) | (~Q(digest="") & Q(snapshot__isnull=False)),
                name="closed_contest_has_its_proof",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.state}-{self.version}"

    @property
    def stands(self) -> State:
        """Return the state with its colour and icon."""
        return State(self.state)

    @property
    def days(self) -> int:
        """Return how many days it lasts."""
        return (self.last_day - self.first_day).days + 1

    @property
    def span(self) -> str:
        """Return the days as the engine's period text."""
        return scoring.write_span(self.first_day, self.last_day)

    def day_number(self, on: date) -> int:
        """Return which day of the contest a day is: 1 is the first, 0 before it, at most the last."""
        return max(0, min(self.days, (on - self.first_day).days + 1))

    def day_at(self, number: int) -> date:
        """Return the day with a number, 1 being the first."""
        return self.first_day + timedelta(days=number - 1)

    def read_snapshot(self) -> dict[str, Any]:
        """Return the frozen result: rules, teams, every day."""
        return dict(json.loads(zlib.decompress(bytes(self.snapshot or b""))))


class Team(models.Model):
    """A unit that takes part: a branch, a station, a crew; never a person.

    `owned` are the units whose facts are the team's own, fixed at the start. `frozen` is its course
    and result once the contest has ended.
    """

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="teams")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="contest_teams")
    name = models.CharField(max_length=120)
    owned = models.JSONField(default=list)
    attributes = models.JSONField(default=dict)
    frozen = models.JSONField(null=True)
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    place = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "unit"], name="one_team_per_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.contest}：{self.name}"

    @property
    def is_business(self) -> bool:
        """Return whether the team is a station or crew of the business line."""
        return self.unit.line == Line.BUSINESS


class TeamDay(models.Model):
    """What a day of a team was first stated to be worth, and what it was last stated to be."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="stated")
    on = models.DateField()
    first = models.DecimalField(max_digits=6, decimal_places=2)
    points = models.DecimalField(max_digits=6, decimal_places=2)
    changed_on = models.DateField(null=True)

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["team", "on"], name="one_line_per_day")]

    def __str__(self) -> str:
        return f"{self.team} {self.on}: {self.points}"


class Objection(models.Model):
    """The leader of a team doubts its points, in one sentence."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="objections")
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
    old_points = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    new_points = models.DecimalField(max_digits=6, decimal_places=2, null=True)

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ObjectionState.OPEN)
                | (Q(decided_by__isnull=False) & ~Q(decision="")),
                name="decided_team_objection_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team}: {self.text[:40]}"

    @property
    def stands(self) -> ObjectionState:
        """Return the state with its colour."""
        return ObjectionState(self.state)


class Act(models.Model):
    """One act on a contest, as its page tells it."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=10, choices=Happened)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.contest} {self.kind}"
