"""The declared list of rounds."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linghang.assessment.enums import RoundState
from linghang.assessment.models import Round
from linghang.platform.ui.tables import Column, Empty, Table


def _tell_advance(round_: Round) -> str:
    if round_.form.visit:
        return f"{round_.n_signed}/{round_.n_subjects}"  # type: ignore[attr-defined]
    return f"{round_.n_handed_in}/{round_.n_sheets}"  # type: ignore[attr-defined]


ROUNDS = Table(
    caption=_("Assessment rounds"),
    columns=(
        Column(
            "title",
            _("Round"),
            render=lambda round_: round_.title,
            link=lambda round_: reverse("assessment:round", args=[round_.pk]),
            sort=("period", "pk"),
        ),
        Column("state", _("State"), states=RoundState, sort=("state", "pk")),
        Column("n_subjects", _("Marked or visited"), numeric=True),
        Column("n_handed_in", _("Done"), render=_tell_advance, numeric=True),
        Column("due_on", _("Due"), sort=("due_on", "pk")),
    ),
    default_sort="-due_on",
    empty=Empty(
        _("No round asks anything of you"),
        _("The Party-affairs officer opens one; whoever is to mark is told and finds it here."),
        "gavel",
    ),
)
