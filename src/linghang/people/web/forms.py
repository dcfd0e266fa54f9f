"""Forms about persons: correcting, appointing, transferring."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.org.api import visible_units
from linghang.org.enums import BRANCH_KINDS, Line
from linghang.org.models import Unit
from linghang.people.enums import MEMBER_POST
from linghang.people.models import Person, Post
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.platform.sheets import cells
from linghang.platform.sheets.faults import CellFault

SENSITIVE = ("identity_number", "phone", "address")


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def editable_units(scope: Scope, *, branches: bool = False) -> Any:
    """Return the open party units whose people the reader may change."""
    units = visible_units(scope, Permission.EDIT_PEOPLE).filter(line=Line.PARTY, closed_on=None)
    return units.filter(kind__in=BRANCH_KINDS) if branches else units


class PersonForm(forms.ModelForm):
    """What is known of a person. Sensitive fields left empty stay as they are."""

    fieldsets: tuple[Any, ...] = (
        (gettext_lazy("Person"), ("name", "sex", "ethnic_group", "born_on", "education", "job")),
        (
            gettext_lazy("Membership"),
            ("unit", "member_kind", "joined_on", "full_on", "standing", "is_lost", "is_floating"),
        ),
        (gettext_lazy("Sensitive"), SENSITIVE),
    )
    identity_number = forms.CharField(
        label=gettext_lazy("Identity number"), max_length=24, required=False
    )
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=30, required=False)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)

    class Meta:
        model = Person
        fields = (
            "name",
            "sex",
            "ethnic_group",
            "born_on",
            "education",
            "job",
            "member_kind",
            "joined_on",
            "full_on",
            "standing",
            "is_lost",
            "is_floating",
        )
        labels = {
            "name": gettext_lazy("Full name"),
            "sex": gettext_lazy("Sex"),
            "ethnic_group": gettext_lazy("Ethnic group"),
            "born_on": gettext_lazy("Born on"),
            "education": gettext_lazy("Education"),
            "job": gettext_lazy("Job"),
            "member_kind": gettext_lazy("Kind"),
            "joined_on": gettext_lazy("Joined on"),
            "full_on": gettext_lazy("Full member since"),
            "standing": gettext_lazy("Standing"),
            "is_lost": gettext_lazy("Contact is lost"),
            "is_floating": gettext_lazy("Floating member"),
        }
        widgets = {name: DateInput() for name in ("born_on", "joined_on", "full_on")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The stored values never reach the page: they are typed anew or stay.
        for name in SENSITIVE:
            self.initial.pop(name, None)
            if self.instance.pk:
                self.fields[name].help_text = _("Leave empty to keep what is stored.")

    def clean_identity_number(self) -> str:
        """Return the number in its plain form; refuse a wrong check digit."""
        return self._parsed("identity_number", cells.identity_number())

    def clean_phone(self) -> str:
        """Return the telephone number in its plain form."""
        return self._parsed("phone", cells.phone())

    def _parsed(self, name: str, parser: Any) -> str:
        try:
            return parser(self.cleaned_data[name]) or ""
        except CellFault as fault:
            raise forms.ValidationError(f"{fault.message} {fault.remedy}") from fault

    def _post_clean(self) -> None:
        """Leave the person as it is: the service writes the changes, with its rules and audit row."""

    def changes(self) -> dict[str, Any]:
        """Return the values to write, without sensitive ones that were left empty."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {"reason", "unit"} and (value or name not in SENSITIVE)
        }


class CorrectionForm(PersonForm):
    """A correction asks why."""

    fieldsets = (*PersonForm.fieldsets, (gettext_lazy("Correction"), ("reason",)))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class NewPersonForm(PersonForm):
    """A new member of a branch."""

    unit = forms.ModelChoiceField(label=gettext_lazy("Branch"), queryset=Unit.objects.none())

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = editable_units(scope, branches=True)  # type: ignore[attr-defined]


class AppointForm(forms.Form):
    """A post from a day on."""

    unit = forms.ModelChoiceField(label=gettext_lazy("Unit"), queryset=Unit.objects.none())
    post = forms.ModelChoiceField(
        label=gettext_lazy("Post"), queryset=Post.objects.exclude(code=MEMBER_POST)
    )
    on = forms.DateField(label=gettext_lazy("From"), widget=DateInput())
    until = forms.DateField(
        label=gettext_lazy("Until"),
        widget=DateInput(),
        required=False,
        help_text=gettext_lazy("The first day the post is no longer held; empty if it lasts."),
    )
    basis = forms.CharField(label=gettext_lazy("Basis"), max_length=120, required=False)
    document_number = forms.CharField(
        label=gettext_lazy("Document number"), max_length=80, required=False
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", clock.today())
        self.fields["unit"].queryset = editable_units(scope)  # type: ignore[attr-defined]


class TransferForm(forms.Form):
    """Another branch from a day on."""

    unit = forms.ModelChoiceField(label=gettext_lazy("New branch"), queryset=Unit.objects.none())
    on = forms.DateField(label=gettext_lazy("Takes effect on"), widget=DateInput())
    basis = forms.CharField(label=gettext_lazy("Basis"), max_length=120, required=False)
    document_number = forms.CharField(
        label=gettext_lazy("Document number"), max_length=80, required=False
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", clock.today())
        self.fields["unit"].queryset = editable_units(scope, branches=True)  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The end of an appointment."""

    on = forms.DateField(
        label=gettext_lazy("Ends on"),
        widget=DateInput(),
        help_text=gettext_lazy("The first day the post is no longer held."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", clock.today())


class SearchForm(forms.Form):
    """One text for units and people."""

    q = forms.CharField(label=gettext_lazy("Full name"), max_length=60, required=False)
