"""Filters of posts, zones and squads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.pioneers.enums import IN_FORCE, CarrierKind, CarrierState
from linghang.pioneers.models import Carrier
from linghang.pioneers.queries.carriers import filter_review_due
from linghang.platform.calendar import clock

DUE = "due"
STANDING = "standing"


class CarrierForm(forms.Form):
    """By name, kind and state."""

    q = forms.CharField(label=_("Name, holder or branch"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("every kind")), *CarrierKind.choices]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("every state")),
            (STANDING, _("in force or to be improved")),
            (DUE, _("review due")),
            *CarrierState.choices,
        ],
    )


class CarrierFilter:
    """The posts, zones and squads a reader asked for; `form` is shown above the list."""

    def __init__(self, params: Any, rows: QuerySet[Carrier]) -> None:
        self.form = CarrierForm(params)
        values = self.form.cleaned_data if self.form.is_valid() else {}
        for word in values.get("q", "").split():
            rows = rows.filter(
                Q(title__contains=word)
                | Q(holder__name__contains=word)
                | Q(unit__name__contains=word)
            )
        if values.get("kind"):
            rows = rows.filter(kind=values["kind"])
        state = values.get("state", "")
        if state == DUE:
            rows = filter_review_due(rows, clock.today())
        elif state == STANDING:
            rows = rows.filter(state__in=IN_FORCE)
        elif state:
            rows = rows.filter(state=state)
        self.rows = rows
