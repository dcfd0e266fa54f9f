"""The declared list of applications."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.membership.enums import Stage
from linghang.membership.models import Application
from linghang.platform.ui.tables import Column, Empty, Table

APPLICATIONS = Table(
    caption=gettext_lazy("New members"),
    columns=(
        Column(
            "person",
            gettext_lazy("Full name"),
            render=lambda one: one.person.name,
            link=lambda one: reverse("membership:application", args=[one.pk]),
            sort=("person__name", "pk"),
        ),
        Column(
            "unit",
            gettext_lazy("Branch"),
            render=lambda one: one.unit.name,
            sort=("unit__path", "pk"),
        ),
        Column("stage", gettext_lazy("Stage"), states=Stage, sort=("stage", "pk")),
        Column("applied_on", gettext_lazy("Applied on"), sort=("applied_on", "pk")),
        Column("next_due_on", gettext_lazy("Next day to keep"), sort=("due", "pk")),
        Column("joined_on", gettext_lazy("Admitted on probation"), sort=("joined_on", "pk")),
        Column("full_on", gettext_lazy("Full member since"), sort=("full_on", "pk")),
    ),
    default_sort="next_due_on",
    empty=Empty(
        gettext_lazy("No application for membership yet"),
        gettext_lazy(
            "The branch takes in an application with its day; the steps that follow, their earliest "
            "and latest days are computed."
        ),
        "user-plus",
    ),
)


def list_export_columns() -> list[tuple[str, Any]]:
    """Return the headings of the exported list, each with what it reads of an application."""
    return [
        (_("Full name"), lambda one: one.person.name),
        (_("Branch"), lambda one: one.unit.name),
        (_("Stage"), lambda one: str(one.standing.label)),
        (_("Applied on"), lambda one: one.applied_on),
        (_("Next day to keep"), lambda one: one.next_due_on),
        (_("Admitted on probation"), lambda one: one.joined_on),
        (_("Probation ends on"), lambda one: one.probation_ends_on),
        (_("Full member since"), lambda one: one.full_on),
        (_("Ended on"), lambda one: one.ended_on),
        (_("Why it ended"), lambda one: one.end_reason),
    ]


def describe_kind(application: Application) -> str:
    """Return what the person is now, for headings."""
    return str(application.standing.label)
