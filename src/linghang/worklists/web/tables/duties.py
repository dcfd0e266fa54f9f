"""The declared list of holders of posts with their duties. It is in the order of the tree: no contest."""

from __future__ import annotations

from fractions import Fraction

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from linghang.platform.ui.tables import Column, Empty, Table
from linghang.worklists.queries.duties import HolderRow


def show_part(value: Fraction) -> str:
    """Return a number of tasks, to one decimal place where a task is shared by two holders."""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.1f}"


def show_spans(row: HolderRow) -> str:
    """Return from when until when somebody held the post."""
    return "、".join(
        f"{date_format(first, 'm-d')}—{date_format(last, 'm-d')}" for first, last in row.spans
    )


HOLDERS = Table(
    caption=_("Holders of posts"),
    columns=(
        Column(
            "person",
            _("Holder"),
            attr="person.name",
            link=lambda row: (
                reverse("worklists:duties") + "?" + urlencode({"person": row.person.pk})
            ),
        ),
        Column("post", _("Post"), render=lambda row: str(row.post)),
        Column("unit", _("Unit"), attr="unit.name"),
        Column("spans", _("Held"), render=show_spans),
        Column("days", _("Days"), numeric=True),
        Column("asked", _("Asked"), render=lambda row: show_part(row.asked), numeric=True),
        Column("done", _("Finished"), numeric=True),
        Column("late", _("of these late"), numeric=True),
        Column("overdue", _("Overdue"), render=lambda row: show_part(row.overdue), numeric=True),
    ),
    row_id=lambda row: f"{row.unit.pk}-{row.post.pk}-{row.person.pk}",
    empty=Empty(
        _("No duty list is running"),
        _("Issue one from the pack of duty lists; it asks the holders of each post by itself."),
        "clipboard-list",
    ),
)
