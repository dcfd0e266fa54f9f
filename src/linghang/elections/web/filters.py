"""Filters of branches by their terms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.elections.enums import Standing
from linghang.elections.queries import Line

RUNNING = "running"


class LineForm(forms.Form):
    """By name, and by how the term stands or whether an election is under way."""

    q = forms.CharField(label=_("Branch"), required=False)
    standing = forms.ChoiceField(
        label=_("Term"),
        required=False,
        choices=[("", _("every term")), *Standing.choices, (RUNNING, _("election under way"))],
    )


class LineFilter:
    """The lines a reader asked for; `form` is shown above the list."""

    def __init__(self, params: Any, lines: list[Line]) -> None:
        self.form = LineForm(params)
        values = self.form.cleaned_data if self.form.is_valid() else {}
        for word in values.get("q", "").split():
            lines = [line for line in lines if word in line.unit.name]
        standing = values.get("standing", "")
        if standing == RUNNING:
            lines = [line for line in lines if line.election]
        elif standing:
            lines = [line for line in lines if line.standing == standing]
        self.lines = lines
