"""Forms of awards and hardship: nothing is asked that the roster knows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.care.enums import HardshipKind, HelpKind, Level
from linghang.care.models import Hardship
from linghang.care.services import AwardDraft, HardshipDraft, VisitDraft
from linghang.org.api import visible_units
from linghang.org.enums import BRANCH_KINDS, Line, UnitKind
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.platform.files.api import FilesField
from linghang.platform.ui.forms import DateInput

HALF_YEAR = timedelta(days=182)


class OfUnitForm(forms.Form):
    """A form about a unit and one of its members: a list of names where the reader has one branch."""

    unit = forms.ModelChoiceField(label=gettext_lazy("Unit"), queryset=Unit.objects.none())
    permission = Permission.EDIT_RECORDS
    branches_only = False
    nobody: Any = ""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = (
            visible_units(scope, self.permission)
            .filter(line=Line.PARTY, closed_on=None)
            .exclude(kind=UnitKind.GROUP)
        )
        if self.branches_only:
            units = units.filter(kind__in=BRANCH_KINDS)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        homes = list(units[:2])
        if len(homes) == 1:
            self._choose_among(homes[0])

    def _choose_among(self, unit: Unit) -> None:
        field = self.fields["unit"]
        field.initial, field.widget = unit.pk, forms.HiddenInput()
        members = people.list_members([unit.pk], clock.today())[unit.pk]
        names = [(one.name, one.name) for one in members]
        empty = [("", self.nobody or "---------")]
        self.fields["name"] = forms.ChoiceField(
            label=self.fields["name"].label,
            choices=empty + names,
            required=self.fields["name"].required,
        )

    def clean(self) -> dict[str, Any]:
        """Find the member the name means in the unit."""
        values = super().clean() or {}
        unit, name = values.get("unit"), values.get("name")
        values["person"] = None
        if unit and name:
            day = values.get("awarded_on") or clock.today()
            found = people.find_by_name_in_unit(unit.pk, [name], day)[name]
            if found is None:
                self.add_error(
                    "name",
                    _("There is no %(name)s in %(unit)s.") % {"name": name, "unit": unit.name},
                )
            values["person"] = found
        return values


class AwardForm(OfUnitForm):
    """An award of a unit, or of one of its members."""

    name = forms.CharField(
        label=gettext_lazy("Member honoured"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Leave it empty when the unit as a whole was honoured."),
    )
    title = forms.CharField(
        label=gettext_lazy("Award"),
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": "优秀共产党员"}),
    )
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=Level)
    body = forms.CharField(label=gettext_lazy("Awarded by"), max_length=120)
    awarded_on = forms.DateField(label=gettext_lazy("Awarded on"), widget=DateInput())
    document_number = forms.CharField(
        label=gettext_lazy("Document number"), max_length=80, required=False
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)
    proof = FilesField(label=gettext_lazy("Proof"))
    nobody = gettext_lazy("the branch as a whole")

    def draft(self) -> AwardDraft:
        """Return the award to record."""
        values = dict(self.cleaned_data)
        del values["name"]
        return AwardDraft(files=values.pop("proof"), **values)


class WithdrawForm(forms.Form):
    """Why an award is withdrawn."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("Revoked by whom, or recorded by mistake."),
    )


class PurposeForm(forms.Form):
    """What the list is for; asked at every export."""

    purpose = forms.CharField(
        label=gettext_lazy("What is the list for?"),
        max_length=200,
        help_text=gettext_lazy("Names leave the system: the purpose stands in the audit trail."),
    )


class HardshipForm(OfUnitForm):
    """A member who needs help."""

    name = forms.CharField(label=gettext_lazy("Member"), max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=HardshipKind)
    situation = forms.CharField(
        label=gettext_lazy("Situation"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Encrypted. Only the secretary, the Party-affairs officer and the member read it."
        ),
    )
    since = forms.DateField(label=gettext_lazy("In hardship since"), widget=DateInput())
    review_on = forms.DateField(label=gettext_lazy("Next review"), widget=DateInput())
    permission = Permission.VIEW_IDENTITY
    branches_only = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("since", clock.today())
        self.initial.setdefault("review_on", clock.today() + HALF_YEAR)

    def draft(self) -> HardshipDraft:
        """Return the record to open."""
        names = ("person", "kind", "situation", "since", "review_on")
        return HardshipDraft(**{name: self.cleaned_data[name] for name in names})


class SeenForm(forms.Form):
    """What every act sends back: how the record stood when the person looked at it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, hardship: Hardship, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = hardship.seen
        self.hardship, self.scope = hardship, scope


class VisitForm(SeenForm):
    """A visit and what it brought."""

    on = forms.DateField(label=gettext_lazy("Visited on"), widget=DateInput())
    visitor = forms.ModelChoiceField(
        label=gettext_lazy("Visited by"), queryset=Person.objects.none()
    )
    help = forms.ChoiceField(label=gettext_lazy("Help given"), choices=HelpKind)
    amount = forms.DecimalField(
        label=gettext_lazy("Amount (yuan)"),
        max_digits=9,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=gettext_lazy("Of money, or the worth of goods. Encrypted."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today, unit = clock.today(), self.hardship.unit
        sitting = [one.pk for one in people.committee_on(unit.pk, today)]
        wanted = {*sitting, self.scope.person_id or 0} - {self.hardship.person_id}
        self.fields["visitor"].queryset = Person.objects.filter(  # type: ignore[attr-defined]
            pk__in=wanted
        ).order_by("code")
        self.initial.update({"on": today, "visitor": self.scope.person_id, "help": HelpKind.MONEY})

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        given = {k: v for k, v in self.cleaned_data.items() if k != "seen"}
        return {"draft": VisitDraft(**given)}


class ReviewForm(SeenForm):
    """The next review, and the situation if it has changed."""

    review_on = forms.DateField(label=gettext_lazy("Next review"), widget=DateInput())
    situation = forms.CharField(
        label=gettext_lazy("Situation, if it has changed"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Leave empty to keep what is stored."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["review_on"] = clock.today() + HALF_YEAR

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {k: v for k, v in self.cleaned_data.items() if k != "seen"}


class EndForm(SeenForm):
    """When and why the hardship was over."""

    on = forms.DateField(label=gettext_lazy("Ended on"), widget=DateInput())
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, help_text=gettext_lazy("Encrypted.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["on"] = clock.today()

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {k: v for k, v in self.cleaned_data.items() if k != "seen"}
