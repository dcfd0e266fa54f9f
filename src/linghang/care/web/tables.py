"""The declared lists of awards and of members in hardship, and the columns of an export."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.care.enums import HardshipState, Level
from linghang.platform.ui.tables import Column, Empty, Table

AWARDS = Table(
    caption=gettext_lazy("Awards"),
    columns=(
        Column(
            "title",
            gettext_lazy("Award"),
            link=lambda one: reverse("care:award", args=[one.pk]),
            sort=("title", "pk"),
        ),
        Column("holder", gettext_lazy("Honoured")),
        Column(
            "unit",
            gettext_lazy("Branch"),
            render=lambda one: one.unit.name,
            sort=("unit__path", "pk"),
        ),
        Column("level", gettext_lazy("Level"), states=Level),
        Column("body", gettext_lazy("Awarded by")),
        Column("awarded_on", gettext_lazy("Awarded on"), sort=("awarded_on", "pk")),
    ),
    default_sort="-awarded_on",
    empty=Empty(
        gettext_lazy("No award yet"),
        gettext_lazy("The branch records what it and its members were honoured with."),
        "star",
    ),
)

HARDSHIPS = Table(
    caption=gettext_lazy("Members in hardship"),
    columns=(
        Column(
            "person",
            gettext_lazy("Full name"),
            render=lambda one: one.person.name,
            link=lambda one: reverse("care:hardship", args=[one.pk]),
            sort=("person__name", "pk"),
        ),
        Column(
            "unit",
            gettext_lazy("Branch"),
            render=lambda one: one.unit.name,
            sort=("unit__path", "pk"),
        ),
        Column("kind", gettext_lazy("Kind")),
        Column("state", gettext_lazy("State"), states=HardshipState, sort=("turn", "review_on")),
        Column("last_visit_on", gettext_lazy("Last visit"), sort=("last_visit_on", "pk")),
        Column("review_on", gettext_lazy("Next review"), sort=("review_on", "pk")),
    ),
    default_sort="state",
    empty=Empty(
        gettext_lazy("No member in hardship"),
        gettext_lazy("The secretary registers who needs help; few people ever read why."),
        "heart-handshake",
    ),
)


def list_award_columns() -> list[tuple[str, Any]]:
    """Return the headings of the exported awards, each with what it reads of one."""
    return [
        (_("Award"), lambda one: one.title),
        (_("Honoured"), lambda one: one.holder),
        (_("Branch"), lambda one: one.unit.name),
        (_("Level"), lambda one: str(one.rank.label)),
        (_("Awarded by"), lambda one: one.body),
        (_("Awarded on"), lambda one: one.awarded_on),
        (_("Document number"), lambda one: one.document_number),
    ]
