"""An import with its files and faults."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.platform.crypto.fields import cipher
from linghang.platform.sheets.faults import Message, Severity
from linghang.platform.tasks.models import Job


class BatchState(models.TextChoices):
    """Where an import stands; a state knows what may be done in it."""

    UPLOADED = "uploaded", _("being checked")
    CHECKED = "checked", _("checked, not applied")
    APPLYING = "applying", _("being applied")
    APPLIED = "applied", _("applied")
    CANCELLED = "cancelled", _("cancelled")
    FAILED = "failed", _("failed")

    @property
    def tone(self) -> str:
        """Return the chip tone."""
        return {
            BatchState.CHECKED: "warn",
            BatchState.APPLIED: "ok",
            BatchState.FAILED: "danger",
            BatchState.CANCELLED: "neutral",
        }.get(self, "info")

    @property
    def is_working(self) -> bool:
        """Return whether a job is at work on it."""
        return self in {BatchState.UPLOADED, BatchState.APPLYING}

    @property
    def can_apply(self) -> bool:
        """Return whether its good rows may be written: checked, or stopped while being written."""
        return self in {BatchState.CHECKED, BatchState.APPLYING}

    @property
    def can_check(self) -> bool:
        """Return whether it may be checked (again)."""
        return self in {BatchState.UPLOADED, BatchState.CHECKED, BatchState.FAILED}

    @property
    def can_cancel(self) -> bool:
        """Return whether it may be given up."""
        return self not in {BatchState.APPLIED, BatchState.CANCELLED}


COUNTED = ("rows", "new", "changed", "unchanged", "faulty", "waiting")


class ImportBatch(models.Model):
    """The files uploaded at once, what checking found in them, and what applying wrote.

    `counts`, `notes`, `changes` and the faults are computed by `services.check_batch` and
    `services.apply_batch`; `written` by the latter.
    """

    code = models.CharField(max_length=20, unique=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    scope_path = models.CharField(max_length=200, db_index=True)
    # The grants under which the files were last checked or applied (see `services.keep_scope`).
    scope = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=BatchState, default=BatchState.UPLOADED)
    counts = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    written = models.JSONField(default=dict)
    error = models.JSONField(default=dict)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.code

    @property
    def status(self) -> BatchState:
        """Return the state with its abilities."""
        return BatchState(self.state)

    @property
    def error_message(self) -> str:
        """Return why it failed, in the reader's language."""
        if not self.error:
            return ""
        message, remedy = (Message.from_json(self.error.get(k, {})) for k in ("message", "remedy"))
        name = self.error.get("file", "")
        return " ".join(
            part for part in (f"{name}:" if name else "", str(message), str(remedy)) if part
        )

    @property
    def sums(self) -> dict[str, int]:
        """Return the counts over all sheets by name."""
        return {name: self.total(name) for name in COUNTED}

    def total(self, name: str) -> int:
        """Return a count ("rows", "new", "faulty" …) over all sheets."""
        return sum(int(entry.get(name, 0)) for entry in self.counts)


class FileKind(models.TextChoices):
    """What a stored file is."""

    UPLOAD = "upload", _("uploaded")
    FAULTY = "faulty", _("rows to mend")


class ImportFile(models.Model):
    """A file of an import, encrypted: rosters hold identity numbers."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=8, choices=FileKind, default=FileKind.UPLOAD)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField(editable=False)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name

    def open(self) -> bytes:
        """Return the file as it was uploaded; empty once its time of keeping is over."""
        return cipher().decrypt(bytes(self.sealed)) if self.sealed else b""


class ImportFault(models.Model):
    """A fault of an import; sentences are kept as msgids so that each reader sees their language."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="faults")
    file = models.CharField(max_length=200)
    sheet = models.CharField(max_length=100)
    row = models.PositiveIntegerField(null=True)
    column = models.CharField(max_length=200)
    value = models.CharField(max_length=200)
    severity = models.CharField(max_length=5)
    code = models.CharField(max_length=40)
    message_data = models.JSONField()
    remedy_data = models.JSONField()

    class Meta:
        ordering = ("pk",)
        indexes = [models.Index(fields=["batch", "file", "sheet"])]

    def __str__(self) -> str:
        return f"{self.sheet} {self.row} {self.column}"

    @property
    def message(self) -> str:
        """Return what is wrong, in the reader's language."""
        return str(Message.from_json(self.message_data))

    @property
    def remedy(self) -> str:
        """Return what to do, in the reader's language."""
        return str(Message.from_json(self.remedy_data))

    @property
    def level(self) -> Severity:
        """Return the severity with its label and tone."""
        return Severity(self.severity)

    def to_json(self) -> dict[str, Any]:
        """Return the fault as the command line prints it."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": self.message,
            "remedy": self.remedy,
            "severity": self.severity,
            "code": self.code,
        }
