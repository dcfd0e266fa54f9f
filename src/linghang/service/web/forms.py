"""Forms of service activities."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.service.services import VisitDraft

TEXT = {"class": "form-control", "autocomplete": "off"}


def editable_branches(scope: Scope) -> Any:
    """Return the open branches whose records the reader may enter."""
    return Unit.objects.filter(
        scope.restrict(Permission.EDIT_RECORDS),
        closed_on=None,
        kind__in=["branch", "joint_branch", "temporary_branch"],
    )


class VisitForm(forms.Form):
    """A service activity: who was where, for how long, for how many people."""

    occurred_on = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )
    content = forms.CharField(
        label=gettext_lazy("What was done"), max_length=200, widget=forms.TextInput(attrs=TEXT)
    )
    place = forms.CharField(
        label=gettext_lazy("Place"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=TEXT),
    )
    hours = forms.DecimalField(
        label=gettext_lazy("Hours"),
        min_value=Decimal("0.5"),
        max_value=24,
        decimal_places=2,
        widget=forms.NumberInput(attrs={**TEXT, "step": "0.5", "inputmode": "decimal"}),
    )
    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("People taking part"),
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    people_served = forms.IntegerField(
        label=gettext_lazy("People served"),
        min_value=0,
        required=False,
        widget=forms.NumberInput(attrs=TEXT),
    )
    partner = forms.CharField(
        label=gettext_lazy("Partner"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=TEXT),
    )

    def __init__(self, *args: Any, branch: Unit, correcting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branch = branch
        self.fields["people"].queryset = people.list_members([branch.pk], clock.today())  # type: ignore[attr-defined]
        if correcting:
            self.fields["reason"] = forms.CharField(
                label=gettext_lazy("Why it is corrected"),
                max_length=400,
                widget=forms.TextInput(attrs=TEXT),
                help_text=gettext_lazy("What it said before is kept beside it."),
            )

    def clean_occurred_on(self) -> Any:
        """Refuse a day that has not come."""
        if self.cleaned_data["occurred_on"] > clock.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return self.cleaned_data["occurred_on"]

    def draft(self, team: str) -> VisitDraft:
        """Return what was entered, for the service."""
        values = self.cleaned_data
        return VisitDraft(
            team=team,
            unit=self.branch,
            occurred_on=values["occurred_on"],
            content=values["content"],
            place=values["place"],
            hours=int(values["hours"] * 100),
            people=tuple(values["people"]),
            people_served=values["people_served"] or 0,
            partner=values["partner"],
        )


class WithdrawForm(forms.Form):
    """The reason why a record is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is taken back"),
        max_length=400,
        widget=forms.TextInput(attrs=TEXT),
    )
