"""Forms of service activities."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.service import queries
from linghang.service.models import ServiceVisit
from linghang.service.services import VisitDraft

BRANCHES = (UnitKind.BRANCH, UnitKind.JOINT_BRANCH, UnitKind.TEMPORARY_BRANCH)


def day_input() -> forms.DateInput:
    """Return the browser's own date picker."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def editable_branches(scope: Scope) -> QuerySet[Unit]:
    """Return the open branches whose records the reader may enter."""
    found = Unit.objects.filter(
        scope.restrict(Permission.EDIT_RECORDS), closed_on=None, kind__in=BRANCHES
    )
    return found.order_by("path")


class VisitForm(forms.Form):
    """A service activity: who was where, for how long, for how many people."""

    occurred_on = forms.DateField(
        label=gettext_lazy("Day"),
        widget=day_input(),
    )
    team = forms.CharField(
        label=gettext_lazy("Service team"),
        max_length=80,
        widget=forms.TextInput(attrs={"list": "lh-teams", "autocomplete": "off"}),
    )
    content = forms.CharField(label=gettext_lazy("What was done"), max_length=200)
    hours = forms.DecimalField(
        label=gettext_lazy("Duration in hours"),
        min_value=Decimal("0.01"),
        max_value=24,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.5", "inputmode": "decimal"}),
    )
    people_served = forms.IntegerField(
        label=gettext_lazy("People served"), min_value=0, max_value=1_000_000, required=False
    )
    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("People taking part"),
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    place = forms.CharField(label=gettext_lazy("Place"), max_length=120, required=False)
    partner = forms.CharField(label=gettext_lazy("Partner"), max_length=120, required=False)

    def __init__(
        self, *args: Any, branch: Unit, visit: ServiceVisit | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.branch = branch
        members = [
            person.pk for person in people.list_members([branch.pk], clock.today())[branch.pk]
        ]
        known = Q(pk__in=members)
        if visit is not None:
            known |= Q(participations__visit=visit)  # also who has left the branch since
        found = Person.objects.filter(known).distinct().order_by("code")
        self.fields["people"].queryset = found  # type: ignore[attr-defined]
        if visit is None:
            self.teams = queries.list_teams(branch)
            named = _("%(unit)s service team") % {"unit": branch.name}
            self.fields["team"].initial = self.teams[0] if self.teams else named
        else:
            del self.fields["team"]
            self.fields["reason"] = forms.CharField(
                label=gettext_lazy("Why it is corrected"),
                max_length=400,
                help_text=gettext_lazy("What it said before is kept beside it."),
            )

    def clean_occurred_on(self) -> Any:
        """Refuse a day that has not come."""
        if self.cleaned_data["occurred_on"] > clock.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return self.cleaned_data["occurred_on"]

    def draft(self, team: str = "") -> VisitDraft:
        """Return what was entered, for the service; `team` where the form does not ask for it."""
        values = self.cleaned_data
        return VisitDraft(
            team=team or values["team"],
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
        help_text=gettext_lazy("It no longer counts anywhere; the record stays readable."),
    )
