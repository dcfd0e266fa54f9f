"""Filters of branches by year and by where their appraisal stands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.appraisal.enums import Stage
from linghang.appraisal.queries import Line

NONE = "none"


class LineForm(forms.Form):
    """By year, by name, by stage or without an appraisal."""

    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int)
    q = forms.CharField(label=_("Branch"), required=False)
    stage = forms.ChoiceField(
        label=_("Stage"),
        required=False,
        choices=[("", _("every stage")), *Stage.choices[:-1], (NONE, _("not opened"))],
    )


class LineFilter:
    """What a reader asked for; `form` is shown above the list, `choose` keeps the lines asked for."""

    def __init__(self, params: Any, this_year: int) -> None:
        self.form = LineForm(params)
        years = [this_year - back for back in range(5)]
        self.form.fields["year"].choices = [  # type: ignore[attr-defined]
            (year, str(year)) for year in years
        ]
        self.values = self.form.cleaned_data if self.form.is_valid() else {}
        self.year: int = self.values.get("year") or this_year

    def choose(self, lines: list[Line]) -> list[Line]:
        """Return the lines that were asked for."""
        for word in self.values.get("q", "").split():
            lines = [line for line in lines if word in line.unit.name]
        stage = self.values.get("stage", "")
        if stage == NONE:
            return [line for line in lines if line.appraisal is None]
        if stage:
            return [line for line in lines if line.appraisal and line.appraisal.stage == stage]
        return lines
