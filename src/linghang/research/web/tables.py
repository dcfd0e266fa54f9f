"""Declared lists of visits and findings."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from linghang.platform.ui.tables import Column, Empty, Table
from linghang.research.enums import Nature
from linghang.research.models import Finding


def show_problems(finding: Finding) -> SafeString | None:
    """Return the problems a finding led to as links; they were brought with the rows."""
    rows = [
        (reverse("rectification:problem", args=[problem.pk]), problem.text)
        for problem in finding.problems.all()
    ]
    return format_html_join("；", '<a href="{}">{}</a>', rows) if rows else None


def name_leader(visit: Any) -> str:
    """Return who led the visit."""
    return str(visit.led_by.name)


VISITS = Table(
    caption=_("Research visits"),
    columns=(
        Column("occurred_on", _("Day"), sort=("occurred_on", "pk")),
        Column(
            "unit",
            _("Unit visited"),
            attr="unit.name",
            link=lambda visit: reverse("research:visit", args=[visit.pk]),
            sort=("unit__path", "pk"),
        ),
        Column("topic", _("Research topic"), attr="topic.title", sort=("topic__title", "pk")),
        Column("form", _("Form of research"), sort=("form", "pk")),
        Column("led_by", _("Led by"), render=name_leader, sort=("led_by__name", "pk")),
        Column("heard", _("Who was heard")),
        Column("participants", _("People heard"), numeric=True, sort=("participants", "pk")),
    ),
    default_sort="-occurred_on",
    empty=Empty(
        _("No visit is recorded here"),
        _("Whoever leads a topic records a visit in a minute, on the phone, where it takes place."),
        "map-pin",
    ),
)

FINDINGS = Table(
    caption=_("Findings"),
    columns=(
        Column(
            "text",
            _("Research finding"),
            link=lambda finding: reverse("research:visit", args=[finding.visit_id]),
            sort=("text", "pk"),
        ),
        Column("nature", _("What it is"), states=Nature, sort=("nature", "pk")),
        Column("unit", _("Unit visited"), attr="visit.unit.name", sort=("visit__unit__path", "pk")),
        Column("day", _("Day"), attr="visit.occurred_on", sort=("visit__occurred_on", "pk")),
        Column(
            "topic",
            _("Research topic"),
            attr="visit.topic.title",
            sort=("visit__topic__title", "pk"),
        ),
        Column("problems", _("Problems stated"), render=show_problems),
    ),
    default_sort="-day",
    empty=Empty(
        _("Nothing was found yet"),
        _("Findings are typed once, a line each, with the visit."),
        "search",
    ),
)
