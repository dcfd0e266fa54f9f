"""Kinds of files that are taken in, and how confidential their contents may be."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class FileType(models.TextChoices):
    """What a file is by its content; the value is the suffix it is given."""

    JPG = "jpg", _("photograph")
    PNG = "png", _("picture")
    WEBP = "webp", _("picture (WebP)")
    PDF = "pdf", _("PDF document")
    DOCX = "docx", _("Word document")
    XLSX = "xlsx", _("Excel workbook")
    PPTX = "pptx", _("presentation")
    OFD = "ofd", _("OFD document")
    TXT = "txt", _("text")

    @property
    def is_picture(self) -> bool:
        """Return whether it is shown as a picture."""
        return self in {FileType.JPG, FileType.PNG, FileType.WEBP}

    @property
    def opens_in_browser(self) -> bool:
        """Return whether a browser may show it in place; all others are saved."""
        return self.is_picture or self is FileType.PDF

    @property
    def content_type(self) -> str:
        """Return the media type it is sent with."""
        return CONTENT_TYPES[self]

    @property
    def icon(self) -> str:
        """Return the icon in lists."""
        if self.is_picture:
            return "photo"
        return "file-spreadsheet" if self is FileType.XLSX else "file-text"


_OFFICE = "application/vnd.openxmlformats-officedocument"
CONTENT_TYPES = {
    FileType.JPG: "image/jpeg",
    FileType.PNG: "image/png",
    FileType.WEBP: "image/webp",
    FileType.PDF: "application/pdf",
    FileType.DOCX: f"{_OFFICE}.wordprocessingml.document",
    FileType.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    FileType.PPTX: f"{_OFFICE}.presentationml.presentation",
    FileType.OFD: "application/ofd",
    FileType.TXT: "text/plain; charset=utf-8",
}


class Secrecy(models.TextChoices):
    """密级: how confidential a file is. State secrets never enter the system."""

    OPEN = "open", _("may be made public")
    INTERNAL = "internal", _("internal")
    SECRET = "secret", _("secret or above")
