"""Forms of diagnosis: a round is opened with one page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.diagnosis import queries
from linghang.diagnosis.enums import Lead, Verdict
from linghang.diagnosis.models import Expert, Round, StandardSet
from linghang.diagnosis.services import ExpertDraft, RoundDraft
from linghang.org.enums import Line, UnitKind
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.rectification.enums import Severity
from linghang_core.periods import load_calendar

DAYS_TO_RECTIFY = 60  # working days a problem of a round is given unless somebody says otherwise
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def list_checkable(root: Unit) -> Any:
    """Return the units of a bureau that can be checked: branches and general branches."""
    units = Unit.objects.filter(path__startswith=root.path, line=Line.PARTY, closed_on=None)
    kinds = [UnitKind.GENERAL_BRANCH, UnitKind.BRANCH, UnitKind.JOINT_BRANCH]
    return units.filter(kind__in=kinds).order_by("path")


class RoundForm(forms.Form):
    """What is checked, by whom, until when; every branch is ticked to begin with."""

    title = forms.CharField(label=_("Title"), max_length=80)
    standard_set = forms.ModelChoiceField(
        label=_("Set of standards"), queryset=StandardSet.objects.none(), empty_label=None
    )
    self_days = forms.IntegerField(
        label=_("Working days for the self-check"), initial=5, min_value=1, max_value=60
    )
    expert_days = forms.IntegerField(
        label=_("Working days for the experts after it"), initial=10, min_value=1, max_value=120
    )
    units = forms.ModelMultipleChoiceField(
        label=_("Units"), queryset=Unit.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    experts = forms.ModelMultipleChoiceField(
        label=_("Experts"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Who holds the post of an expert. Nobody checks a unit they belong to."),
    )

    def __init__(self, *args: Any, root: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.root = root
        units = list_checkable(root)
        self.fields["standard_set"].queryset = queries.list_sets()  # type: ignore[attr-defined]
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
        self.fields["units"].initial = [
            unit.pk for unit in units if unit.kind != UnitKind.GENERAL_BRANCH
        ]
        experts = queries.list_experts_to_choose(root)
        self.fields["experts"].queryset = experts  # type: ignore[attr-defined]
        self.fields["experts"].initial = [person.pk for person in experts]

    def draft(self) -> RoundDraft:
        """Return what was entered, for the service."""
        values = self.cleaned_data
        return RoundDraft(
            title=values["title"],
            standard_set=values["standard_set"],
            root=self.root,
            units=list(values["units"]),
            experts=[ExpertDraft(person) for person in values["experts"]],
            self_days=values["self_days"],
            expert_days=values["expert_days"],
        )


class SeenForm(forms.Form):
    """What every act sends back: how the thing stood when the person looked at it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class MoveForm(SeenForm):
    """The next state of a round, with a reason where one is needed."""

    to = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DatesForm(SeenForm):
    """Until when units and experts answer, and why it changes."""

    self_until = forms.DateField(label=_("Self-check until"), widget=DAY)
    expert_until = forms.DateField(label=_("Expert check until"), widget=DAY)
    reason = forms.CharField(
        label=_("Why?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class ExpertForm(forms.Form):
    """One more expert, perhaps for some fields only."""

    person = forms.ModelChoiceField(label=_("Expert"), queryset=Person.objects.none())
    fields_ = forms.MultipleChoiceField(
        label=_("Fields"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all fields."),
    )

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = Expert.objects.filter(round=round_).values("person")
        people = queries.list_experts_to_choose(round_.root).exclude(pk__in=taken)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        titles = {s.field_zh: s.field_title for s in round_.standard_set.standards.all()}
        self.fields["fields_"].choices = list(titles.items())  # type: ignore[attr-defined]


class LineForm(SeenForm):
    """One answer of one side."""

    standard = forms.IntegerField()
    verdict = forms.ChoiceField(
        choices=Verdict, error_messages={"required": _("Choose an answer.")}
    )
    note = forms.CharField(max_length=200, required=False)
    reason = forms.CharField(max_length=300, required=False)


class ProblemsForm(forms.Form):
    """By when what was chosen is to be solved; the choices themselves are rows of the page."""

    due_on = forms.DateField(label=_("To be solved by"), widget=DAY)
    lead = forms.ChoiceField(
        label=_("Who leads"), choices=[("", _("as proposed")), *Lead.choices], required=False
    )
    severity = forms.ChoiceField(
        label=_("Severity"), choices=[("", _("as proposed")), *Severity.choices], required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deadline = load_calendar().add_working_days(clock.today(), DAYS_TO_RECTIFY)
        self.fields["due_on"].initial = deadline.date
