"""Units, their versions in time, their changes, and the coverage links between the two trees.

`path` is owned by `org.services`: "/" + the ids from the root down + "/", so a prefix is a subtree.
All ranges of dates are half-open: [valid_from, valid_to).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.org.enums import ChangeKind, HostSituation, Line, UnitKind
from linghang.platform.crypto.fields import EncryptedTextField


class Unit(models.Model):
    """A unit as it stands today. `UnitVersion` holds how it stood on any other day."""

    code = models.CharField(max_length=20, unique=True)
    line = models.CharField(max_length=10, choices=Line)
    kind = models.CharField(max_length=20, choices=UnitKind)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=200, db_index=True)
    level = models.PositiveSmallIntegerField()
    established_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    term_from = models.DateField(null=True, blank=True)
    term_to = models.DateField(null=True, blank=True)
    host_situation = models.CharField(max_length=20, choices=HostSituation, blank=True)
    host_names = models.CharField(max_length=300, blank=True)
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = EncryptedTextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["path"]
        indexes = [models.Index(fields=["name"]), models.Index(fields=["line", "kind"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(term_to__isnull=True) | Q(term_to__gt=F("term_from")),
                name="unit_term_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True)
                | Q(established_on__isnull=True)
                | Q(closed_on__gte=F("established_on")),
                name="unit_closes_after_it_was_established",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def root_path(self) -> str:
        """Return the path of the top of the tree this unit stands in: its bureau."""
        return "/" + self.path.split("/")[1] + "/"


class UnitVersion(models.Model):
    """A unit's name, kind and place from one day to another; together they are the tree of any
    day.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="versions")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=UnitKind)
    parent = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=200, db_index=True)
    level = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["unit_id", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="unit_version_is_not_empty",
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(valid_to__isnull=True), name="one_open_unit_version"
            ),
        ]


class UnitChange(models.Model):
    """One act on a unit with its date and document number, as the history page tells it."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=ChangeKind)
    on = models.DateField()
    document_number = models.CharField(max_length=80, blank=True)
    detail = models.JSONField(default=dict)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-on", "-pk"]


class Coverage(models.Model):
    """A branch covers a business unit: the link that carries grid indicators to branches."""

    party_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="covers")
    business_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="covered_by")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party_unit", "business_unit"],
                condition=Q(valid_to__isnull=True),
                name="one_open_coverage",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="coverage_is_not_empty",
            ),
        ]
