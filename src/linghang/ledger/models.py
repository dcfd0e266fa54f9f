"""The fact table. Rows are never edited: a correction withdraws a fact and writes another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linghang.org.models import Unit
from linghang.people.models import Person


class Entry(models.Model):
    """One line of a unit's ledger: the record some facts came from, as the time line shows it.

    A correction withdraws the entry and writes another; `source_type` and `source_id` name the record.
    """

    source_type = models.CharField(
        max_length=40
    )  # app label.model, for example "activities.activity"
    source_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="entries")
    title = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)
    occurred_on = models.DateField()
    late = models.BooleanField(default=False)
    recorded_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.CharField(max_length=80, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, blank=True)  # of the correction that withdrew it

    class Meta:
        ordering = ["-occurred_on", "-pk"]
        indexes = [
            models.Index(fields=["unit", "occurred_on"]),
            models.Index(fields=["source_type", "source_id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source_type", "source_id"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_open_entry_per_record",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Fact(models.Model):
    """One thing that happened, as of a change sequence.

    `seq` rises with every write in commit order (platform.numbering), `withdrawn_seq` says when a
    correction took the fact back. The facts as of S are those with seq <= S that were not withdrawn
    by S: a published score can be recomputed for ever. `counts_on` decides the period.
    """

    seq = models.BigIntegerField(unique=True)
    withdrawn_seq = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="facts")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="facts")
    occurred_on = models.DateField()
    due_on = models.DateField(null=True)
    counts_on = models.DateField()
    quantity = models.BigIntegerField()  # hundredths
    status = models.CharField(max_length=12, blank=True)
    verified = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="facts")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "kind", "counts_on"]),
            models.Index(fields=["person", "kind", "counts_on"]),
            models.Index(fields=["counts_on"]),
            models.Index(fields=["withdrawn_seq"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_seq__isnull=True) | Q(withdrawn_seq__gt=F("seq")),
                name="fact_is_withdrawn_after_it_was_written",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.counts_on}"


class LakeMonth(models.Model):
    """How far the Parquet file of one month has followed the facts; owned by `services.lake`."""

    month = models.CharField(max_length=7, primary_key=True)
    synced_seq = models.BigIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    stamp = models.CharField(max_length=32)  # the same as in the lake's own list of files

    def __str__(self) -> str:
        return self.month
