"""Opening an appraisal, and what each member fills in alone: own words, ballot, objection."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.appraisal.enums import Grade
from linghang.appraisal.models import Participant
from linghang.appraisal.web.forms.fields import (
    number_field,
    text_field,
)
from linghang.platform.calendar import clock
from linghang.platform.ui.forms import DateInput

SELF_DAYS, BALLOT_DAYS = 14, 21  # proposed, nothing more


class OpenForm(forms.Form):
    """The year, the days of the parts, how many mass representatives are invited."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    self_until = forms.DateField(label=_("Self-appraisals until"), widget=DateInput())
    ballot_until = forms.DateField(label=_("Ballot until"), widget=DateInput())
    mass_invited = number_field(
        _("Mass representatives invited"),
        initial=0,
        help_text=_("They vote on paper; only their number is kept."),
    )
    with_life_meeting = forms.BooleanField(
        label=_("Together with the organisation life meeting"), required=False
    )

    def __init__(self, *args: Any, year: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        years = [today.year, today.year - 1]
        field: Any = self.fields["year"]
        field.choices = [(one, str(one)) for one in years]
        field.initial = int(year) if year in map(str, years) else today.year
        self.fields["self_until"].initial = today + timedelta(days=SELF_DAYS)
        self.fields["ballot_until"].initial = today + timedelta(days=BALLOT_DAYS)


class SelfForm(forms.Form):
    """The own words of the year; numbers stand beside and are not typed."""

    promised = text_field(_("What I promised"))
    done = text_field(_("What I did"))
    short = text_field(_("Where I fell short, and what I will do"))


class VoteForm(forms.Form):
    """A grade for each full member who takes part but the voter; nothing is chosen beforehand."""

    def __init__(self, *args: Any, others: Iterable[Participant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in others:
            self.fields[f"grade_{one.pk}"] = forms.ChoiceField(
                label=one.person.name, choices=Grade.choices, widget=forms.RadioSelect
            )

    def read(self) -> dict[int, str]:
        """Return the grades by participant."""
        return {int(key.partition("_")[2]): grade for key, grade in self.cleaned_data.items()}

    def name(self, one: Participant) -> str:
        """Return what the participant was given, in words."""
        return str(Grade(self.cleaned_data[f"grade_{one.pk}"]).label)


class ObjectionForm(forms.Form):
    """Why the member objects to the own grade."""

    text = text_field(_("Why do you object?"))
