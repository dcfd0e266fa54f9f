"""Rosters of lectures by week or for a show, swaps between lecturers, and what the audience gave.

Who was there stands in the activity a lecture is recorded as, nowhere else.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.activities.models import Activity
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.study.enums import LectureState, RosterKind, SwapState


class Roster(models.Model):
    """A roster of lectures (周一讲党课、党建沙龙、微党课展示) of a unit and all under it.

    `minutes` is the length of one lecture, `posts` whom it invites. A show is one evening with
    several lectures: one record, one roll call. `closed_on` is the day nobody rates any more.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="lecture_rosters")
    kind = models.CharField(max_length=8, choices=RosterKind, default=RosterKind.WEEKLY)
    title = models.CharField(max_length=80)
    begins = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=120, blank=True)
    posts = models.JSONField(default=list)  # codes of people.Post
    closed_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "title"], name="one_roster_of_a_title")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_show(self) -> bool:
        """Return whether its lectures are held side by side and ranked."""
        return self.kind == RosterKind.SHOW


class Lecture(models.Model):
    """One place of the roster: a day, free until somebody takes it, with its topic once known.

    `activity` is the record of the event it was part of. `counts` are the ratings from one star to
    five; they are written when rating closes, and the single ratings go.
    """

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="lectures")
    on = models.DateField()
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="lectures"
    )
    topic = models.CharField(max_length=100, blank=True)
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="lectures"
    )
    counts = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(activity__isnull=True) | (Q(person__isnull=False) & ~Q(topic="")),
                name="held_lecture_has_lecturer_and_topic",
            )
        ]

    def __str__(self) -> str:
        return self.topic or str(self.on)

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return str(self.version)

    @property
    def is_held(self) -> bool:
        """Return whether it is recorded, and the record was not withdrawn."""
        return self.activity is not None and self.activity.withdrawn_on is None

    @property
    def is_rated(self) -> bool:
        """Return whether rating has closed, so that only counts are left."""
        return bool(self.counts)

    def judge(self, today: date) -> LectureState:
        """Return where the lecture stands on a day."""
        if self.is_held:
            return LectureState.HELD
        if self.person_id is None:
            return LectureState.FREE
        return LectureState.WAITING if self.on <= today else LectureState.TAKEN


class Swap(models.Model):
    """A lecturer asks another to change days; nothing moves before the other agrees."""

    lecture = models.ForeignKey(Lecture, on_delete=models.CASCADE, related_name="swaps")
    other = models.ForeignKey(Lecture, on_delete=models.CASCADE, related_name="swaps_asked")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=SwapState, default=SwapState.ASKED)
    asked_at = models.DateTimeField()
    answered_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lecture"], condition=Q(state="asked"), name="one_swap_waits_for_a_lecture"
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=models.F("asked_of")), name="nobody_swaps_with_themselves"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lecture} ⇄ {self.other}"


class Rating(models.Model):
    """One to five stars of one person for one lecture, while rating is open.

    What the database keeps, honestly: as long as rating is open it keeps the stars beside a keyed
    index of lecture and person, because a rating can be changed and nobody rates twice. Nobody reads
    the person back from it, but whoever holds the database and its key can work it out by trying
    every person, and so can whoever compares two copies around a rating. No page, export, log or
    audit row shows it; this write has no audit row. When rating closes, the rows are deleted and
    five counts stay. Counts that are all alike tell what everybody gave.
    """

    lecture = models.ForeignKey(Lecture, on_delete=models.CASCADE, related_name="ratings")
    rater = models.CharField(max_length=64)
    stars = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lecture", "rater"], name="rates_once"),
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="one_to_five"),
        ]

    def __str__(self) -> str:
        return str(self.lecture)
