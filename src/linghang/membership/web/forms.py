"""Forms of the way into the Party: each step asks for what its rules judge, and nothing else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linghang.membership import queries
from linghang.membership.enums import DECIDED, VOTED, Outcome
from linghang.membership.models import Application
from linghang.membership.services import ApplicantDraft, StepDraft
from linghang.membership.services.stepping import NAMING
from linghang.org.api import visible_units
from linghang.org.enums import BRANCH_KINDS, Line
from linghang.org.models import Unit
from linghang.people.enums import Sex
from linghang.people.models import Person
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.platform.files.api import FilesField
from linghang.platform.ui.forms import DateInput
from linghang_core.regulations import Step

VOTE_FIELDS = ("entitled", "present", "in_favour", "written_in_favour", "against")


class ReasonField(forms.CharField):
    """Asked only where a general rule is not kept."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Why was the rule not kept?"),
            max_length=400,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("The step is recorded with this reason; it stands in the file."),
        )


class ApplicantForm(forms.Form):
    """Who applies, where and when: the branch is known where the reader has only one."""

    unit = forms.ModelChoiceField(label=_("Branch"), queryset=Unit.objects.none())
    name = forms.CharField(label=_("Full name"), max_length=60)
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=[(sex.value, sex.label) for sex in (Sex.MALE, Sex.FEMALE)],
        widget=forms.RadioSelect,
    )
    born_on = forms.DateField(label=_("Born on"), widget=DateInput())
    job = forms.CharField(label=_("Job"), max_length=60, required=False)
    applied_on = forms.DateField(
        label=_("Application handed in on"),
        widget=DateInput(),
        help_text=_("The day on the application; whoever applies is 18 years old on it."),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = visible_units(scope, Permission.EDIT_RECORDS).filter(
            line=Line.PARTY, closed_on=None, kind__in=BRANCH_KINDS
        )
        self.fields["unit"].queryset = units.order_by("path")  # type: ignore[attr-defined]
        if not units[1:2].exists():
            self.fields["unit"].initial = units.first()
            self.fields["unit"].widget = self.fields["unit"].hidden_widget()
        self.fields["applied_on"].initial = clock.today()

    def draft(self) -> ApplicantDraft:
        """Return what was entered, for the service."""
        values = self.cleaned_data
        return ApplicantDraft(
            unit=values["unit"],
            applied_on=values["applied_on"],
            name=values["name"],
            sex=values["sex"],
            born_on=values["born_on"],
            job=values["job"],
        )


class SeenForm(forms.Form):
    """What every act sends back: how the application stood when the person looked at it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class WhyForm(SeenForm):
    """An act that needs its reason."""

    reason = forms.CharField(
        label=_("Why?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class MoveForm(WhyForm):
    """The branch in which an applicant goes on, and why."""

    to_unit = forms.ModelChoiceField(label=_("Goes on in"), queryset=Unit.objects.none())
    field_order = ("to_unit", "reason")

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["to_unit"]
        choice.queryset = queries.list_other_branches(application)


class EndForm(WhyForm):
    """When and why a way ends early."""

    on = forms.DateField(label=_("Ended on"), widget=DateInput())
    field_order = ("on", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()


class StepForm(SeenForm):
    """One step: its day, what its rules ask for, papers if there are any."""

    on = forms.DateField(label=_("Date"), widget=DateInput())
    outcome = forms.ChoiceField(label=_("What came of it"), widget=forms.RadioSelect)
    people = forms.ModelMultipleChoiceField(
        label="", queryset=Person.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(label=_("Days of training"), min_value=0, max_value=365, initial=0)
    hours = forms.IntegerField(label=_("Study hours"), min_value=0, max_value=1000, initial=0)
    entitled = forms.IntegerField(label=_("Entitled to vote"), min_value=1)
    present = forms.IntegerField(label=_("Members present"), min_value=0)
    in_favour = forms.IntegerField(label=_("In favour"), min_value=0)
    written_in_favour = forms.IntegerField(
        label=_("In favour in writing"),
        min_value=0,
        initial=0,
        required=False,
        help_text=_("Absent full members who sent their opinion before the meeting."),
    )
    against = forms.IntegerField(
        label=_("Against"),
        min_value=0,
        initial=0,
        required=False,
        help_text=_("Who was present and neither agreed nor refused, abstained."),
    )
    months = forms.IntegerField(
        label=_("Months of the extension"),
        min_value=0,
        max_value=12,
        initial=0,
        required=False,
        help_text=_("Only where probation is extended: 6 to 12, once."),
    )
    special = forms.BooleanField(
        label=_("The superior let the approval take up to six months"), required=False
    )
    note = forms.CharField(
        label=_("Note"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    papers = FilesField(label=_("Papers"))

    def __init__(
        self,
        *args: Any,
        application: Application,
        step: Step,
        ask_reason: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.application, self.step = application, step
        self.fields["on"].initial = clock.today()
        self._ask_outcome()
        self._ask_people()
        if step.code in VOTED:
            voters = queries.list_full_members(application.unit, clock.today())
            self.fields["entitled"].initial = len(voters)
            self.fields["entitled"].help_text = _("Full members by the roster: %(n)s.") % {
                "n": len(voters)
            }
        else:
            self._drop(*VOTE_FIELDS)
        if step.code != "training":
            self._drop("days", "hours")
        if step.code != "conversion_meeting":
            self._drop("months")
        if step.code not in {"approval", "conversion_approval"}:
            self._drop("special")
        if ask_reason:
            self.fields["reason"] = ReasonField()

    def _ask_outcome(self) -> None:
        choices = [Outcome.PASSED, Outcome.REFUSED]
        if self.step.code == "conversion_meeting":
            choices = [Outcome.PASSED, Outcome.EXTENDED, Outcome.CANCELLED]
        if self.step.code in DECIDED:
            field = self.fields["outcome"]
            field.choices = [(one.value, one.label) for one in choices]  # type: ignore[attr-defined]
            field.initial = Outcome.PASSED
        else:
            self._drop("outcome")

    def _ask_people(self) -> None:
        if self.step.code not in NAMING:
            self._drop("people")
            return
        members = queries.list_full_members(self.application.unit, clock.today())
        field = self.fields["people"]
        known = Person.objects.filter(pk__in=[person.pk for person in members])
        field.queryset = known.order_by("code")  # type: ignore[attr-defined]
        field.label_from_instance = _describe_member  # type: ignore[attr-defined]
        field.label = (
            _("Contact persons (one or two)")
            if self.step.code == "contacts"
            else _("Introducers (two)")
        )
        if self.step.code == "introducers":  # who cultivated usually introduces
            row = self.application.taken.filter(step="contacts", withdrawn_at=None).last()
            field.initial = list(row.people.all()) if row else []

    def _drop(self, *names: str) -> None:
        for name in names:
            del self.fields[name]

    def draft(self) -> StepDraft:
        """Return what was entered, for the service."""
        values = {key: value for key, value in self.cleaned_data.items() if key != "seen"}
        values["files"] = values.pop("papers")
        for name in ("written_in_favour", "months"):
            if name in values:
                values[name] = values[name] or 0
        return StepDraft(step=self.step.code, **values)


def _describe_member(person: Person) -> str:
    if person.full_on is None:
        return person.name
    return gettext("%(name)s, full member since %(day)s") % {
        "name": person.name,
        "day": person.full_on,
    }
