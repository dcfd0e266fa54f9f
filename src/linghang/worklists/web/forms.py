"""Forms of tasks and problems."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock

TEXT = {"class": "form-control", "autocomplete": "off"}


class DayInput(forms.DateInput):
    """A day picked from a calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "form-control"}, format="%Y-%m-%d")


def editable_units(scope: Scope) -> Any:
    """Return the open units whose records the reader may enter."""
    return Unit.objects.filter(
        scope.restrict(Permission.EDIT_RECORDS), closed_on=None, line="party"
    ).exclude(kind="group")


class PastDayMixin:
    """Refuses a day that has not come."""

    cleaned_data: dict[str, Any]

    def check_past(self, name: str) -> Any:
        """Return the day, or raise when it lies ahead."""
        day = self.cleaned_data.get(name)
        if day and day > clock.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class FinishForm(PastDayMixin, forms.Form):
    """The result of a task, once."""

    finished_on = forms.DateField(label=gettext_lazy("Finished on"), widget=DayInput)
    result = forms.CharField(
        label=gettext_lazy("Result"),
        max_length=400,
        widget=forms.Textarea(attrs={**TEXT, "rows": 2}),
        help_text=gettext_lazy("One sentence: what came of it."),
    )
    evidence = forms.CharField(
        label=gettext_lazy("Evidence"),
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs=TEXT),
        help_text=gettext_lazy("Only where it is needed: a file number or a place to look."),
    )

    def clean_finished_on(self) -> Any:
        """Refuse a day that has not come."""
        return self.check_past("finished_on")


class CorrectTaskForm(PastDayMixin, forms.Form):
    """A correction of a task with its reason."""

    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=DayInput)
    finished_on = forms.DateField(
        label=gettext_lazy("Finished on"), widget=DayInput, required=False
    )
    result = forms.CharField(
        label=gettext_lazy("Result"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={**TEXT, "rows": 2}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it is corrected"),
        max_length=400,
        widget=forms.TextInput(attrs=TEXT),
        help_text=gettext_lazy("What it said before is kept beside it."),
    )

    def clean_finished_on(self) -> Any:
        """Refuse a day that has not come."""
        return self.check_past("finished_on")


class TaskForm(forms.Form):
    """A new task for one or several units."""

    worklist = forms.CharField(
        label=gettext_lazy("List"), max_length=120, widget=forms.TextInput(attrs=TEXT)
    )
    item = forms.CharField(
        label=gettext_lazy("Task"), max_length=200, widget=forms.TextInput(attrs=TEXT)
    )
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=DayInput)
    units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Units"),
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = editable_units(scope)  # type: ignore[attr-defined]


class ProblemForm(forms.Form):
    """A new problem."""

    unit = forms.ModelChoiceField(
        label=gettext_lazy("Responsible unit"),
        queryset=Unit.objects.none(),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    source = forms.CharField(
        label=gettext_lazy("Where it came from"),
        max_length=60,
        widget=forms.TextInput(attrs={**TEXT, "list": "problem-sources"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Problem"),
        max_length=300,
        widget=forms.Textarea(attrs={**TEXT, "rows": 2}),
    )
    responsible_name = forms.CharField(
        label=gettext_lazy("Responsible person"), max_length=60, widget=forms.TextInput(attrs=TEXT)
    )
    measure = forms.CharField(
        label=gettext_lazy("Rectification measure"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={**TEXT, "rows": 2}),
    )
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=DayInput)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = editable_units(scope)  # type: ignore[attr-defined]


class CloseForm(PastDayMixin, forms.Form):
    """The closure of a problem."""

    closed_on = forms.DateField(label=gettext_lazy("Closed on"), widget=DayInput)
    measure = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=400,
        widget=forms.Textarea(attrs={**TEXT, "rows": 2}),
    )

    def clean_closed_on(self) -> Any:
        """Refuse a day that has not come."""
        return self.check_past("closed_on")


class CorrectProblemForm(PastDayMixin, forms.Form):
    """A correction of a problem with its reason."""

    text = forms.CharField(
        label=gettext_lazy("Problem"),
        max_length=300,
        widget=forms.Textarea(attrs={**TEXT, "rows": 2}),
    )
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=DayInput)
    closed_on = forms.DateField(label=gettext_lazy("Closed on"), widget=DayInput, required=False)
    measure = forms.CharField(
        label=gettext_lazy("Rectification measure"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={**TEXT, "rows": 2}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it is corrected"),
        max_length=400,
        widget=forms.TextInput(attrs=TEXT),
        help_text=gettext_lazy("What it said before is kept beside it."),
    )

    def clean_closed_on(self) -> Any:
        """Refuse a day that has not come."""
        return self.check_past("closed_on")
