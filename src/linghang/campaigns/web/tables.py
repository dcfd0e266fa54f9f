"""Declared lists of special actions and commitments."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linghang.campaigns.enums import CampaignState, CommitmentState
from linghang.campaigns.models import Commitment
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import Column, Empty, Table
from linghang.worklists.enums import Timeliness, timeliness


def judge(commitment: Commitment) -> Timeliness | CommitmentState:
    """Return whether the commitment was kept in time or late, is open, overdue, or withdrawn."""
    if commitment.state == CommitmentState.WITHDRAWN:
        return CommitmentState.WITHDRAWN
    return Timeliness(timeliness(commitment.due_on, commitment.kept_on, clock.today()))


CAMPAIGNS = Table(
    caption=_("Special actions"),
    columns=(
        Column(
            "title",
            _("Special action"),
            sort=("title", "pk"),
            link=lambda row: reverse("campaigns:campaign", args=[row.pk]),
        ),
        Column("state", _("State"), states=CampaignState),
        Column("starts_on", _("First day"), sort=("starts_on", "pk")),
        Column("ends_on", _("Last day"), sort=("ends_on", "pk")),
    ),
    default_sort="-starts_on",
    empty=Empty(
        _("No special action yet"),
        _("Plan one: choose the lists and records that belong to it, and its board counts them."),
        "flag",
    ),
)
COMMITMENTS = Table(
    caption=_("Commitments"),
    columns=(
        Column(
            "title",
            _("Commitment"),
            sort=("title", "pk"),
            link=lambda row: reverse("campaigns:commitment", args=[row.pk]),
        ),
        Column("unit", _("Unit"), attr="unit.name", sort=("unit__path", "pk")),
        Column("beneficiaries", _("For whom")),
        Column("state", _("State"), render=judge),
        Column("due_on", _("To be done by"), sort=("due_on", "pk")),
        Column("answers", _("Answers"), attr="n_answers", numeric=True, sort=("n_answers", "pk")),
    ),
    default_sort="due_on",
    empty=Empty(
        _("No commitment yet"),
        _("Say what will be done for whom by when; whoever benefits says how it was."),
        "heart-handshake",
    ),
)
