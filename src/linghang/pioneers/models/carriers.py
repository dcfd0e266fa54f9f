"""Posts, zones and squads with their holders, contacts and their visits, inductions, own projects.

Rows that tell who held what when, what they pledged and what was decided are only added.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.activities.models import Activity
from linghang.org.models import Unit
from linghang.people.models import Appointment, Person
from linghang.pioneers.enums import (
    IN_FORCE,
    CarrierKind,
    CarrierState,
    Counts,
    Decision,
    Happened,
    Occasion,
    ProjectState,
)
from linghang.worklists.models import Worklist


class Carrier(models.Model):
    """A demonstration post, responsibility zone or squad of a unit (党建载体).

    `kinds` are the kinds of fact that count as its work. `ends_on` is its last day. Until it is appointed
    the proposed holder and members stand in `holder` and `members`; afterwards `holder` is the present one.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="carriers")
    kind = models.CharField(max_length=8, choices=CarrierKind)
    title = models.CharField(max_length=80)
    place = models.CharField(max_length=120)
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    members = models.ManyToManyField(Person, blank=True, related_name="+")
    occasion = models.CharField(max_length=10, choices=Occasion, default=Occasion.NONE)
    occasion_title = models.CharField(max_length=120, blank=True)
    kinds = models.JSONField(default=list)
    counts = models.CharField(max_length=8, choices=Counts, default=Counts.PERSONS)
    state = models.CharField(max_length=10, choices=CarrierState, default=CarrierState.PROPOSED)
    version = models.PositiveIntegerField(default=0)
    begins_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["unit__path", "kind", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind", "title"],
                condition=Q(state__in=[CarrierState.PROPOSED, *IN_FORCE]),
                name="one_carrier_of_a_title_in_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("begins_on")),
                name="carrier_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def standing(self) -> CarrierState:
        """Return the state as an enum, with its chip."""
        return CarrierState(self.state)

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.state}-{self.version}"

    @property
    def is_in_force(self) -> bool:
        """Return whether it was appointed and not withdrawn."""
        return self.standing in IN_FORCE

    def is_review_due(self, on: date) -> bool:
        """Return whether its yearly review should have been held by the day."""
        return self.is_in_force and self.review_on is not None and self.review_on <= on


class Tenure(models.Model):
    """Who held or served it for [valid_from, valid_to); a carrier has one holder at a day."""

    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="tenures")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tenures")
    is_holder = models.BooleanField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)  # why it ended

    class Meta:
        ordering = ["-is_holder", "valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["carrier"],
                condition=Q(is_holder=True, valid_to__isnull=True),
                name="one_holder_at_a_day",
            ),
            models.UniqueConstraint(
                fields=["carrier", "person"],
                condition=Q(valid_to__isnull=True),
                name="serves_a_carrier_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="tenure_is_not_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.valid_from}"


class Pledge(models.Model):
    """What a holder pledged, in their own words; the last one counts, rows are only added."""

    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="pledges")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=300)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Review(models.Model):
    """What a yearly review found in the ledger and decided; `found` is [[kind, records, quantity]]."""

    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="reviews")
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    held_on = models.DateField()
    since = models.DateField()
    pledge = models.CharField(max_length=300, blank=True)
    found = models.JSONField(default=list)
    decision = models.CharField(max_length=8, choices=Decision)
    reason = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["carrier", "due_on"], name="one_review_when_due"),
            models.CheckConstraint(
                condition=Q(decision=Decision.KEEP) | ~Q(reason=""),
                name="review_that_does_not_keep_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier_id} {self.held_on}"


class Act(models.Model):
    """What was done, when and by whom; rows are only added."""

    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=12, choices=Happened)
    note = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.kind


class Contact(models.Model):
    """Somebody of the bureau who looks after a branch (包保人) for [valid_from, valid_to)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contacts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="contacts")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)  # why it ended
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["unit__path", "valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(valid_to__isnull=True),
                name="one_contact_of_a_branch_at_a_day",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="contact_is_not_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.unit}"


class Visit(models.Model):
    """A contact's visit: the record it was entered as, once."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="visits")
    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-activity__occurred_on", "-pk"]

    def __str__(self) -> str:
        return str(self.activity)


class Induction(models.Model):
    """The list a newly appointed secretary was given, once for each appointment."""

    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="+")
    worklist = models.OneToOneField(Worklist, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["-appointment__valid_from", "-pk"]

    def __str__(self) -> str:
        return str(self.worklist)


class Project(models.Model):
    """A committee member's own project: its measures are the items of a list."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="own_projects")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="own_projects")
    title = models.CharField(max_length=80)
    goal = models.CharField(max_length=400)
    begins_on = models.DateField()
    ends_on = models.DateField()
    worklist = models.OneToOneField(Worklist, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=ProjectState, default=ProjectState.RUNNING)
    version = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=400, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-begins_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("begins_on")), name="project_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(state=ProjectState.RUNNING) | ~Q(outcome=""),
                name="closed_project_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def standing(self) -> ProjectState:
        """Return the state as an enum, with its chip."""
        return ProjectState(self.state)

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return f"{self.state}-{self.version}"
