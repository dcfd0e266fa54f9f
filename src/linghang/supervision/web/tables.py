"""The declared lists of supervision."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linghang.platform.ui.tables import Column, Empty, Table
from linghang.supervision.enums import FindingSource, HintState, RiskLevel

FINDINGS = Table(
    caption=_("Common findings"),
    columns=(
        Column(
            "text",
            _("Finding"),
            link=lambda finding: reverse("supervision:finding", args=[finding.pk]),
            sort=("text", "pk"),
        ),
        Column("category", _("Category"), sort=("order", "pk")),
        Column("source_kind", _("Source"), states=FindingSource, sort=("source_kind", "order")),
        Column("basis", _("Basis")),
    ),
    default_sort="category",
    empty=Empty(
        _("No finding is in the library"),
        _("Install the pack of common findings in the practice library."),
        "book",
    ),
)

RISKS = Table(
    caption=_("Risk points"),
    columns=(
        Column(
            "process",
            _("Process and post"),
            render=str,
            link=lambda risk: reverse("supervision:risk", args=[risk.pk]),
            sort=("process", "post", "pk"),
        ),
        Column("number", _("Number"), sort=("number",), numeric=True),
        Column("unit", _("Owner"), render=lambda risk: risk.unit.name, sort=("unit__path", "pk")),
        Column("level", _("Level"), states=RiskLevel, sort=("weight", "pk")),
        Column("reviewed_on", _("Last review"), sort=("reviewed_on", "pk")),
        Column("review_on", _("Next review"), sort=("review_on", "pk")),
    ),
    default_sort="-level",
    empty=Empty(
        _("No risk point stands in the register"),
        _("Take those of the pack that concern you, or enter the first one."),
        "shield-check",
    ),
)

HINTS = Table(
    caption=_("Hints"),
    columns=(
        Column(
            "rule",
            _("Hint"),
            render=lambda hint: str(hint.rule),
            link=lambda hint: reverse("supervision:hint", args=[hint.pk]),
            sort=("rule__order", "pk"),
        ),
        Column("unit", _("Unit"), render=lambda hint: hint.unit.name, sort=("unit__path", "pk")),
        Column("count", _("Records counted"), numeric=True),
        Column("state", _("State"), states=HintState, sort=("state", "pk")),
        Column("found_on", _("Found"), sort=("found_on", "pk")),
        Column("decided_on", _("Decided"), sort=("decided_on", "pk")),
    ),
    default_sort="-found_on",
    empty=Empty(
        _("The rules found nothing to ask about"),
        _("They are computed every day; you can have them computed now."),
        "circle-check",
    ),
)
