"""Classes with their timetable, who takes part, and hours learnt elsewhere.

Who was there, and how long, stands in the activity a held session is recorded as, nowhere else.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.activities.models import Activity
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.study.enums import ClaimState, Form, SessionState

HUNDRED = 100


class StudyClass(models.Model):
    """A class of one or several days (读书班、培训班) in stages, planned by a unit.

    `also` names kinds of activity whose cadence a held seminar meets, too.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="study_classes")
    title = models.CharField(max_length=80)
    purpose = models.CharField(max_length=400, blank=True)
    also = models.CharField(max_length=40, blank=True)
    version = models.PositiveIntegerField(default=0)
    called_off_on = models.DateField(null=True, blank=True)
    called_off_reason = models.CharField(max_length=400, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "title"],
                condition=Q(called_off_on__isnull=True),
                name="one_class_of_a_title",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return str(self.version)


class Stage(models.Model):
    """One stage of a class."""

    study_class = models.ForeignKey(StudyClass, on_delete=models.CASCADE, related_name="stages")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=60)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["study_class", "number"], name="stage_has_its_number")
        ]

    def __str__(self) -> str:
        return self.title


class Session(models.Model):
    """One session of the timetable. `hours` (hundredths) follow from times and form by the rule."""

    study_class = models.ForeignKey(StudyClass, on_delete=models.CASCADE, related_name="sessions")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="sessions")
    on = models.DateField()
    begins = models.TimeField()
    ends = models.TimeField()
    topic = models.CharField(max_length=100)
    form = models.CharField(max_length=8, choices=Form)
    lecturer = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=120, blank=True)
    hours = models.PositiveIntegerField()
    activity = models.OneToOneField(
        Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="study_session"
    )

    class Meta:
        ordering = ["on", "begins", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="session_has_a_length"),
            models.UniqueConstraint(
                fields=["study_class", "on", "topic"], name="one_session_of_a_topic_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.topic

    @property
    def is_held(self) -> bool:
        """Return whether it is recorded, and the record was not withdrawn."""
        return self.activity is not None and self.activity.withdrawn_on is None

    def judge(self, today: date) -> SessionState:
        """Return where the session stands on a day."""
        if self.is_held:
            return SessionState.HELD
        return SessionState.WAITING if self.on <= today else SessionState.PLANNED


class Participant(models.Model):
    """Somebody who takes part in a class, and the unit they came from when they were named."""

    study_class = models.ForeignKey(
        StudyClass, on_delete=models.CASCADE, related_name="participants"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["person__code"]
        constraints = [
            models.UniqueConstraint(fields=["study_class", "person"], name="trains_once")
        ]


class Claim(models.Model):
    """Training outside the system, told by the person with its proof, confirmed by the secretary.

    The hours follow from the days; a confirmed claim is one record of the ledger (`record`).
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="study_claims")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    organiser = models.CharField(max_length=80)
    first_on = models.DateField()
    last_on = models.DateField()
    half_days = models.BooleanField(default=False)
    proof = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=ClaimState, default=ClaimState.CLAIMED)
    claimed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    record = models.OneToOneField(
        Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="study_claim"
    )

    class Meta:
        ordering = ["-first_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")), name="claim_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(record__isnull=False),
                name="confirmed_claim_has_its_record",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="refused_claim_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def standing(self) -> ClaimState:
        """Return the state with its colour and icon."""
        return ClaimState(self.state)

    def count_days(self, year: int | None = None) -> int:
        """Return the days of it, of one year where one is given."""
        first, last = self.first_on, self.last_on
        if year is not None:
            first, last = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
        return max(0, (last - first).days + 1)
