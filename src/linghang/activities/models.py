"""What a unit did, who was there, what it owes, and how records were corrected."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.activities.enums import (
    AppliesTo,
    AttendanceRule,
    AttendanceState,
    ObligationState,
    Shape,
    SubjectRule,
)
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.languages import choose


class ActivityKind(models.Model):
    """A kind of activity or record; rows come from installed packs (`packs.py`), not from code."""

    code = models.CharField(max_length=40, unique=True)
    shape = models.CharField(max_length=10, choices=Shape)
    title_en = models.CharField(max_length=80)
    title_zh = models.CharField(max_length=80)
    family = models.CharField(max_length=30, blank=True)
    aliases = models.JSONField(default=list)
    attendance = models.CharField(
        max_length=12, choices=AttendanceRule, default=AttendanceRule.NONE
    )
    default_hours = models.PositiveIntegerField(default=0)  # hundredths
    subject = models.CharField(max_length=8, choices=SubjectRule, default=SubjectRule.UNIT)
    quantity_en = models.CharField(max_length=30, blank=True)
    quantity_zh = models.CharField(max_length=30, blank=True)
    default_quantity = models.PositiveIntegerField(default=100)  # hundredths
    statuses = models.JSONField(default=list)  # [{"code", "en", "zh", "quantity"}]
    verified_by_en = models.CharField(max_length=120, blank=True)
    verified_by_zh = models.CharField(max_length=120, blank=True)
    sensitive = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=100)
    retired = models.BooleanField(default=False)  # no installed pack offers it any more
    pack = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return choose(self.title_en, self.title_zh)

    @property
    def fact_kind(self) -> str:
        """Return the kind of fact a record of this kind writes."""
        return f"{self.shape}.{self.code}"

    @property
    def quantity_unit(self) -> str:
        """Return the unit of the quantity in the reader's language."""
        return choose(self.quantity_en, self.quantity_zh)

    @property
    def verified_by(self) -> str:
        """Return who confirms such a record, in the reader's language."""
        return choose(self.verified_by_en, self.verified_by_zh)


class CadenceRule(models.Model):
    """What is due how often for whom (频次规则), with its legal basis and dates of force."""

    code = models.CharField(max_length=60, unique=True)
    kind = models.ForeignKey(ActivityKind, on_delete=models.PROTECT, related_name="cadences")
    applies_to = models.CharField(max_length=24, choices=AppliesTo)
    period = models.CharField(max_length=8)  # linghang_core.periods.PeriodKind
    required = models.PositiveSmallIntegerField(default=1)
    basis = models.CharField(max_length=300, blank=True)
    in_force_from = models.DateField()
    in_force_to = models.DateField(null=True, blank=True)
    pack = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["kind__order", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(in_force_to__isnull=True) | Q(in_force_to__gt=F("in_force_from")),
                name="cadence_rule_is_in_force_some_time",
            ),
            models.CheckConstraint(condition=Q(required__gte=1), name="cadence_asks_for_something"),
        ]

    def __str__(self) -> str:
        return str(self.kind)


class Activity(models.Model):
    """One record, entered once: a meeting, a lecture, a check, a violation …

    Quantities and hours are hundredths. `also` names further kinds whose cadence the same event
    meets. Corrections change the row and keep the old values as an `ActivityRevision`; the facts
    are withdrawn and written again (`services`).
    """

    kind = models.ForeignKey(ActivityKind, on_delete=models.PROTECT, related_name="activities")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="activities")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="records"
    )
    occurred_on = models.DateField()
    topic = models.CharField(max_length=200)
    host = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    host_name = models.CharField(max_length=60, blank=True)
    due_count = models.PositiveIntegerField(null=True, blank=True)
    present_count = models.PositiveIntegerField(null=True, blank=True)
    hours = models.PositiveIntegerField(default=0)
    place = models.CharField(max_length=120, blank=True)
    quantity = models.PositiveBigIntegerField(default=0)
    status = models.CharField(max_length=12, blank=True)
    verified = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    also = models.JSONField(default=list)
    recorded_on = models.DateField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=400, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-occurred_on", "-pk"]
        indexes = [models.Index(fields=["unit", "occurred_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(present_count__isnull=True)
                | Q(due_count__isnull=True)
                | Q(present_count__lte=F("due_count")),
                name="not_more_present_than_due",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_on__isnull=False) & ~Q(withdrawn_reason="")),
                name="withdrawn_record_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(recorded_on__gte=F("occurred_on")),
                name="record_is_made_when_it_happened_or_later",
            ),
            # Two constraints, because a missing person differs from every other missing person.
            models.UniqueConstraint(
                fields=["unit", "kind", "occurred_on", "topic"],
                condition=Q(withdrawn_on__isnull=True, person__isnull=True),
                name="one_record_of_one_event",
            ),
            models.UniqueConstraint(
                fields=["unit", "kind", "occurred_on", "topic", "person"],
                condition=Q(withdrawn_on__isnull=True, person__isnull=False),
                name="one_record_of_one_event_of_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}：{self.topic}"


class Attendance(models.Model):
    """Whether somebody expected at an activity was there.

    `person` is empty only for a name nobody in the branch answers to (a typing mistake in the
    customer's file, somebody from elsewhere): kept as written, counted for no person.
    """

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="attendance")
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="attendance"
    )
    name = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=8, choices=AttendanceState)
    reason = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "person"],
                condition=Q(person__isnull=False),
                name="one_attendance_per_person",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(name=""), name="attendance_is_somebodys"
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.person)


class ActivityRevision(models.Model):
    """The values a record had before a correction, who changed them and why."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="revisions")
    old = models.JSONField()
    new = models.JSONField()
    reason = models.CharField(max_length=400)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="revision_has_a_reason")
        ]

    def __str__(self) -> str:
        return self.reason


class Obligation(models.Model):
    """One duty of one unit in one period; its state is rewritten whenever a record touches it."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="obligations")
    rule = models.ForeignKey(CadenceRule, on_delete=models.PROTECT, related_name="obligations")
    period = models.CharField(max_length=8)  # linghang_core.periods code
    due_on = models.DateField()
    required = models.PositiveSmallIntegerField()
    done = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=ObligationState, default=ObligationState.OPEN)
    waiver_reason = models.CharField(max_length=400, blank=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["due_on", "rule__kind__order", "pk"]
        indexes = [models.Index(fields=["state", "due_on"]), models.Index(fields=["period"])]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "rule", "period"], name="one_obligation_per_period"
            ),
            models.CheckConstraint(
                condition=~Q(state=ObligationState.MET) | Q(done__gte=F("required")),
                name="met_obligation_is_done",
            ),
            models.CheckConstraint(
                condition=~Q(state=ObligationState.WAIVED) | ~Q(waiver_reason=""),
                name="waived_obligation_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.period}"
