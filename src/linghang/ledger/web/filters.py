"""The filter bar of the time line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.ledger import queries
from linghang.ledger.api import list_kinds
from linghang.org.models import Unit
from linghang.platform.calendar import clock

# Duties are computed, not recorded: the time line shows them only when asked.
COMPUTED = "cadence."


class TimelineFilter(forms.Form):
    """By unit, kind, period, words (also a person's name), and late records only."""

    unit = forms.ChoiceField(label=_("Unit"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    q = forms.CharField(label=_("Words or a name"), required=False)
    start = forms.DateField(
        label=_("from day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("to day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    late = forms.BooleanField(label=_("Late only"), required=False)

    def __init__(self, data: Any, *, units: Iterable[Unit]) -> None:
        super().__init__(data)
        self.units = {str(unit.pk): unit for unit in units}
        self.fields["unit"].choices = [
            ("", _("Unit: all")),
            *((key, unit.name) for key, unit in self.units.items()),
        ]
        self.fields["kind"].choices = [
            ("", _("Kind: all")),
            *_list_choices(),
        ]
        self.is_valid()

    def add_prefix(self, field_name: str) -> str:
        """Return the name in the address: "from" and "to", of which Python cannot have a "from"."""
        return {"start": "from", "until": "to"}.get(field_name, field_name)

    @property
    def chosen_unit(self) -> Unit | None:
        """Return the unit chosen."""
        return self.units.get(self.cleaned_data.get("unit", ""))

    def apply(self, entries: Any) -> Any:
        """Return those of the lines that fit."""
        chosen = self.cleaned_data
        unit, kind = self.chosen_unit, chosen.get("kind")
        if unit is not None:
            entries = entries.filter(unit__path__startswith=unit.path)
        lines = entries.exclude(kind__startswith=COMPUTED)
        entries = entries.filter(kind=kind) if kind else lines
        if chosen.get("q"):
            entries = queries.filter_text(entries, chosen["q"].strip())
        if chosen.get("start"):
            entries = entries.filter(occurred_on__gte=chosen["start"])
        # What is still to come (a task due next month) is no record yet, unless a later day is asked for.
        until = chosen.get("until") or clock.today()
        entries = entries.filter(occurred_on__lt=until + timedelta(days=1))
        if chosen.get("late"):
            entries = entries.filter(late=True)
        return entries


def _list_choices() -> list[tuple[Any, Any]]:
    """Return the kinds lines may have; what a cadence asks for bears the same names, so it is apart."""
    lines = [(code, kind.title) for code, kind in list_kinds().items() if _is_line(code)]
    asked = [choice for choice in lines if choice[0].startswith(COMPUTED)]
    recorded = [choice for choice in lines if not choice[0].startswith(COMPUTED)]
    return [*recorded, (_("What the cadence asks"), asked)] if asked else recorded


def _is_line(code: str) -> bool:
    """Return whether lines of the ledger bear the kind; heads and hours are facts inside a line."""
    return not code.startswith("attendance") and code != "service.hours"
