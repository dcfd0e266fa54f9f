"""The declared lists of transfers and of members who are away, and their columns in workbooks."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.platform.ui.tables import Column, Empty, Table
from linghang.transfers.enums import AwayStage, Stage

TRANSFERS = Table(
    caption=gettext_lazy("Transfers"),
    columns=(
        Column(
            "person",
            gettext_lazy("Full name"),
            render=lambda one: one.person.name,
            link=lambda one: reverse("transfers:transfer", args=[one.pk]),
            sort=("person__name", "pk"),
        ),
        Column("way", gettext_lazy("Way"), render=lambda one: one.get_way_display()),
        Column("from", gettext_lazy("Comes from"), render=lambda one: one.from_name),
        Column("to", gettext_lazy("Goes to"), render=lambda one: one.to_name),
        Column("stage", gettext_lazy("Stage"), states=Stage, sort=("ended", "stage", "pk")),
        Column("opened_on", gettext_lazy("Opened on"), sort=("opened_on", "pk")),
        Column("due_on", gettext_lazy("Next day to keep"), sort=("ended", "due_on", "pk")),
        Column("moved_on", gettext_lazy("Transferred on"), sort=("moved_on", "pk")),
    ),
    default_sort="due_on",
    empty=Empty(
        gettext_lazy("No transfer yet"),
        gettext_lazy(
            "The branch opens a transfer for a member; a letter from outside is registered by the "
            "Party-affairs officer."
        ),
        "arrow-right",
    ),
)

AWAY = Table(
    caption=gettext_lazy("Away and out of touch"),
    columns=(
        Column(
            "person",
            gettext_lazy("Full name"),
            render=lambda one: one.person.name,
            link=lambda one: reverse("transfers:absence", args=[one.pk]),
            sort=("person__name", "pk"),
        ),
        Column(
            "unit",
            gettext_lazy("Branch"),
            render=lambda one: one.unit.name,
            sort=("unit__path", "pk"),
        ),
        Column("stage", gettext_lazy("Stage"), states=AwayStage, sort=("stage", "pk")),
        Column("since", gettext_lazy("Away since"), sort=("since", "pk")),
        Column("last_contact_on", gettext_lazy("Last contact on"), sort=("last_contact_on", "pk")),
        Column("due_on", gettext_lazy("Next day to keep"), sort=("due_on", "pk")),
        Column("ended_on", gettext_lazy("Ended on"), sort=("ended_on", "pk")),
    ),
    default_sort="due_on",
    empty=Empty(
        gettext_lazy("Nobody is away"),
        gettext_lazy("The branch registers who leaves for six months or more."),
        "users",
    ),
)


def list_transfer_columns() -> list[tuple[str, Any]]:
    """Return the headings of the exported transfers, each with what it reads of one."""
    return [
        (_("Full name"), lambda one: one.person.name),
        (_("Way"), lambda one: one.get_way_display()),
        (_("Comes from"), lambda one: one.from_name),
        (_("Goes to"), lambda one: one.to_name),
        (_("Purpose"), lambda one: one.get_purpose_display()),
        (_("Stage"), lambda one: str(one.standing.label)),
        (_("Opened on"), lambda one: one.opened_on),
        (_("Dues paid until"), lambda one: f"{one.paid_until:%Y-%m}" if one.paid_until else ""),
        (_("Next day to keep"), lambda one: one.due_on),
        (_("Transferred on"), lambda one: one.moved_on),
    ]


def list_away_columns() -> list[tuple[str, Any]]:
    """Return the headings of the exported absences: no whereabouts, they stay encrypted."""
    return [
        (_("Full name"), lambda one: one.person.name),
        (_("Branch"), lambda one: one.unit.name),
        (_("Stage"), lambda one: str(one.standing.label)),
        (_("Away since"), lambda one: one.since),
        (_("Takes part at"), lambda one: one.host),
        (_("Last contact on"), lambda one: one.last_contact_on),
        (_("Next day to keep"), lambda one: one.due_on),
        (_("Ended on"), lambda one: one.ended_on),
    ]
