"""Kinds of documents."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    """What a document is, and the file it comes as."""

    BULLETIN = "bulletin", _("bulletin")
    SCORE_BOOK = "score_book", _("score book")

    @property
    def tone(self) -> str:
        """Return the colour family of the kind."""
        return "info" if self is DocumentKind.BULLETIN else "neutral"

    @property
    def suffix(self) -> str:
        """Return the ending of the file's name."""
        return "docx" if self is DocumentKind.BULLETIN else "xlsx"

    @property
    def content_type(self) -> str:
        """Return the media type of the file."""
        office = "application/vnd.openxmlformats-officedocument"
        return {
            DocumentKind.BULLETIN: f"{office}.wordprocessingml.document",
            DocumentKind.SCORE_BOOK: f"{office}.spreadsheetml.sheet",
        }[self]
