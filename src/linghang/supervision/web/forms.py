"""Forms of supervision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.org.enums import Line, UnitKind
from linghang.org.models import Unit
from linghang.platform.calendar import clock
from linghang.supervision import queries
from linghang.supervision.enums import NEXT_HINT, Grade, HintState, Presence
from linghang.supervision.models import CommonFinding, RiskTemplate
from linghang.supervision.services import Said
from linghang.supervision.services.examining import DAYS
from linghang_core.periods import load_calendar

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
ROWS = forms.Textarea(attrs={"rows": 3})


def list_units(root: Unit) -> Any:
    """Return the Party units of a bureau that may be asked or own a risk; groups belong to branches."""
    units = Unit.objects.filter(path__startswith=root.path, line=Line.PARTY, closed_on=None)
    return units.exclude(kind=UnitKind.GROUP).order_by("path")


class ExaminationForm(forms.Form):
    """What is asked, of whom, by when."""

    title = forms.CharField(label=_("Title"), max_length=80)
    due_on = forms.DateField(label=_("Answers until"), widget=DAY)
    units = forms.ModelMultipleChoiceField(
        label=_("Units"), queryset=Unit.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    findings = forms.ModelMultipleChoiceField(
        label=_("Findings to answer"),
        queryset=CommonFinding.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Few that matter: each is asked of every unit chosen."),
    )

    def __init__(self, *args: Any, root: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = list_units(root)
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
        self.fields["units"].initial = [
            unit.pk for unit in units if unit.kind in {UnitKind.BRANCH, UnitKind.JOINT_BRANCH}
        ]
        self.fields["findings"].queryset = queries.list_findings()  # type: ignore[attr-defined]
        self.fields["findings"].label_from_instance = _name  # type: ignore[attr-defined]
        self.fields["due_on"].initial = load_calendar().add_working_days(clock.today(), DAYS).date


def _name(finding: CommonFinding) -> str:
    return f"{finding.category} · {finding.text}"


class SeenForm(forms.Form):
    """What every act sends back: how the thing stood when the person looked at it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class CloseForm(SeenForm):
    """A reason, where units have not answered."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class DueForm(SeenForm):
    """Another last day, and why."""

    due_on = forms.DateField(label=_("Answers until"), widget=DAY)
    reason = forms.CharField(label=_("Why?"), max_length=300, widget=ROWS)


class ReturnForm(SeenForm):
    """What is wrong with the answers."""

    reason = forms.CharField(label=_("What is to be changed?"), max_length=300, widget=ROWS)


class AnswerForm(SeenForm):
    """The answer to one finding."""

    presence = forms.ChoiceField(
        choices=Presence, error_messages={"required": _("Choose an answer.")}
    )
    looked_at = forms.CharField(max_length=200, required=False)
    note = forms.CharField(max_length=200, required=False)
    becomes_problem = forms.BooleanField(required=False)
    measure = forms.CharField(max_length=300, required=False)
    solve_by = forms.DateField(required=False)

    def said(self, finding: CommonFinding) -> Said:
        """Return what was entered, for the service."""
        values = self.cleaned_data
        return Said(
            finding=finding,
            presence=Presence(values["presence"]),
            looked_at=values["looked_at"],
            note=values["note"],
            becomes_problem=values["becomes_problem"],
            measure=values["measure"],
            solve_by=values["solve_by"],
            seen=values["seen"],
        )


class RiskForm(SeenForm):
    """A risk point; its level follows from likelihood and consequence."""

    process = forms.CharField(label=_("Process"), max_length=60)
    post = forms.CharField(label=_("Post"), max_length=60, help_text=_("A post, not a person."))
    text = forms.CharField(label=_("What may go wrong?"), max_length=200, widget=ROWS)
    likelihood = forms.TypedChoiceField(
        label=_("Likelihood"), choices=Grade, coerce=int, initial=Grade.MIDDLE
    )
    consequence = forms.TypedChoiceField(
        label=_("Consequence"), choices=Grade, coerce=int, initial=Grade.MIDDLE
    )
    controls = forms.CharField(label=_("What keeps it right?"), max_length=300, widget=ROWS)
    unit = forms.ModelChoiceField(label=_("Owner"), queryset=Unit.objects.none())
    reason = forms.CharField(label=_("Why?"), max_length=300, widget=ROWS)

    def __init__(self, *args: Any, root: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = list_units(root)  # type: ignore[attr-defined]


class AdoptForm(forms.Form):
    """Risk points of the pack, and who keeps their controls."""

    unit = forms.ModelChoiceField(label=_("Owner"), queryset=Unit.objects.none())
    templates = forms.ModelMultipleChoiceField(
        label=_("Risk points"),
        queryset=RiskTemplate.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, root: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = list_units(root)  # type: ignore[attr-defined]
        field = self.fields["templates"]
        field.queryset = RiskTemplate.objects.filter(retired=False)  # type: ignore[attr-defined]
        field.label_from_instance = _name_template  # type: ignore[attr-defined]


def _name_template(template: RiskTemplate) -> str:
    return f"{template.process} · {template.post}：{template.text}"


class ReviewForm(SeenForm):
    """What was looked at and found."""

    found = forms.CharField(
        label=_("What did you look at, what did you find?"), max_length=300, widget=ROWS
    )
    on = forms.DateField(label=_("Day of the review"), widget=DAY)


class RetireForm(SeenForm):
    """Why it is no risk any more."""

    reason = forms.CharField(label=_("Why?"), max_length=300, widget=ROWS)


class DecisionForm(SeenForm):
    """What becomes of a hint."""

    to = forms.ChoiceField(
        label=_("What becomes of it?"),
        choices=[(state.value, state.label) for state in NEXT_HINT[HintState.LOOKED_AT]],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        widget=ROWS,
        help_text=_("Of a talk only that it took place is recorded here, never what was said."),
    )
    problem_text = forms.CharField(
        label=_("The problem, as the unit reads it"),
        max_length=300,
        required=False,
        widget=ROWS,
        help_text=_(
            "Only if it becomes a problem. Others of the unit read it: no names, no suspicion."
        ),
    )
    due_on = forms.DateField(label=_("To be solved by"), required=False, widget=DAY)
