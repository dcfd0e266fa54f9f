"""Forms of tasks: the day and the usual words are filled in already."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.platform.files.api import FilesField
from linghang.worklists import queries

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


def seen_field() -> forms.CharField:
    """Return the hidden field that says how the task stood when the form was shown."""
    return forms.CharField(required=False, widget=forms.HiddenInput)


class FinishForm(PastDayForm):
    """The result of a task, once: filled in so that most tasks need one tap."""

    past_day = "finished_on"
    finished_on = forms.DateField(label=gettext_lazy("Finished on"), widget=day_input())
    result = forms.CharField(
        label=gettext_lazy("Result"),
        max_length=400,
        widget=forms.Textarea(attrs=TWO_LINES),
        help_text=gettext_lazy("One sentence: what came of it."),
    )
    evidence = forms.CharField(
        label=gettext_lazy("Evidence"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("Only where it is needed: a file number or a place to look."),
    )
    files = FilesField()  # type: ignore[assignment]
    seen = seen_field()

    def __init__(self, *args: Any, needs_evidence: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_evidence:
            for name in (
                "evidence",
                "files",
            ):  # one of the two is needed: neither is called optional
                self.fields[name].one_of_several = True  # type: ignore[attr-defined]
            self.fields["evidence"].help_text = gettext_lazy(
                "Needed here: a record above, a file, or a file number or place to look."
            )


class ReturnForm(forms.Form):
    """Why something is returned, or opened again."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is returned"),
        max_length=400,
        widget=forms.Textarea(attrs=TWO_LINES),
        help_text=gettext_lazy("What is missing, so that one more try is enough."),
    )
    seen = seen_field()


class ExtensionForm(forms.Form):
    """A later day and why; filled in with a day that is five working days later."""

    new_due_on = forms.DateField(label=gettext_lazy("New due day"), widget=day_input())
    reason = forms.CharField(
        label=gettext_lazy("Why more time is needed"),
        max_length=400,
        widget=forms.Textarea(attrs=TWO_LINES),
    )
    seen = seen_field()


class DecisionForm(forms.Form):
    """A word to who asked for a later day; needed only for a no."""

    note = forms.CharField(
        label=gettext_lazy("A word on the decision"), max_length=400, required=False
    )


class HandOverForm(forms.Form):
    """Who goes on with a personal task, and why."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("Who goes on with it"), queryset=Person.objects.none()
    )
    reason = forms.CharField(label=gettext_lazy("Why it is handed over"), max_length=400)
    seen = seen_field()

    def __init__(self, *args: Any, people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class CorrectTaskForm(PastDayForm):
    """A correction of a task with its reason."""

    past_day = "finished_on"
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=day_input())
    finished_on = forms.DateField(
        label=gettext_lazy("Finished on"),
        widget=day_input(),
        required=False,
        help_text=gettext_lazy("Without a day the task is open again."),
    )
    result = forms.CharField(
        label=gettext_lazy("Result"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs=TWO_LINES),
    )
    evidence = forms.CharField(label=gettext_lazy("Evidence"), max_length=400, required=False)
    reason = correction_reason()
    seen = seen_field()

    def __init__(self, *args: Any, may_move: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_move:
            del self.fields["due_on"]  # a later day is asked for, and decided by others


class TaskForm(forms.Form):
    """A new task for one or several units."""

    worklist = forms.CharField(
        label=gettext_lazy("List"),
        max_length=120,
        widget=forms.TextInput(attrs={"list": "lh-lists", "autocomplete": "off"}),
        help_text=gettext_lazy("Choose one there is, or name a new one."),
    )
    item = forms.CharField(label=gettext_lazy("Task"), max_length=200)
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=day_input())
    target = forms.ChoiceField(
        label=gettext_lazy("Who is asked"),
        choices=[
            ("branches", gettext_lazy("all branches")),
            ("all", gettext_lazy("all Party units")),
            ("chosen", gettext_lazy("the units ticked below")),
        ],
        initial="branches",
        widget=forms.RadioSelect,
    )
    units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Units"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open_units = list(editable_units(scope))
        self.lists = queries.list_titles(scope)
        self.fields["worklist"].initial = self.lists[0] if self.lists else ""
        if len(self.open_units) == 1:
            del self.fields["target"], self.fields["units"]
        else:
            self.fields["units"].queryset = editable_units(scope)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Turn "who is asked" into units."""
        cleaned = super().clean() or {}
        target = cleaned.pop("target", "all")
        if target == "all":
            cleaned["units"] = self.open_units
        elif target == "branches":
            cleaned["units"] = [unit for unit in self.open_units if unit.kind in BRANCHES]
        if not cleaned.get("units") and not self.errors:
            self.add_error("units", _("Tick at least one unit."))
        return cleaned
