"""Forms of problems: what is known is filled in already."""

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
from linghang.rectification import queries
from linghang.rectification.enums import ResultKind, Severity, SourceKind, Term
from linghang.rectification.models import Problem
from linghang_core.periods import load_calendar

TWO_LINES = {"rows": 2}
MONTH_OF_WORKING_DAYS = 22


def day_input() -> forms.DateInput:
    """Return the browser's own date picker."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def long_text(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    """Return a field of two lines."""
    return forms.CharField(
        label=label,
        max_length=400,
        required=required,
        widget=forms.Textarea(attrs=TWO_LINES),
        help_text=help_text,
    )


def editable_units(scope: Scope) -> QuerySet[Unit]:
    """Return the open units whose records the reader may enter, in the order of the tree."""
    found = Unit.objects.filter(
        scope.restrict(Permission.EDIT_RECORDS) | scope.restrict(Permission.REVIEW_AGAIN),
        closed_on=None,
        line="party",
    )
    return found.exclude(kind=UnitKind.GROUP).order_by("path")


def bureau_units(unit: Unit) -> QuerySet[Unit]:
    """Return the open Party units of the unit's bureau, in the order of the tree."""
    found = Unit.objects.filter(path__startswith=unit.root_path, closed_on=None, line="party")
    return found.exclude(kind=UnitKind.GROUP).order_by("path")


class SeenForm(forms.Form):
    """Carries what the person saw, so that of two who act at once one is told."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


def procedure_field() -> forms.ChoiceField:
    """Return the choice of a procedure; a form fills it with `choose_procedure`."""
    return forms.ChoiceField(
        label=gettext_lazy("Procedure of closure"),
        required=False,
        help_text=gettext_lazy("Left empty: as its list says, otherwise one review."),
    )


def choose_procedure() -> list[tuple[str, str]]:
    """Return the procedures to choose from, with the empty choice."""
    return [("", "---------"), *((each.code, str(each)) for each in queries.list_procedures())]


class ProblemForm(forms.Form):
    """A new problem."""

    text = forms.CharField(
        label=gettext_lazy("Problem"), max_length=300, widget=forms.Textarea(attrs=TWO_LINES)
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Responsible unit"), queryset=Unit.objects.none()
    )
    source_kind = forms.ChoiceField(
        label=gettext_lazy("Where it came to light"),
        choices=SourceKind.choices,
        initial=SourceKind.SELF_CHECK,
    )
    aspect = forms.CharField(
        label=gettext_lazy("Aspect"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "lh-aspects", "autocomplete": "off"}),
    )
    responsible_name = forms.CharField(label=gettext_lazy("Responsible person"), max_length=60)
    term = forms.ChoiceField(
        label=gettext_lazy("Kind of term"), choices=Term.choices, initial=Term.TIME_LIMITED
    )
    due_on = forms.DateField(
        label=gettext_lazy("Due on"),
        widget=day_input(),
        required=False,
        help_text=gettext_lazy("Left empty, a problem to be solved at once has five working days."),
    )
    measure = long_text(gettext_lazy("Rectification measure"), required=False)
    source = forms.CharField(
        label=gettext_lazy("Name of the check or report"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "lh-sources", "autocomplete": "off"}),
    )
    severity = forms.ChoiceField(
        label=gettext_lazy("Severity"), choices=Severity.choices, initial=Severity.GENERAL
    )
    book = forms.CharField(
        label=gettext_lazy("List of problems"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "lh-books", "autocomplete": "off"}),
        help_text=gettext_lazy("Choose one there is, or name a new one."),
    )
    procedure = procedure_field()
    fieldsets = (
        ("", ("text", "unit", "source_kind", "aspect", "responsible_name", "term", "due_on")),
        (
            gettext_lazy("Where it is known already"),
            ("measure", "source", "severity", "book", "procedure"),
        ),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = editable_units(scope)
        own = {pk for pk, _name, _path in scope.home_units}
        field = self.fields["unit"]
        field.queryset = units  # type: ignore[attr-defined]
        field.initial = next((unit.pk for unit in units if unit.pk in own), None)
        self.fields["responsible_name"].initial = scope.person_name if scope.person_id else ""
        deadline = load_calendar().add_working_days(clock.today(), MONTH_OF_WORKING_DAYS)
        self.fields["due_on"].initial = deadline.date
        self.sources = queries.list_sources(scope)
        self.aspects = queries.list_aspects(scope)
        self.books = [book.title for book in queries.list_books(scope)[:20]]
        if scope.can(Permission.REVIEW_AGAIN):  # who states for others says how it is closed
            self.fields["procedure"].choices = choose_procedure()  # type: ignore[attr-defined]
        else:
            del self.fields["procedure"]

    def clean(self) -> dict[str, Any]:
        """Ask for a day unless it is to be solved at once; name the source after its kind."""
        cleaned = super().clean() or {}
        if cleaned.get("term") == Term.IMMEDIATE and "due_on" not in self.changed_data:
            cleaned["due_on"] = None  # the day filled in is for the others
        if not cleaned.get("due_on") and cleaned.get("term") != Term.IMMEDIATE:
            self.add_error("due_on", _("Say by when it is to be solved."))
        if not cleaned.get("source") and cleaned.get("source_kind"):
            cleaned["source"] = str(SourceKind(cleaned["source_kind"]).label)
        return cleaned


class ResponsibilityForm(SeenForm):
    """Who answers for a problem, and how it is closed."""

    lead_unit = forms.ModelChoiceField(
        label=gettext_lazy("Lead unit"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=gettext_lazy("Makes the first review; otherwise the unit above does."),
    )
    leader = forms.ModelChoiceField(
        label=gettext_lazy("Leader"), queryset=Person.objects.none(), required=False
    )
    responsible_name = forms.CharField(
        label=gettext_lazy("Responsible person"), max_length=60, required=False
    )
    cooperating = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Cooperating units"), queryset=Unit.objects.none(), required=False
    )
    procedure = procedure_field()

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = bureau_units(problem.unit)
        root = Unit.objects.get(path=problem.unit.root_path)
        self.fields["lead_unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["cooperating"].queryset = units  # type: ignore[attr-defined]
        self.fields["leader"].queryset = queries.list_leaders(root, clock.today())  # type: ignore[attr-defined]
        self.fields["procedure"].choices = choose_procedure()  # type: ignore[attr-defined]


class MeasuresForm(SeenForm):
    """Measures of a problem: one a line, maybe for several problems of the list."""

    measures = forms.CharField(
        label=gettext_lazy("Measures"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One measure a line."),
    )
    units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who takes them"), queryset=Unit.objects.none()
    )
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=day_input())
    standard = forms.CharField(label=gettext_lazy("Done when"), max_length=400, required=False)
    problems = forms.ModelMultipleChoiceField(
        label=gettext_lazy("They also serve"),
        queryset=Problem.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, problem: Problem, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = bureau_units(problem.unit)
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
        self.fields["units"].initial = [problem.unit_id]
        self.fields["due_on"].initial = problem.due_on
        others = queries.filter_to_do(queries.list_problems(scope)).filter(book=problem.book)
        others = others.exclude(pk=problem.pk) if problem.book_id else others.none()
        self.fields["problems"].queryset = others  # type: ignore[attr-defined]
        if not others.exists():
            del self.fields["problems"]

    def clean_measures(self) -> list[str]:
        """Return the lines; refuse one that is too long."""
        lines = [line.strip() for line in self.cleaned_data["measures"].splitlines()]
        lines = [line for line in lines if line]
        longest = max(lines, key=len, default="")
        if len(longest) > MEASURE_LENGTH:
            raise forms.ValidationError(
                _("“%(start)s…” is longer than 200 characters; shorten it.")
                % {"start": longest[:20]}
            )
        return lines


MEASURE_LENGTH = 200


class ResultForm(SeenForm):
    """What came of it."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ResultKind.choices)
    title = forms.CharField(label=gettext_lazy("Result"), max_length=120)
    on = forms.DateField(label=gettext_lazy("On"), widget=day_input())
    document_number = forms.CharField(
        label=gettext_lazy("Document number"), max_length=80, required=False
    )
    quantity = forms.IntegerField(
        label=gettext_lazy("How many benefit"), min_value=1, required=False
    )
    text = long_text(gettext_lazy("In a sentence"), required=False)


class HandInForm(SeenForm):
    """What was done, once."""

    done_on = forms.DateField(label=gettext_lazy("Done on"), widget=day_input())
    text = long_text(gettext_lazy("What was done"))
    evidence = forms.CharField(
        label=gettext_lazy("Evidence"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("Only where it is needed: a file number or a place to look."),
    )


class ReviewForm(SeenForm):
    """Pass a problem on, or return it with a reason."""

    reason = long_text(
        gettext_lazy("Word"),
        required=False,
        help_text=gettext_lazy("Needed when you return it: what is missing."),
    )


class ReasonForm(SeenForm):
    """An act that needs a reason."""

    reason = long_text(gettext_lazy("Why"))


class DayForm(ReasonForm):
    """An act that needs a day and a reason."""

    day = forms.DateField(label=gettext_lazy("New day"), widget=day_input())
    field_order = ("day", "reason")


class LookBackForm(SeenForm):
    """What was seen when a problem that is kept up was looked back at."""

    word = long_text(gettext_lazy("What you saw"))
    next_on = forms.DateField(
        label=gettext_lazy("Look again on"),
        widget=day_input(),
        required=False,
        help_text=gettext_lazy("Left empty, the problem is closed for good."),
    )


class HandOverForm(ReasonForm):
    """Another unit, or another lead unit."""

    unit = forms.ModelChoiceField(
        label=gettext_lazy("Responsible unit"), queryset=Unit.objects.none()
    )
    lead_unit = forms.ModelChoiceField(
        label=gettext_lazy("Lead unit"), queryset=Unit.objects.none(), required=False
    )
    field_order = ("unit", "lead_unit", "reason")

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("unit", "lead_unit"):
            self.fields[name].queryset = bureau_units(problem.unit)  # type: ignore[attr-defined]
            self.fields[name].initial = getattr(problem, f"{name}_id")


class DecideForm(SeenForm):
    """A word with the decision on a later day."""

    note = forms.CharField(
        label=gettext_lazy("Word"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("Needed when you refuse."),
    )


class CorrectProblemForm(SeenForm):
    """A correction of what a problem says, with its reason."""

    text = forms.CharField(
        label=gettext_lazy("Problem"), max_length=300, widget=forms.Textarea(attrs=TWO_LINES)
    )
    aspect = forms.CharField(label=gettext_lazy("Aspect"), max_length=60, required=False)
    cause = forms.CharField(label=gettext_lazy("Cause"), max_length=300, required=False)
    severity = forms.ChoiceField(label=gettext_lazy("Severity"), choices=Severity.choices)
    measure = long_text(gettext_lazy("Rectification measure"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why it is corrected"),
        max_length=400,
        help_text=gettext_lazy("What it said before is kept beside it."),
    )
