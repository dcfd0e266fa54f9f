"""The declared list of rounds."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linghang.diagnosis.enums import RoundState
from linghang.platform.ui.tables import Column, Empty, Table


def _of(name: str) -> Any:
    return lambda round_: f"{getattr(round_, name)}/{round_.n_units}"


ROUNDS = Table(
    caption=_("Diagnosis rounds"),
    columns=(
        Column(
            "title",
            _("Round"),
            link=lambda round_: reverse("diagnosis:round", args=[round_.pk]),
            sort=("title", "pk"),
        ),
        Column(
            "standard_set", _("Set of standards"), render=lambda round_: str(round_.standard_set)
        ),
        Column("state", _("State"), states=RoundState, sort=("state", "pk")),
        Column("n_handed_in", _("Self-check handed in"), render=_of("n_handed_in"), numeric=True),
        Column("n_checked", _("Checked by experts"), render=_of("n_checked"), numeric=True),
        Column("self_until", _("Self-check until"), sort=("self_until", "pk")),
        Column("expert_until", _("Expert check until"), sort=("expert_until", "pk")),
    ),
    default_sort="-expert_until",
    empty=Empty(
        _("No round was opened yet"),
        _("The Party-affairs officer opens one; every unit then checks itself line by line."),
        "clipboard-check",
    ),
)
