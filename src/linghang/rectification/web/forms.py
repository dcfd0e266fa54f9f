"""Forms of problems: the day and the usual words are filled in already."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.rectification import queries

BRANCHES = (UnitKind.BRANCH, UnitKind.JOINT_BRANCH, UnitKind.TEMPORARY_BRANCH)
TWO_LINES = {"rows": 2}


def day_input() -> forms.DateInput:
    """Return the browser's own date picker."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def correction_reason() -> forms.CharField:
    """Return the field that asks why something is corrected."""
    return forms.CharField(
        label=gettext_lazy("Why it is corrected"),
        max_length=400,
        help_text=gettext_lazy("What it said before is kept beside it."),
    )


def editable_units(scope: Scope) -> QuerySet[Unit]:
    """Return the open units whose records the reader may enter, in the order of the tree."""
    found = Unit.objects.filter(
        scope.restrict(Permission.EDIT_RECORDS), closed_on=None, line="party"
    )
    return found.exclude(kind=UnitKind.GROUP).order_by("path")


class PastDayForm(forms.Form):
    """Refuses a day that has not come, in the field `past_day`."""

    past_day = ""

    def clean(self) -> dict[str, Any]:
        """Refuse a day that has not come."""
        cleaned = super().clean() or {}
        day = cleaned.get(self.past_day)
        if day and day > clock.today():
            self.add_error(self.past_day, _("This day has not come yet."))
        return cleaned


class ProblemForm(forms.Form):
    """A new problem."""

    unit = forms.ModelChoiceField(
        label=gettext_lazy("Responsible unit"), queryset=Unit.objects.none()
    )
    source = forms.CharField(
        label=gettext_lazy("Where it came from"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "lh-sources", "autocomplete": "off"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Problem"), max_length=300, widget=forms.Textarea(attrs=TWO_LINES)
    )
    responsible_name = forms.CharField(label=gettext_lazy("Responsible person"), max_length=60)
    measure = forms.CharField(
        label=gettext_lazy("Rectification measure"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs=TWO_LINES),
    )
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=day_input())

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = editable_units(scope)
        own = {pk for pk, _name, _path in scope.home_units}
        field = self.fields["unit"]
        field.queryset = units  # type: ignore[attr-defined]
        field.initial = next((unit.pk for unit in units if unit.pk in own), None)
        self.sources = queries.list_sources(scope)


class CloseForm(PastDayForm):
    """The closure of a problem."""

    past_day = "closed_on"
    closed_on = forms.DateField(label=gettext_lazy("Closed on"), widget=day_input())
    measure = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=400,
        widget=forms.Textarea(attrs=TWO_LINES),
    )


class CorrectProblemForm(PastDayForm):
    """A correction of a problem with its reason."""

    past_day = "closed_on"
    text = forms.CharField(
        label=gettext_lazy("Problem"), max_length=300, widget=forms.Textarea(attrs=TWO_LINES)
    )
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=day_input())
    closed_on = forms.DateField(
        label=gettext_lazy("Closed on"),
        widget=day_input(),
        required=False,
        help_text=gettext_lazy("Without a day the problem is open again."),
    )
    measure = forms.CharField(
        label=gettext_lazy("Rectification measure"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs=TWO_LINES),
    )
    reason = correction_reason()
