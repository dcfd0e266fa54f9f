"""The list of documents."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linghang.platform.languages import spoken
from linghang.platform.ui.tables import Column, Empty, Table
from linghang.reports.enums import DocumentKind
from linghang.reports.models import Document
from linghang_core.periods import Period


def show_period(document: Document) -> str:
    """Return the period in the reader's language."""
    return Period.parse(document.period).label(spoken())


def show_note(document: Document) -> str:
    """Return what sets the document apart: a draft, or one that names members."""
    if document.is_draft:
        return str(_("draft for comments"))
    return str(_("with members' scores")) if document.names_members else ""


DOCUMENTS = Table(
    caption=_("Documents"),
    columns=(
        Column(
            "title",
            _("Title"),
            render=str,
            link=lambda document: reverse("reports:document", args=[document.pk]),
            sort=("title", "pk"),
        ),
        Column("kind", _("Kind"), states=DocumentKind, sort=("kind", "pk")),
        Column("period", _("Period"), render=show_period, sort=("period", "pk")),
        Column("note", _("Note"), render=show_note),
        Column("number", _("Number"), sort=("number", "pk")),
        Column("created_by", _("Made by")),
        Column("created_at", _("Made at"), sort=("created_at", "pk")),
    ),
    default_sort="-created_at",
    empty=Empty(
        _("No document yet"),
        _("Open a result that is computed or public and press Bulletin or Score book."),
        icon="file-text",
        url="evaluation:index",
        action=_("Go to evaluation"),
    ),
)
