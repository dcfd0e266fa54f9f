"""Declared list tables of evaluation."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linghang.evaluation import mapping
from linghang.evaluation.enums import NOT_RATED_WORDS, ObjectionState, PublicationState
from linghang.evaluation.models import Score
from linghang.platform.ui.tables import Column, Empty, Table
from linghang_core import scoring


def score_url(score: Score) -> str:
    """Return the address of a score's page."""
    return reverse("evaluation:score", args=[score.pk])


def results(scheme: scoring.Scheme) -> Table:
    """Return the table of a run: units with totals, or persons with bands and in no order of rank."""
    bands, groups = mapping.band_titles(scheme), mapping.group_titles(scheme)

    def show_band(score: Score) -> str:
        if score.band:
            return bands.get(score.band, score.band)
        return str(_("not rated: %(why)s") % {"why": NOT_RATED_WORDS.get(score.reason, "")})

    person = scheme.subject.value == "person"
    columns = [
        Column(
            "subject",
            _("member") if person else _("branch"),
            render=str,
            link=score_url,
            sort=("person__name", "pk") if person else ("unit__name", "pk"),
        )
    ]
    if person:
        columns.append(Column("unit", _("branch"), attr="unit.name", sort=("unit__path", "pk")))
    columns += [
        Column("group", _("peer group"), render=lambda s: groups.get(s.group, s.group)),
        Column("band", _("band"), render=show_band),
        Column(
            "total",
            _("total"),
            numeric=True,
            # Members are never put in the order of their points (国办函〔2026〕12号).
            sort=() if person else ("total", "pk"),
        ),
    ]
    if scheme.may_rank:
        columns.append(
            Column("position", _("place in its group"), numeric=True, sort=("position", "pk"))
        )
    return Table(
        caption=_("Results"),
        columns=tuple(columns),
        default_sort="unit" if person else "",
        empty=Empty(_("Nobody was rated"), _("No branch or member stood on the last day.")),
    )


PUBLICATIONS = Table(
    caption=_("Publications"),
    columns=(
        Column(
            "title",
            _("result"),
            render=lambda row: str(row.run.scheme),
            link=lambda row: reverse("evaluation:publication", args=[row.pk]),
        ),
        Column("period", _("period"), attr="run.period", sort=("run__period", "pk")),
        Column("root", _("bureau"), attr="run.root.name"),
        Column("number", _("number")),
        Column("state", _("state"), states=PublicationState),
        Column("published_on", _("published on"), sort=("published_on", "pk")),
        Column("objections_until", _("objections until")),
    ),
    default_sort="-period",
    empty=Empty(
        _("Nothing has been published yet"),
        _("The Party-affairs officer publishes the first month from the evaluation page."),
        icon="speakerphone",
    ),
)

OBJECTIONS = Table(
    caption=_("Objections"),
    columns=(
        Column(
            "text",
            _("objection"),
            link=lambda row: reverse("evaluation:objection", args=[row.pk]),
        ),
        Column("subject", _("to the score of"), render=lambda row: str(row.score)),
        Column("criterion", _("criterion"), render=lambda row: row.criterion or None),
        Column("period", _("period"), attr="score.run.period", sort=("score__run__period", "pk")),
        Column("raised_at", _("raised"), sort=("raised_at", "pk")),
        Column("state", _("state"), states=ObjectionState, sort=("state", "pk")),
    ),
    default_sort="-raised_at",
    empty=Empty(
        _("No objections"),
        _("Members and secretaries raise them from a published score."),
        icon="message-report",
    ),
)
