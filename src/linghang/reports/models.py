"""Documents made from results: the file as it was given out, with its digest."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.evaluation.models import Run
from linghang.org.models import Unit
from linghang.reports.enums import DocumentKind


class Document(models.Model):
    """One bulletin or score book. It is written once; `reports.services` owns every column.

    `runs` are the results it tells of, the first being the one it was asked for. `content` is what
    a page shows of it: the blocks of a bulletin, the sheets of a score book. `digest` is that of
    the file's bytes.
    """

    kind = models.CharField(max_length=20, choices=DocumentKind)
    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=8)
    number = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    is_draft = models.BooleanField()  # 征求意见稿: made before the results were public
    names_members = models.BooleanField(default=False)  # holds scores of persons by name
    runs = models.ManyToManyField(Run, related_name="+")
    options = models.JSONField(default=dict)
    content = models.JSONField()
    file = models.BinaryField()
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["root", "period", "kind"])]
        constraints = [
            models.UniqueConstraint(
                fields=["root", "kind", "digest"], name="same_file_is_kept_once"
            ),
            models.CheckConstraint(
                condition=Q(names_members=False) | Q(kind=DocumentKind.SCORE_BOOK),
                name="a_bulletin_never_names_members",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def file_name(self) -> str:
        """Return the name the file is saved under."""
        draft = "（征求意见稿）" if self.is_draft else ""
        return f"{self.title}{draft}.{DocumentKind(self.kind).suffix}"
