"""The filter bar of the cadence matrix."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.activities.api import this_month
from linghang.activities.enums import ObligationState
from linghang.platform.languages import spoken
from linghang_core.periods import Period

MONTHS_BACK = 13


class CadenceFilter(forms.Form):
    """By month, by words in the unit's name, and by how the duties stand."""

    month = forms.ChoiceField(label=_("Month"), required=False)
    q = forms.CharField(label=_("Unit"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        month = this_month()
        months = [month]
        while len(months) < MONTHS_BACK:
            months.append(months[-1].previous())
        language = spoken()
        self.fields["month"].choices = [
            ("", _("This month")),
            *((str(one), one.label(language)) for one in months[1:]),
        ]
        self.fields["state"].choices = [
            ("", _("State: all")),
            *((s.value, s.label) for s in (ObligationState.MISSED, ObligationState.OPEN)),
        ]
        self.is_valid()

    @property
    def period(self) -> Period:
        """Return the month chosen, this one unless another was."""
        chosen = self.cleaned_data.get("month")
        return Period.parse(chosen) if chosen else this_month()
