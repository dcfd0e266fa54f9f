"""Forms about persons: correcting, appointing, transferring, asking for a correction, exporting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.org.api import visible_units
from linghang.org.enums import BRANCH_KINDS, Line
from linghang.org.models import Unit
from linghang.people import services
from linghang.people.enums import FIELD_LABELS, GROUPS, MEMBER_POST, SENSITIVE
from linghang.people.models import Person, PersonDetails, Post
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.platform.sheets import cells
from linghang.platform.sheets.faults import CellFault
from linghang.platform.ui.forms import DateInput


def editable_units(scope: Scope, *, branches: bool = False) -> Any:
    """Return the open party units whose people the reader may change."""
    units = visible_units(scope, Permission.EDIT_PEOPLE).filter(line=Line.PARTY, closed_on=None)
    return units.filter(kind__in=BRANCH_KINDS) if branches else units


class PersonForm(forms.ModelForm):
    """What is known of a person. Sensitive fields left empty stay as they are."""

    fieldsets: tuple[Any, ...] = (
        *(
            (title, (*(("unit",) if "member_kind" in names else ()), *names))
            for title, names in GROUPS
        ),
        (gettext_lazy("Sensitive"), SENSITIVE),
    )
    identity_number = forms.CharField(
        label=FIELD_LABELS["identity_number"], max_length=24, required=False
    )
    phone = forms.CharField(label=FIELD_LABELS["phone"], max_length=30, required=False)
    address = forms.CharField(label=FIELD_LABELS["address"], max_length=200, required=False)
    household_police = forms.CharField(
        label=FIELD_LABELS["household_police"], max_length=80, required=False
    )
    email = forms.EmailField(label=FIELD_LABELS["email"], max_length=120, required=False)

    class Meta:
        model = Person
        fields = tuple(name for name in services.FIELDS if name not in SENSITIVE)
        labels = FIELD_LABELS
        widgets = {name: DateInput() for name in ("born_on", "joined_on", "full_on")}

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        kwargs["instance"] = person
        super().__init__(*args, **kwargs)
        plain = [name for name in services.DETAIL_FIELDS if name not in SENSITIVE]
        self.fields |= forms.fields_for_model(
            PersonDetails,
            fields=plain,
            labels=dict(FIELD_LABELS),  # type: ignore[arg-type]
            widgets={name: DateInput() for name in ("started_work_on", "other_party_on")},
        )
        if person is not None:
            known = services.details_of(person)
            self.initial.update({name: getattr(known, name) for name in plain})
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

    def draft(self) -> services.PersonDraft:
        """Return the person to register, with what the form says beyond the person's own row."""
        given = self.changes()
        details = {name: given.pop(name) for name in services.DETAIL_FIELDS if name in given}
        return services.PersonDraft(unit=self.cleaned_data["unit"], details=details, **given)


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


class RevealForm(forms.Form):
    """Why somebody looks at what is masked."""

    reason = forms.CharField(label=gettext_lazy("What do you need it for?"), max_length=200)


class RequestForm(forms.Form):
    """What is right about oneself, and why what is recorded is wrong."""

    field = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"),
        choices=list(FIELD_LABELS.items()),
    )
    stated = forms.CharField(
        label=gettext_lazy("What is right?"),
        max_length=200,
        help_text=gettext_lazy("A day as 2015-07-01, yes or no in words."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("For example the paper that shows it."),
    )


class DecisionForm(forms.Form):
    """The answer to a request; which button was pressed says what was decided."""

    answer = forms.CharField(
        label=gettext_lazy("Answer to the member"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed when nothing is changed."),
    )


class ExportForm(forms.Form):
    """What the roster is for, and whether sensitive data is taken along in full."""

    purpose = forms.CharField(
        label=gettext_lazy("What is the list for?"),
        max_length=200,
        help_text=gettext_lazy("Names leave the system: the purpose stands in the audit trail."),
    )
    in_full = forms.BooleanField(
        label=gettext_lazy("Identity numbers, telephone numbers and addresses in full"),
        required=False,
        help_text=gettext_lazy("Left out, they are masked; such a file cannot be imported again."),
    )

    def __init__(self, *args: Any, may_in_full: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_in_full:
            del self.fields["in_full"]
